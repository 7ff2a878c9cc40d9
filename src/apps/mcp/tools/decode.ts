import { z } from 'zod';
import { decodeText } from '../../../tasks/decode-text.ts';
import { decoded } from '../answers/decoded.ts';
import { coverage, gaps } from '../parts.ts';
import { defineTool, READS_LOCAL } from '../tool.ts';

const MAX_TEXTS = 50;

export const decode = defineTool({
  name: 'decode',
  title: 'Decode an error message',
  description:
    'What one or more image pull error texts (event messages, waiting messages, log lines) mean: the stage that failed, candidate causes with verdicts, host, HTTP status, what in the text misleads, and the check that would decide. Needs no cluster. A text alone proves little: use diagnose for a pod. Cause ids are explained by explain_cause.',
  input: z.strictObject({
    text: z.string().min(1).max(100_000).optional().describe('one message as it was printed'),
    texts: z.array(z.string().min(1).max(20_000)).max(MAX_TEXTS).optional().describe(`up to ${MAX_TEXTS} messages`),
  }),
  output: z.strictObject({ answers: z.array(decoded).readonly(), coverage, gaps }),
  hints: READS_LOCAL,
  deadlineMs: 20_000,
  async run({ text, texts = [] }) {
    const all = [...(text === undefined ? [] : [text]), ...texts];
    return {
      answers: all.map((each) => decodeText(each)),
      coverage: { read: [`${all.length} texts`], skipped: [] },
      gaps:
        all.length === 0
          ? [{ what: 'a text to decode', why: 'not-collected' as const, how: 'give text or texts' }]
          : [],
    };
  },
  text: ({ answers }) =>
    answers
      .map((answer) =>
        [
          answer.statement,
          `cause ${answer.cause} (${answer.verdict}), stage ${answer.stage}`,
          ...answer.candidates.slice(1).map(({ cause, verdict, why }) => `or ${cause} (${verdict}): ${why}`),
          ...(answer.misleading === null ? [] : [`beware: ${answer.misleading}`]),
          ...(answer.toDecide === null ? [] : [`to decide: ${answer.toDecide}`]),
        ].join('\n'),
      )
      .join('\n\n'),
});
