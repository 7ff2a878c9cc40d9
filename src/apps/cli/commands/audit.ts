import { Command } from 'commander';
import type { Snapshot } from '../../../core/snapshot.ts';
import { UsageError } from '../../../core/usage-error.ts';
import { EXIT } from '../failure.ts';
import type { LiveFlags } from '../live.ts';
import { print, renderOptions } from '../output.ts';
import { registryOptions, showProgress } from '../registry-flags.ts';
import { formatOption } from '../value-options.ts';
import { clusterOptions } from './cluster-options.ts';

interface Flags extends LiveFlags {
  readonly from?: readonly string[];
  readonly output: string;
  readonly color: boolean;
  readonly quiet?: boolean;
  readonly resume?: string;
}

/** `pullwhy audit [-A]`, of a live cluster or `--from PATH…` */
export function auditCommand(): Command {
  const command = clusterOptions(
    new Command('audit').description(
      'images that run today and could not be pulled again, and credentials about to end',
    ),
  ).option('--from <path...>', 'evidence on disk instead of a cluster; - is standard input');
  return registryOptions(command)
    .option(
      '--resume <file>',
      'with --registry: keep answers in this file and go on from it; those older than a day are asked anew',
    )
    .addOption(formatOption())
    .option('-q, --quiet', 'print nothing; the exit code tells')
    .option('--no-color', 'no colour (NO_COLOR works as well)')
    .action(async (flags: Flags) => {
      const [{ audit }, { openAuditMemory }, { renderAudit }] = await Promise.all([
        import('../../../tasks/audit/audit.ts'),
        import('../../../tasks/audit/audit-memory.ts'),
        import('../../../render/audit.ts'),
      ]);
      if (flags.resume !== undefined && flags.registry !== true)
        throw new UsageError('--resume keeps the answers of registries: give --registry as well');
      const snapshot = await (flags.from === undefined ? live(flags) : offline(flags.from, flags.namespace));
      const now = new Date().toISOString();
      const memory = flags.resume === undefined ? undefined : await openAuditMemory(flags.resume, now);
      const report = await audit(snapshot, {
        now,
        registry: flags.registry === true,
        allowPrivate: flags.allowPrivateRegistries === true,
        onProbe: showProgress,
        ...(memory === undefined ? {} : { memory }),
        ...(flags.caFile === undefined ? {} : { caFile: flags.caFile }),
      });
      if (flags.quiet !== true) await print(await renderAudit(report, flags.output, renderOptions(flags)));
      const { errors, unknown } = report.summary;
      process.exitCode = errors > 0 ? EXIT.found : unknown > 0 ? EXIT.incomplete : EXIT.ok;
    });
}

async function live(flags: Flags): Promise<Snapshot> {
  const [{ connect }, { gatherRunning }] = await Promise.all([
    import('../live.ts'),
    import('../../../tasks/audit/gather-running.ts'),
  ]);
  const client = await connect(flags);
  try {
    const namespace = flags.allNamespaces === true ? undefined : (flags.namespace ?? client.access.namespace);
    return await gatherRunning(client, namespace, new Date().toISOString());
  } finally {
    client.access.close();
  }
}

async function offline(from: readonly string[], namespace: string | undefined): Promise<Snapshot> {
  const [{ readBundle }, { readStandardInput }] = await Promise.all([
    import('../../../sources/bundle/read-bundle.ts'),
    import('../stdin.ts'),
  ]);
  const snapshot = await readBundle(from, { stdin: readStandardInput });
  if (namespace === undefined) return snapshot;
  return { ...snapshot, objects: snapshot.objects.filter(({ object }) => object.metadata.namespace === namespace) };
}
