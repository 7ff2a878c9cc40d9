import type { NodeBundle, NodeFile } from '../../core/node/bundle.ts';
import { isLogKind } from '../../core/node/file-kind.ts';
import type { LogKind, Snapshot } from '../../core/snapshot.ts';
import { assemble } from './assemble.ts';
import { LIMITS, type Limits } from './limits.ts';
import { readLog } from './logs/read-log.ts';
import { withNodeFile } from './node-file.ts';
import { placeOf } from './place.ts';
import { readContent } from './read-content.ts';
import { EMPTY_READING, type FileContext, joinReadings, type Place, type Reading, type ReadLog } from './reading.ts';

export interface ReadNodeBundleOptions {
  /** RFC 3339; only places log times that have no year. */
  readonly now: string;
  readonly limits?: Partial<Limits>;
  readonly signal?: AbortSignal;
}

/** Other files than logs are read whole up to this size. */
const SMALL_BYTES = 8 * 1024 * 1024;
/** Logs are read in blocks of about this size, which end where a line ends. */
const BLOCK_BYTES = 8 * 1024 * 1024;

/** Everything that collected evidence of nodes tells, as one snapshot; of logs of any size the newest entries about pulls. */
export async function readNodeBundle(bundle: NodeBundle, options: ReadNodeBundleOptions): Promise<Snapshot> {
  const limits = { ...LIMITS, ...options.limits };
  const readings: Reading[] = [{ ...EMPTY_READING, gaps: bundle.gaps }];
  for (const file of bundle.files) readings.push(await readFile(file, limits, options.signal));
  return assemble(joinReadings(readings), { names: [bundle.id], limits, now: bundle.collectedAt ?? options.now });
}

async function readFile(file: NodeFile, limits: Limits, signal: AbortSignal | undefined): Promise<Reading> {
  const context = { name: file.path, named: false, limits, place: placeOfFile(file) };
  try {
    if (isLogKind(file.kind) && file.kind !== 'events') return await readLogBlocks(file, context, signal);
    if (file.size > SMALL_BYTES) return gapOf(file, 'truncated');
    const text = Buffer.concat(await chunksOf(file, signal)).toString('utf8');
    if (text.includes('\0')) return EMPTY_READING;
    return withNodeFile(readContent(text, context), file.path, text, file.node);
  } catch {
    signal?.throwIfAborted();
    return gapOf(file, 'unreadable');
  }
}

/** Whoever collected it knows its node and kind; an instance id is no name of a node. */
function placeOfFile({ path, node, kind }: NodeFile): Place {
  const known = node === undefined || /^i-[0-9a-f]{8,17}$/.test(node) ? {} : { node };
  const log = LOGS[kind];
  return { ...placeOf(path), ...known, ...(log === undefined ? {} : { log }) };
}

const LOGS: Readonly<Record<string, LogKind>> = {
  kubelet: 'kubelet',
  containerd: 'containerd',
  'cri-o': 'cri-o',
  docker: 'docker',
  kernel: 'kernel',
};

function gapOf({ path }: NodeFile, why: 'truncated' | 'unreadable'): Reading {
  return { ...EMPTY_READING, gaps: [{ wanted: `file ${path}`, why }] };
}

async function chunksOf(file: NodeFile, signal: AbortSignal | undefined): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.read(undefined, signal)) chunks.push(Buffer.from(chunk));
  return chunks;
}

async function readLogBlocks(file: NodeFile, context: FileContext, signal: AbortSignal | undefined): Promise<Reading> {
  let logs: readonly ReadLog[] = [];
  let dropped = false;
  let line = 1;
  for await (const bytes of wholeLines(file, signal)) {
    const text = bytes.toString('utf8');
    const reading = readLog(text, line, context);
    const all = [...logs, ...reading.logs];
    dropped ||= reading.gaps.length > 0 || all.length > context.limits.logEntries;
    logs = all.slice(-context.limits.logEntries).map(detached);
    line += countLines(text);
  }
  const gaps = dropped ? [{ wanted: `older entries of ${file.path}`, why: 'truncated' as const }] : [];
  return { ...EMPTY_READING, known: true, logs, gaps };
}

/** An entry that is a part of a block would keep the block in memory. */
function detached(log: ReadLog): ReadLog {
  return { ...log, raw: Buffer.from(log.raw).toString() };
}

/** The text in blocks that end where a line ends; a longer line is cut. */
async function* wholeLines(file: NodeFile, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of file.read(undefined, signal)) {
    parts.push(Buffer.from(chunk));
    size += chunk.length;
    if (size < BLOCK_BYTES) continue;
    const bytes = Buffer.concat(parts);
    const end = bytes.lastIndexOf(10) + 1 || bytes.length;
    yield bytes.subarray(0, end);
    parts = [Buffer.from(bytes.subarray(end))];
    size = bytes.length - end;
  }
  if (size > 0) yield Buffer.concat(parts);
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
