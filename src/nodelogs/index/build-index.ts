import { largest, smallest } from '../../core/extremes.ts';
import type { AnswerGap } from '../../core/fact.ts';
import type { NodeCoverage, Unread } from '../../core/node/answer.ts';
import type { NodeBundle, NodeFile } from '../../core/node/bundle.ts';
import type { Finding } from '../../core/node/finding.ts';
import { type Budget, Meter } from '../lines/budget.ts';
import { millisOf, rfc3339 } from '../lines/log-time.ts';
import { newestFirst } from '../lines/newest-first.ts';
import { problemOf } from '../lines/stopped.ts';
import { openText } from '../lines/text-file.ts';
import type { Judge } from './judge.ts';
import { Looks } from './look.ts';
import { mergeFindings, referenceTime, type ScannedFile } from './merge.ts';
import { idOf, numbered } from './numbering.ts';
import { type FileTally, type ScanContext, scanFile } from './scan-file.ts';
import { ShapeTable } from './shape-table.ts';

/** Findings of a whole bundle. */
export interface NodeIndex {
  readonly findings: readonly Finding[];
  readonly coverage: NodeCoverage;
  readonly gaps: readonly AnswerGap[];
}

/** Enough for any bundle that a node gives; a caller who waits for less says so. */
export const INDEX_BUDGET: Budget = { bytes: 64 * 1024 ** 3, milliseconds: 15 * 60_000 };

/** Name of the note that keeps the numbers of findings. */
export const FINDING_NUMBERS = 'finding-numbers.json';

/** Reads every file of the bundle once, newest first, and tells what failed. */
export async function buildIndex(bundle: NodeBundle, judge: Judge, budget: Budget = INDEX_BUDGET): Promise<NodeIndex> {
  const context: ScanContext = { table: new ShapeTable(), looks: new Looks(), judge, meter: new Meter(budget) };
  const scanned: ScannedFile[] = [];
  const unread: Unread[] = [];
  for (const file of newestFirst(bundle.files)) {
    const result = await scanOne(bundle, file, context);
    if (result.scanned !== undefined) scanned.push(result.scanned);
    if (result.unread !== undefined) unread.push(result.unread);
  }
  const unnumbered = mergeFindings(scanned, context.looks, referenceTime(bundle, scanned));
  const { numbers, kept } = await numbered(
    bundle.notes,
    FINDING_NUMBERS,
    unnumbered.map(({ key }) => key),
  );
  return {
    findings: unnumbered.map(({ key: _, ...finding }, i) => ({ id: idOf('F', numbers[i] as number), ...finding })),
    coverage: coverageOf(bundle, scanned, unread),
    gaps: kept
      ? []
      : [{ what: 'numbers of findings for later calls', why: 'unreadable', how: 'make the store writable' }],
  };
}

async function scanOne(
  bundle: NodeBundle,
  file: NodeFile,
  context: ScanContext,
): Promise<{ readonly scanned?: ScannedFile; readonly unread?: Unread }> {
  const spent = context.meter.spent();
  if (spent !== undefined) return { unread: { path: file.path, why: 'budget', note: `not begun: ${spent}` } };
  try {
    const text = await openText(file, context.meter.signal);
    if (text.encoding === 'binary') return { unread: { path: file.path, why: 'binary' } };
    const tally = await scanFile(text, context);
    const unread = incomplete(file, tally);
    const node = file.node ?? (bundle.nodes.length === 1 ? bundle.nodes[0] : undefined);
    return { scanned: { file, node, tally }, ...(unread === undefined ? {} : { unread }) };
  } catch (error) {
    context.meter.signal?.throwIfAborted();
    return { unread: { path: file.path, why: 'unreadable', note: problemOf(error) } };
  }
}

function incomplete(file: NodeFile, { stopped, bytes }: FileTally): Unread | undefined {
  const whole = !file.compressed && bytes >= file.size;
  if (stopped !== undefined && !whole) {
    return { path: file.path, why: stopped.why, note: `read to byte ${bytes}: ${stopped.note}` };
  }
  return file.cut === undefined ? undefined : { path: file.path, why: 'cut', note: file.cut };
}

function coverageOf(bundle: NodeBundle, scanned: readonly ScannedFile[], unread: readonly Unread[]): NodeCoverage {
  const reference = referenceTime(bundle, scanned);
  const times = scanned.flatMap(({ tally }) => [tally.from, tally.to].flatMap((t) => millisOf(t, reference) ?? []));
  return {
    filesTotal: bundle.files.length,
    filesRead: scanned.length,
    bytesRead: scanned.reduce((sum, { tally }) => sum + tally.bytes, 0),
    unread,
    ...(times.length === 0 ? {} : { from: rfc3339(smallest(times)), to: rfc3339(largest(times)) }),
  };
}
