import { z } from 'zod';
import { SEVERITIES } from '../../core/cause.ts';
import { type AnswerGap, GAP_REASONS } from '../../core/fact.ts';
import type { NodeCoverage } from '../../core/node/answer.ts';
import type { Finding } from '../../core/node/finding.ts';
import type { NodeIndex } from './build-index.ts';

const COUNT = z.number().nonnegative();

const FINDING: z.ZodType<Finding> = z.object({
  id: z.string(),
  severity: z.enum(SEVERITIES),
  pattern: z.string(),
  title: z.string(),
  count: COUNT,
  firstAt: z.string().exactOptional(),
  lastAt: z.string().exactOptional(),
  node: z.string().exactOptional(),
  sample: z.object({ path: z.string(), line: COUNT, at: z.string().exactOptional(), text: z.string() }),
  places: z.array(z.object({ path: z.string(), count: COUNT })),
  cause: z
    .object({ id: z.string(), verdict: z.enum(['confirmed', 'likely', 'possible', 'ruled-out']) })
    .exactOptional(),
  usual: z.string().exactOptional(),
});

const COVERAGE: z.ZodType<NodeCoverage> = z.object({
  filesTotal: COUNT,
  filesRead: COUNT,
  bytesRead: COUNT,
  unread: z.array(
    z.object({
      path: z.string(),
      why: z.enum(['budget', 'damaged', 'cut', 'binary', 'refused', 'unreadable']),
      note: z.string().exactOptional(),
    }),
  ),
  from: z.string().exactOptional(),
  to: z.string().exactOptional(),
});

const GAP: z.ZodType<AnswerGap> = z.object({
  what: z.string(),
  why: z.enum(GAP_REASONS),
  how: z.string().exactOptional(),
});

const INDEX: z.ZodType<NodeIndex> = z.object({
  findings: z.array(FINDING),
  coverage: COVERAGE,
  gaps: z.array(GAP),
});

/** An index as it is kept, and the fingerprint of what it was made from. */
export const STORED_INDEX = z.object({ made: z.string(), index: INDEX });
