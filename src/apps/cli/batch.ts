import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { decodeText } from '../../decode-text.ts';

/** Answers are gathered to this size before a write: one write a line would cost more than decoding it. */
const WRITE_CHARS = 64 * 1024;

/** A line longer than this is no message; it is answered with an error instead of being kept in memory. */
const MAX_LINE_CHARS = 4 * 1024 * 1024;

/** JSON Lines in, one JSON line each out, in order. A line that cannot be read gets an `error` line of its own. */
export async function decodeLines(input: Readable, output: Writable): Promise<void> {
  let pending = '';
  const flush = async (least: number) => {
    if (pending.length < least) return;
    const chunk = pending;
    pending = '';
    if (!output.write(chunk)) await once(output, 'drain');
  };
  for await (const line of linesOf(input)) {
    if (line === undefined || line.trim() !== '') pending += `${JSON.stringify(answerLine(line))}\n`;
    await flush(WRITE_CHARS);
  }
  await flush(1);
}

function answerLine(line: string | undefined): object {
  if (line === undefined) return { error: `line over ${MAX_LINE_CHARS} characters` };
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return { error: 'not a JSON line {"id","text"}' };
  }
  const { id, text } = (typeof row === 'object' && row !== null ? row : {}) as { id?: unknown; text?: unknown };
  const named = typeof id === 'string' || typeof id === 'number' ? { id: String(id) } : {};
  if (typeof text !== 'string') return { ...named, error: 'no "text" in this line' };
  return { ...named, ...decodeText(text) };
}

/** Lines of a stream; `undefined` for one that is too long. */
async function* linesOf(input: Readable): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  let skipping = false;
  for await (const chunk of input as AsyncIterable<Uint8Array>) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      yield skipping || part.length > MAX_LINE_CHARS ? undefined : part;
      skipping = false;
    }
    if (rest.length > MAX_LINE_CHARS) {
      rest = '';
      skipping = true;
    }
  }
  if (rest !== '' || skipping) yield skipping ? undefined : rest;
}
