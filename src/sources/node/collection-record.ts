import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { GAP_REASONS, type Gap } from '../../core/fact.ts';
import type { NodeFileKind } from '../../core/node/file-kind.ts';
import { replaceFile } from './durable.ts';

/** What a collection says of itself in `record.json`; its files and gaps are in the journal. */
export interface CollectionRecord {
  readonly version: 1;
  readonly id: string;
  readonly state: 'queued' | 'running' | 'complete' | 'partial' | 'failed' | 'cancelled';
  readonly origin: string;
  readonly nodes: readonly string[];
  readonly instances: readonly string[];
  readonly startedAt: string;
  readonly finishedAt?: string | undefined;
  readonly collectedAt?: string | undefined;
  readonly source?: string | undefined;
  readonly token?: string | undefined;
  readonly problem?: string | undefined;
  /** Once nothing more comes: what else only the journal tells. */
  readonly totals?: Totals | undefined;
}

export interface Totals {
  readonly files: number;
  readonly bytes: number;
  readonly gaps: readonly Gap[];
}

/** A file that is whole on disk. */
export interface StoredFile {
  readonly path: string;
  readonly kind: NodeFileKind;
  readonly size: number;
  readonly compressed: boolean;
  readonly node?: string | undefined;
  readonly modifiedAt?: string | undefined;
  readonly cut?: string | undefined;
}

/** One line of the journal. */
export type JournalLine = { readonly file: StoredFile } | { readonly gap: Gap };

const GAP: z.ZodType<Gap> = z.object({
  wanted: z.string(),
  why: z.enum(GAP_REASONS),
  how: z.string().exactOptional(),
});

const RECORD: z.ZodType<CollectionRecord> = z.object({
  version: z.literal(1),
  id: z.string(),
  state: z.enum(['queued', 'running', 'complete', 'partial', 'failed', 'cancelled']),
  origin: z.string(),
  nodes: z.array(z.string()),
  instances: z.array(z.string()),
  startedAt: z.string(),
  finishedAt: z.string().optional(),
  collectedAt: z.string().optional(),
  source: z.string().optional(),
  token: z.string().optional(),
  problem: z.string().optional(),
  totals: z.object({ files: z.number(), bytes: z.number(), gaps: z.array(GAP) }).optional(),
});

const FILE: z.ZodType<StoredFile> = z.object({
  path: z.string(),
  // Kinds are only compared: one that a later version knows does no harm.
  kind: z.string().transform((kind) => kind as NodeFileKind),
  size: z.number().nonnegative(),
  compressed: z.boolean(),
  node: z.string().optional(),
  modifiedAt: z.string().optional(),
  cut: z.string().optional(),
});

export const JOURNAL_LINE: z.ZodType<JournalLine> = z.union([z.object({ file: FILE }), z.object({ gap: GAP })]);

const RECORD_FILE = 'record.json';

/** Undefined when there is none that can be read, or not one of ours. */
export async function readRecord(folder: string): Promise<CollectionRecord | undefined> {
  try {
    return RECORD.parse(JSON.parse(await readFile(join(folder, RECORD_FILE), 'utf8')));
  } catch {
    return undefined;
  }
}

export async function writeRecord(folder: string, record: CollectionRecord): Promise<void> {
  await replaceFile(join(folder, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
}
