import type { EvidenceId } from '../core/evidence.ts';
import type { KubeObject, Workload } from '../core/objects.ts';
import type { PullError } from '../core/pull-error.ts';
import type { Coverage, LogEntry, LooseText, SeenObject, Snapshot } from '../core/snapshot.ts';
import { decode } from '../decode/decode.ts';
import { groupBy } from './group-by.ts';
import { canonicalImage } from './image-name.ts';
import { indexLogs, type LogIndex } from './log-index.ts';
import { bestSights, distinctEvents, objectKey, type SeenOf } from './seen-objects.ts';

/** Kinds that own pods. */
export type WorkloadKind = Workload['kind'];

/** Everything that facts look up in a snapshot, built once. */
export interface SnapshotIndex {
  readonly snapshot: Snapshot;
  readonly takenAt: string | undefined;
  /** The best sight of every pod. */
  readonly pods: readonly SeenOf<'Pod'>[];
  /** Every event once. */
  readonly events: readonly SeenOf<'Event'>[];
  readonly logs: LogIndex;
  /** Best sights of one kind. */
  all<K extends KubeObject['kind']>(kind: K): readonly SeenOf<K>[];
  /** The best sight of one object. */
  find<K extends KubeObject['kind']>(kind: K, namespace: string | undefined, name: string): SeenOf<K> | undefined;
  /** Events about an object of this name, of any incarnation; see `eventsOfPod`. */
  eventsAbout(kind: string, namespace: string | undefined, name: string): readonly SeenOf<'Event'>[];
  /** The events of this very pod: an older pod of the same name has another uid. */
  eventsOfPod(pod: SeenOf<'Pod'>): readonly SeenOf<'Event'>[];
  /**
   * The list that shows that all objects of this kind (in this namespace) were seen.
   * With a name, also the answer that this one object does not exist.
   */
  coverageOf(kind: string, namespace?: string, name?: string): Coverage | undefined;
  readonly objectsById: ReadonlyMap<EvidenceId, SeenObject>;
  readonly logsById: ReadonlyMap<EvidenceId, LogEntry>;
  readonly textsById: ReadonlyMap<EvidenceId, LooseText>;
  /** The decisive error of a text, remembered: many pods say the same. */
  decoded(text: string): PullError;
  /** All distinct errors of a text, the decisive one first. */
  decodedAll(text: string): readonly PullError[];
  /** `canonicalImage`, remembered: many pods share an image. */
  canonical(image: string): string;
  /** For the index of a later look at the same cluster. */
  readonly memory: TextMemory;
  /** A value reckoned once per snapshot, under a name of its own. */
  once<T>(name: string, make: () => T): T;
}

const indexes = new WeakMap<Snapshot, SnapshotIndex>();

/**
 * The index of a snapshot; made once, for several tasks look at the same one.
 * `before`: the index of an earlier look at the same cluster, whose texts need not be decoded again.
 */
export function indexSnapshot(snapshot: Snapshot, before?: SnapshotIndex): SnapshotIndex {
  const index = indexes.get(snapshot) ?? makeIndex(snapshot, before?.memory ?? newMemory());
  indexes.set(snapshot, index);
  return index;
}

/** What texts mean, whatever snapshot they stand in. */
interface TextMemory {
  readonly decodings: Map<string, readonly PullError[]>;
  canonical(image: string): string;
}

function newMemory(): TextMemory {
  return { decodings: new Map(), canonical: canonicalNames() };
}

