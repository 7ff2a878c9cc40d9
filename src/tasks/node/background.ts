import { randomUUID } from 'node:crypto';
import type { CollectionInfo, CollectionState } from '../../core/node/status.ts';
import type { CollectionSpec, CollectionStore } from '../../sources/node/collection-store.ts';
import { spawnDetached } from '../../sources/node/detached.ts';

/** A program that collects in the foreground. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** Of these nothing more comes unless someone goes on with them. */
const LEFT: ReadonlySet<CollectionState> = new Set(['interrupted', 'failed', 'cancelled']);

/**
 * Has a collection made by another process, and answers at once how it stands: its id is known before the work begins.
 * `argsOf` gives the command line of this same program that collects with the token, in the foreground.
 * With the token of a collection that is finished or under way, nothing is started.
 */
export async function startInBackground(
  store: CollectionStore,
  spec: CollectionSpec,
  argsOf: (token: string) => readonly string[],
  program: Program = thisProgram(),
): Promise<CollectionInfo> {
  const token = spec.token ?? randomUUID();
  const { id, made } = await store.reserve({ ...spec, token });
  const { state } = await store.info(id);
  if (made || LEFT.has(state)) {
    const pid = await spawnDetached(program.command, [...program.args, ...argsOf(token)]);
    if (made) await store.assign(id, pid);
  }
  return store.info(id);
}

function thisProgram(): Program {
  return { command: process.execPath, args: [...process.execArgv, process.argv[1] ?? ''] };
}
