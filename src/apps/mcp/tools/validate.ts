import { z } from 'zod';
import { validationText } from '../../../render/node/validation.ts';
import { collectionState } from '../../../tasks/node/status.ts';
import { nodeValidate } from '../../../tasks/node/validate.ts';
import { validation } from '../answers/validation.ts';
import { evidenceInput, openEvidence, storeOf } from '../node-evidence.ts';
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
    const bundle = await openEvidence(which, context);
    const state = await collectionState(store, bundle.id);
    const { signal } = context;
    return nodeValidate(bundle, { now: context.now(), signal, ...(state === undefined ? {} : { state }) });
  },
  text: (answer) => validationText(answer, PLAIN_TEXT),
});
