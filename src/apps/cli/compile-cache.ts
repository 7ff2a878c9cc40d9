import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { keepCode } from './kept-code.ts';

/**
 * Has the code that is compiled kept for the next start, in a folder of the user's own: what stands there is run.
 * `NODE_DISABLE_COMPILE_CACHE` turns it off, as it does Node's own cache, which starts slower: it leaves out functions
 * that are compiled late. `flags`: a word for those of V8 that were set: what is compiled under others does not fit.
 */
export function keepCompiled(flags: string, env: NodeJS.ProcessEnv = process.env): void {
  const { NODE_DISABLE_COMPILE_CACHE: disabled = '' } = env;
  const caches = cacheFolder(env);
  if (caches === undefined || disabled !== '') return;
  keepCode(createRequire(import.meta.url), join(caches, 'pullwhy', 'compiled'), flags);
}

/**
 * XDG Base Directory Specification, which wants relative values to be ignored. Without `sources/home.ts`: the chunk that
 * holds it would be loaded before code is kept.
 */
function cacheFolder({ XDG_CACHE_HOME: base }: NodeJS.ProcessEnv): string | undefined {
  if (base !== undefined && isAbsolute(base)) return base;
  try {
    const home = homedir();
    // A HOME that is empty or relative would have code run that stands in the current folder, which may be a stranger's.
    return isAbsolute(home) ? join(home, '.cache') : undefined;
  } catch {
    // A user without a home: containers that run under any number.
    return undefined;
  }
}
