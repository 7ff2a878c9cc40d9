import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { editDistance } from '../../../core/edit-distance.ts';
import type { Report } from '../../../core/report.ts';
import type { Snapshot } from '../../../core/snapshot.ts';
import { UsageError } from '../../../core/usage-error.ts';
import type { Alert } from '../alert.ts';
import { openCheckout } from '../checkout.ts';
import { EXIT, reportFailure } from '../failure.ts';
import type { LiveFlags } from '../live.ts';
import { formatOf, type OutputFlags, outputOption, printReport } from '../output.ts';
import { registryOptions } from '../registry-flags.ts';
import { clusterOptions } from './cluster-options.ts';

interface Flags extends OutputFlags, LiveFlags {
  readonly from?: readonly string[];
  readonly store?: string;
  readonly alert?: string;
  readonly wait?: boolean;
  readonly waitTimeout?: string;
  readonly repo?: string;
}

const EXAMPLES = `
Examples:
  pullwhy deploy/api -n shop             one workload
  pullwhy -A -o markdown                 everything that is stuck, for a ticket
  pullwhy api-1 --from dump.yaml k.log   the same from files
  pullwhy deploy/api --wait              after a fix: until it runs
  pullwhy --repo . -o patch | git apply  in a checkout: the fix in the manifests`;

/** `pullwhy [diagnose] [TARGET…]`, of a live cluster or `--from PATH…`. `commands`: names that a target may have been meant for. */
export function diagnoseCommand(commands: readonly string[]): Command {
  const command = clusterOptions(
    new Command('diagnose')
      .description('say why image pulls fail (the default command)')
      .argument('[target...]', 'pod, pod/NAME, deploy/NAME, job/NAME, …; none: everything that is stuck'),
  );
  return registryOptions(command)
    .option(
      '--from <path...>',
      'evidence on disk instead of a cluster, any mix: kubectl output, describe text, logs, folders, archives, a collection id of pullwhy node; - is standard input',
    )
    .option('--store <dir>', 'with --from: where collections are kept (default: the state folder of the user)')
    .option(
      '--alert <file>',
      'what an alert points at: Alertmanager payload, alert labels or metric lines; - is standard input',
    )
    .option('-l, --selector <labels>', 'only pods with these labels')
    .option('--thorough', 'read more: all pods of the scope, and pull secrets that no pod names')
    .option(
      '--node-logs',
      'also ask the nodes of the failing pods for their kubelet and runtime logs (get nodes/proxy)',
    )
    .option('--wait', 'after a fix: follow the pods until they run, or fail again and say why')
    .option('--wait-timeout <duration>', 'give up waiting after this; 0 never (default: 15m)')
    .option(
      '--repo <dir>',
      'checkout of the manifests: also find the file and line to change there, and write the patch',
    )
    .addOption(outputOption())
    .option('--show-evidence', 'print every piece of evidence')
    .option('-q, --quiet', 'print nothing; the exit code tells')
    .option('-v, --verbose', 'also pods that are stuck for other reasons')
    .option('--no-color', 'no colour (NO_COLOR works as well)')
    .addHelpText('after', EXAMPLES)
    .action(async (targets: string[], flags: Flags) => {
      const orCommand = (error: unknown) => meantCommand(error, targets, commands);
      try {
        await run(targets, flags, orCommand);
      } catch (error) {
        throw orCommand(error);
      }
    });
}

/** A command that is misspelt is taken for a pod: where there is none of that name, the command is named. */
function meantCommand(error: unknown, [first = '']: readonly string[], commands: readonly string[]): unknown {
  const near = commands.find(
    (name) => name !== first && name[0] === first[0] && editDistance(first, name, MAX_SLIPS) <= MAX_SLIPS,
  );
  return near === undefined || !(error instanceof UsageError)
    ? error
    : new UsageError(`${error.message}; or was the command ${near} meant?`);
}

const MAX_SLIPS = 2;

