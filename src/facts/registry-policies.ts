import type { Pod, Service } from '../core/objects.ts';
import type { CaseContext } from './case-context.ts';
import { evaluatePolicies, type Party, type Passage } from './network-policy.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

/** Policies between the node that pulls and the pods behind a registry's Service. */
export interface PoliciesAgainst {
  readonly passage: Passage;
  readonly seen: readonly SeenOf<'NetworkPolicy'>[];
}

/**
 * Whether the node may reach the pods behind a Service. Pulls come from the node's own address, so selectors of pods
 * never match them; between a pod and its own node traffic is always allowed (networking.k8s.io/v1).
 */
export function policiesAgainst(
  { index, subject }: CaseContext,
  service: SeenOf<'Service'>,
  port: number | undefined,
): PoliciesAgainst {
  const policies = index.all('NetworkPolicy');
  const pods = podsBehind(index, service.object).filter(
    ({ spec }) => subject.node === undefined || spec.nodeName !== subject.node,
  );
  const seenPods = podsBehind(index, service.object).length > 0;
  if (policies.length === 0 || (seenPods && pods.length === 0)) return { passage: 'allowed', seen: [] };
  const from: Party = addressOf(index, subject.node);
  const ends = seenPods ? pods.map((pod) => partyOf(pod)) : [selectedBy(service.object)];
  const evaluations = ends.map((to) =>
    evaluatePolicies(
      policies.map(({ object }) => object),
      { from, to, port: targetPort(service.object, port, to) },
    ),
  );
  const by = new Set(evaluations.flatMap((evaluation) => evaluation.by));
  return { passage: worst(evaluations.map(({ passage }) => passage)), seen: policies.filter((p) => by.has(p.object)) };
}

/** Any of the pods may be the one that is asked: only if all are closed, the Service is. */
function worst(passages: readonly Passage[]): Passage {
  if (passages.length > 0 && passages.every((passage) => passage === 'blocked')) return 'blocked';
  return passages.every((passage) => passage === 'allowed') ? 'allowed' : 'unknown';
}

/** The pods that a Service selects; one without selector selects nothing by itself. */
export function podsBehind(index: SnapshotIndex, { metadata, selector }: Service): readonly Pod[] {
  const wanted = Object.entries(selector);
  if (wanted.length === 0) return [];
  return index.pods
    .map(({ object }) => object)
    .filter(
      (pod) =>
        pod.metadata.namespace === metadata.namespace &&
        wanted.every(([key, value]) => pod.metadata.labels[key] === value),
    );
}

function partyOf({ metadata, spec }: Pod): Party {
  const ports = spec.containers.flatMap((container) => container.ports ?? []);
  return { pod: { namespace: metadata.namespace ?? '', labels: metadata.labels, ports } };
}

/** Without any pod seen: they have at least the labels that the Service asks for. */
function selectedBy({ metadata, selector }: Service): Party {
  return { pod: { namespace: metadata.namespace ?? '', labels: selector } };
}

function addressOf(index: SnapshotIndex, node: string | undefined): Party {
  const ip = nodeAddress(index, node);
  return ip === undefined ? {} : { ip };
}

/** The address by which a node reaches pods. */
export function nodeAddress(index: SnapshotIndex, node: string | undefined): string | undefined {
  const seen = node === undefined ? undefined : index.find('Node', undefined, node);
  return seen?.object.addresses.find(({ type }) => type === 'InternalIP')?.address;
}

/** The port of the pod behind the port that the image names. */
function targetPort({ ports }: Service, asked: number | undefined, { pod }: Party): number {
  const port = ports.find((p) => p.port === asked || p.nodePort === asked) ?? ports[0];
  const target = port?.targetPort ?? String(port?.port ?? asked ?? 0);
  if (/^\d+$/.test(target)) return Number(target);
  return pod?.ports?.find(({ name }) => name === target)?.port ?? port?.port ?? 0;
}
