import { Command } from 'commander';
import type { CollectionState } from '../../../../core/node/status.ts';
import type { RemoveRule } from '../../../../sources/node/collection-store.ts';
import { type NodeFlags, openStore, printAnswer, storeOption } from '../../node-bundle.ts';
import { renderOptions } from '../../output.ts';
import { parseAge, parseSize } from '../../size-and-age.ts';
import { choiceOption, formatOption } from '../../value-options.ts';

interface Flags extends NodeFlags {
  readonly state?: CollectionState;
  readonly remove?: readonly string[];
  readonly removeOlderThan?: string;
  readonly keepBelow?: string;
}

const STATES: readonly CollectionState[] = [
  'queued',
  'running',
  'complete',
  'partial',
  'failed',
  'cancelled',
  'interrupted',
];

/** `pullwhy node history` */
export function nodeHistoryCommand(): Command {
  return new Command('history')
    .description('what was collected and is kept here; also removes it')
    .argument('[node]', 'only collections of this node')
    .addOption(choiceOption('--state <state>', `only these: ${STATES.join(', ')}`, 'state', STATES))
    .option('--remove <id...>', 'remove these collections')
    .option('--remove-older-than <age>', 'remove what is older: 7d, 12h')
    .option('--keep-below <size>', 'remove the oldest until the rest is below this: 2GiB, 500M')
    .addOption(storeOption())
    .addOption(formatOption())
    .option('--no-color', 'no colour (NO_COLOR works as well)')
    .action(async (node: string | undefined, flags: Flags) => {
      const { state } = flags;
      const remove = ruleOf(flags);
      const [{ nodeHistory }, { historyText }, store] = await Promise.all([
        import('../../../../tasks/node/history.ts'),
        import('../../../../render/node/history.ts'),
        openStore(flags),
      ]);
      const history = await nodeHistory(store, {
        ...(node === undefined ? {} : { node }),
        ...(state === undefined ? {} : { state }),
        ...(remove === undefined ? {} : { remove }),
      });
      await printAnswer(history, flags, (answer) => historyText(answer, renderOptions(flags)));
    });
}

function ruleOf({ remove, removeOlderThan, keepBelow }: Flags): RemoveRule | undefined {
  if (remove === undefined && removeOlderThan === undefined && keepBelow === undefined) return undefined;
  return {
    ...(remove === undefined ? {} : { ids: remove }),
    ...(removeOlderThan === undefined ? {} : { olderThanMs: parseAge('--remove-older-than', removeOlderThan) }),
    ...(keepBelow === undefined ? {} : { keepBelow: parseSize('--keep-below', keepBelow) }),
  };
}
