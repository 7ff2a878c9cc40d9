import { UsageError } from '../../core/usage-error.ts';
import type { Meter } from '../lines/budget.ts';
import { collect } from '../lines/collect.ts';
import type { TextFile } from '../lines/text-file.ts';
import { boundsInWords, type FilePart, type ReadBounds } from './bounds.ts';
import { LineIndex } from './line-index.ts';
import type { BytesRange } from './range.ts';
import { endsInKey, KEY_BYTES, safeLines } from './safe-lines.ts';

/** Bytes by offset, or the last ones; shown as the lines that they are. */
export async function readBytes(
  text: TextFile,
  range: BytesRange,
  bounds: ReadBounds,
  meter: Meter,
): Promise<FilePart> {
  const size = text.seekable ? text.file.size : (await LineIndex.of(text, meter)).size;
  const from = range.unit === 'bytes' ? range.from : Math.max(0, size - range.count);
  const to = range.unit === 'bytes' ? Math.min(range.to, size) : size;
  if (from >= size && size > 0) throw new UsageError(`${text.file.path} has ${size} bytes: none from ${from} on`);
  const bytes = await collect(text, from, Math.min(to, from + bounds.bytes), meter.signal);
  const ahead = await collect(text, Math.max(0, from - KEY_BYTES), from, meter.signal);
  const raw = linesIn(bytes).slice(0, bounds.lines);
  const texts = safeLines(
    raw.map((line) => line.toString('utf8')),
    endsInKey(ahead.toString('utf8')),
    bounds.lineChars,
  );
  const end = from + raw.reduce((sum, line) => sum + line.length, 0);
  let offset = from;
  const lines = texts.map((line, i) => {
    const at = offset;
    offset += raw[i]?.length ?? 0;
    return { offset: at, text: line };
  });
  return {
    lines,
    more: { before: from > 0, after: end < size },
    ...(end < to ? { cut: `${boundsInWords(bounds)}: go on at byte ${end}` } : {}),
    bytesRead: bytes.length,
  };
}

const LINE_FEED = 10;

/** Each with its line feed. */
function linesIn(bytes: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const feed = bytes.indexOf(LINE_FEED, at);
    const end = feed < 0 ? bytes.length : feed + 1;
    lines.push(bytes.subarray(at, end));
    at = end;
  }
  return lines;
}
