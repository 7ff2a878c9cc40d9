import type { ObjectStore, RawObject } from '../src/testing/store.ts';

/** Events are kept by the API server for an hour (--event-ttl). */
const EVENT_TTL_MS = 3_600_000;
/** Pods that are stuck at once. */
const STUCK = 20;
const NAMESPACES = 8;

/** A cluster that is never quiet: pods that cannot pull come, are mended or are replaced, and their events expire. */
export class Churn {
  readonly #store: ObjectStore;
  readonly #stuck: RawObject[] = [];
  readonly #events: { readonly object: RawObject; readonly at: number }[] = [];
  #serial = 0;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** One change: a pod gets stuck, and when many are, the oldest is mended or goes. */
  step(now: string): void {
    this.#serial += 1;
    const name = `churn-${this.#serial}`;
    const namespace = `team-${this.#serial % NAMESPACES}`;
    const image = `registry.acme.example/app-${this.#serial % 40}:9.9.${this.#serial % 3}`;
    const pod = stuckPod(name, namespace, image, now);
    this.#store.put(pod);
    this.#stuck.push(pod);
    const told = failedEvent(name, namespace, image, now);
    this.#store.put(told);
    this.#events.push({ object: told, at: Date.parse(now) });
    if (this.#stuck.length > STUCK) this.#end(this.#stuck.shift(), now);
    this.#expire(Date.parse(now));
  }

  #end(pod: RawObject | undefined, now: string): void {
    if (pod === undefined) return;
    if (this.#serial % 2 === 0) this.#store.remove(pod);
    else this.#store.put({ ...pod, status: running(now) });
  }

  #expire(now: number): void {
    for (let first = this.#events[0]; first !== undefined && first.at < now - EVENT_TTL_MS; first = this.#events[0]) {
      this.#store.remove(first.object);
      this.#events.shift();
    }
  }
}

function stuckPod(name: string, namespace: string, image: string, now: string): RawObject {
  const message = `Back-off pulling image "${image}": ErrImagePull: ${errorOf(image)}`;
  const waiting = { reason: 'ImagePullBackOff', message };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid: `uid-${name}`, creationTimestamp: now },
    spec: { nodeName: 'node-1', serviceAccountName: 'default', containers: [{ name: 'app', image }] },
    status: { phase: 'Pending', containerStatuses: [{ name: 'app', image, imageID: '', state: { waiting } }] },
  };
}

function running(now: string): object {
  const state = { running: { startedAt: now } };
  return { phase: 'Running', containerStatuses: [{ name: 'app', imageID: 'sha256:1', ready: true, state }] };
}

const errorOf = (image: string) =>
  `failed to pull and unpack image "${image}": failed to resolve image: ${image}: not found`;

function failedEvent(pod: string, namespace: string, image: string, now: string): RawObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${pod}.1`, namespace },
    involvedObject: { kind: 'Pod', namespace, name: pod, uid: `uid-${pod}`, fieldPath: 'spec.containers{app}' },
    type: 'Warning',
    reason: 'Failed',
    message: `Failed to pull image "${image}": ${errorOf(image)}`,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    source: { component: 'kubelet', host: 'node-1' },
  };
}
