import type { EvidenceId } from '../core/evidence.ts';
import { absent, type Fact, present, type Unknown, unknown } from '../core/fact.ts';
import { sh } from '../core/shell.ts';
import { type DecodedPullSecret, decodePullSecret } from '../credentials/docker-config.ts';
import { lastWrittenAt } from '../credentials/token-clock.ts';
import type { CaseContext } from './case-context.ts';
import { pullSecretsId } from './evidence-ids.ts';
import type { Facts } from './facts.ts';
import { gapAbout } from './gaps.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

export interface ListedSecret {
  readonly name: string;
  /** Absent only on direct evidence (the kubelet's event, a whole list of the namespace's Secrets, a 404). */
  readonly secret: Fact<PullSecretFact>;
}

export interface PullSecretFact {
  readonly namespace: string;
  readonly name: string;
  readonly type?: string;
  readonly decoded: DecodedPullSecret;
  readonly createdAt?: string;
  readonly changedAt?: string;
}

/** Names in the pod's `imagePullSecrets`; `kubectl describe` and tables do not show them. */
export function listedSecretsOf({ pod, subject }: CaseContext): Fact<readonly string[]> {
  const listed = pod?.object.spec.imagePullSecrets;
  if (pod !== undefined && (pod.view === 'full' || listed !== undefined)) {
    return present([...new Set((listed ?? []).filter((name) => name.trim() !== ''))], [pullSecretsId(pod.id)]);
  }
  const { pod: name, namespace } = subject;
  if (name === undefined) return unknown('imagePullSecrets of the pod');
  const inNamespace = namespace === undefined ? '' : sh` -n ${namespace}`;
  const how = `${sh`kubectl get pod ${name}`}${inNamespace} -o jsonpath='{.spec.imagePullSecrets}'`;
  return unknown(`imagePullSecrets of pod ${name}`, 'not-collected', how);
}

/** Each listed secret, as far as it was seen. */
export function pullSecretsOf(context: CaseContext, facts: Facts): readonly ListedSecret[] {
  const { listedSecrets } = facts;
  if (listedSecrets.state !== 'present') return [];
  return listedSecrets.value.map((name) => ({ name, secret: secretFact(context, facts, name) }));
}

function secretFact({ index, subject }: CaseContext, facts: Facts, name: string): Fact<PullSecretFact> {
  const { namespace = '' } = subject;
  const seen = index.find('Secret', namespace, name);
  if (seen !== undefined) return present(readSecret(index, seen), [seen.id]);
  const gap = gapAbout(index, 'Secret', namespace, name);
  const missed = missedBy(facts, name);
  if (missed !== undefined) return absent(missed);
  const coverage = index.coverageOf('Secret', namespace, name);
  if (gap === undefined && coverage !== undefined) return absent([coverage.because]);
  return unseenSecret(namespace, name, gap?.why);
}

/** The kubelet itself says that it could not read this secret. */
function missedBy({ unretrievedSecrets }: Facts, name: string): readonly EvidenceId[] | undefined {
  const { state } = unretrievedSecrets;
  return state === 'present' && unretrievedSecrets.value.includes(name) ? unretrievedSecrets.because : undefined;
}

function unseenSecret(namespace: string, name: string, why: Unknown['gap']['why'] = 'not-collected'): Unknown {
  return unknown(`Secret ${namespace}/${name}`, why, sh`kubectl get secret ${name} -n ${namespace}`);
}

/** A seen Secret, decoded once per snapshot. */
export function readSecret(index: SnapshotIndex, seen: SeenOf<'Secret'>): PullSecretFact {
  return index.once(`secret ${seen.id}`, () => {
    const { metadata, type, data } = seen.object;
    const changedAt = lastWrittenAt(metadata);
    const { creationTimestamp } = metadata;
    return {
      namespace: metadata.namespace ?? '',
      name: metadata.name,
      ...(type === undefined ? {} : { type }),
      decoded: decodePullSecret({ type, data, writtenAt: changedAt }),
      ...(creationTimestamp === undefined ? {} : { createdAt: creationTimestamp }),
      ...(changedAt === undefined ? {} : { changedAt }),
    };
  });
}

/** `Unable to retrieve some image pull secrets (a, b); …` (kubelet_pods.go, 1.28+). */
const RETRIEVE = /pull secrets \(([^)]{1,2000})\)/;

/** Secrets that the kubelet could not read, by its event or log. A hint only: it is said on pods that pull well, too. */
export function unretrievedSecretsOf({ podEvents, logs, subject }: CaseContext): Fact<readonly string[]> {
  const events = podEvents.filter((event) => event.kind === 'secret');
  const lines = logs.filter((record) => record.kind === 'secret-missing');
  const named = [
    ...events.flatMap((event) => RETRIEVE.exec(event.message)?.[1]?.split(',') ?? []),
    ...lines.flatMap((record) => record.secret ?? []),
  ];
  const names = [...new Set(named.map((name) => name.trim()).filter((name) => name !== ''))];
  const because = [...events.map((e) => e.seen.id), ...lines.slice(-1).map((r) => r.entry.id)];
  if (names.length > 0) return present(names, because);
  if (podEvents.length > 0) return absent(podEvents.slice(0, 1).map((e) => e.seen.id));
  return unknown(`events of ${subject.pod === undefined ? 'the pod' : `pod ${subject.pod}`}`, 'expired');
}
