import { z } from 'zod';
import type { CompareAnswer } from '../../../core/node/compare-answer.ts';
import { strings, text } from '../parts.ts';
import { finding, logLine, nodeAnswer, severity } from './node.ts';

const compared = z
  .array(
    z.strictObject({
      pattern: z.string(),
      title: z.string(),
      severity,
      cause: finding.shape.cause,
      usual: text,
      on: z
        .array(
          z.strictObject({
            node: z.string(),
            collection: z.string(),
            id: z.string(),
            count: z.number(),
            sample: logLine,
          }),
        )
        .readonly(),
      notOn: strings.describe('nodes whose logs were read and have none'),
      unknownOn: strings.describe('nodes whose logs of that kind were not collected'),
    }),
  )
  .readonly();

/** What nodes have in common and what sets them apart. */
export const comparison = z.strictObject({
  kind: z.literal('NodeComparison'),
  reach: z.strictObject({
    is: z.enum(['node-local', 'cluster-wide', 'mixed', 'undecided', 'none']),
    statement: z.string(),
    because: strings,
  }),
  common: compared,
  unique: compared,
  undecided: compared,
  differences: z
    .array(
      z.strictObject({
        topic: z.string(),
        values: z.array(z.strictObject({ node: z.string(), value: z.string() })).readonly(),
        missingOn: strings,
      }),
    )
    .readonly()
    .describe('settings and files that matter for pulls and differ'),
  alike: strings,
  notCompared: z
    .array(z.strictObject({ topic: z.string(), missingOn: strings }))
    .readonly()
    .describe('never to be read as "the same"'),
  ...nodeAnswer,
});

type Same<A, B> = A extends B ? (B extends A ? true : never) : never;
const holds: Same<z.infer<typeof comparison>, CompareAnswer> = true;
void holds;
