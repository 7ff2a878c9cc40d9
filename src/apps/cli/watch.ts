import { excerpt } from '../../core/redact.ts';
import { type Happening, watchIncidents } from '../../watch/watch-incidents.ts';
import { checkScope, connect, type LiveFlags, scopeOf } from './live.ts';
import { print } from './output.ts';

/** Prints what happens until the process is told to stop. */
export async function runWatch(flags: LiveFlags, json: boolean): Promise<void> {
  checkScope(false, flags);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const client = await connect(flags);
  try {
    const question = { targets: [], ...scopeOf(flags, client) };
    const options = { now: () => new Date().toISOString(), signal: stop.signal };
    for await (const happening of watchIncidents(client, question, options)) {
      await print(json ? JSON.stringify(happening) : line(happening));
    }
  } finally {
    client.access.close();
  }
}

/** `22:05:10 opened    tag-not-found (likely), 3 pods: Tag 1.5.0 does not exist in …` */
function line(happening: Happening): string {
  const time = happening.at.slice(11, 19);
  if (happening.type === 'trouble') return excerpt(`${time} trouble   ${happening.message}`);
  const { incident, what, type } = happening;
  const { cause, verdict, scope, statement } = incident;
  const count = scope.pods.length === 1 ? '1 pod' : `${scope.pods.length} pods`;
  const where = scope.namespaces.slice(0, 3).join(', ');
  const changed = what === undefined ? '' : ` [${what}]`;
  return `${time} ${type.padEnd(9)} ${cause.id} (${verdict}), ${count} in ${where}: ${statement}${changed}`;
}
