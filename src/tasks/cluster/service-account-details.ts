import type { ServiceAccountDetails } from '../../core/cluster-answer.ts';
import { excerpt } from '../../core/redact.ts';
import type { ClusterClient } from '../../sources/cluster/client.ts';
import { titleOf, type Wanted } from '../../sources/cluster/problem.ts';
import { nodeGapOf } from './wanted-failure.ts';

const MAX_NAMES = 50;

/** Names of secrets that a ServiceAccount lists. A refusal is unknown, never empty. */
export async function serviceAccountDetails(
  client: ClusterClient,
  namespace: string,
  name: string,
): Promise<ServiceAccountDetails> {
  const wanted: Wanted = { verb: 'get', kind: 'ServiceAccount', namespace, name };
  const named = { name: excerpt(name, 300), namespace: excerpt(namespace, 300) };
  const nothing = { secrets: [], imagePullSecrets: [] };
  const answer = await client.get('ServiceAccount', namespace, name);
  if (answer.ok) {
    const { secrets, imagePullSecrets } = answer.value as Readonly<Record<string, unknown>>;
    return {
      ...named,
      state: 'exists',
      secrets: namesIn(secrets),
      imagePullSecrets: namesIn(imagePullSecrets),
      note: COPIED,
      coverage: { read: [titleOf(wanted)], skipped: [] },
      gaps: [],
    };
  }
  if (answer.problem.kind === 'not-found')
    return { ...named, ...nothing, state: 'missing', coverage: { read: [titleOf(wanted)], skipped: [] }, gaps: [] };
  const gaps = [nodeGapOf(wanted, answer.problem)];
  return { ...named, ...nothing, state: 'unknown', coverage: { read: [], skipped: [titleOf(wanted)] }, gaps };
}

/** plugin/pkg/admission/serviceaccount, 1.36. */
const COPIED =
  'imagePullSecrets were copied into a pod only when it was created, and only if it listed none itself: compare with the pod';

function namesIn(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_NAMES).flatMap((entry: unknown) => {
    const name = (entry as { readonly name?: unknown } | null)?.name;
    return typeof name === 'string' ? [excerpt(name, 300)] : [];
  });
}
