import type { LogTime } from '../../sources/bundle/reading.ts';
import { collect } from '../lines/collect.ts';
import { readLogTime } from '../lines/log-time.ts';
import type { TextFile } from '../lines/text-file.ts';

/** The times that a file's lines run from and to, as they are written. */
export interface Ends {
  readonly from?: LogTime;
  readonly to?: LogTime;
}

/** Bytes at either end in which a line with a time is looked for. */
const END_BYTES = 64 * 1024;

/** The times of the first and the last line that have one, without reading what is between. */
export async function endsOf(text: TextFile, signal?: AbortSignal): Promise<Ends> {
  if (!text.seekable) return {};
  const { size } = text.file;
  const head = await textOf(text, 0, Math.min(size, END_BYTES), signal);
  const tail = size <= END_BYTES ? head : await textOf(text, size - END_BYTES, size, signal);
  const from = firstTime(head.split('\n'));
  const to = firstTime(tail.split('\n').reverse());
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function firstTime(lines: readonly string[]): LogTime | undefined {
  for (const line of lines) {
    const time = readLogTime(line);
    if (time !== undefined) return time;
  }
  return undefined;
}

async function textOf(text: TextFile, start: number, end: number, signal: AbortSignal | undefined): Promise<string> {
  return (await collect(text, start, end, signal)).toString('utf8');
}
