import { z } from 'zod';
import { SEVERITIES } from '../../../core/cause.ts';
import type { NodeAnswer } from '../../../core/node/answer.ts';
import type { ErrorsAnswer } from '../../../core/node/errors-answer.ts';
import type { Finding, LogLine } from '../../../core/node/finding.ts';
import type { NodeHistory } from '../../../core/node/history.ts';
import type { NodeProblem } from '../../../core/node/problem.ts';
import type { CollectionInfo } from '../../../core/node/status.ts';
import { collectionState, gap, gaps, nextPageToken, number, strings, text, verdict } from '../parts.ts';

// Schemas that answers about collected node evidence share; `holds` fails to compile when they and the types part.

export const severity = z.enum(SEVERITIES);

/** How an answer of a task is told: with the page token of all tools. */
export type Told<T> = Omit<T, 'nextPage'> & { readonly nextPageToken?: string };

export function told<T extends { readonly nextPage?: string }>({ nextPage, ...answer }: T): Told<T> {
  return { ...answer, ...(nextPage === undefined ? {} : { nextPageToken: nextPage }) };
}

export const nodeAnswer = {
  collection: z.string().describe('id of the collection that was read; give it as executionId'),
  nodes: strings,
  coverage: z
    .strictObject({
      filesTotal: z.number(),
      filesRead: z.number(),
      bytesRead: z.number(),
      unread: z
        .array(
          z.strictObject({
            path: z.string(),
            why: z.enum(['budget', 'damaged', 'cut', 'binary', 'refused', 'unreadable']),
            note: text,
          }),
        )
        .readonly()
        .describe('files that were asked for and not read, or not to the end'),
      from: text,
      to: text,
    })
    .describe('what of the evidence was read'),
  gaps,
};

export const logLine = z.strictObject({ path: z.string(), line: z.number(), at: text, text: z.string() });

export const finding = z.strictObject({
  id: z.string().describe('F-001, S-001: give it to summarize or read'),
  severity,
  pattern: z.string(),
  title: z.string(),
  count: z.number(),
  firstAt: text,
  lastAt: text,
  node: text,
  sample: logLine.describe('the newest line'),
  places: z.array(z.strictObject({ path: z.string(), count: z.number() })).readonly(),
  cause: z.strictObject({ id: z.string(), verdict }).exactOptional(),
  usual: text.describe('set: healthy nodes log such lines too'),
});

export const nodeProblem = z.strictObject({
  code: z.string(),
  severity,
  title: z.string(),
  because: z.array(logLine).readonly(),
  count: number,
  note: text,
  cause: text,
  next: text,
});

export const errors = z.strictObject({
  kind: z.literal('NodeErrors'),
  findings: z.array(finding).readonly(),
  total: z.number(),
  bySeverity: z.strictObject({
    critical: z.number(),
    high: z.number(),
    medium: z.number(),
    low: z.number(),
    info: z.number(),
  }),
  nextPageToken,
  ...nodeAnswer,
});

const collectionGap = z.strictObject({ wanted: z.string(), why: gap.shape.why, how: text });

export const collectionInfo = z.strictObject({
  id: z.string(),
  state: collectionState,
  nodes: strings,
  instances: strings,
  origin: z.string(),
  source: text,
  startedAt: z.string(),
  updatedAt: z.string(),
  finishedAt: text,
  collectedAt: text,
  files: z.number(),
  bytes: z.number(),
  gaps: z.array(collectionGap).readonly(),
  progress: z.strictObject({ doing: z.string(), done: number, total: number }).exactOptional(),
  problem: text,
});

type Same<A, B> = A extends B ? (B extends A ? true : never) : never;
const holds: readonly [
  Same<z.infer<typeof logLine>, LogLine>,
  Same<z.infer<typeof finding>, Finding>,
  Same<z.infer<typeof nodeProblem>, NodeProblem>,
  Same<z.infer<z.ZodObject<typeof nodeAnswer>>, NodeAnswer>,
  Same<z.infer<typeof errors>, Told<ErrorsAnswer>>,
  Same<z.infer<typeof collectionInfo>, CollectionInfo>,
  Same<NodeHistory['collections'][number], CollectionInfo>,
] = [true, true, true, true, true, true, true];
void holds;
