import type { KubeEvent, KubeObject, Pod } from '../../core/objects.ts';
import { selectorText, workloadAndOwners } from './around.ts';
import { eventsAbout, listEvents, listWarnings, type TroubledPod, troubledOwners, troubledPods } from './events.ts';
import { each, getOne, type Look, listAll } from './look.ts';
import type { Question, Target } from './question.ts';
import { isKind } from './resources.ts';

/** Pods of one workload or selector that are read; the others fare alike. */
const MAX_PODS = 2_000;
/** Running pods with a stuck container that are looked at one by one. */
const MAX_SINGLE_PODS = 500;
const MAX_OWNERS = 50;

export interface Found {
  /** Pods that do not run, or not in full. */
  readonly stuck: readonly Pod[];
  /** Targets that do not exist. */
  readonly missing: readonly MissingTarget[];
  /** Targets that could not be looked at; what is stuck in their namespace was looked at instead. */
  readonly unseen?: readonly MissingTarget[];
}

export interface MissingTarget {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Finds the pods that the question is about, with their events. Costs by the number of stuck pods, not of pods. */
export async function findPods(look: Look, question: Question): Promise<Found> {
  const { namespace, targets, selector } = question;
  const named = targets.flatMap(({ kind, name }) => (name === undefined ? [] : [{ kind, name }]));
  if (named.length > 0 && namespace !== undefined) return findNamed(look, namespace, named);
  if (selector !== undefined) return findSelected(look, namespace, selector);
  return findStuck(look, question);
}

/** Containers that do not run and did not end well. */
export function isStuck({ status }: Pod): boolean {
  if (status.phase === 'Succeeded') return false;
  if (status.phase !== 'Running') return true;
  return status.containers.some(
    ({ state }) => state.running === undefined && (state.terminated === undefined || state.terminated.exitCode !== 0),
  );
}

async function findStuck(look: Look, { namespace, thorough }: Question): Promise<Found> {
  const pods =
    thorough === true
      ? listAll(look, 'Pod', namespace)
      : listAll(look, 'Pod', namespace, { fieldSelector: 'status.phase=Pending', fromCache: true });
  const events = namespace === undefined ? listWarnings(look) : listEvents(look, namespace);
  const [, told] = await Promise.all([pods, events]);
  await troubled(look, eventsIn(told));
  if (namespace === undefined) await eventsOfNamespaces(look);
  return { stuck: stuckSeen(look), missing: [] };
}

/** Pods and controllers that only events point at. A pod that is gone is known as such. */
async function troubled(look: Look, events: readonly KubeEvent[]): Promise<void> {
  const unknown = troubledPods(events).filter(
    (pod) => look.seen.find('Pod', pod.namespace, pod.name) === undefined && !isSettled(look, pod),
  );
  await each(unknown.slice(0, MAX_SINGLE_PODS), (pod) => onePodByEvent(look, pod));
  if (unknown.length > MAX_SINGLE_PODS) {
    look.seen.gap({ wanted: `${unknown.length - MAX_SINGLE_PODS} more pods that events tell of`, why: 'truncated' });
  }
  const gone = (namespace: string, name: string) => look.seen.isAbsent('Pod', namespace, name);
  await each(troubledOwners(events, gone).slice(0, MAX_OWNERS), (owner) => workloadAndOwners(look, owner));
}

/** An earlier look found that it runs or is gone, and nothing new is told of it. */
function isSettled({ seen, settled }: Look, { namespace, name, told }: TroubledPod): boolean {
  const outcome = settled?.recall(`${namespace}/${name}`, told);
  if (outcome === 'gone') seen.absent('Pod', namespace, name);
  else if (outcome !== undefined) seen.again(outcome);
  return outcome !== undefined;
}

async function onePodByEvent(look: Look, { namespace, name, told }: TroubledPod): Promise<void> {
  const { seen, settled } = look;
  const pod = await getOne(look, 'Pod', namespace, name);
  const outcome = seen.isAbsent('Pod', namespace, name) ? 'gone' : pod;
  if (outcome === 'gone' || (outcome !== undefined && !isStuck(outcome))) {
    settled?.keep(`${namespace}/${name}`, told, outcome);
  }
}

/** Over all namespaces only warnings were read; where a pod is stuck, the rest of its story is wanted too. */
async function eventsOfNamespaces(look: Look): Promise<void> {
  const pods = new Map<string, string[]>();
  for (const { metadata } of stuckSeen(look)) {
    const { namespace = '', name } = metadata;
    pods.set(namespace, [...(pods.get(namespace) ?? []), name]);
  }
  await each(pods, ([namespace, names]) => eventsAbout(look, namespace, names));
}

async function findSelected(look: Look, namespace: string | undefined, labelSelector: string): Promise<Found> {
  await listAll(look, 'Pod', namespace, { labelSelector, max: MAX_PODS });
  await eventsOfNamespaces(look);
  return { stuck: stuckSeen(look), missing: [] };
}

async function findNamed(look: Look, namespace: string, named: readonly Required<Target>[]): Promise<Found> {
  const missing: MissingTarget[] = [];
  const unseen: MissingTarget[] = [];
  await each(named, async ({ kind, name }) => {
    const outcome =
      kind === 'Pod' ? await onePod(look, namespace, name) : await oneWorkload(look, namespace, kind, name);
    if (outcome === 'missing') missing.push({ kind, namespace, name });
    if (outcome === 'unseen') unseen.push({ kind, namespace, name });
  });
  // Pods tell by their owners whose they are.
  if (unseen.some(({ kind }) => kind !== 'Pod')) await findStuck(look, { namespace, targets: [] });
  return { stuck: stuckSeen(look), missing, unseen };
}

type Outcome = 'seen' | 'missing' | 'unseen';

/** A pod that is gone may have left events: they are all that can be told of it. */
async function onePod(look: Look, namespace: string, name: string): Promise<Outcome> {
  await Promise.all([getOne(look, 'Pod', namespace, name), eventsAbout(look, namespace, [name])]);
  const told = look.seen.all('Event').some(({ involved }) => involved.kind === 'Pod' && involved.name === name);
  if (told || look.seen.find('Pod', namespace, name) !== undefined) return 'seen';
  return look.seen.isAbsent('Pod', namespace, name) ? 'missing' : 'unseen';
}

async function oneWorkload(look: Look, namespace: string, kind: string, name: string): Promise<Outcome> {
  if (!isKind(kind)) return 'missing';
  const workload = await getOne(look, kind, namespace, name);
  if (workload === undefined) return look.seen.isAbsent(kind, namespace, name) ? 'missing' : 'unseen';
  const controllers = await controllersOf(look, namespace, workload);
  const labels = podLabels(workload);
  const labelSelectors = kind === 'CronJob' ? controllers.map((job) => `job-name=${job}`) : [selectorText(labels)];
  await each(labelSelectors.filter(Boolean), (labelSelector) =>
    listAll(look, 'Pod', namespace, { labelSelector, max: MAX_PODS }),
  );
  const stuck = stuckSeen(look).map(({ metadata }) => metadata.name);
  await eventsAbout(look, namespace, [...controllers, ...stuck]);
  return 'seen';
}

/** The labels by which a workload finds its pods. */
function podLabels(object: KubeObject): Readonly<Record<string, string>> {
  return 'template' in object ? (object.selector ?? {}) : {};
}

/** What creates the pods of a workload: it says so when it cannot. */
async function controllersOf(look: Look, namespace: string, workload: KubeObject): Promise<string[]> {
  const { kind, metadata } = workload;
  if (kind !== 'Deployment' && kind !== 'CronJob') return [metadata.name];
  const labels = podLabels(workload);
  const below = kind === 'Deployment' ? 'ReplicaSet' : 'Job';
  const objects = await listAll(
    look,
    below,
    namespace,
    kind === 'Deployment' ? { labelSelector: selectorText(labels) } : {},
  );
  return objects
    .filter((object) =>
      object.metadata.ownerReferences.some((owner) => owner.kind === kind && owner.name === metadata.name),
    )
    .sort((a, b) => (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? ''))
    .slice(0, MAX_CONTROLLERS)
    .map((object) => object.metadata.name);
}

/** The newest revision or run is the one that fails; the one before it tells what worked. */
const MAX_CONTROLLERS = 2;

function stuckSeen({ seen }: Look): Pod[] {
  return seen.all('Pod').filter(isStuck);
}

function eventsIn(objects: readonly KubeObject[]): KubeEvent[] {
  return objects.filter((object): object is KubeEvent => object.kind === 'Event');
}
