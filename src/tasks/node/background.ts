import { randomUUID } from 'node:crypto';
import type { CollectionInfo } from '../../core/node/status.ts';
import type { CollectionSpec, CollectionStore } from '../../sources/node/collection-store.ts';
import { spawnDetached } from '../../sources/node/detached.ts';

/**
 * Has a collection made by another process, and answers at once how it stands: its id is known before the work begins.
 * `argsOf` gives the command line of this same program that collects with the token, in the foreground.
 * With the token of a collection that is there already, nothing is started.
 */
export async function startInBackground(
  store: CollectionStore,
  spec: CollectionSpec,
  argsOf: (token: string) => readonly string[],
): Promise<CollectionInfo> {
  const token = spec.token ?? randomUUID();
  const id = await store.reserve({ ...spec, token });
  const { state } = await store.info(id);
  if (state === 'queued' || state === 'interrupted' || state === 'failed' || state === 'cancelled') {
    const [script = ''] = process.argv.slice(1);
    const pid = await spawnDetached(process.execPath, [...process.execArgv, script, ...argsOf(token)]);
    if (state === 'queued') await store.assign(id, pid);
  }
  return store.info(id);
}
