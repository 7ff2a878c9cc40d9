import type { Snapshot } from '../../core/snapshot.ts';
import type { Want } from '../../core/want.ts';
import { factsFor } from '../../facts/build-facts.ts';
import type { Case } from '../../facts/case.ts';
import { findCases } from '../../facts/cases.ts';
import type { Facts, Subject } from '../../facts/facts.ts';
import { hostOf } from '../../facts/image-name.ts';
import { indexSnapshot } from '../../facts/snapshot-index.ts';
import { buildWants } from './build-wants.ts';
import { neighbourWants } from './neighbour-wants.ts';
import { registryWants } from './registry-wants.ts';

/** Namespaces in which neighbours and builds are looked at, those with the most cases first. */
const MAX_NAMESPACES = 4;

/** Errors that are settled by the pod, its Secrets or its node alone: no other pod would tell more. */
const SETTLED: ReadonlySet<string> = new Set(['secret', 'storage', 'unpack', 'not-pull', 'credential-provider']);

export interface LookFurtherOptions {
  readonly select: (subject: Subject) => boolean;
  /** Also the pull secrets of the namespace that no pod names. */
  readonly thorough?: boolean;
  /** Also what is seldom there: routes that lead to a registry, runs of build systems. */
  readonly wide?: boolean;
}

/**
 * The lists that could still decide between causes, most telling first: the Service behind an in-cluster registry
 * and what stands behind it, other pods of the namespace, and Jobs that should have built a missing image.
 */
export function lookFurther(snapshot: Snapshot, { select, thorough = false, wide = true }: LookFurtherOptions): Want[] {
  const index = indexSnapshot(snapshot);
  const wants = new Map<string, Want>();
  const want = (wanted: Want) => wants.set(JSON.stringify(wanted), wanted);
  const cases = findCases(index).cases.filter((found) => select(found.subject));
  const looks = cases.map((found) => ({ found, facts: factsFor(index, found) }));
  const all = looks.map(({ facts }) => facts);
  for (const wanted of onePerRegistry(all).flatMap((facts) => registryWants(facts, index, wide))) want(wanted);
  const open = looks.filter(({ facts }) => !SETTLED.has(leafOf(facts) ?? '')).map(({ found }) => found);
  for (const wanted of neighbourWants(index, open, busiest(open), wide)) want(wanted);
  for (const wanted of buildWants(index, all, { thorough, wide })) want(wanted);
  if (failOnTheWayOfSeveralNodes(looks)) want({ kind: 'Node' });
  for (const namespace of busiest(looks.map(({ found }) => found).filter(isScalable))) {
    want({ kind: 'HorizontalPodAutoscaler', namespace });
  }
  // Secrets that nobody refers to are read only when asked for: they are none of a pod's business.
  if (thorough) {
    for (const namespace of busiest(looks.filter(({ facts }) => lacksCredentials(facts)).map(({ found }) => found))) {
      want({ kind: 'Secret', namespace });
    }
  }
  return [...wants.values()];
}

/** Cases that ask for the same of a registry: its host and what went wrong there are all that counts. */
function onePerRegistry(all: readonly Facts[]): Facts[] {
  const hosts = new Map<string | undefined, string>();
  const distinct = new Map<string, Facts>();
  for (const facts of all) {
    const { image } = facts.subject;
    const host = hosts.get(image) ?? (image === undefined ? '' : (hostOf(image) ?? image));
    hosts.set(image, host);
    const leaf = facts.pullError.state === 'present' ? facts.pullError.value.decisive.error.leaf : undefined;
    const key = `${host} ${JSON.stringify(leaf)}`;
    if (!distinct.has(key)) distinct.set(key, facts);
  }
  return [...distinct.values()];
}

/** Errors that a part of the network, such as a zone, may give. */
const ON_THE_WAY: ReadonlySet<string> = new Set(['dns', 'dial', 'connection', 'timeout', 'tls', 'proxy']);

function failOnTheWayOfSeveralNodes(looks: readonly { readonly found: Case; readonly facts: Facts }[]): boolean {
  const failing = looks.filter(({ facts }) => ON_THE_WAY.has(leafOf(facts) ?? ''));
  return new Set(failing.flatMap(({ found }) => found.subject.node ?? [])).size > 1;
}

const SCALABLE: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'StatefulSet']);

/** Its pods may be as many as an autoscaler says. */
function isScalable({ subject }: Case): boolean {
  return subject.owners.some(({ kind }) => SCALABLE.has(kind));
}

/** The registry wanted a login, or a pull secret is not there. */
function lacksCredentials(facts: Facts): boolean {
  const leaf = leafOf(facts);
  return leaf === 'auth' || leaf === 'http' || facts.pullSecrets.some(({ secret }) => secret.state === 'absent');
}

function leafOf({ pullError }: Facts): string | undefined {
  return pullError.state === 'present' ? pullError.value.decisive.error.leaf.kind : undefined;
}

function busiest(cases: readonly Case[]): string[] {
  const counts = new Map<string, number>();
  for (const { subject } of cases) {
    if (subject.namespace !== undefined) counts.set(subject.namespace, (counts.get(subject.namespace) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_NAMESPACES)
    .map(([namespace]) => namespace);
}
