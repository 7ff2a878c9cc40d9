import type { KubeObject, ObjectView, Workload } from '../core/objects.ts';
import { AUTOSCALER, autoscalerOf } from './schema/autoscaler.ts';
import { buildRunOf } from './schema/build.ts';
import { claimPhaseOf } from './schema/claim.ts';
import { NODE, nodeOf, SECRET, SERVICE_ACCOUNT, secretOf, serviceAccountOf } from './schema/cluster.ts';
import { EVENT, eventOf } from './schema/event.ts';
import { ANY_OBJECT, metadataOf } from './schema/metadata.ts';
import {
  ENDPOINT_SLICE,
  ENDPOINTS,
  endpointSliceOf,
  endpointsOf,
  NETWORK_POLICY,
  networkPolicyOf,
  SERVICE,
  serviceOf,
} from './schema/network.ts';
import { newestTime } from './schema/newest-time.ts';
import { POD, podOf } from './schema/pod.ts';
import { hostRouteOf } from './schema/route.ts';
import { readLenient, type Shape } from './schema/shape.ts';
import { parseTable } from './schema/table.ts';
import { WORKLOAD, workloadOf } from './schema/workload.ts';

/** A Kubernetes object after the border: checked once, here. */
export interface ParsedObject {
  readonly object: KubeObject;
  readonly view: ObjectView;
  /** `List` items and Tables included; the newer of two copies has the higher one. */
  readonly resourceVersion?: string;
  /** Newest time inside, a lower bound of when it was read. */
  readonly newestTime?: string;
  /** Fields that were dropped for their wrong type. */
  readonly dropped: readonly string[];
}

/** What is known of an object from around it: its list, or the request that returned it. */
export interface ObjectHint {
  readonly apiVersion?: string;
  readonly kind?: string;
  /** Only the metadata was asked for, or the rest was withheld. */
  readonly view?: ObjectView;
}

/** Raw JSON of one object; undefined when it is none. Never throws. */
export function parseObject(raw: unknown, hint: ObjectHint = {}): ParsedObject | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const fields = raw as Record<string, unknown>;
  const metadataOnly = fields.kind === 'PartialObjectMetadata' || hint.view === 'metadata';
  const kind = typeof fields.kind === 'string' && fields.kind !== 'PartialObjectMetadata' ? fields.kind : hint.kind;
  const apiVersion = typeof fields.apiVersion === 'string' && !metadataOnly ? fields.apiVersion : hint.apiVersion;
  const parsed = readAs(kind, apiVersion, raw);
  if (parsed === undefined || parsed.object.metadata.name === '') return undefined;
  const resourceVersion = resourceVersionOf(fields.metadata);
  const newest = newestTime(raw);
  return {
    ...parsed,
    ...(metadataOnly ? { view: 'metadata' } : {}),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...(newest === undefined ? {} : { newestTime: newest }),
  };
}

/** Every object in a raw document: one object, a list of any kind, a watch event, a Table. Never throws. */
export function parseObjects(raw: unknown): readonly ParsedObject[] {
  return parseDocument(raw).objects;
}

/** What one JSON or YAML document holds. */
export interface ParsedDocument {
  readonly objects: readonly ParsedObject[];
  /** Set for lists: what the list says of itself. */
  readonly list?: ListHead;
  /** Set for a watch event: what it says happened to its object. */
  readonly watch?: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  /** The API server's own "no": a saved `Status`. */
  readonly refusal?: Refusal;
}

export interface ListHead {
  /** Kind of the items as the list tells: `Pod` of a PodList; undefined for a mixed `List`. */
  readonly itemKind?: string;
  /** More pages exist, or the server left objects out. */
  readonly partial: boolean;
}

export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

const NOTHING: ParsedDocument = { objects: [] };
const WATCH_TYPES: ReadonlySet<unknown> = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']);

/** A raw document taken apart, with what it says beside its objects. Never throws. */
export function parseDocument(raw: unknown): ParsedDocument {
  if (typeof raw !== 'object' || raw === null) return NOTHING;
  if (Array.isArray(raw)) return { objects: raw.flatMap((item) => parseRoot(item) ?? []) };
  const fields = raw as Record<string, unknown>;
  if (WATCH_TYPES.has(fields.type) && 'object' in fields && !('kind' in fields)) {
    return { ...parseEventObject(fields.object), watch: fields.type as NonNullable<ParsedDocument['watch']> };
  }
  return parseFields(fields);
}

/** An event is about an object, and about no other event. */
function parseEventObject(raw: unknown): ParsedDocument {
  return typeof raw === 'object' && raw !== null ? parseFields(raw as Record<string, unknown>) : NOTHING;
}

function parseFields(fields: Record<string, unknown>): ParsedDocument {
  if (typeof fields.kind !== 'string') return NOTHING;
  if (fields.kind === 'Status') return statusDocument(fields);
  if (fields.kind === 'Table') return { objects: parseTable(fields, parseObject) };
  if (fields.kind === 'List' || (fields.kind.endsWith('List') && 'items' in fields)) return listDocument(fields);
  const object = parseRoot(fields);
  return object === undefined ? NOTHING : { objects: [object] };
}

/** Any JSON may have a `kind` and `metadata`; only Kubernetes has an `apiVersion` with it. */
function parseRoot(raw: unknown): ParsedObject | undefined {
  const hasVersion = typeof raw === 'object' && raw !== null && 'apiVersion' in raw;
  return hasVersion ? parseObject(raw) : undefined;
}

