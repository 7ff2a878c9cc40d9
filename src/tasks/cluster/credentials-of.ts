import type { ClusterAnswer } from '../../core/cluster-answer.ts';
import type { AnswerGap } from '../../core/fact.ts';
import { excerpt } from '../../core/redact.ts';
import type { SecretAnswer } from '../../core/secret-answer.ts';
import type { ClusterClient } from '../../sources/cluster/client.ts';
import { titleOf, type Wanted } from '../../sources/cluster/problem.ts';
import { hintFor } from '../../sources/cluster/sightings.ts';
import { parseObject } from '../../sources/objects-schema.ts';
import { explainSecret } from '../explain-secret.ts';
import { nodeGapOf, WantedFailure } from './wanted-failure.ts';

/** What the kubelet makes of pull secrets, for images. Derived facts only; no value is in it. */
export interface CredentialsAnswer extends ClusterAnswer {
  readonly secrets: readonly SecretAnswer[];
  /** Secrets that the pod lists, in its order. */
  readonly listed: readonly string[];
  readonly images: readonly string[];
  readonly notes: readonly string[];
}

export type CredentialsQuestion = { readonly namespace: string; readonly images: readonly string[] } & (
  | { readonly secret: string }
  | { readonly pod: string }
);

const MAX_SECRETS = 20;
const MAX_IMAGES = 20;

/** One Secret by its name, or all that a pod lists, for the pod's images. */
export async function credentialsOf(
  client: ClusterClient,
  question: CredentialsQuestion,
  now: string,
): Promise<CredentialsAnswer> {
  const { namespace } = question;
  const { listed, images, notes } =
    'secret' in question
      ? { listed: [question.secret], images: question.images, notes: [] }
      : await listedBy(client, namespace, question.pod, question.images);
  const seen = await Promise.all(listed.slice(0, MAX_SECRETS).map((name) => readSecret(client, namespace, name)));
  const found = seen.flatMap((one) => (one.state === 'exists' ? [explainSecret(one.secret, images, now)] : []));
  const absent = seen.flatMap(({ state, title }) => (state === 'missing' ? [`${title} does not exist`] : []));
  return {
    secrets: found,
    listed: listed.map((name) => excerpt(name, 300)),
    images: images.map((image) => excerpt(image, 600)),
    notes: [...notes, ...absent],
    coverage: {
      read: seen.flatMap(({ state, title }) => (state === 'unknown' ? [] : [title])),
      skipped: [
        ...seen.flatMap(({ state, title }) => (state === 'unknown' ? [title] : [])),
        ...listed.slice(MAX_SECRETS).map((name) => `Secret ${excerpt(name, 300)}: too many are listed`),
        'files and credential providers of the node: the kubelet may offer more than the secrets',
      ],
    },
    gaps: seen.flatMap((one) => (one.state === 'unknown' ? [one.gap] : [])),
  };
}

async function listedBy(client: ClusterClient, namespace: string, name: string, also: readonly string[]) {
  const wanted: Wanted = { verb: 'get', kind: 'Pod', namespace, name };
  const answer = await client.get('Pod', namespace, name);
  if (!answer.ok) throw new WantedFailure(wanted, answer.problem);
  const pod = parseObject(answer.value, hintFor('Pod'))?.object;
  if (pod?.kind !== 'Pod') throw new WantedFailure(wanted, { kind: 'unreadable', message: 'the answer is no Pod' });
  const listed = pod.spec.imagePullSecrets ?? [];
  const own = pod.spec.containers.flatMap(({ image }) => image ?? []);
  const images = [...new Set([...also, ...own])].slice(0, MAX_IMAGES);
  // The kubelet reads only the pod's own list (kubelet_pods.go, 1.36).
  const notes =
    listed.length > 0
      ? []
      : ['the pod lists no pull secret: the kubelet comes without one, whatever the ServiceAccount lists now'];
  return { listed, images, notes };
}

type SeenSecret = { readonly title: string } & (
  | { readonly state: 'exists'; readonly secret: Parameters<typeof explainSecret>[0] }
  | { readonly state: 'missing' }
  | { readonly state: 'unknown'; readonly gap: AnswerGap }
);

async function readSecret(client: ClusterClient, namespace: string, name: string): Promise<SeenSecret> {
  const wanted: Wanted = { verb: 'get', kind: 'Secret', namespace, name };
  const title = excerpt(titleOf(wanted), 600);
  const answer = await client.get('Secret', namespace, name);
  if (!answer.ok) {
    if (answer.problem.kind === 'not-found') return { title, state: 'missing' };
    return { title, state: 'unknown', gap: nodeGapOf(wanted, answer.problem) };
  }
  const secret = parseObject(answer.value, hintFor('Secret'))?.object;
  if (secret?.kind === 'Secret') return { title, state: 'exists', secret };
  return { title, state: 'unknown', gap: { what: title, why: 'unreadable' } };
}
