import { z } from 'zod';
import { GAP_REASONS } from '../../core/fact.ts';

/** Schemas that many tools share. */
export const text = z.string().exactOptional();
export const number = z.number().exactOptional();
export const strings = z.array(z.string()).readonly();

export const verdict = z.enum(['confirmed', 'likely', 'possible', 'ruled-out']);

export const collectionState = z.enum([
  'queued',
  'running',
  'complete',
  'partial',
  'failed',
  'cancelled',
  'interrupted',
]);

export const gap = z.strictObject({
  what: z.string(),
  why: z.enum(GAP_REASONS).describe('none of these means that it is missing'),
  how: z.string().exactOptional().describe('what would close the gap'),
});

export const gaps = z.array(gap).readonly().describe('what was wanted and could not be seen');

export const coverage = z
  .strictObject({ read: strings.describe('what was read'), skipped: strings.describe('what was left, and why') })
  .describe('what the answer rests on');

export const nextPageToken = z.string().exactOptional().describe('give it back as pageToken for the next page');

export const input = {
  namespace: z.string().min(1).max(253),
  name: z.string().min(1).max(253),
  limit: (most: number, usual: number) =>
    z.int().min(1).max(most).default(usual).describe(`at most so many; ${usual} when left out`),
  pageToken: z.string().max(8_000).optional().describe('nextPageToken of the page before'),
};
