import { z } from 'zod';
import { validationText } from '../../../render/node/validation.ts';
import { nodeValidate } from '../../../tasks/node/validate.ts';
import { validation } from '../answers/validation.ts';
import { collectionOf, evidenceInput, storeOf } from '../node-evidence.ts';
import { PLAIN_TEXT } from '../plain-text.ts';
import { defineTool, READS_LOCAL } from '../tool.ts';

export const validate = defineTool({
  name: 'validate',
  title: 'Is the evidence enough?',
  description:
    'What was collected of a node, what is missing or damaged and what cannot be told without it, how old it is and by which clock. Ask it before you conclude from a node that something is absent.',
  input: z.strictObject(evidenceInput),
  output: validation,
  hints: READS_LOCAL,
  deadlineMs: 60_000,
  async run(which, context) {
    const store = storeOf(context);
    const { id, state } = await collectionOf(which, store, context);
    return nodeValidate(await store.open(id), { now: context.now(), state, signal: context.signal });
  },
  text: (answer) => validationText(answer, PLAIN_TEXT),
});
