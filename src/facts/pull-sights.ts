import type { Container, ContainerStatus } from '../core/objects.ts';
import { findCases } from './cases.ts';
import { containerId } from './evidence-ids.ts';
import type { Subject } from './facts.ts';
import { groupBy } from './group-by.ts';
import { hostOf } from './image-name.ts';
import { newest } from './pod-events.ts';
import { eventsOfContainer, podSight } from './pod-pulls.ts';
import type { SeenOf } from './seen-objects.ts';
import type { Sibling } from './siblings.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { millis } from './time.ts';

/** Pulls that have an image, a host or a node in common. */
export interface PullGroup {
  /** The best proofs first: those that surely asked the registry, then the newest. */
  readonly works: readonly Sibling[];
  readonly fails: readonly Sibling[];
  /** Nodes where a pull surely asked the registry and worked. */
  readonly workingNodes: ReadonlySet<string>;
  readonly failingNodes: ReadonlySet<string>;
}

/** Pulls of a snapshot by what they have in common. */
export interface PullSights {
  /** All that worked, the best proofs first. */
  readonly works: readonly Sibling[];
  byImage(image: string): PullGroup;
  byHost(host: string): PullGroup;
  byNode(node: string): PullGroup;
}

const NONE: PullGroup = { works: [], fails: [], workingNodes: new Set(), failingNodes: new Set() };

/** All pulls of a snapshot, grouped once. */
export function pullSights(index: SnapshotIndex): PullSights {
  return index.once('pull sights', () => {
    const works = byProof(index.pods.flatMap((pod) => workingPulls(index, pod)));
    const fails = findCases(index).cases.flatMap(({ subject, seenIn }) => failingPull(subject, seenIn[0]) ?? []);
    const images = grouped(works, fails, (pull) => index.canonical(pull.image));
    const hosts = grouped(works, fails, (pull) => hostOfImage(index, pull.image));
    const nodes = grouped(works, fails, (pull) => pull.node);
    return {
      works,
      byImage: (image) => images.get(index.canonical(image)) ?? NONE,
      byHost: (host) => hosts.get(host) ?? NONE,
      byNode: (node) => nodes.get(node) ?? NONE,
    };
  });
}

function byProof(pulls: readonly Sibling[]): readonly Sibling[] {
  const keyed = pulls.map((pull) => ({ pull, time: millis(pull.at) ?? 0 }));
  keyed.sort((a, b) => Number(a.pull.maybeCached) - Number(b.pull.maybeCached) || b.time - a.time);
  return keyed.map(({ pull }) => pull);
}

function hostOfImage(index: SnapshotIndex, image: string): string | undefined {
  return index.once(`host of ${image}`, () => hostOf(image));
}

function grouped(
  works: readonly Sibling[],
  fails: readonly Sibling[],
  keyOf: (pull: Sibling) => string | undefined,
): ReadonlyMap<string, PullGroup> {
  const working = groupBy(works, keyOf);
  const failing = groupBy(fails, keyOf);
  const keys = new Set([...working.keys(), ...failing.keys()]);
  return new Map(
    [...keys].map((key) => {
      const ofWorks = working.get(key) ?? [];
      const ofFails = failing.get(key) ?? [];
      const sure = ofWorks.filter((pull) => !pull.maybeCached);
      return [key, { works: ofWorks, fails: ofFails, workingNodes: nodesOf(sure), failingNodes: nodesOf(ofFails) }];
    }),
  );
}

function nodesOf(pulls: readonly Sibling[]): ReadonlySet<string> {
  return new Set(pulls.flatMap(({ node }) => node ?? []));
}

function failingPull(subject: Subject, evidence: string | undefined): Sibling | undefined {
  const { namespace, pod, container, node, image } = subject;
  if (pod === undefined || image === undefined || evidence === undefined || subject.kind === 'owner') return undefined;
  return {
    namespace: namespace ?? '',
    pod,
    ...(container === undefined ? {} : { container }),
    ...(node === undefined ? {} : { node }),
    image,
    evidence,
    maybeCached: false,
  };
}

function workingPulls(index: SnapshotIndex, pod: SeenOf<'Pod'>): readonly Sibling[] {
  const { metadata, spec, status } = pod.object;
  return spec.containers.flatMap((container): Sibling[] => {
    const state = status.containers.find((s) => s.name === container.name);
    if (container.image === undefined || !hasImage(state)) return [];
    const { nodeName } = spec;
    return [
      {
        namespace: metadata.namespace ?? '',
        pod: metadata.name,
        container: container.name,
        ...(nodeName === undefined ? {} : { node: nodeName }),
        image: container.image,
        ...proofOf(index, pod, container, state),
      },
    ];
  });
}

/** A container that runs or ran has its image. */
function hasImage(status: ContainerStatus | undefined): boolean {
  if (status === undefined) return false;
  return status.state.running !== undefined || (status.imageID !== undefined && status.imageID !== '');
}

/** The kubelet's events tell whether the registry was asked; without them only policy Always does, for it always asks. */
function proofOf(
  index: SnapshotIndex,
  pod: SeenOf<'Pod'>,
  container: Container,
  status: ContainerStatus | undefined,
): Pick<Sibling, 'evidence' | 'at' | 'maybeCached'> {
  const events = eventsOfContainer(podSight(index, pod), {
    name: container.name,
    container,
    ...(status === undefined ? {} : { status }),
  });
  const pulled = newest(events, 'pulled');
  if (pulled !== undefined)
    return { evidence: pulled.seen.id, ...(pulled.at === undefined ? {} : { at: pulled.at }), maybeCached: false };
  const startedAt = status?.state.running?.startedAt ?? status?.lastState.terminated?.startedAt;
  const present = newest(events, 'present');
  return {
    evidence: present?.seen.id ?? containerId(pod.id, container.name),
    ...(startedAt === undefined ? {} : { at: startedAt }),
    maybeCached: present !== undefined || container.imagePullPolicy !== 'Always',
  };
}