/** All parts are built when first asked for. */
function makeIndex(snapshot: Snapshot, textMemory: TextMemory): SnapshotIndex {
  const memo = new Map<string, unknown>();
  const once = <T>(name: string, make: () => T): T => {
    if (!memo.has(name)) memo.set(name, make());
    return memo.get(name) as T;
  };
  const { canonical, decodings } = textMemory;
  const decodedAll = (text: string): readonly PullError[] => {
    const known = decodings.get(text);
    if (known !== undefined) return known;
    const { errors } = decode(text);
    decodings.set(text, errors);
    return errors;
  };
  const decoded = (text: string): PullError => {
    const [first] = decodedAll(text);
    // `decode` always finds one; a text about nothing decodes to an error of stage `none`.
    return first ?? { text: '', stage: 'none', leaf: { kind: 'not-pull', what: 'other' }, attempts: [] };
  };
  const byKind = () => once('objects by kind', () => groupBy(snapshot.objects, (seen) => seen.object.kind));
  const sights = <K extends KubeObject['kind']>(kind: K): ReadonlyMap<string, SeenOf<K>> =>
    once(`sights ${kind}`, () => bestSights((byKind().get(kind) ?? []) as unknown as SeenOf<K>[]));
  const events = () =>
    once('events', () => distinctEvents((byKind().get('Event') ?? []) as unknown as SeenOf<'Event'>[]));
  const eventsByObject = () => once('events by object', () => groupBy(events(), (event) => involvedKey(event)));

  const index: SnapshotIndex = {
    snapshot,
    takenAt: snapshot.takenAt,
    get pods() {
      return index.all('Pod');
    },
    get events() {
      return events();
    },
    get logs() {
      return once('logs', () => indexLogs(snapshot.logs, canonical));
    },
    all: (kind) => once(`all ${kind}`, () => [...sights(kind).values()]),
    find: (kind, namespace, name) => sights(kind).get(objectKey(namespace, name)),
    eventsAbout: (kind, namespace, name) => eventsByObject().get(`${kind}/${objectKey(namespace, name)}`) ?? [],
    eventsOfPod: (pod) => {
      const { namespace, name } = pod.object.metadata;
      return index.eventsAbout('Pod', namespace, name).filter((event) => isAboutThisPod(event, pod));
    },
    coverageOf: (kind, namespace, name) => {
      const all = once('coverage by kind', () => groupBy(snapshot.coverage, (c) => c.kind)).get(kind) ?? [];
      const named = name === undefined ? undefined : all.find((c) => c.name === name && c.namespace === namespace);
      return named ?? all.find((c) => c.name === undefined && (c.namespace === undefined || c.namespace === namespace));
    },
    get objectsById() {
      return once('objects by id', () => new Map(snapshot.objects.map((seen) => [seen.id, seen] as const)));
    },
    get logsById() {
      return once('logs by id', () => new Map(snapshot.logs.map((entry) => [entry.id, entry] as const)));
    },
    get textsById() {
      return once('texts by id', () => new Map(snapshot.texts.map((text) => [text.id, text] as const)));
    },
    decoded,
    decodedAll,
    canonical,
    memory: textMemory,
    once,
  };
  return index;
}

function canonicalNames(): (image: string) => string {
  const names = new Map<string, string>();
  return (image) => {
    const known = names.get(image);
    if (known !== undefined) return known;
    const name = canonicalImage(image);
    names.set(image, name);
    return name;
  };
}

function involvedKey({ object }: SeenOf<'Event'>): string {
  const { involved, metadata } = object;
  return `${involved.kind ?? 'Pod'}/${objectKey(involved.namespace ?? metadata.namespace, involved.name ?? '')}`;
}

function isAboutThisPod({ object }: SeenOf<'Event'>, pod: SeenOf<'Pod'>): boolean {
  const { uid, creationTimestamp } = pod.object.metadata;
  if (uid !== undefined && object.involved.uid !== undefined) return uid === object.involved.uid;
  // Without uids only time tells: the last word on an older pod was said before this one was made.
  const created = creationTimestamp === undefined ? Number.NaN : Date.parse(creationTimestamp);
  const last = object.lastSeen === undefined ? Number.NaN : Date.parse(object.lastSeen);
  return !(last < created - AGE_ROUNDING_MS);
}

/** Ages such as `4m12s` are rounded when an event comes from a describe text. */
const AGE_ROUNDING_MS = 60_000;
