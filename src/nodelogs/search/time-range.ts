import { largest, smallest } from '../../core/extremes.ts';
import type { NodeBundle, NodeFile } from '../../core/node/bundle.ts';
import { isLogKind } from '../../core/node/file-kind.ts';
import { millisOf } from '../lines/log-time.ts';
import { openText } from '../lines/text-file.ts';
import { type Ends, endsOf } from './ends.ts';

/** Of the logs of a bundle that need not be unpacked to reach their end; unreadable ones tell nothing. */
export async function endsOfLogs(files: readonly NodeFile[], signal?: AbortSignal): Promise<readonly Ends[]> {
  const ends: Ends[] = [];
  for (const file of files) {
    if (!isLogKind(file.kind)) continue;
    const text = await openText(file, signal).catch(() => undefined);
    if (text !== undefined && text.encoding !== 'binary') ends.push(await endsOf(text, signal).catch(() => ({})));
  }
  signal?.throwIfAborted();
  return ends;
}

/** What tells the year of times without one: full times of the logs themselves; else when it was collected, or kept. */
export function referenceOf(bundle: NodeBundle, ends: readonly Ends[]): number | undefined {
  const full = times(ends, undefined);
  if (full.length > 0) return largest(full);
  const kept = [bundle.collectedAt, ...bundle.files.map(({ modifiedAt }) => modifiedAt)];
  return kept.flatMap((at) => (at === undefined ? [] : Date.parse(at))).find((ms) => !Number.isNaN(ms));
}

export function rangeOf(
  ends: readonly Ends[],
  reference: number | undefined,
): { readonly from?: number; readonly to?: number } {
  const known = times(ends, reference);
  return known.length === 0 ? {} : { from: smallest(known), to: largest(known) };
}

function times(ends: readonly Ends[], reference: number | undefined): readonly number[] {
  return ends.flatMap(({ from, to }) => [from, to].flatMap((time) => millisOf(time, reference) ?? []));
}
