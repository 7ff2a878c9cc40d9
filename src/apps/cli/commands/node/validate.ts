import { Command } from 'commander';
import { EXIT } from '../../failure.ts';
import { type NodeFlags, nodeOptions, openForCommand, openStore, printAnswer } from '../../node-bundle.ts';
import { renderOptions } from '../../output.ts';

/** `pullwhy node validate [NODE]` */
export function nodeValidateCommand(): Command {
  return nodeOptions(
    new Command('validate').description('what was collected, what is missing and what that costs, how old it is'),
  ).action(async (node: string | undefined, flags: NodeFlags) => {
    const [{ nodeValidate }, { validationText }, { collectionState }, store, bundle] = await Promise.all([
      import('../../../../tasks/node/validate.ts'),
      import('../../../../render/node/validation.ts'),
      import('../../../../tasks/node/status.ts'),
      openStore(flags),
      openForCommand(node, flags),
    ]);
    const state = await collectionState(store, bundle.id);
    const now = new Date().toISOString();
    const answer = await nodeValidate(bundle, { now, ...(state === undefined ? {} : { state }) });
    await printAnswer(answer, flags, (told) => validationText(told, renderOptions(flags)));
    process.exitCode = answer.sufficient === 'not-enough' ? EXIT.incomplete : EXIT.ok;
  });
}
