import { createReadStream } from 'node:fs';
import type { Gap } from '../../core/fact.ts';
import { neutralize } from '../../core/redact.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { CollectionStore } from '../node/collection-store.ts';
import { readHead } from '../node/read-head.ts';
import { archiveKind, Budget, unpack } from './archive.ts';
import { assemble } from './assemble.ts';
import { type FoundFile, findFiles, isDenied, type LargeFile, readEnd } from './files.ts';
import { LIMITS, type Limits } from './limits.ts';
import { readLogStream } from './logs/read-log-stream.ts';
import { mayBeCollected } from './may-be-collected.ts';
import { withNodeFile } from './node-file.ts';
import { placeOf } from './place.ts';
import { looksLikeLog, readContent } from './read-content.ts';
import { EMPTY_READING, joinReadings, type Place, type Reading } from './reading.ts';
import { decodeText } from './text-encoding.ts';

export interface ReadBundleOptions {
  /** What `-` stands for. */
  readonly stdin?: () => Promise<Uint8Array>;
  readonly signal?: AbortSignal;
  readonly limits?: Partial<Limits>;
  /** Of tables that show none: what kubectl was asked for. */
  readonly namespace?: string;
  /** Where collections of node evidence are kept: ids name them, and archives too large for memory are unpacked there. */
  readonly store?: () => Promise<CollectionStore>;
  /** RFC 3339; only places log times that have no year. */
  readonly now?: string;
}

const STDIN = '-';
/** Enough of a file to tell what it is. */
const HEAD_BYTES = 64 * 1024;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Everything that the given files, folders, archives and collections (`-`: standard input) tell, as one snapshot.
 * Throws `UsageError` when a path cannot be read, or when nothing in any of them is evidence.
 */
export async function readBundle(paths: readonly string[], options: ReadBundleOptions = {}): Promise<Snapshot> {
  const limits = { ...LIMITS, ...options.limits };
  const run: Run = { limits, budget: new Budget(limits), signal: options.signal };
  const readings: Reading[] = [];
  for (const [index, path] of paths.entries()) {
    const prefix = paths.length > 1 ? `${prefixOf(path, paths, index)}` : '';
    readings.push(await readPath(path, prefix, options, run));
  }
  const reading = joinReadings(readings);
  const snapshot = assemble(reading, {
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    names: paths.map((path) => (path === STDIN ? 'standard input' : neutralize(path))),
    limits,
    now: options.now ?? new Date().toISOString(),
  });
  if (!reading.known && isEmpty(snapshot)) throw new UsageError(nothingFound(paths, snapshot.gaps));
  return snapshot;
}

interface Run {
  readonly limits: Limits;
  readonly budget: Budget;
  readonly signal: AbortSignal | undefined;
}

/** With several paths, locators begin with what tells them apart. */
function prefixOf(path: string, paths: readonly string[], index: number): string {
  const short = lastPart(path);
  const unique = paths.every((other, at) => at === index || lastPart(other) !== short);
  return unique ? short : path;
}

function lastPart(path: string): string {
  return (
    path
      .replace(/[/\\]+$/, '')
      .split(/[/\\]/)
      .at(-1) ?? path
  );
}

async function readPath(path: string, prefix: string, options: ReadBundleOptions, run: Run): Promise<Reading> {
  if (path === STDIN) return readFile(await readStdin(options), prefix, run, 0);
  const readings: Reading[] = [];
  const collected = (await mayBeCollected(path, run.limits)) ? await openCollected(path, options, run) : undefined;
  for await (const file of collected ?? findFiles(path, run.limits, run.signal)) {
    if ('gap' in file) readings.push(gapReading(file.gap));
    else readings.push(await ('full' in file ? readLarge(file, prefix, run) : readFile(file, prefix, run, 0)));
  }
  return joinReadings(readings);
}

async function openCollected(path: string, { store }: ReadBundleOptions, { limits, signal }: Run) {
  const { collectedFiles, collectionBehind } = await import('./collection-files.ts');
  const folder = await collectionBehind(path, await store?.(), signal);
  return folder === undefined ? undefined : collectedFiles(folder, limits, signal);
}

async function readStdin({ stdin }: ReadBundleOptions): Promise<FoundFile> {
  if (stdin === undefined) throw new UsageError('--from -: there is no standard input here; give a path');
  const bytes = await stdin();
  return { path: 'stdin', named: true, bytes, cut: false };
}

