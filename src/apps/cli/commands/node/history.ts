import { Command } from 'commander';
import { UsageError } from '../../../../core/usage-error.ts';
import type { RemoveRule } from '../../../../sources/node/collection-store.ts';
import { checkFormat, type NodeFlags, openStore, printAnswer, storeOption } from '../../node-bundle.ts';
import { renderOptions } from '../../output.ts';
import { parseAge, parseSize } from '../../size-and-age.ts';

interface Flags extends NodeFlags {
  readonly state?: string;
  readonly remove?: readonly string[];
  readonly removeOlderThan?: string;
  readonly keepBelow?: string;
}

const STATES = ['queued', 'running', 'complete', 'partial', 'failed', 'cancelled', 'interrupted'] as const;

/** `pullwhy node history` */
export function nodeHistoryCommand(): Command {
  return new Command('history')
    .description('what was collected and is kept here; also removes it')
    .argument('[node]', 'only collections of this node')
    .option('--state <state>', `only these: ${STATES.join(', ')}`)
    .option('--remove <id...>', 'remove these collections')
    .option('--remove-older-than <age>', 'remove what is older: 7d, 12h')
    .option('--keep-below <size>', 'remove the oldest until the rest is below this: 2GiB, 500M')
    .addOption(storeOption())
    .option('-o, --output <format>', 'text, json, yaml', 'text')
    .option('--no-color', 'no colour (NO_COLOR works as well)')
    .action(async (node: string | undefined, flags: Flags) => {
      checkFormat(flags);
      const state = stateOf(flags.state);
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

function stateOf(name: string | undefined): (typeof STATES)[number] | undefined {
  const state = STATES.find((each) => each === name);
  if (name !== undefined && state === undefined)
    throw new UsageError(`no state ${name}: use one of ${STATES.join(', ')}`);
  return state;
}

function ruleOf({ remove, removeOlderThan, keepBelow }: Flags): RemoveRule | undefined {
  if (remove === undefined && removeOlderThan === undefined && keepBelow === undefined) return undefined;
  return {
    ...(remove === undefined ? {} : { ids: remove }),
    ...(removeOlderThan === undefined ? {} : { olderThanMs: parseAge('--remove-older-than', removeOlderThan) }),
    ...(keepBelow === undefined ? {} : { keepBelow: parseSize('--keep-below', keepBelow) }),
  };
}
