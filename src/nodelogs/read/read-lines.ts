import { UsageError } from '../../core/usage-error.ts';
import type { Meter } from '../lines/budget.ts';
import { collect } from '../lines/collect.ts';
import type { TextFile } from '../lines/text-file.ts';
import { boundsInWords, type FilePart, type ReadBounds } from './bounds.ts';
import { LineCollector, type RawLine } from './line-collector.ts';
import { LineIndex } from './line-index.ts';
import type { LineRange } from './range.ts';
import { LOOK_BACK_BYTES, safeLines } from './safe-lines.ts';

/** Lines by number, or the last ones: then all are counted. */
export async function readLines(text: TextFile, range: LineRange, bounds: ReadBounds, meter: Meter): Promise<FilePart> {
  const index = await LineIndex.of(text, meter, range.unit === 'lines' ? range.from : undefined);
  const { total } = index;
  const { from, wanted } = linesWanted(range, total ?? 0);
  if (total !== undefined && total > 0 && from > total)
    throw new UsageError(`${text.file.path} has ${total} lines: none from ${from} on`);
  const known = index.before(from);
  const collector = new LineCollector(known.offset, from - known.line, Math.min(wanted, bounds.lines), bounds);
  const bytes = await fill(collector, text, known.offset, meter);
  const { full, offset } = collector;
  const lines = await safe(collector.finish(), text, bounds, meter);
  const next = from + lines.length;
  const after = text.seekable ? offset < text.file.size : total === undefined ? full : next <= total;
  const cut = after && lines.length < wanted && Number.isFinite(wanted);
  return {
    lines: lines.map((line, i) => ({ line: from + i, ...line })),
    more: { before: from > 1, after },
    ...(total === undefined ? {} : { totalLines: total }),
    ...(cut ? { cut: `${boundsInWords(bounds)}: go on at line ${next}` } : {}),
    bytesRead: index.size + bytes,
  };
}

function linesWanted(range: LineRange, total: number): { readonly from: number; readonly wanted: number } {
  if (range.unit === 'lines') return { from: range.from, wanted: range.to - range.from + 1 };
  return { from: Math.max(1, total - range.count + 1), wanted: range.count };
}

async function fill(collector: LineCollector, text: TextFile, start: number, meter: Meter): Promise<number> {
  let bytes = 0;
  for await (const chunk of text.chunks({ start }, meter.signal)) {
    bytes += chunk.length;
    collector.take(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    if (collector.full) break;
  }
  return bytes;
}

async function safe(lines: readonly RawLine[], text: TextFile, bounds: ReadBounds, meter: Meter) {
  const start = lines[0]?.offset ?? 0;
  const ahead = await collect(text, Math.max(0, start - LOOK_BACK_BYTES), start, meter.signal);
  const texts = safeLines(
    lines.map(({ raw }) => raw),
    ahead.toString('utf8'),
    bounds.lineChars,
  );
  return lines.map(({ offset }, i) => ({ offset, text: texts[i] ?? '' }));
}
