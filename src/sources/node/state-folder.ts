import { join } from 'node:path';
import { homeFolder } from '../home.ts';

/** What container runtimes give as home to a user that has none: little can be written there, and all answers say so. */
const NO_HOME = '/';

/** Where collections are kept unless `--store` says otherwise (XDG Base Directory Specification). */
export function stateFolder(env: NodeJS.ProcessEnv = process.env): string {
  const base = env.XDG_STATE_HOME;
  // The specification wants relative values to be ignored.
  const state = base?.startsWith('/') === true ? base : join(homeFolder(env) ?? NO_HOME, '.local', 'state');
  return join(state, 'pullwhy');
}
