import type { SecretExistence } from '../../core/cluster-answer.ts';
import { excerpt } from '../../core/redact.ts';
import type { ClusterClient } from '../../sources/cluster/client.ts';
import { titleOf, type Wanted } from '../../sources/cluster/problem.ts';
import { nodeGapOf } from './wanted-failure.ts';

/** Whether a Secret exists. Only its metadata is asked for; a refusal or any trouble is unknown, never missing. */
export async function secretExists(client: ClusterClient, namespace: string, name: string): Promise<SecretExistence> {
  const wanted: Wanted = { verb: 'get', kind: 'Secret', namespace, name };
  const named = { name: excerpt(name, 300), namespace: excerpt(namespace, 300) };
  const read = { coverage: { read: [titleOf(wanted)], skipped: [] }, gaps: [] };
  const answer = await client.get('Secret', namespace, name, { metadataOnly: true });
  if (answer.ok) return { ...named, exists: true, state: 'exists', reason: 'the API server returned it', ...read };
  if (answer.problem.kind === 'not-found')
    return {
      ...named,
      exists: false,
      state: 'missing',
      reason: 'the API server says that there is none (404)',
      ...read,
    };
  const gap = nodeGapOf(wanted, answer.problem);
  const reason = excerpt(`${gap.why}: ${answer.problem.message}`);
  const unseen = { coverage: { read: [], skipped: [titleOf(wanted)] }, gaps: [gap] };
  return { ...named, exists: null, state: 'unknown', reason, ...unseen };
}
