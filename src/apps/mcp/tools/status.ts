import { z } from 'zod';
import { answerGaps } from '../../../core/fact.ts';
import { isSettled } from '../../../core/node/status.ts';
import { printable } from '../../../core/printable.ts';
import { statusText } from '../../../render/node/status.ts';
import { collectionInfo } from '../answers/node.ts';
import { collectionOf, evidenceInput, storeOf } from '../node-evidence.ts';
import { coverage, gaps } from '../parts.ts';
import { PLAIN_TEXT } from '../plain-text.ts';
import { defineTool, READS_LOCAL } from '../tool.ts';

export const status = defineTool({
  name: 'status',
  title: 'How far a collection got',
  description:
    'State of a collection by the executionId that collect returned, or the newest of a node: queued, running, complete, partial (something could not be read: see gaps), failed, cancelled, interrupted. Call again while it is queued or running; then errors, search and the diagnostics can read it.',
  input: z.strictObject(evidenceInput),
  output: z.strictObject({
    executionId: z.string(),
    done: z.boolean().describe('nothing more comes by itself'),
    collection: collectionInfo,
    coverage,
    gaps,
  }),
  hints: READS_LOCAL,
  deadlineMs: 20_000,
  async run(which, context) {
    const info = printable(await collectionOf(which, storeOf(context), context));
    return {
      executionId: info.id,
      done: isSettled(info.state),
      collection: info,
      coverage: { read: [`the record of collection ${info.id}`], skipped: [] },
      gaps: answerGaps(info.gaps),
    };
  },
  text: ({ collection }) => statusText(collection, PLAIN_TEXT),
});