/** One file: an archive is unpacked and each of its files read in turn, text is read, other binary files are left. */
async function readFile(found: EvidenceFile, prefix: string, run: Run, depth: number): Promise<Reading> {
  run.signal?.throwIfAborted();
  const name = nameOf(found, prefix);
  const kind = found.cut ? undefined : archiveKind(found.bytes);
  if (kind !== undefined) return readArchive(kind, found, prefix, run, depth);
  const file = withinLimit(found, run.limits.fileBytes);
  const text = decodeText(file.bytes);
  if (text === undefined) return EMPTY_READING;
  if (file.cut && /^\s*[{[]|^\s+[\w"'-]+:/.test(text.slice(0, 200))) {
    return gapReading({ wanted: name, why: 'truncated', how: 'the file is too large to be read: split it' });
  }
  const place = placeOfFile(file);
  const reading = withNodeFile(
    readContent(text, { name, named: file.named, limits: run.limits, place }),
    name,
    text,
    place.node,
  );
  return file.cut ? withGap(reading, { wanted: `the beginning of ${name}`, why: 'truncated' }) : reading;
}

/** A gzip is unpacked to what a tar in it may have; of any other file in it the end is read, as of a large one. */
function withinLimit(file: EvidenceFile, fileBytes: number): EvidenceFile {
  if (file.bytes.length <= fileBytes) return file;
  return { ...file, bytes: file.bytes.subarray(file.bytes.length - fileBytes), cut: true };
}

type EvidenceFile = FoundFile & { readonly node?: string };

/** A long log is read from its beginning to its end, piece by piece; of anything else as much as fits. */
async function readLarge(file: LargeFile & { readonly node?: string }, prefix: string, run: Run): Promise<Reading> {
  const { full, ...rest } = file;
  try {
    const head = await readHead(full, HEAD_BYTES);
    const text = archiveKind(head) === undefined ? decodeText(head) : undefined;
    // UTF-16 comes from small machines: the whole of it is decoded at once.
    if (text !== undefined && !head.includes(0) && looksLikeLog(text)) {
      const place = placeOfFile(file);
      const context = { name: nameOf(file, prefix), named: file.named, limits: run.limits, place };
      return await readLogStream(createReadStream(full, { highWaterMark: CHUNK_BYTES, ...signalOf(run) }), context);
    }
    return await readFile({ ...rest, ...(await readEnd(full, run.limits.fileBytes)) }, prefix, run, 0);
  } catch (error) {
    run.signal?.throwIfAborted();
    return gapReading({ wanted: `file ${nameOf(file, prefix)}`, why: isDenied(error) ? 'forbidden' : 'unreadable' });
  }
}

function signalOf({ signal }: Run): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** What the path tells, and the node that whoever collected it knew. */
function placeOfFile({ path, node }: { readonly path: string; readonly node?: string }): Place {
  const place = placeOf(path);
  return node === undefined || place.node !== undefined ? place : { ...place, node };
}

async function readArchive(
  kind: NonNullable<ReturnType<typeof archiveKind>>,
  file: EvidenceFile,
  prefix: string,
  run: Run,
  depth: number,
): Promise<Reading> {
  const name = nameOf(file, prefix);
  // A gzip around a tar is one archive to people.
  if (depth > run.limits.archiveDepth * 2)
    return gapReading({ wanted: name, why: 'truncated', how: 'an archive too deep in others' });
  const readings: Reading[] = [];
  const single = kind === 'gzip';
  for await (const found of unpack(kind, file.bytes, file.path, run.limits, run.budget)) {
    if ('problem' in found) {
      readings.push(
        gapReading({ wanted: `the rest of ${name}`, why: 'truncated', how: `${found.problem}: collect it again` }),
      );
      continue;
    }
    const path = single || file.named ? found.name : `${file.path}/${found.name}`;
    const inner = { ...file, path, named: single && file.named, bytes: found.bytes };
    readings.push(await readFile(inner, prefix, run, depth + 1));
  }
  return joinReadings(readings);
}

function nameOf({ path }: { readonly path: string }, prefix: string): string {
  const inside = path.replace(/^(?:\.?\/)+/, '');
  if (prefix === '' || inside === prefix) return neutralize(inside);
  return neutralize(prefix.endsWith(`/${inside}`) ? prefix : `${prefix}/${inside}`);
}

function gapReading(gap: Gap): Reading {
  return { ...EMPTY_READING, gaps: [gap] };
}

function withGap(reading: Reading, gap: Gap): Reading {
  return { ...reading, gaps: [...reading.gaps, gap] };
}

function isEmpty({ objects, logs, texts, coverage, gaps }: Snapshot): boolean {
  const refused = gaps.some((gap) => gap.why === 'forbidden');
  return objects.length + logs.length + texts.length + coverage.length === 0 && !refused;
}

function nothingFound(paths: readonly string[], gaps: readonly Gap[]): string {
  const where = paths.map((path) => (path === STDIN ? 'standard input' : neutralize(path))).join(', ');
  const hint =
    'give kubectl describe text, kubectl get -o json/yaml or events output, node logs, or a folder or archive of them';
  const first = gaps[0];
  const damaged = first === undefined ? '' : ` (${first.wanted}: ${first.how ?? first.why})`;
  return `nothing in ${where} looks like evidence of an image pull${damaged}; ${hint}`;
}
