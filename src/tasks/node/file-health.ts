import type { NodeFile } from '../../core/node/bundle.ts';
import { isLogKind, type LogFileKind, type NodeFileKind } from '../../core/node/file-kind.ts';
import type { DamagedFile } from '../../core/node/validation.ts';
import { encodingOf, SNIFF_BYTES } from '../../nodelogs/lines/encoding.ts';
import { readLogTime } from '../../nodelogs/lines/log-time.ts';
import { headOf } from '../../sources/bundle/logs/entry.ts';

type LogTime = ReturnType<typeof readLogTime>;

/** What a look at a file's two ends tells. */
export interface FileHealth {
  readonly damage?: DamagedFile;
  /** The time of the last line that has one. */
  readonly newest?: NonNullable<LogTime>;
  /** Whose lines are in it, as far as was looked. */
  readonly heard: readonly LogFileKind[];
  readonly bytesRead: number;
}

const TAIL_BYTES = 64 * 1024;
/** Compressed files have to be unpacked whole to see their end; larger ones are left. */
const MAX_PACKED = 64 * 1024 * 1024;

/** The size that the EKS log collector cuts `messages` to (`tail -c 100M`, amazon-eks-ami). */
const EKS_TAIL = 100 * 1024 * 1024;

export async function healthOf(file: NodeFile, signal?: AbortSignal): Promise<FileHealth> {
  const { path, size, cut } = file;
  if (size === 0) return { damage: { path, why: 'empty' }, heard: [], bytesRead: 0 };
  try {
    const { head, tail, bytesRead } = await endsOf(file, signal);
    if (head.length === 0) return { damage: { path, why: 'empty' }, heard: [], bytesRead };
    const encoding = encodingOf(head);
    if (encoding === 'binary') return { damage: { path, why: 'binary' }, heard: [], bytesRead };
    const lines = isLogKind(file.kind) ? linesOf(head, tail, encoding) : [];
    const newest = newestIn(lines);
    const note = cut ?? (isEksTail(file) ? 'the collector keeps the last 100 MiB' : undefined);
    return {
      bytesRead,
      heard: heardIn(file.kind, lines),
      ...(note === undefined ? {} : { damage: { path, why: 'cut', note } }),
      ...(newest === undefined ? {} : { newest }),
    };
  } catch (error) {
    signal?.throwIfAborted();
    const note = error instanceof Error ? error.message : String(error);
    return { damage: { path, why: file.compressed ? 'damaged' : 'unreadable', note }, heard: [], bytesRead: 0 };
  }
}

function isEksTail({ path, size }: NodeFile): boolean {
  return size === EKS_TAIL && path.endsWith('var_log/messages');
}

interface Ends {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  readonly bytesRead: number;
}

async function endsOf(file: NodeFile, signal: AbortSignal | undefined): Promise<Ends> {
  const whole = file.compressed && file.size <= MAX_PACKED;
  if (whole) return bothEnds(file.read(undefined, signal));
  const head = await bytesOf(file.read({ end: SNIFF_BYTES }, signal));
  if (file.compressed || file.size <= SNIFF_BYTES) return { head, tail: head, bytesRead: head.length };
  const tail = await bytesOf(file.read({ start: Math.max(0, file.size - TAIL_BYTES) }, signal));
  return { head, tail, bytesRead: head.length + tail.length };
}

async function bothEnds(chunks: AsyncIterable<Uint8Array>): Promise<Ends> {
  let head: Uint8Array = new Uint8Array();
  let tail: Uint8Array = new Uint8Array();
  let bytesRead = 0;
  for await (const chunk of chunks) {
    if (head.length < SNIFF_BYTES) head = Buffer.concat([head, chunk.subarray(0, SNIFF_BYTES - head.length)]);
    tail = chunk.length >= TAIL_BYTES ? chunk.slice(-TAIL_BYTES) : Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES);
    bytesRead += chunk.length;
  }
  return { head, tail, bytesRead };
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

function linesOf(head: Uint8Array, tail: Uint8Array, encoding: string): readonly string[] {
  const decoder = new TextDecoder(encoding);
  return [...decoder.decode(head).split('\n'), ...decoder.decode(tail).split('\n')];
}

function newestIn(lines: readonly string[]): LogTime {
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const time = readLogTime(lines[at] ?? '');
    if (time !== undefined) return time;
  }
  return undefined;
}

/** A journal of all units is heard by its lines; any other log is its unit's. */
function heardIn(kind: NodeFileKind, lines: readonly string[]): readonly LogFileKind[] {
  if (!isLogKind(kind)) return [];
  if (kind !== 'system') return [kind];
  const logs = new Set(lines.map((line) => headOf(line).log));
  return [...logs].filter((log) => log !== undefined && isLogKind(log));
}
