import type { Command } from 'commander';

/** Which cluster and which part of it, as kubectl's flags say it. */
export function clusterOptions(command: Command): Command {
  return accessOptions(
    command
      .option('-n, --namespace <name>', 'only this namespace (live: the one of the context)')
      .option('-A, --all-namespaces', 'all namespaces (the default with --from)'),
  );
}

/** Which cluster, and as whom. */
export function accessOptions(command: Command): Command {
  return command
    .option('--context <name>', 'context of the kubeconfig')
    .option('--kubeconfig <file>', 'kubeconfig file (else KUBECONFIG, ~/.kube/config, the ServiceAccount of this pod)')
    .option('--as <user>', 'ask as this user')
    .option('--as-group <group>', 'ask as a member of this group; may be repeated', also)
    .option('--request-timeout <duration>', 'longest wait for an answer: 30s, 1m; 0 is no limit');
}

function also(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