/** Items of a typed list carry no kind of their own when the API server sent them. */
function listDocument(fields: Record<string, unknown>): ParsedDocument {
  const itemKind = String(fields.kind).replace(/List$/, '') || undefined;
  const hint = listHint(itemKind, fields.apiVersion);
  const items = Array.isArray(fields.items) ? fields.items : [];
  const metadata = (fields.metadata ?? {}) as Record<string, unknown>;
  const partial = Boolean(metadata.continue) || Number(metadata.remainingItemCount ?? 0) > 0;
  return {
    objects: items.flatMap((item) => parseObject(item, hint) ?? []),
    list: { ...(itemKind === undefined ? {} : { itemKind }), partial },
  };
}

function listHint(itemKind: string | undefined, apiVersion: unknown): ObjectHint {
  if (itemKind === 'PartialObjectMetadata') return { view: 'metadata' };
  return {
    ...(itemKind === undefined ? {} : { kind: itemKind }),
    ...(typeof apiVersion === 'string' ? { apiVersion } : {}),
  };
}

function statusDocument(fields: Record<string, unknown>): ParsedDocument {
  if (typeof fields.reason !== 'string') return NOTHING;
  const message = typeof fields.message === 'string' ? fields.message : fields.reason;
  return { objects: [], refusal: { reason: fields.reason, message } };
}

type Reading = Omit<ParsedObject, 'resourceVersion' | 'newestTime'>;
type Reader = (raw: unknown) => Reading | undefined;

function reader<T>(shape: Shape<T>, toObject: (value: T) => KubeObject): Reader {
  return (raw) => {
    const parsed = readLenient(shape, raw);
    return parsed && { object: toObject(parsed.value), view: 'full', dropped: parsed.dropped };
  };
}

function readSecret(raw: unknown): Reading | undefined {
  const parsed = readLenient(SECRET, raw);
  return parsed && { ...secretOf(parsed.value), dropped: parsed.dropped };
}

const READERS: ReadonlyMap<string, Reader> = new Map([
  ['/Pod', reader(POD, podOf)],
  ['/ServiceAccount', reader(SERVICE_ACCOUNT, serviceAccountOf)],
  ['/Secret', readSecret],
  ['/Node', reader(NODE, nodeOf)],
  ['/Service', reader(SERVICE, serviceOf)],
  ['/Endpoints', reader(ENDPOINTS, endpointsOf)],
  ['discovery.k8s.io/EndpointSlice', reader(ENDPOINT_SLICE, endpointSliceOf)],
  ['networking.k8s.io/NetworkPolicy', reader(NETWORK_POLICY, networkPolicyOf)],
  ['autoscaling/HorizontalPodAutoscaler', reader(AUTOSCALER, autoscalerOf)],
  ['/Event', reader(EVENT, eventOf)],
  ['events.k8s.io/Event', reader(EVENT, eventOf)],
  ...workloadReaders(['apps', 'extensions'], ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet']),
  ...workloadReaders(['batch'], ['Job', 'CronJob']),
  ...workloadReaders([''], ['ReplicationController']),
]);

/** Group of each kind when nothing tells it: the first group that has it. */
const GROUP_OF: ReadonlyMap<string, string> = new Map(
  [...READERS.keys()].reverse().map((key) => [key.slice(key.indexOf('/') + 1), key.slice(0, key.indexOf('/'))]),
);

function workloadReaders(groups: readonly string[], kinds: readonly Workload['kind'][]): [string, Reader][] {
  return groups.flatMap((group) =>
    kinds.map((kind): [string, Reader] => [`${group}/${kind}`, reader(WORKLOAD, (raw) => workloadOf(kind, raw))]),
  );
}

/** Kinds of other groups share names with these (`Service` of Knative, `NetworkPolicy` of Calico): the group decides. */
function readAs(kind: string | undefined, apiVersion: string | undefined, raw: unknown): Reading | undefined {
  const group = apiVersion === undefined ? GROUP_OF.get(kind ?? '') : groupOf(apiVersion);
  return READERS.get(`${group}/${kind}`)?.(raw) ?? readOther(group, kind, raw);
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

function readOther(group: string | undefined, kind: string | undefined, raw: unknown): Reading | undefined {
  const parsed = readLenient(ANY_OBJECT, raw);
  if (parsed === undefined) return undefined;
  const originalKind = kind ?? 'PartialObjectMetadata';
  const buildRun = buildRunOf(group, originalKind, raw);
  const route = hostRouteOf(group, originalKind, raw);
  const claimPhase = claimPhaseOf(group, originalKind, raw);
  const object: KubeObject = {
    kind: 'Other',
    originalKind,
    metadata: metadataOf(parsed.value.metadata),
    ...(buildRun === undefined ? {} : { buildRun }),
    ...(route === undefined ? {} : { route }),
    ...(claimPhase === undefined ? {} : { claimPhase }),
  };
  return { object, view: 'metadata', dropped: parsed.dropped };
}

function resourceVersionOf(metadata: unknown): string | undefined {
  if (typeof metadata !== 'object' || metadata === null || !('resourceVersion' in metadata)) return undefined;
  return typeof metadata.resourceVersion === 'string' ? metadata.resourceVersion : undefined;
}
