import type { Case } from './case.ts';
import { vanishedPods } from './cases-from-events.ts';
import type { Subject } from './facts.ts';
import { canonicalImage, hostOf, repositoryOf, sameImage } from './image-name.ts';
import type { LogRecord } from './log-record.ts';
import type { PodEvent } from './pod-events.ts';
import { readPodEvent } from './pod-events.ts';
import { type ContainerSight, containersOf, eventsOfContainer, eventsOfVolume, podSight } from './pod-pulls.ts';
import type { SeenOf } from './seen-objects.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

/** One case with the evidence about it picked out; what every fact family starts from. */
export interface CaseContext {
  readonly index: SnapshotIndex;
  readonly case: Case;
  readonly subject: Subject;
  /** The pod as an object; undefined when only events, logs or texts tell of it. */
  readonly pod?: SeenOf<'Pod'>;
  readonly container?: ContainerSight;
  /** Events about this pull. */
  readonly events: readonly PodEvent[];
  /** All events of the pod. */
  readonly podEvents: readonly PodEvent[];
  /** Log lines about this pull: of this container, or of its image on its node. */
  readonly logs: readonly LogRecord[];
}

/** Log lines of one pull that are looked at; the newest ones. */
const MAX_LOGS = 200;

/** Picks out the evidence of a case. */
export function contextOf(index: SnapshotIndex, found: Case): CaseContext {
  const { subject } = found;
  const pod = subject.pod === undefined ? undefined : podOf(index, subject);
  const container =
    pod === undefined || subject.kind !== 'container'
      ? undefined
      : containersOf(pod).find((c) => c.name === (subject.container ?? ''));
  const { events, podEvents } = eventsOf(index, subject, pod, container);
  return {
    index,
    case: found,
    subject,
    ...(pod === undefined ? {} : { pod }),
    ...(container === undefined ? {} : { container }),
    events,
    podEvents,
    logs: logsOf(index, subject),
  };
}

function podOf(index: SnapshotIndex, { namespace, pod, podUid }: Subject): SeenOf<'Pod'> | undefined {
  const seen = index.find('Pod', namespace, pod ?? '');
  const uid = seen?.object.metadata.uid;
  return uid !== undefined && podUid !== undefined && uid !== podUid ? undefined : seen;
}

function eventsOf(
  index: SnapshotIndex,
  subject: Subject,
  pod: SeenOf<'Pod'> | undefined,
  container: ContainerSight | undefined,
): Pick<CaseContext, 'events' | 'podEvents'> {
  if (subject.kind === 'owner') return ownerEvents(index, subject);
  if (pod === undefined) {
    const gone = vanishedPods(index).find(
      (p) => p.namespace === subject.namespace && p.name === subject.pod && p.uid === subject.podUid,
    );
    const podEvents = gone?.events ?? [];
    return { podEvents, events: podEvents.filter((event) => isAboutPull(event, subject)) };
  }
  const sight = podSight(index, pod);
  if (subject.kind === 'image-volume')
    return { podEvents: sight.events, events: eventsOfVolume(sight, subject.image ?? '') };
  if (subject.kind === 'sandbox')
    return { podEvents: sight.events, events: sight.events.filter((e) => e.kind === 'sandbox') };
  if (container !== undefined) return { podEvents: sight.events, events: eventsOfContainer(sight, container) };
  return { podEvents: sight.events, events: sight.events.filter((event) => isAboutPull(event, subject)) };
}

function ownerEvents(index: SnapshotIndex, { namespace, owners }: Subject): Pick<CaseContext, 'events' | 'podEvents'> {
  const owner = owners[0];
  const about = owner === undefined ? [] : index.eventsAbout(owner.kind, namespace, owner.name);
  const events = about.filter(({ object }) => object.reason === 'FailedCreate').map(readPodEvent);
  return { events, podEvents: events };
}

function isAboutPull(event: PodEvent, { container, image, kind }: Subject): boolean {
  if (kind === 'sandbox') return event.kind === 'sandbox';
  if (event.image !== undefined) return image === undefined || sameImage(event.image, image);
  return event.container !== undefined && event.container === container;
}

function logsOf(index: SnapshotIndex, subject: Subject): readonly LogRecord[] {
  if (index.snapshot.logs.length === 0) return [];
  const ofPod =
    subject.pod === undefined
      ? []
      : index.logs.ofPod(subject.namespace, subject.pod).filter((r) => isOfPull(r, subject));
  const { image } = subject;
  const ofImage = image === undefined ? [] : index.logs.ofImage(image).filter((r) => isOnNode(r, subject));
  const ofHost = image === undefined ? [] : hostRecords(index, image).filter((r) => isOnNode(r, subject));
  const all = new Map([...ofPod, ...ofImage, ...ofHost].map((record) => [record.entry.id, record] as const));
  return [...all.values()].slice(-MAX_LOGS);
}

function isOfPull(record: LogRecord, { podUid, container, kind }: Subject): boolean {
  if (podUid !== undefined && record.podUid !== undefined && record.podUid !== podUid) return false;
  if (record.kind === 'secret-missing' || record.kind === 'pod-started' || record.kind === 'container-started')
    return true;
  if (kind === 'sandbox') return record.kind === 'sandbox-failed';
  return (
    record.kind !== 'sandbox-failed' &&
    (record.container === undefined || container === undefined || record.container === container)
  );
}

/** A log whose node is not known may be of any node. */
export function isOnNode({ entry }: LogRecord, { node }: Subject): boolean {
  return node === undefined || entry.node === undefined || entry.node === node;
}

/** `trying next host` and broken host files name a host and a request, not the image. */
function hostRecords(index: SnapshotIndex, image: string): readonly LogRecord[] {
  return index.once(`host records ${canonicalImage(image)}`, () => {
    const repository = repositoryOf(image);
    const host = hostOf(image);
    if (repository === undefined || host === undefined) return [];
    const path = `/v2/${repository.slice(host.length + 1)}/`;
    return aboutHosts(index).filter((r) => {
      if (r.kind === 'host-config') return r.host === undefined || r.host === host || r.host === '_default';
      return r.text.includes(path) ? isRequestFor(r.text, host) : r.host === host && !r.text.includes('/v2/');
    });
  });
}

const REQUEST = /https?:\/\/([^/\s"]{1,255})\/[^\s"]{0,2000}/;

/** A request to the registry itself, or to a mirror: mirrors are told the upstream as `ns`, which containerd 2.1 hides. */
function isRequestFor(text: string, registry: string): boolean {
  const [url = '', asked = ''] = REQUEST.exec(text) ?? [];
  const namespace = /[?&]ns=([^&\s"]{1,255})/.exec(url)?.[1];
  if (namespace !== undefined) return namespace === registry || /^(?:%5B|\[)?REDACTED/i.test(namespace);
  return asked === registry || (registry === 'docker.io' && /(?:^|\.)docker\.(?:io|com)$/.test(asked));
}

function aboutHosts(index: SnapshotIndex): readonly LogRecord[] {
  return [...index.logs.ofKind('host-config'), ...index.logs.ofKind('host-failed')];
}
