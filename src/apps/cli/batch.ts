import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { decodeText } from '../../tasks/decode-text.ts';

/** Answers are gathered to this size before a write: one write a line would cost more than decoding it. */
const WRITE_CHARS = 64 * 1024;

/** A line longer than this is no message; it is answered with an error instead of being kept in memory. */
const MAX_LINE_CHARS = 4 * 1024 * 1024;

/** Answers kept for texts that come again: in logs and events most do. */
const MAX_REMEMBERED = 4_096;

/** A longer text is seldom repeated, and would cost memory. */
const MAX_REMEMBERED_CHARS = 4_096;

/** JSON Lines in, one JSON line each out, in order. A line that cannot be read gets an `error` line of its own. */
export async function decodeLines(input: Readable, output: Writable): Promise<void> {
  const decoded = rememberingDecoder();
  let pending = '';
  const flush = async (least: number) => {
    if (pending.length < least) return;
    const chunk = pending;
    pending = '';
    if (!output.write(chunk)) await once(output, 'drain');
  };
  for await (const line of linesOf(input)) {
    if (line === undefined || line.trim() !== '') pending += `${answerLine(line, decoded)}\n`;
    await flush(WRITE_CHARS);
  }
  await flush(1);
}

/** The answer to one line, as JSON. */
function answerLine(line: string | undefined, decoded: (text: string) => string): string {
  if (line === undefined) return failed({ error: `line over ${MAX_LINE_CHARS} characters` });
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return failed({ error: 'not a JSON line {"id","text"}' });
  }
  const { id, text } = (typeof row === 'object' && row !== null ? row : {}) as { id?: unknown; text?: unknown };
  const named = typeof id === 'string' || typeof id === 'number' ? { id: String(id) } : {};
  if (typeof text !== 'string') return failed({ ...named, error: 'no "text" in this line' });
  const answer = decoded(text);
  return named.id === undefined ? answer : `{"id":${JSON.stringify(named.id)},${answer.slice(1)}`;
}

function failed(answer: { readonly id?: string; readonly error: string }): string {
  return JSON.stringify(answer);
}

/** Decodes to JSON, and knows the newest texts again. */
function rememberingDecoder(): (text: string) => string {
  const remembered = new Map<string, string>();
  return (text) => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const answer = JSON.stringify(decodeText(text));
    if (text.length > MAX_REMEMBERED_CHARS) return answer;
    const [oldest] = remembered.size < MAX_REMEMBERED ? [] : remembered.keys();
    if (oldest !== undefined) remembered.delete(oldest);
    remembered.set(text, answer);
    return answer;
  };
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
