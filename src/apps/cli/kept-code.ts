import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
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

/** What was kept in that file; undefined where there is none or it is damaged. */
function readWhole(path: string): Buffer | undefined {
  try {
    const file = readFileSync(path);
    const code = file.subarray(0, -SUM_BYTES);
    return file.readUInt32LE(code.length) === crc32(code) ? code : undefined;
  } catch {
    return undefined;
  }
}

function write(fresh: ReadonlyMap<string, Script>, folder: string): void {
  try {
    if (fresh.size > 0) mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [path, script] of fresh) {
      const code = script.createCachedData();
      const sum = Buffer.alloc(SUM_BYTES);
      sum.writeUInt32LE(crc32(code));
      // Renamed in one step: another start may read at this moment.
      const part = `${path}.${process.pid}`;
      writeFileSync(part, Buffer.concat([code, sum]), { mode: 0o600 });
      renameSync(part, path);
    }
  } catch {
    // The next start compiles as this one did.
  }
}
