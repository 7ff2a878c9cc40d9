import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { keepCode } from './kept-code.ts';
import { setV8Flag } from './v8-flag.ts';

/**
 * Has the code that is compiled kept for the next start, in a folder of the user's own: what stands there is run.
 * `NODE_DISABLE_COMPILE_CACHE` turns it off, as it does Node's own cache, which starts slower: it leaves out functions
 * that are compiled late.
 */
export function keepCompiled(env: NodeJS.ProcessEnv = process.env): void {
  const { NODE_DISABLE_COMPILE_CACHE: disabled = '' } = env;
  const caches = cacheFolder(env);
  if (caches === undefined || disabled !== '') return;
  // V8 forgets the code of functions that were not called for a while, as those of the start are at the end.
  setV8Flag('--no-flush-bytecode', [20, 22, 24]);
  keepCode(createRequire(import.meta.url), join(caches, 'pullwhy', 'compiled'));
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
