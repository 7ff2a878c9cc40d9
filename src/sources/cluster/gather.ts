import { ClusterError } from '../../core/cluster-error.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Want } from '../../core/want.ts';
import { lookAround, selectorText } from './around.ts';
import type { ClusterClient } from './client.ts';
import { extensionTitle, isExtension, listExtension } from './extensions.ts';
import { findPods, type MissingTarget } from './find-pods.ts';
import { each, type Look, listAll } from './look.ts';
import { tailOfLog } from './pod-log.ts';
import { titleOf, type Wanted } from './problem.ts';
import type { Question } from './question.ts';
import type { SettledPods } from './settled-pods.ts';
import { Sightings } from './sightings.ts';

/** Objects of one further list; it is to compare with, not to know all. */
const MAX_FURTHER = 500;

/** A look at a cluster: what it gave so far, and how to look further. */
export interface Gathering {
  /** What is known now, as evidence for the facts. */
  snapshot(): Snapshot;
  /** Targets that do not exist. */
  readonly missing: readonly MissingTarget[];
  /** Targets that could not be looked at. */
  readonly unseen: readonly MissingTarget[];
  /** Names of the pods that were found to be stuck: `namespace/name`. */
  readonly stuck: ReadonlySet<string>;
  /** Lists what could decide. */
  lookFurther(wants: readonly Want[]): Promise<void>;
  /** Tells of lists that were not asked for, and how to ask. */
  leaveOut(wants: readonly Want[], how: string): void;
  /** Why the look ended early, if it did; what was seen until then still counts. */
  unfinished(): string | undefined;
}

/**
 * Looks at the pods that a question is about and at what stands around them.
 * Throws `ClusterError` when nothing could be seen; trouble later on leaves what was seen.
 */
export async function gather(
  client: ClusterClient,
  question: Question,
  now: () => string,
  settled?: SettledPods,
): Promise<Gathering> {
  settled?.begin();
  const look: Look = {
    client,
    seen: new Sightings(),
    asked: new Map(),
    ...(settled === undefined ? {} : { settled }),
  };
  const scope = scopeWords(question);
  let missing: readonly MissingTarget[] = [];
  let unseenTargets: readonly MissingTarget[] = [];
  let stuck: ReadonlySet<string> = new Set();
  let ended: string | undefined;
  const keepGoing = async (step: () => Promise<void>) => {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof ClusterError) || look.seen.isEmpty) throw error;
      ended ??= error.message;
    }
  };
  await keepGoing(async () => {
    const found = await findPods(look, question);
    missing = found.missing;
    unseenTargets = found.unseen ?? [];
    stuck = new Set(found.stuck.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`));
    await lookAround(look, found.stuck);
  });
  const unseen = look.seen.problemWith('Pod');
  if (unseen !== undefined && look.seen.all('Pod').length === 0) ended ??= podsUnseen(look, unseen);
  return {
    snapshot: () => look.seen.snapshot([`${client.access.context} (${client.access.server.host})`, scope], now()),
    missing,
    unseen: unseenTargets,
    stuck,
    lookFurther: (wants) => keepGoing(() => each(wants, (want) => further(look, want))),
    leaveOut: (wants, how) => {
      for (const want of wants) {
        look.seen.gap({
          wanted: `${titleOfWant(want)} (left out: a question about one name stays small)`,
          why: 'not-collected',
          how,
        });
      }
    },
    unfinished: () => ended,
  };
}

async function further(look: Look, want: Want): Promise<void> {
  const { kind, namespace, labels, atMost = MAX_FURTHER, pod, container, guess } = want;
  if (kind === 'Secret') return pullSecrets(look, namespace);
  if (kind === 'PodLog') return tailOfLog(look, namespace ?? '', pod ?? '', container ?? '');
  if (isExtension(kind)) return listExtension(look, kind, namespace, guess === true);
  const labelSelector = selectorText(labels ?? {});
  await listAll(look, kind, namespace, {
    max: atMost,
    sample: true,
    // Of nodes only labels are wanted: their zones. They are large.
    ...(kind === 'Node' ? { metadataOnly: true } : {}),
    ...(labelSelector === '' ? {} : { labelSelector }),
  });
}

/** What was looked at: `namespace shop (Deployment api)`, `all namespaces (labels app=api)`. */
function scopeWords({ namespace, targets, selector }: Question): string {
  const where = namespace === undefined ? 'all namespaces' : `namespace ${namespace}`;
  const what = [
    ...targets.flatMap(({ kind, name }) => (name === undefined ? [] : `${kind} ${name}`)),
    ...(selector === undefined ? [] : [`labels ${selector}`]),
  ];
  return what.length === 0 ? where : `${where} (${what.join(', ')})`;
}

function titleOfWant({ kind, namespace, pod }: Want): string {
  if (kind === 'PodLog') return `log of Pod ${namespace ?? ''}/${pod ?? ''}`;
  return isExtension(kind) ? extensionTitle(kind, namespace) : titleOf({ verb: 'list', kind, namespace });
}

/** The types that the kubelet takes for pull secrets (credentialprovider/secrets, 1.36); no other Secret is read. */
const PULL_SECRET_TYPES = ['kubernetes.io/dockerconfigjson', 'kubernetes.io/dockercfg'];

async function pullSecrets(look: Look, namespace: string | undefined): Promise<void> {
  const wanted: Wanted = { verb: 'list', kind: 'Secret', namespace };
  const lists = await Promise.all(
    PULL_SECRET_TYPES.map((type) =>
      listAll(look, 'Secret', namespace, { fieldSelector: `type=${type}`, max: MAX_FURTHER }),
    ),
  );
  const whole = look.seen.problemIn(wanted) === undefined && lists.every(({ length }) => length < MAX_FURTHER);
  if (whole) look.seen.covers('PullSecret', namespace);
}

/** No pod at all could be seen: what follows is from events alone, if from anything. */
function podsUnseen({ client }: Look, { wanted, problem }: NonNullable<ReturnType<Sightings['problemWith']>>): string {
  const { access } = client;
  const where = wanted.namespace === undefined ? 'of any namespace' : `in namespace ${wanted.namespace}`;
  const what = `no pod ${where} could be seen on ${access.server.host} (context ${access.context})`;
  if (problem.kind !== 'forbidden') return `${what}: ${problem.message}`;
  const narrower = wanted.namespace === undefined ? '; a namespace may be allowed: -n NAMESPACE' : '';
  const verb = wanted.name === undefined ? 'list' : 'get';
  return `${what}: this login may not ${verb} pods (kubectl auth can-i ${verb} pods${wanted.namespace === undefined ? ' -A' : ` -n ${wanted.namespace}`})${narrower}; pullwhy rbac prints the Role`;
}
