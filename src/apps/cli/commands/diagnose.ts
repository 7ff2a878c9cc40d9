import { Command } from 'commander';
import type { Report } from '../../../core/report.ts';
import { UsageError } from '../../../core/usage-error.ts';
import { EXIT, reportFailure } from '../failure.ts';
import type { LiveFlags } from '../live.ts';
import { formatOf, type OutputFlags, outputOption, printReport } from '../output.ts';
import { askRegistries, registryOptions } from '../registry-flags.ts';
import { parseTargets, selectTargets } from '../target.ts';

interface Flags extends OutputFlags, LiveFlags {
  readonly from?: readonly string[];
}

/** `pullwhy [diagnose] [TARGET…]`, of a live cluster or `--from PATH…` */
export function diagnoseCommand(): Command {
  const command = clusterOptions(
    new Command('diagnose')
      .description('say why image pulls fail (the default command)')
      .argument('[target...]', 'pod, pod/NAME, deploy/NAME, job/NAME, …; none: everything that is stuck'),
  );
  return registryOptions(command)
    .option(
      '--from <path...>',
      'evidence on disk instead of a cluster, any mix: kubectl output, describe text, logs, folders, archives; - is standard input',
    )
    .option('-l, --selector <labels>', 'only pods with these labels')
    .option('--thorough', 'read more: all pods of the scope, and pull secrets that no pod names')
    .addOption(outputOption())
    .option('--show-evidence', 'print every piece of evidence')
    .option('-q, --quiet', 'print nothing; the exit code tells')
    .option('-v, --verbose', 'also pods that are stuck for other reasons')
    .option('--no-color', 'no colour (NO_COLOR works as well)')
    .action(async (targets: string[], flags: Flags) => {
      formatOf(flags.output);
      const { report, trouble } = await (flags.from === undefined ? live(targets, flags) : offline(targets, flags));
      const empty = report.incidents.length + report.notImagePull.length === 0;
      // Where nothing could be seen, "no failures" would be a lie.
      if (flags.quiet !== true && (trouble === undefined || !empty)) await printReport(report, flags);
      process.exitCode = report.incidents.length > 0 ? EXIT.found : EXIT.ok;
      if (trouble !== undefined) process.exitCode = reportFailure(trouble, flags.verbose === true);
    });
}

/** Which cluster and which part of it, as kubectl's flags say it. */
export function clusterOptions(command: Command): Command {
  return command
    .option('-n, --namespace <name>', 'only this namespace (live: the one of the context)')
    .option('-A, --all-namespaces', 'all namespaces (the default with --from)')
    .option('--context <name>', 'context of the kubeconfig')
    .option('--kubeconfig <file>', 'kubeconfig file (else KUBECONFIG, ~/.kube/config, the ServiceAccount of this pod)')
    .option('--as <user>', 'ask as this user')
    .option('--as-group <group>', 'ask as a member of this group; may be repeated', also)
    .option('--request-timeout <duration>', 'longest wait for an answer: 30s, 1m; 0 is no limit');
}

function also(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

interface Diagnosed {
  readonly report: Report;
  readonly trouble?: Error;
}

async function live(targets: readonly string[], flags: Flags): Promise<Diagnosed> {
  const { diagnoseLive } = await import('../live.ts');
  return diagnoseLive(targets, flags);
}

async function offline(words: readonly string[], flags: Flags): Promise<Diagnosed> {
  if (flags.selector !== undefined) throw new UsageError('-l asks a live cluster: leave it out with --from');
  const select = selectTargets(parseTargets(words), flags.namespace);
  const [{ readBundle }, { diagnose }] = await Promise.all([
    import('../../../sources/bundle/read-bundle.ts'),
    import('../../../diagnose.ts'),
  ]);
  const seen = await readBundle(flags.from ?? [], { stdin: readStdin });
  const snapshot = await askRegistries(seen, flags, select);
  return { report: diagnose(snapshot, { now: new Date().toISOString(), select }) };
}

async function readStdin(): Promise<Uint8Array> {
  const { readStandardInput } = await import('../stdin.ts');
  return readStandardInput();
}
