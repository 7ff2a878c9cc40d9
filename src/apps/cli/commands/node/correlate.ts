import { Command } from 'commander';
import { parseDuration } from '../../duration.ts';
import { checkFormat, type NodeFlags, nodeOptions, openForCommand, printAnswer } from '../../node-bundle.ts';
import { renderOptions } from '../../output.ts';

interface Flags extends NodeFlags {
  readonly pivot?: string;
  readonly window: string;
  readonly components?: readonly string[];
  readonly limit: string;
}

/** `pullwhy node correlate` */
export function nodeCorrelateCommand(): Command {
  const command = new Command('correlate').description('one timeline over kubelet, runtime, kernel, system and events');
  return nodeOptions(command)
    .option('--pivot <text>', 'only what happened around lines with this text: "failed to pull"')
    .option('--window <duration>', 'how long before and after the pivot; a longer pause also parts two clusters', '60s')
    .option('--components <name...>', 'only these: kubelet, runtime, containerd, cri-o, docker, kernel, system, events')
    .option('--limit <n>', 'events that are listed', '100')
    .option('-v, --verbose', 'every event and cluster')
    .action(async (node: string | undefined, flags: Flags) => {
      checkFormat(flags);
      const windowMs = parseDuration('--window', flags.window);
      const bundle = await openForCommand(node, flags);
      const [{ nodeCorrelation }, { renderCorrelation }] = await Promise.all([
        import('../../../../tasks/node/correlate.ts'),
        import('../../../../render/node/correlate.ts'),
      ]);
      const answer = await nodeCorrelation(bundle, {
        now: new Date().toISOString(),
        limit: Number(flags.limit),
        ...(windowMs === undefined ? {} : { windowSeconds: windowMs / 1000 }),
        ...(flags.pivot === undefined ? {} : { pivot: flags.pivot }),
        ...(flags.components === undefined ? {} : { components: flags.components }),
      });
      await printAnswer(answer, flags, (value) => renderCorrelation(value, renderOptions(flags)));
    });
}
