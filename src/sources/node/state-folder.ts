import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where collections are kept unless `--store` says otherwise (XDG Base Directory Specification). */
export function stateFolder(env: NodeJS.ProcessEnv = process.env): string {
  const base = env.XDG_STATE_HOME;
  // The specification wants relative values to be ignored.
  const state = base?.startsWith('/') === true ? base : join(homedir(), '.local', 'state');
  return join(state, 'pullwhy');
}
