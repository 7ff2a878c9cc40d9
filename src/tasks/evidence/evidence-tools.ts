import type { EventList, ResourceList, SecretExistence, ServiceAccountDetails } from '../../core/cluster-answer.ts';
import type { AnswerGap } from '../../core/fact.ts';
import type { KubeEvent, KubeObject } from '../../core/objects.ts';
import { excerpt } from '../../core/redact.ts';
import type { Report } from '../../core/report.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Subject } from '../../facts/facts.ts';
import type { CredentialsAnswer } from '../cluster/credentials-of.ts';
import { byNewest, eventItem } from '../cluster/event-item.ts';
import { isAboutPull } from '../cluster/image-pull-events.ts';
import { resourceItem } from '../cluster/resource-item.ts';
import { diagnose } from '../diagnose/diagnose.ts';
import { explainSecret } from '../explain-secret.ts';

/** A question about one object, or about all of a kind. */
export interface ObjectQuestion {
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
}

const MAX_ITEMS = 200;
const MAX_SECRETS = 20;

/**
 * The answers of the cluster tools, from evidence on disk instead of a cluster. What the evidence does not hold is
 * absent only where a list in it was read whole; else it was not collected.
 */
export class EvidenceTools {
  readonly #snapshot: Snapshot;
  readonly #now: string;

  constructor(snapshot: Snapshot, now: string) {
    this.#snapshot = snapshot;
    this.#now = now;
  }

  list(question: ObjectQuestion): ResourceList {
    const found = this.#objects(question);
    const gap = found.length === 0 ? this.#gap(question) : undefined;
    return {
      kind: question.kind,
      items: found.slice(0, MAX_ITEMS).map((object) => resourceItem(question.kind, object)),
      ...this.#told(gap),
    };
  }

  events({ namespace, name, kind }: Partial<ObjectQuestion>, pullsOnly: boolean): EventList {
    const all = this.#objects({ kind: 'Event' }).filter((object): object is KubeEvent => object.kind === 'Event');
    const found = all.filter(
      (event) =>
        (namespace === undefined || (event.involved.namespace ?? event.metadata.namespace) === namespace) &&
        (name === undefined || event.involved.name === name) &&
        (kind === undefined || event.involved.kind === kind) &&
        (!pullsOnly || isAboutPull(event)),
    );
    const about = name === undefined ? 'events' : `events of ${name}`;
    const gap: AnswerGap | undefined =
      found.length > 0 ? undefined : { what: excerpt(about, 300), why: all.length > 0 ? 'expired' : 'not-collected' };
    return { events: found.sort(byNewest).slice(0, MAX_ITEMS).map(eventItem), ...this.#told(gap) };
  }

  serviceAccount(namespace: string, name: string): ServiceAccountDetails {
    const question = { kind: 'ServiceAccount', namespace, name };
    const [object] = this.#objects(question);
    const named = { name: excerpt(name, 300), namespace: excerpt(namespace, 300), secrets: [] };
    if (object?.kind === 'ServiceAccount') {
      const imagePullSecrets = object.imagePullSecrets.map((secret) => excerpt(secret, 300));
      return { ...named, state: 'exists', imagePullSecrets, ...this.#told(undefined) };
    }
    const gap = this.#gap(question);
    return { ...named, state: gap === undefined ? 'missing' : 'unknown', imagePullSecrets: [], ...this.#told(gap) };
  }

  secretExists(namespace: string, name: string): SecretExistence {
    const question = { kind: 'Secret', namespace, name };
    const named = { name: excerpt(name, 300), namespace: excerpt(namespace, 300) };
    if (this.#objects(question).length > 0)
      return { ...named, exists: true, state: 'exists', reason: 'it is in the evidence', ...this.#told(undefined) };
    const gap = this.#gap(question);
    if (gap === undefined) {
      const reason = 'the evidence holds all secrets of the namespace, and not this one';
      return { ...named, exists: false, state: 'missing', reason, ...this.#told(undefined) };
    }
    return { ...named, exists: null, state: 'unknown', reason: gap.why, ...this.#told(gap) };
  }

  /** What the kubelet makes of the secrets that a pod lists; they count as far as they were collected. */
  credentials(namespace: string, name: string): CredentialsAnswer {
    const [pod] = this.#objects({ kind: 'Pod', namespace, name });
    const listed = pod?.kind === 'Pod' ? (pod.spec.imagePullSecrets ?? []) : [];
    const images = pod?.kind === 'Pod' ? pod.spec.containers.flatMap(({ image }) => image ?? []) : [];
    const asked = listed.slice(0, MAX_SECRETS).map((secret) => ({ kind: 'Secret', namespace, name: secret }));
    const found = asked.flatMap((question) => this.#objects(question)).filter((object) => object.kind === 'Secret');
    const wanted = pod === undefined ? [{ kind: 'Pod', namespace, name }] : asked;
    const missing = wanted.filter((question) => this.#objects(question).length === 0);
    const { coverage } = this.#told(undefined);
    return {
      secrets: found.map((secret) => explainSecret(secret, [...new Set(images)], this.#now)),
      listed: listed.map((secret) => excerpt(secret, 300)),
      images: images.map((image) => excerpt(image, 600)),
      notes: [],
      coverage,
      gaps: missing.flatMap((question) => this.#gap(question) ?? []),
    };
  }

  /** The report on one pod; on everything when none is named. */
  diagnose(namespace: string | undefined, pod: string | undefined): Report {
    const select = (subject: Subject) =>
      (namespace === undefined || subject.namespace === namespace) && (pod === undefined || subject.pod === pod);
    const report = diagnose(this.#snapshot, { now: this.#now, select });
    return {
      ...report,
      notImagePull: report.notImagePull.filter(
        (other) =>
          (namespace === undefined || other.pod.namespace === namespace) &&
          (pod === undefined || other.pod.name === pod),
      ),
    };
  }

  #objects({ kind, namespace, name }: ObjectQuestion): KubeObject[] {
    return this.#snapshot.objects
      .map(({ object }) => object)
      .filter(
        (object) =>
          object.kind === kind &&
          (name === undefined || object.metadata.name === name) &&
          (namespace === undefined || object.metadata.namespace === namespace),
      );
  }

  /** Why an object that is not in the evidence may exist nevertheless; undefined when it surely does not. */
  #gap({ kind, namespace, name }: ObjectQuestion): AnswerGap | undefined {
    const covered = this.#snapshot.coverage.some(
      (part) =>
        part.kind === kind &&
        (part.namespace === undefined || part.namespace === namespace) &&
        (part.name === undefined || part.name === name),
    );
    if (covered) return undefined;
    const where = namespace === undefined ? '' : `${namespace}/`;
    const what = excerpt(name === undefined ? `${kind} objects` : `${kind} ${where}${name}`, 300);
    const known = this.#snapshot.gaps.find(({ wanted }) => wanted === what);
    return { what, why: known?.why ?? 'not-collected', ...(known?.how === undefined ? {} : { how: known.how }) };
  }

  #told(gap: AnswerGap | undefined): Pick<ResourceList, 'coverage' | 'gaps'> {
    const { names } = this.#snapshot.source;
    return {
      coverage: { read: names.slice(0, 20).map((each) => excerpt(each, 300)), skipped: [] },
      gaps: gap === undefined ? [] : [gap],
    };
  }
}
