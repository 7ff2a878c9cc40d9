import * as module from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { keepCode } from './kept-code.ts';

/** Younger than the Node whose types are used here. */
type EnableCompileCache = (folder: string) => unknown;

/**
 * Has the code that is compiled kept for the next start: by Node itself, where it can (from 22.8 on). In a folder of the
 * user's own: Node's default is shared by all users of the machine, and what stands there is run.
 */
export function keepCompiled(env: NodeJS.ProcessEnv = process.env): void {
  const { NODE_DISABLE_COMPILE_CACHE: disabled = '' } = env;
  const caches = cacheFolder(env);
  if (caches === undefined || disabled !== '') return;
  const folder = join(caches, 'pullwhy', 'compiled');
  const { enableCompileCache } = module as { readonly enableCompileCache?: EnableCompileCache };
  // A folder that cannot be written is no failure: the code is compiled as ever.
  if (enableCompileCache !== undefined) enableCompileCache(folder);
  else keepCode(module.createRequire(import.meta.url), join(folder, `${process.version}-${process.arch}`));
}

/** XDG Base Directory Specification, which wants relative values to be ignored. */
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
