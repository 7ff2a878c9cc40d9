import { Command } from 'commander';
import { COMPONENTS } from '../../../../core/node/correlate-answer.ts';
import { parseDuration } from '../../duration.ts';
import { type NodeFlags, nodeOptions, openForCommand, printAnswer } from '../../node-bundle.ts';
import { renderOptions } from '../../output.ts';
import { numberOption, offeringOption } from '../../value-options.ts';

interface Flags extends NodeFlags {
  readonly pivot?: string;
  readonly window: string;
  readonly components?: readonly string[];
  readonly limit: number;
}

/** `pullwhy node correlate` */
export function nodeCorrelateCommand(): Command {
  const command = new Command('correlate').description('one timeline over kubelet, runtime, kernel, system and events');
  return nodeOptions(command)
    .option('--pivot <text>', 'only what happened around lines with this text: "failed to pull"')
    .option('--window <duration>', 'how long before and after the pivot; a longer pause also parts two clusters', '60s')
    .addOption(
      offeringOption(
        '--components <name...>',
        'only these: kubelet, runtime, containerd, cri-o, docker, kernel, system, events',
        COMPONENTS,
      ),
    )
    .addOption(numberOption('--limit <n>', 'events that are listed').default(100))
    .option('-v, --verbose', 'every event and cluster')
    .action(async (node: string | undefined, flags: Flags) => {
      const windowMs = parseDuration('--window', flags.window);
      const bundle = await openForCommand(node, flags);
      const [{ nodeCorrelation }, { renderCorrelation }] = await Promise.all([
        import('../../../../tasks/node/correlate.ts'),
        import('../../../../render/node/correlate.ts'),
      ]);
      const answer = await nodeCorrelation(bundle, {
        now: new Date().toISOString(),
        limit: flags.limit,
        ...(windowMs === undefined ? {} : { windowSeconds: windowMs / 1000 }),
        ...(flags.pivot === undefined ? {} : { pivot: flags.pivot }),
        ...(flags.components === undefined ? {} : { components: flags.components }),
      });
      await printAnswer(answer, flags, (value) => renderCorrelation(value, renderOptions(flags)));
    });
}
