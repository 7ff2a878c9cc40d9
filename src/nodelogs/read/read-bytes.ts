import { REDACTED } from '../../core/redact-marker.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { Meter } from '../lines/budget.ts';
import { collect } from '../lines/collect.ts';
import type { TextFile } from '../lines/text-file.ts';
import { boundsInWords, type FilePart, type ReadBounds } from './bounds.ts';
import { LineIndex } from './line-index.ts';
import type { BytesRange } from './range.ts';
import { cutLine, harmlessLine, LOOK_BACK_BYTES, safeLines } from './safe-lines.ts';

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
  const until = Math.min(to, from + bounds.bytes);
  const bytes = await collect(text, from, until, meter.signal);
  const before = await collect(text, Math.max(0, from - LOOK_BACK_BYTES), from, meter.signal);
  const behind = await collect(text, until, Math.min(size, until + LOOK_BACK_BYTES), meter.signal);
  const all = linesIn(bytes);
  const raw = all.slice(0, bounds.lines);
  const texts = safePieces(raw, before, raw.length < all.length ? NOTHING : behind, bounds);
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
const NOTHING = Buffer.alloc(0);

/** A range may begin or end inside of a line, and of a secret: such a piece is shown if its whole line hides nothing. */
function safePieces(
  raw: readonly Buffer[],
  before: Buffer,
  behind: Buffer,
  { lineChars }: ReadBounds,
): readonly string[] {
  const head = before.subarray(before.lastIndexOf(LINE_FEED) + 1);
  const feed = behind.indexOf(LINE_FEED);
  const tail = raw.at(-1)?.at(-1) === LINE_FEED ? NOTHING : behind.subarray(0, feed < 0 ? behind.length : feed);
  const whole = raw.map((line, i) =>
    Buffer.concat([i === 0 ? head : NOTHING, line, i === raw.length - 1 ? tail : NOTHING]).toString('utf8'),
  );
  const isUnknown = before.length >= LOOK_BACK_BYTES && head.length === before.length;
  const safe = safeLines(whole, before.toString('utf8'), Number.POSITIVE_INFINITY);
  return raw.map((line, i) => {
    const text = line.toString('utf8');
    const shown = safe[i] ?? '';
    if (i === 0 && isUnknown && wordBytes(head, line) > head.length) return REDACTED;
    if (whole[i] === text) return cutLine(shown, lineChars);
    return shown === harmlessLine(whole[i] ?? '') ? cutLine(harmlessLine(text), lineChars) : REDACTED;
  });
}

const WORD_ENDS = /[\s"',;{}[\]&]/;

/** Length of the word that a line goes on with: where its name was not read it may be a secret of any length. */
function wordBytes(head: Buffer, line: Buffer): number {
  const text = Buffer.concat([head, line]).toString('latin1');
  const end = text.search(WORD_ENDS);
  return end < 0 ? text.length + 1 : end;
}

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
