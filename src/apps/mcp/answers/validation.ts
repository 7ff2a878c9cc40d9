import { z } from 'zod';
import type { NodeValidation } from '../../../core/node/validation.ts';
import { collectionState, gap, number, strings, text } from '../parts.ts';
import { nodeAnswer } from './node.ts';

/** Whether the evidence can carry a diagnosis, and what it lacks. */
export const validation = z.strictObject({
  origin: z.string(),
  state: collectionState.exactOptional(),
  sufficient: z
    .enum(['enough', 'partly', 'not-enough'])
    .describe('not-enough: neither the kubelet nor the runtime is heard'),
  byNode: z
    .array(
      z.strictObject({
        node: text,
        needs: z
          .array(
            z.strictObject({
              need: z.string(),
              title: z.string(),
              state: z.enum(['present', 'partial', 'empty', 'missing']),
              files: strings,
              why: gap.shape.why.exactOptional(),
              how: text,
              costs: text.describe('what cannot be told without it'),
              note: text.describe('why a collector of this kind may have left it out'),
            }),
          )
          .readonly(),
      }),
    )
    .readonly(),
  damaged: z
    .array(
      z.strictObject({
        path: z.string(),
        why: z.enum(['empty', 'cut', 'binary', 'damaged', 'unreadable']),
        note: text,
      }),
    )
    .readonly(),
  age: z.strictObject({
    now: z.string(),
    collectedAt: text,
    newestLine: z.strictObject({ at: z.string(), path: z.string() }).exactOptional(),
    ageSeconds: number,
  }),
  clock: z.strictObject({
    synchronized: z.boolean().exactOptional(),
    offsetSeconds: number,
    aheadOfCollectorSeconds: number,
    note: z.string(),
  }),
  ...nodeAnswer,
});

type Same<A, B> = A extends B ? (B extends A ? true : never) : never;
const holds: Same<z.infer<typeof validation>, NodeValidation> = true;
void holds;
