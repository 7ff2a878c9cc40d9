import type { NodeBundle, NodeFile } from '../../core/node/bundle.ts';
import { isLogKind } from '../../core/node/file-kind.ts';
import type { LogKind, Snapshot } from '../../core/snapshot.ts';
import { assemble } from './assemble.ts';
import { LIMITS, type Limits } from './limits.ts';
import { readLogStream } from './logs/read-log-stream.ts';
import { withNodeFile } from './node-file.ts';
import { placeOf } from './place.ts';
import { readContent } from './read-content.ts';
import { EMPTY_READING, joinReadings, type Place, type Reading } from './reading.ts';

export interface ReadNodeBundleOptions {
  /** RFC 3339; only places log times that have no year. */
  readonly now: string;
  readonly limits?: Partial<Limits>;
  readonly signal?: AbortSignal;
}

/** Other files than logs are read whole up to this size. */
const SMALL_BYTES = 8 * 1024 * 1024;

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
    if (isLogKind(file.kind) && file.kind !== 'events')
      return await readLogStream(file.read(undefined, signal), context);
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
