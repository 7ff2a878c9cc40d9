import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

type Wrapper = (exports: unknown, require: NodeJS.Require, module: NodeJS.Module, file: string, folder: string) => void;

/** V8 believes what it is handed, and a damaged file would end the process: a sum stands behind each. */
const SUM_BYTES = 4;

const PARAMETERS = 'exports, require, module, __filename, __dirname';

/**
 * Keeps in `folder` what V8 made of each `.cjs` file that `require` loads from now on, and starts from that the next
 * time. Names of files must change with what is in them, as those of the bundler's chunks do, and none may use
 * `import()`. What does not fit this Node is made anew; a folder that cannot be read or written is as good as an empty
 * one.
 */
export function keepCode(require: NodeJS.Require, folder: string): void {
  const fresh = new Map<string, Script>();
  require.extensions['.cjs'] = (module, file) => {
    // The path stands in what V8 makes: another installation has code of its own.
    const kept = join(folder, `${basename(file)}-${crc32(file).toString(16)}.bin`);
    const cachedData = readWhole(kept);
    const script = new Script(`(function (${PARAMETERS}) { ${readFileSync(file, 'utf8')}\n})`, {
      filename: file,
      ...(cachedData === undefined ? {} : { cachedData }),
    });
    if (script.cachedDataRejected !== false) fresh.set(kept, script);
    const wrapper = script.runInThisContext() as Wrapper;
    wrapper.call(module.exports, module.exports, createRequire(file), module, file, dirname(file));
  };
  // At the end, when V8 has compiled the functions that were used.
  process.once('exit', () => write(fresh, folder));
}

/** What was kept in that file; undefined where there is none, it is damaged, or another user wrote it: it would be run. */
function readWhole(path: string): Buffer | undefined {
  try {
    const file = readOwn(path);
    const code = file.subarray(0, -SUM_BYTES);
    return file.readUInt32LE(code.length) === crc32(code) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Empty where the file belongs to somebody else, as it can where HOME or the cache is a folder that users share. */
function readOwn(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const user = process.geteuid?.();
    return user === undefined || fstatSync(file).uid === user ? readFileSync(file) : Buffer.alloc(0);
  } finally {
    closeSync(file);
  }
}

function write(fresh: ReadonlyMap<string, Script>, folder: string): void {
  try {
    if (fresh.size > 0) makeFolder(folder);
    for (const [path, script] of fresh) {
      const code = script.createCachedData();
      const sum = Buffer.alloc(SUM_BYTES);
      sum.writeUInt32LE(crc32(code));
      replace(path, Buffer.concat([code, sum]));
    }
  } catch {
    // The next start compiles as this one did.
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
