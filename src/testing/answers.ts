import type { Fault } from './faults.ts';
import type { Target } from './resources.ts';
import * as status from './status.ts';

/** What the server's clock says, `ahead` seconds off. */
export function dateHeader(now: string | undefined, ahead = 0): string {
  return new Date((now === undefined ? Date.now() : Date.parse(now)) + ahead * 1000).toUTCString();
}

/** The answer of an injected status. */
export function statusAnswer(
  { status: code, retryAfterSeconds }: Extract<Fault, { kind: 'status' }>,
  target: Target,
  verb: string,
  user: string,
) {
  if (code === 401) return status.unauthorized();
  if (code === 403) return status.forbidden(target, verb, user);
  if (code === 429) return status.tooManyRequests(retryAfterSeconds ?? 1);
  return status.internalError(`injected ${code}`);
}

/** A kubeconfig for the replayed cluster, as text. */
export function kubeconfig(url: string, namespace: string, token: string | undefined): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'replay',
    clusters: [{ name: 'replay', cluster: { server: url } }],
    users: [{ name: 'viewer', user: token === undefined ? {} : { token } }],
    contexts: [{ name: 'replay', context: { cluster: 'replay', user: 'viewer', namespace } }],
  };
  return JSON.stringify(config, null, 2);
}
