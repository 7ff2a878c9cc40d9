import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';

/**
 * The home of the user; undefined for one without, as in containers that run under any number. A HOME that is empty or
 * relative is none: it would have settings read that stand in the current folder, which may be a stranger's.
 */
export function homeFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  ofUser: () => string = homedir,
): string | undefined {
  try {
    const home = env.HOME ?? ofUser();
    return isAbsolute(home) ? home : undefined;
  } catch {
    return undefined;
  }
}
