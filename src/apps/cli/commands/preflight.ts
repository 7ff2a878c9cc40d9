import { Command } from 'commander';
import { UsageError } from '../../../core/usage-error.ts';
import type { ManifestSet } from '../../../sources/manifests/manifest-set.ts';
import type { InCluster } from '../../../tasks/preflight/preflight-cluster.ts';
import { EXIT } from '../failure.ts';
import type { LiveFlags } from '../live.ts';
import { print, renderOptions } from '../output.ts';
import { checkPlatform } from '../platform.ts';
import { type RegistryFlags, registryOptions, showProgress } from '../registry-flags.ts';
import { formatOption } from '../value-options.ts';
import { accessOptions } from './cluster-options.ts';

const PREFLIGHT_FORMATS = ['text', 'json', 'yaml', 'sarif', 'junit'];

interface Flags extends RegistryFlags, LiveFlags {
  readonly filename: readonly string[];
  readonly output: string;
  readonly color: boolean;
  readonly platform?: readonly string[];
  readonly secret?: readonly string[];
  readonly anyImage?: boolean;
  readonly cluster?: boolean;
  readonly quiet?: boolean;
}

/** `pullwhy preflight -f FILE|DIR|-` */
export function preflightCommand(): Command {
  const command = new Command('preflight')
    .description('would every image of these manifests be pulled? before deploying them')
    .requiredOption('-f, --filename <path...>', 'manifests, folders, or - for what a chart or overlay renders to')
    .option(
      '-n, --namespace <name>',
      'namespace of objects that name none (default; with a cluster that of the context)',
    )
    .option(
      '--cluster',
      'with the secrets, ServiceAccounts and nodes of the cluster; --context or --kubeconfig imply it',
    )
    .option('--platform <os/arch...>', 'with --registry: platforms of the nodes: linux/amd64 linux/arm64')
    .option(
      '--secret <file|namespace/name...>',
      'with --registry: log in with these as well: docker configs, Secrets, or Secrets of the cluster',
    )
    .option('--any-image', 'also fields called image outside of pods (custom resources)');
  return registryOptions(accessOptions(command))
    .addOption(formatOption(PREFLIGHT_FORMATS))
    .option('-q, --quiet', 'print nothing; the exit code tells')
    .option('--no-color', 'no colour (NO_COLOR works as well)')
    .action(async (flags: Flags) => {
      const [{ renderPreflight }, { preflight }] = await Promise.all([
        import('../../../render/preflight.ts'),
        import('../../../tasks/preflight/preflight.ts'),
      ]);
      flags.platform?.forEach(checkPlatform);
      const { set, nodePlatforms } = await (wantsCluster(flags) ? withCluster(flags) : alone(flags));
      const report = await preflight(set, { ...(await optionsOf(flags)), nodePlatforms });
      if (flags.quiet !== true) await print(await renderPreflight(report, flags.output, renderOptions(flags)));
      process.exitCode =
        report.summary.errors > 0 ? EXIT.found : report.summary.unknown > 0 ? EXIT.incomplete : EXIT.ok;
    });
}

function wantsCluster({ cluster, context, kubeconfig, as }: Flags): boolean {
  return cluster === true || context !== undefined || kubeconfig !== undefined || as !== undefined;
}

async function alone(flags: Flags): Promise<InCluster> {
  return { set: await manifestsOf(flags, flags.namespace ?? 'default'), nodePlatforms: [] };
}

async function withCluster(flags: Flags): Promise<InCluster> {
  const [{ connect }, { inCluster }] = await Promise.all([
    import('../live.ts'),
    import('../../../tasks/preflight/preflight-cluster.ts'),
  ]);
  const client = await connect(flags);
  try {
    const set = await manifestsOf(flags, flags.namespace ?? client.access.namespace);
    // Platforms matter only where registries are asked for theirs.
    return await inCluster(set, client, { nodes: flags.registry === true && flags.platform === undefined });
  } finally {
    client.access.close();
  }
}

async function manifestsOf({ filename, anyImage }: Flags, namespace: string): Promise<ManifestSet> {
  const [{ readManifests }, { readStandardInput }] = await Promise.all([
    import('../../../sources/manifests/read-manifests.ts'),
    import('../stdin.ts'),
  ]);
  const set = await readManifests(filename, { stdin: readStandardInput, anyImage: anyImage === true, namespace });
  if (set.uses.length === 0) throw new UsageError(nothingIn(filename, set.problems));
  return set;
}

async function optionsOf(flags: Flags) {
  const { readSecrets } = await import('../secrets.ts');
  return {
    registry: flags.registry === true,
    platforms: flags.platform ?? [],
    allowPrivate: flags.allowPrivateRegistries === true,
    onProbe: showProgress,
    ...(flags.secret === undefined ? {} : { secrets: await readSecrets(flags.secret, undefined, flags) }),
    ...(flags.caFile === undefined ? {} : { caFile: flags.caFile }),
  };
}

function nothingIn(paths: readonly string[], problems: readonly string[]): string {
  const why = problems[0] === undefined ? '' : ` (${problems[0]})`;
  return `no pods and no workloads in ${paths.join(', ')}${why}: give manifests, or --any-image for custom resources`;
}
