import { Command } from 'commander';
import { type NodeFlags, nodeOptions, openForCommand, printAnswer } from '../../node-bundle.ts';
import { renderOptions } from '../../output.ts';
import { numberOption } from '../../value-options.ts';

interface Flags extends NodeFlags {
  readonly lines?: string;
  readonly bytes?: string;
  readonly context?: number;
}

/** `pullwhy node read FILE [NODE]` */
export function nodeReadCommand(): Command {
  const command = new Command('read')
    .description('a part of one file, by lines or bytes, also from its end and inside .gz')
    .argument('<file>', 'path in the collection, the end of one, or a finding: F-001, S-001');
  return nodeOptions(command)
    .option('--lines <range>', '100-150, 100 (from there on), -50 (the last fifty) (default: the first 200)')
    .option('--bytes <range>', 'the same in bytes of the unpacked text, from 0')
    .addOption(numberOption('-C, --context <n>', 'lines around a finding (default: 10)', 0))
    .action(async (path: string, node: string | undefined, flags: Flags) => {
      const [{ nodeRead }, { readText }, bundle] = await Promise.all([
        import('../../../../tasks/node/read.ts'),
        import('../../../../render/node/read.ts'),
        openForCommand(node, flags),
      ]);
      const answer = await nodeRead(bundle, {
        path,
        ...(flags.lines === undefined ? {} : { lines: flags.lines }),
        ...(flags.bytes === undefined ? {} : { bytes: flags.bytes }),
        ...(flags.context === undefined ? {} : { context: flags.context }),
      });
      await printAnswer(answer, flags, (told) => readText(told, renderOptions(flags)));
    });
}
