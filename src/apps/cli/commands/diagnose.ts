import { Command } from 'commander';
import type { Report } from '../../../core/report.ts';
import { UsageError } from '../../../core/usage-error.ts';
import { EXIT } from '../failure.ts';
import { formatOf, type OutputFlags, outputOption, printReport } from '../output.ts';
import { parseTargets, selectTargets } from '../target.ts';

interface Flags extends OutputFlags {
  readonly from?: readonly string[];
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
}

/** `pullwhy [diagnose] [TARGET…] --from PATH…` */
export function diagnoseCommand(): Command {
  return new Command('diagnose')
    .description('say why image pulls fail (the default command)')
    .argument('[target...]', 'pod, pod/NAME, deploy/NAME, job/NAME, …; none: everything that is stuck')
    .option(
      '--from <path...>',
      'evidence on disk, any mix: kubectl output, describe text, logs, folders, archives; - is standard input',
    )
    .option('-n, --namespace <name>', 'only this namespace')
    .option('-A, --all-namespaces', 'all namespaces (the default with --from)')
    .addOption(outputOption())
    .option('--show-evidence', 'print every piece of evidence')
    .option('-q, --quiet', 'print nothing; the exit code tells')
    .option('-v, --verbose', 'also pods that are stuck for other reasons')
    .option('--no-color', 'no colour (NO_COLOR works as well)')
    .action(async (targets: string[], flags: Flags) => {
      formatOf(flags.output);
      const report = await diagnoseFrom(targets, flags);
      if (flags.quiet !== true) await printReport(report, flags);
      process.exitCode = report.incidents.length > 0 ? EXIT.found : EXIT.ok;
    });
}

async function diagnoseFrom(targets: readonly string[], flags: Flags): Promise<Report> {
  if (flags.from === undefined) {
    throw new UsageError(
      'no evidence given: try  kubectl get pods,events -o json | pullwhy --from -  or  kubectl describe pod NAME | pullwhy --from -  (pullwhy demo needs neither)',
    );
  }
  const select = selectTargets(parseTargets(targets), flags.namespace);
  const [{ readBundle }, { diagnose }] = await Promise.all([
    import('../../../sources/bundle/read-bundle.ts'),
    import('../../../diagnose.ts'),
  ]);
  const snapshot = await readBundle(flags.from, { stdin: readStdin });
  return diagnose(snapshot, { now: new Date().toISOString(), select });
}

async function readStdin(): Promise<Uint8Array> {
  const { readStandardInput } = await import('../stdin.ts');
  return readStandardInput();
}
