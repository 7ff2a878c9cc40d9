import { Command } from 'commander';
import { type NodeFlags, nodeOptions, openForCommand, printAnswer } from '../../node-bundle.ts';
import { print, renderOptions } from '../../output.ts';

interface Flags extends NodeFlags {
  readonly finding?: readonly string[];
}

/** `pullwhy node summarize` */
export function nodeSummarizeCommand(): Command {
  const command = new Command('summarize').description('what findings come to: root cause, evidence, fix, escalation');
  return nodeOptions(command, { formats: ['text', 'json', 'yaml', 'sop'] })
    .option('--finding <id...>', 'F-001 of errors, S-001 of search; without any, the unusual findings of the logs')
    .option('-v, --verbose', 'all findings and gaps')
    .action(async (node: string | undefined, flags: Flags) => {
      const bundle = await openForCommand(node, flags);
      const [{ nodeSummary, nodeSummaryReport }, { renderSummary }] = await Promise.all([
        import('../../../../tasks/node/summarize.ts'),
        import('../../../../render/node/summarize.ts'),
      ]);
      const question = {
        now: new Date().toISOString(),
        ...(flags.finding === undefined ? {} : { findingIds: flags.finding.flatMap((ids) => ids.split(',')) }),
      };
      if (flags.output === 'sop') {
        const { renderSop } = await import('../../../../render/sop.ts');
        await print(renderSop(await nodeSummaryReport(bundle, question)));
        return;
      }
      await printAnswer(await nodeSummary(bundle, question), flags, (answer) =>
        renderSummary(answer, renderOptions(flags)),
      );
    });
}
