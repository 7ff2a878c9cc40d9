import { Command } from 'commander';
import { type NodeFlags, nodeOptions, openManyForCommand, printAnswer } from '../../node-bundle.ts';
import { renderOptions } from '../../output.ts';

/** `pullwhy node compare` */
export function nodeCompareCommand(): Command {
  const command = new Command('compare').description(
    'what a failing node logs and is set up with that a healthy one is not: one node or all?',
  );
  return nodeOptions(command, { several: true })
    .option('-v, --verbose', 'all findings, also those that are usual on healthy nodes')
    .action(async (nodes: readonly string[], flags: NodeFlags) => {
      const bundles = await openManyForCommand(nodes, flags);
      const [{ nodeComparison }, { renderComparison }] = await Promise.all([
        import('../../../../tasks/node/compare.ts'),
        import('../../../../render/node/compare.ts'),
      ]);
      await printAnswer(await nodeComparison(bundles), flags, (answer) =>
        renderComparison(answer, renderOptions(flags)),
      );
    });
}
