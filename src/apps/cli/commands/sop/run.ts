import { Command } from 'commander';
import { LEVELS, type Level } from '../../../../core/sop/procedure.ts';
import type { SopRun } from '../../../../core/sop/run.ts';
import { parseDuration } from '../../duration.ts';
import { EXIT } from '../../failure.ts';
import { print, renderOptions } from '../../output.ts';
import { registryOptions } from '../../registry-flags.ts';
import { procedureNamed, type SopFlags, sopOptions } from '../../sop-flags.ts';
import type { SopToolFlags } from '../../sop-tools.ts';
import { choiceOption } from '../../value-options.ts';
import { accessOptions } from '../cluster-options.ts';

interface Flags extends SopFlags, Omit<SopToolFlags, 'sopDir'> {
  readonly pod?: string;
  readonly node?: string;
  readonly image?: string;
  readonly serviceAccount?: string;
  readonly level: Level;
  readonly timeout?: string;
  readonly quiet?: boolean;
}

const FORMATS = ['text', 'json', 'yaml', 'markdown', 'report'];

/** `pullwhy sop run ID --pod NAME -n NAMESPACE` */
export function sopRunCommand(): Command {
  const command = accessOptions(
    new Command('run')
      .description('follow a procedure step by step, and end with its own report')
      .argument('<id>', 'as sop list shows it')
      .option('--pod <name>', 'the pod that is stuck')
      .option('-n, --namespace <name>', 'its namespace')
      .option('--node <name>', 'the node, by name or EC2 instance id; else that of the pod')
      .option('--image <ref>', 'the image; else the one that fails')
      .option('--service-account <name>', 'the ServiceAccount; else that of the pod'),
  )
    .option('--from <path...>', 'evidence on disk instead of a cluster; - is standard input')
    .addOption(choiceOption('--level <level>', 'steps below it are left out', 'level', LEVELS).default('should'))
    .option('--timeout <duration>', 'end the run after this (default: 5m)')
    .option('--store <dir>', 'where collections of node evidence are kept (default: the state folder of the user)')
    .option('-q, --quiet', 'print nothing; the exit code tells');
  return sopOptions(registryOptions(command), FORMATS).action(async (id: string, flags: Flags) => {
    const run = await followed(id, flags);
    const { renderRun } = await import('../../../../render/sop-run.ts');
    if (flags.quiet !== true) await print(await renderRun(run, flags.output, renderOptions(flags)));
    process.exitCode = exitCodeOf(run);
  });
}

async function followed(id: string, flags: Flags): Promise<SopRun> {
  const { procedure } = await procedureNamed(id, flags);
  const [{ runProcedure }, { openSopTools }, { refuseUnknownPod }, { refuseUnknownNode }, { showStep }] =
    await Promise.all([
      import('../../../../sop/run.ts'),
      import('../../sop-tools.ts'),
      import('../../sop-pod.ts'),
      import('../../sop-node.ts'),
      import('../../sop-progress.ts'),
    ]);
  const deadlineMs = parseDuration('--timeout', flags.timeout);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt);
  const now = () => new Date().toISOString();
  const { callTool, close } = await openSopTools(flags, now());
  try {
    await refuseUnknownPod(callTool, flags, stop.signal);
    await refuseUnknownNode(callTool, flags, stop.signal);
    return await runProcedure(procedure, {
      inputs: inputsOf(flags),
      level: flags.level,
      callTool,
      now,
      signal: stop.signal,
      onStep: showStep,
      ...(deadlineMs === undefined || deadlineMs === 0 ? {} : { deadlineMs }),
    });
  } finally {
    process.removeListener('SIGINT', interrupt);
    await close();
  }
}

function inputsOf({ pod, namespace, node, image, serviceAccount }: Flags): { readonly [name: string]: string } {
  const given = { pod, namespace, node, image, serviceAccount };
  return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** As `diagnose`: 1 a root cause was found, 0 nothing is wrong, 3 it could not be finished. */
function exitCodeOf({ rootCauses, ended, steps }: SopRun): number {
  if (rootCauses.length > 0) return EXIT.found;
  const unseen = steps.some(
    ({ level, outcome }) => level === 'must' && (outcome === 'failed' || outcome === 'unknown'),
  );
  return ended === 'finished' && !unseen ? EXIT.ok : EXIT.incomplete;
}
