import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

type Wrapper = (exports: unknown, require: NodeJS.Require, module: NodeJS.Module, file: string, folder: string) => void;

/** Behind the code: which sorts of starts wrote it, and a sum, for V8 believes what it is handed and would crash. */
const SORTS_BYTES = 4;
const SUM_BYTES = 4;

/**
 * V8 compiles a function when it is called first: another command has more to keep than the one that came first. So each
 * sort of start adds what it compiled, and now and then one more does.
 */
const RENEW_MS = 3_600_000;
/** V8 forgets code that was not called for a while: what runs for longer keeps what it had after its start. */
const START_MS = 5_000;
/** What is used is renewed: code this old belongs to another version of Node or pullwhy. */
const UNUSED_MS = 30 * 24 * 3_600_000;

const PARAMETERS = 'exports, require, module, __filename, __dirname';

/**
 * Keeps in `folder` what V8 made of each `.cjs` file that `require` loads from now on, and starts from that the next
 * time. Names of files must change with what is in them, as those of the bundler's chunks do, and none may use
 * `import()`. What does not fit this Node and its `flags` is made anew; a folder that cannot be read or written is as
 * good as an empty one.
 */
export function keepCode(require: NodeJS.Require, folder: string, flags: string): void {
  const fresh = new Map<string, Fresh>();
  const sort = sortOf(process.argv.slice(2));
  require.extensions['.cjs'] = (module, file) => {
    const path = join(folder, nameOf(file, flags));
    const kept = readWhole(path);
    // The bundler writes ASCII (tools/ascii-only.js), which is read quickest so.
    const script = new Script(`(function (${PARAMETERS}) { ${readFileSync(file, 'latin1')}\n})`, {
      filename: file,
      ...(kept && { cachedData: kept.code }),
    });
    const sorts = script.cachedDataRejected === false && kept !== undefined ? kept.sorts : 0;
    if ((sorts & sort) === 0 || isOld(kept, RENEW_MS)) fresh.set(path, { script, sorts: sorts | sort });
    const wrapper = script.runInThisContext() as Wrapper;
    wrapper.call(module.exports, module.exports, createRequire(file), module, file, dirname(file));
  };
  // At the end, when V8 has compiled the functions that were used.
  const keep = () => {
    write(fresh, folder);
    fresh.clear();
  };
  process.once('exit', keep);
  setTimeout(keep, START_MS).unref();
}

interface Fresh {
  readonly script: Script;
  /** Bits of `sortOf`. */
  readonly sorts: number;
}

interface Kept {
  readonly code: Buffer;
  readonly sorts: number;
  /** Milliseconds since 1970. */
  readonly mtimeMs: number;
}

/** One bit of 32 for the command and its flags, whatever they are given. */
function sortOf(words: readonly string[]): number {
  const [first = ''] = words;
  const command = /^[a-z]+$/.test(first) ? first : '';
  const flags = words.filter((word) => word.startsWith('-')).map((flag) => flag.replace(/=.*/s, ''));
  return 1 << (crc32([command, ...flags].join(' ')) % 32);
}

/** The path stands in what V8 makes, and each Node makes its own: other installations have files of their own. */
function nameOf(file: string, flags: string): string {
  const sum = crc32([process.version, process.arch, flags, file].join());
  return `${basename(file)}-${sum.toString(16)}.bin`;
}

/** What was kept in that file; undefined where there is none, it is damaged, or another user wrote it: it would be run. */
function readWhole(path: string): Kept | undefined {
  try {
    const { content, mtimeMs } = readOwn(path);
    const summed = content.subarray(0, -SUM_BYTES);
    if (content.readUInt32LE(summed.length) !== crc32(summed)) return undefined;
    const code = summed.subarray(0, -SORTS_BYTES);
    return { code, sorts: summed.readInt32LE(code.length), mtimeMs };
  } catch {
    return undefined;
  }
}

/** Empty where the file belongs to somebody else, as it can where HOME or the cache is a folder that users share. */
function readOwn(path: string): { readonly content: Buffer; readonly mtimeMs: number } {
  const file = openSync(path, 'r');
  try {
    const user = process.geteuid?.();
    const { uid, mtimeMs } = fstatSync(file);
    return { content: user === undefined || uid === user ? readFileSync(file) : Buffer.alloc(0), mtimeMs };
  } finally {
    closeSync(file);
  }
}

function isOld(file: { readonly mtimeMs: number } | undefined, limit: number): boolean {
  return file !== undefined && Date.now() - file.mtimeMs > limit;
}

function write(fresh: ReadonlyMap<string, Fresh>, folder: string): void {
  try {
    if (fresh.size === 0) return;
    makeFolder(folder);
    sweep(folder);
    for (const [path, { script, sorts }] of fresh) {
      const added = Buffer.alloc(SORTS_BYTES);
      added.writeInt32LE(sorts);
      const summed = Buffer.concat([script.createCachedData(), added]);
      const sum = Buffer.alloc(SUM_BYTES);
      sum.writeUInt32LE(crc32(summed));
      replace(path, Buffer.concat([summed, sum]));
    }
  } catch {
    // The next start compiles as this one did.
  }
}

function sweep(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const ours = entry.isFile() && /\.bin(\.\d+)?$/.test(entry.name);
    if (ours && isOld(statSync(path, { throwIfNoEntry: false }), UNUSED_MS)) rmSync(path, { force: true });
  }
}

/** Not by `recursive`: Node tries for ever where a file system says ENOENT to every new folder, as /proc and autofs do. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  mkdirSync(folder, { mode: 0o700 });
}

/** Renamed in one step, for another start may read at this moment; nothing is left behind on a full disk. */
function replace(path: string, content: Buffer): void {
  const part = `${path}.${process.pid}`;
  try {
    writeFileSync(part, content, { mode: 0o600, flag: 'wx' });
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}
