import { z } from 'zod';
import type { SearchAnswer } from '../../../core/node/search-answer.ts';
import { nextPageToken, strings, text } from '../parts.ts';
import { finding, logLine, nodeAnswer, type Told } from './node.ts';

/** Lines that fit a search. */
export const search = z.strictObject({
  kind: z.literal('NodeSearch'),
  collections: strings,
  query: z
    .strictObject({
      text: z.string(),
      as: z.enum(['words', 'pattern']),
      ignoreCase: z.boolean(),
      note: text,
      from: text,
      to: text,
    })
    .describe('how the query was taken'),
  matches: z
    .array(
      logLine.extend({
        id: z.string().describe('S-001: give it to summarize or read'),
        collection: z.string(),
        node: text,
        before: strings.exactOptional(),
        after: strings.exactOptional(),
      }),
    )
    .readonly()
    .describe('newest first'),
  total: z.number().describe('over all pages; a lower bound where coverage.unread names a file'),
  places: z.array(z.strictObject({ path: z.string(), count: z.number() })).readonly(),
  related: z
    .array(
      z.strictObject({
        about: z.string(),
        says: z.string(),
        place: z.strictObject({ path: z.string(), line: z.number().exactOptional() }).exactOptional(),
      }),
    )
    .readonly()
    .describe('what answers the question better than the lines do'),
  seeAlso: z
    .array(finding.pick({ id: true, pattern: true, title: true, count: true, cause: true, sample: true }))
    .readonly()
    .describe('findings on what the query asks for in other words'),
  nextPageToken,
  ...nodeAnswer,
});

type Same<A, B> = A extends B ? (B extends A ? true : never) : never;
const holds: Same<z.infer<typeof search>, Told<SearchAnswer>> = true;
void holds;
