import type { Gap } from '../../core/fact.ts';
import type { SeenProbe, Snapshot } from '../../core/snapshot.ts';
import { factsFor } from '../../facts/build-facts.ts';
import { findCases } from '../../facts/cases.ts';
import type { Facts, Subject } from '../../facts/facts.ts';
import { platformOf, probeKey } from '../../facts/registry-answer.ts';
import { indexSnapshot, type SnapshotIndex } from '../../facts/snapshot-index.ts';
import type { ImageReference } from '../../image/reference.ts';
import { registryKind } from '../../image/registry-kind.ts';
import type { Identity } from '../../sources/registry/identity.ts';
import { type ProbeOptions, type ProbeTarget, probe } from '../../sources/registry/probe.ts';
import { askPolitely } from '../polite-queue.ts';
import { targetOf } from '../probe-target.ts';
import { type NamedSecret, pullIdentities } from '../pull-identities.ts';

export interface ProbeCasesOptions
  extends Pick<ProbeOptions, 'allowPrivate' | 'caFile' | 'signal' | 'resolve' | 'env' | 'limits'> {
  /** Which cases; all when left out. */
  readonly select?: (subject: Subject) => boolean;
  /** Called before each probe: `registry.acme.example/shop/api:1.5.0`, 3 of 12. */
  readonly onProbe?: (image: string, number: number, all: number) => void;
}

/** Distinct pulls that one run asks registries about. */
const MAX_PROBES = 50;

interface Plan {
  readonly key: string;
  readonly target: ProbeTarget;
  readonly identities: readonly Identity[];
  readonly asThePod: boolean;
  readonly platform: string;
  readonly dockerHub: boolean;
}

/** Asks each registry once per failing pull that differs, and adds the answers to the evidence. */
export async function probeCases(snapshot: Snapshot, options: ProbeCasesOptions = {}): Promise<Snapshot> {
  const plans = plansFor(indexSnapshot(snapshot), options.select ?? (() => true));
  const asked = plans.slice(0, MAX_PROBES);
  const answers = await askPolitely<Plan, SeenProbe>(asked, {
    hostOf: ({ target }) => target.host,
    isEnough: ({ result }) => result.outcome.kind === 'rate-limited',
    ask: (plan, number) => {
      options.onProbe?.(plan.target.image, number, asked.length);
      return ask(plan, options);
    },
  });
  const registry = answers.filter((answer) => answer !== undefined);
  const gaps = [...registry.flatMap(gapOf), ...leftOut(plans.length - registry.length)];
  return { ...snapshot, registry: [...(snapshot.registry ?? []), ...registry], gaps: [...snapshot.gaps, ...gaps] };
}

/** A registry that gave no answer from here proves nothing about the node, and is told as not seen. */
function gapOf({ result }: SeenProbe): readonly Gap[] {
  const { outcome, host, repository } = result;
  const wanted = `the answer of ${host} for ${repository}`;
  if (outcome.kind === 'not-asked')
    return [{ wanted, why: 'refused', how: `${outcome.said} (--allow-private-registries)` }];
  const silent = outcome.kind === 'unreachable' || outcome.kind === 'tls-failed';
  return silent ? [{ wanted, why: 'unreachable', how: `${outcome.said}, when asked from ${result.vantage}` }] : [];
}

function leftOut(count: number): readonly Gap[] {
  if (count === 0) return [];
  return [
    { wanted: `${count} more images at their registries`, why: 'truncated', how: 'narrow the question to a namespace' },
  ];
}

async function ask(
  { key, target, identities, asThePod, platform, dockerHub }: Plan,
  options: ProbeCasesOptions,
): Promise<SeenProbe> {
  const { select: _, onProbe: __, ...probing } = options;
  const result = await probe(target, {
    ...probing,
    identities,
    // The names come from the cluster's data: private addresses only when the user allows them.
    userNamed: false,
    // Docker Hub counts every manifest that is read; a diagnosis must not use up what the nodes need.
    content: !dockerHub,
    ...(platform === '' ? {} : { platform }),
  });
  return { id: `registry/${key}`, key, asThePod, result };
}

function plansFor(index: SnapshotIndex, select: (subject: Subject) => boolean): readonly Plan[] {
  const plans = new Map<string, Plan>();
  for (const found of findCases(index).cases.filter(({ subject }) => select(subject))) {
    const facts = factsFor(index, found);
    if (facts.pullError.state !== 'present' && facts.afterPull.state !== 'present') continue;
    const key = probeKey(facts);
    const reference =
      facts.reference.state === 'present' && facts.reference.value.ok ? facts.reference.value.reference : undefined;
    if (key === undefined || plans.has(key) || reference === undefined || reference.domain === '') continue;
    plans.set(key, planOf(index, facts, key, reference));
  }
  return [...plans.values()];
}

function planOf(index: SnapshotIndex, facts: Facts, key: string, reference: ImageReference): Plan {
  const secrets = secretsOf(index, facts);
  const { identities } = pullIdentities(secrets, reference);
  const offered = facts.offer.state === 'present' ? facts.offer.value.credentials.length : undefined;
  return {
    key,
    target: targetOf(reference),
    identities,
    // Node files and provider plugins may offer more, but nothing of the pod is left out.
    asThePod: offered === identities.length,
    platform: facts.node.state === 'present' ? platformOf(facts.node.value) : '',
    dockerHub: registryKind(reference.domain) === 'docker-hub',
  };
}

/** The pod's own secrets in their order; the content stays here and is revealed for matching registries only. */
function secretsOf(index: SnapshotIndex, { subject, listedSecrets }: Facts): readonly NamedSecret[] {
  if (listedSecrets.state !== 'present' || subject.kind === 'sandbox') return [];
  return listedSecrets.value.flatMap((name) => {
    const seen = index.find('Secret', subject.namespace, name);
    if (seen === undefined) return [];
    const { type, data } = seen.object;
    return [{ name: `Secret ${subject.namespace ?? ''}/${name}`, secret: { type, data } }];
  });
}