async function run(targets: readonly string[], flags: Flags, orCommand: (error: unknown) => unknown): Promise<void> {
  if (formatOf(flags.output) === 'patch' && flags.repo === undefined) {
    throw new UsageError('-o patch changes the manifests of a checkout: name it with --repo DIR');
  }
  if (flags.wait === true && flags.from !== undefined) {
    throw new UsageError('--wait follows a live cluster: leave it out with --from');
  }
  if (flags.waitTimeout !== undefined && flags.wait !== true) {
    throw new UsageError('--wait-timeout goes with --wait: give that too');
  }
  if (flags.nodeLogs === true && flags.from !== undefined) {
    throw new UsageError('--node-logs asks a live cluster: give the logs, or the id of a collection, to --from');
  }
  if (flags.store !== undefined && flags.from === undefined)
    throw new UsageError('--store says where --from COLLECTION is kept: give --from too');
  const { withBuilds, inCheckout } = await openCheckout(flags.repo);
  const seen = await (flags.from === undefined
    ? live(targets, flags, withBuilds)
    : offline(targets, flags, withBuilds));
  const { trouble } = seen;
  const report = inCheckout(seen.report, seen.snapshot);
  const empty = report.incidents.length + report.notImagePull.length === 0;
  // Where nothing could be seen, "no failures" would be a lie.
  if (flags.quiet !== true && (trouble === undefined || !empty)) await printReport(report, flags);
  process.exitCode = report.incidents.length > 0 ? EXIT.found : EXIT.ok;
  if (trouble !== undefined) process.exitCode = reportFailure(orCommand(trouble), flags.verbose === true);
  else if (flags.wait === true && report.incidents.length > 0) process.exitCode = await wait(report, targets, flags);
}

interface Diagnosed {
  readonly report: Report;
  readonly snapshot: Snapshot;
  readonly trouble?: Error;
}

type AddEvidence = (snapshot: Snapshot) => Snapshot;

async function live(targets: readonly string[], flags: Flags, add?: AddEvidence): Promise<Diagnosed> {
  const { diagnoseLive } = await import('../live.ts');
  return diagnoseLive(targets, flags, await alertsOf(targets, flags), add);
}

async function offline(targets: readonly string[], flags: Flags, add: AddEvidence): Promise<Diagnosed> {
  if (flags.selector !== undefined) throw new UsageError('-l asks a live cluster: leave it out with --from');
  const { diagnoseOffline } = await import('../offline.ts');
  return diagnoseOffline(targets, flags, await alertsOf(targets, flags), add);
}

/** 0 when all pods run in the end; else what fails now is told, and 1. */
async function wait(before: Report, targets: readonly string[], flags: Flags): Promise<number> {
  const { waitFor } = await import('../wait.ts');
  const { fixed, again } = await waitFor(before, flags, flags.waitTimeout);
  if (fixed) return EXIT.ok;
  if (again) {
    const { report } = await live(targets, flags);
    if (flags.quiet !== true) await printReport(report, flags);
  }
  return EXIT.found;
}

/** The alerts of `--alert`; none without it. */
async function alertsOf(words: readonly string[], { alert, namespace, selector, from }: Flags): Promise<Alert[]> {
  if (alert === undefined) return [];
  if (words.length > 0 || namespace !== undefined || selector !== undefined) {
    throw new UsageError('--alert says itself what it is about: leave out names, -n and -l');
  }
  if (alert === '-' && from?.includes('-') === true)
    throw new UsageError('--alert - and --from - cannot both be standard input');
  const { parseAlerts } = await import('../alert.ts');
  return parseAlerts(alert === '-' ? new TextDecoder().decode(await readStdin()) : readAlertFile(alert));
}

function readAlertFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--alert ${file}${missing ? ': no such file' : ` cannot be read: ${why}`}`);
  }
}

async function readStdin(): Promise<Uint8Array> {
  const { readStandardInput } = await import('../stdin.ts');
  return readStandardInput();
}
