import { Command } from 'commander';
import { EXIT } from '../../failure.ts';
import { type NodeFlags, openStore, printAnswer, storeOption } from '../../node-bundle.ts';
import { renderOptions } from '../../output.ts';
import { formatOption } from '../../value-options.ts';

interface Flags extends NodeFlags {
  readonly wait?: boolean;
}

/** `pullwhy node status [ID]` */
export function nodeStatusCommand(): Command {
  return new Command('status')
    .description('how far a collection got; without an id, the newest one')
    .argument('[id]', 'collection id, or the name of a node: its newest collection')
    .option('--wait', 'until nothing more comes')
    .addOption(storeOption())
    .addOption(formatOption())
    .option('--no-color', 'no colour (NO_COLOR works as well)')
    .action(async (id: string | undefined, flags: Flags) => {
      const [{ nodeStatus }, { statusText }, store] = await Promise.all([
        import('../../../../tasks/node/status.ts'),
        import('../../../../render/node/status.ts'),
        openStore(flags),
      ]);
      const info = await nodeStatus(store, id, { wait: flags.wait === true });
      await printAnswer(info, flags, (answer) => statusText(answer, renderOptions(flags)));
      process.exitCode = info.state === 'failed' ? EXIT.incomplete : EXIT.ok;
    });
}
