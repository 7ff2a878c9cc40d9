import { answerGaps } from '../../core/fact.ts';
import type { NodeBundle } from '../../core/node/bundle.ts';
import type { ReadAnswer } from '../../core/node/read-answer.ts';
import { UsageError } from '../../core/usage-error.ts';
import { type Budget, Meter } from '../../nodelogs/lines/budget.ts';
import type { ReadBounds } from '../../nodelogs/read/bounds.ts';
import { findFile } from '../../nodelogs/read/find-file.ts';
import { parseRange, type ReadRange } from '../../nodelogs/read/range.ts';
import { readPart } from '../../nodelogs/read/read-file.ts';
import { lineOfSearchId } from '../../nodelogs/search/search-id.ts';
import { nodeIndex } from './errors.ts';
import { isFindingId, normalId } from './finding-id.ts';
import { bounded } from './question.ts';

/** What of a file is wanted; neither lines nor bytes: the beginning, or the surroundings of a finding. */
export interface ReadQuestion {
  /** Path in the collection, the end of one, or a finding or match: `F-001`, `S-001`. */
  readonly path: string;
  /** `100-150`, `100`, `-50` (the last fifty). */
  readonly lines?: string;
  /** The same, in bytes from 0. */
  readonly bytes?: string;
  /** Lines around a finding. */
  readonly context?: number;
  readonly budget?: Budget;
}

const BOUNDS: ReadBounds = { lines: 500, bytes: 128 * 1024, lineChars: 4000 };
const BUDGET: Budget = { bytes: 64 * 1024 ** 3, milliseconds: 60_000 };
const FIRST_LINES = 200;
const DEFAULT_CONTEXT = 10;
const MAX_CONTEXT = 200;

/** A part of a file of the bundle. */
export async function nodeRead(bundle: NodeBundle, question: ReadQuestion): Promise<ReadAnswer> {
  const { path, range, about } = await target(bundle, question);
  const file = findFile(bundle, path);
  const meter = new Meter(question.budget ?? BUDGET);
  const { bytesRead, ...part } = await readPart(file, range, BOUNDS, meter);
  return {
    kind: 'NodeRead',
    collection: bundle.id,
    nodes: file.node === undefined ? bundle.nodes : [file.node],
    path: file.path,
    fileKind: file.kind,
    ...(about === undefined ? {} : { about }),
    ...part,
    coverage: {
      filesTotal: 1,
      filesRead: 1,
      bytesRead,
      unread: file.cut === undefined ? [] : [{ path: file.path, why: 'cut', note: file.cut }],
    },
    gaps: answerGaps(bundle.gaps),
  };
}

interface Target {
  readonly path: string;
  readonly range: ReadRange;
  readonly about?: NonNullable<ReadAnswer['about']>;
}

async function target(bundle: NodeBundle, question: ReadQuestion): Promise<Target> {
  const { path, lines, bytes } = question;
  if (lines !== undefined && bytes !== undefined) throw new UsageError('give lines or bytes, not both');
  if (isFindingId(path)) return aroundFinding(bundle, question);
  if (bytes !== undefined) return { path, range: parseRange('bytes', bytes) };
  return {
    path,
    range: lines === undefined ? { unit: 'lines', from: 1, to: FIRST_LINES } : parseRange('lines', lines),
  };
}

async function aroundFinding(
  bundle: NodeBundle,
  { path, context = DEFAULT_CONTEXT, budget }: ReadQuestion,
): Promise<Target> {
  const id = normalId(path);
  const place = id.startsWith('S')
    ? await lineOfSearchId(bundle, id)
    : (await nodeIndex(bundle, budget)).findings.find((finding) => finding.id === id)?.sample;
  if (place === undefined)
    throw new UsageError(`nothing is called ${id} in ${bundle.id}: errors and search give such ids out`);
  const reach = bounded('a context', context, 0, MAX_CONTEXT);
  const from = Math.max(1, place.line - reach);
  return {
    path: place.path,
    range: { unit: 'lines', from, to: place.line + reach },
    about: { id, line: place.line },
  };
}
