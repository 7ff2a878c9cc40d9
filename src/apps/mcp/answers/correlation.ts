import { z } from 'zod';
import { COMPONENTS, type CorrelateAnswer } from '../../../core/node/correlate-answer.ts';
import { text } from '../parts.ts';
import { logLine, nodeAnswer } from './node.ts';

const component = z.enum(COMPONENTS);
const components = z.array(component).readonly();

/** One timeline over everything that a node logged. */
export const correlation = z.strictObject({
  kind: z.literal('NodeCorrelation'),
  pivot: text,
  windowSeconds: z.number(),
  components,
  pivots: z.strictObject({ count: z.number(), firstAt: text, lastAt: text }).exactOptional(),
  events: z
    .array(
      z.strictObject({
        path: z.string(),
        line: z.number(),
        at: z.string(),
        text: z.string(),
        component,
        what: z.string(),
        node: text,
        pivot: z.literal(true).exactOptional(),
      }),
    )
    .readonly(),
  eventsTotal: z.number(),
  clusters: z
    .array(
      z.strictObject({
        from: z.string(),
        to: z.string(),
        events: z.number(),
        pivots: z.number(),
        what: z.array(z.strictObject({ what: z.string(), count: z.number() })).readonly(),
        components,
        first: logLine,
      }),
    )
    .readonly(),
  chains: z
    .array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        certainty: z.enum(['shown', 'partly']),
        links: z
          .array(z.strictObject({ what: z.string(), count: z.number(), evidence: logLine.exactOptional(), gap: text }))
          .readonly(),
      }),
    )
    .readonly()
    .describe('what led to what, where the lines show it'),
  empty: text.describe('why there is nothing, when there is nothing'),
  ...nodeAnswer,
});

type Same<A, B> = A extends B ? (B extends A ? true : never) : never;
const holds: Same<z.infer<typeof correlation>, CorrelateAnswer> = true;
void holds;
