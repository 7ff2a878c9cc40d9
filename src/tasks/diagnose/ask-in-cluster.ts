import type { SeenProbe, Snapshot } from '../../core/snapshot.ts';
import { factsFor } from '../../facts/build-facts.ts';
import { findCases } from '../../facts/cases.ts';
import type { Facts, Subject } from '../../facts/facts.ts';
import { probeKey } from '../../facts/registry-answer.ts';
import { indexSnapshot } from '../../facts/snapshot-index.ts';
import type { ClusterClient } from '../../sources/cluster/client.ts';
import { gapOf } from '../../sources/cluster/problem.ts';
import { askThroughProxy, type ProxiedImage } from '../../sources/cluster/registry-proxy.ts';

/** Distinct pulls that one run asks registries of the cluster about. */
const MAX_ASKED = 5;
/** Requests that asking about one pull may cost. */
export const MOST_REQUESTS = 3;

interface Plan {
  readonly key: string;
  readonly image: ProxiedImage;
  /** The pod offers no credentials either. */
  readonly asThePod: boolean;
  /** The node was told that there is no such image. */
  readonly notFound: boolean;
}

/**
 * Asks registries that run in the cluster for the images that fail, through the API server's service proxy: no exec, no
 * credentials, nothing but reads. A login without the right leaves a gap that says which Role would do.
 */
export async function askInCluster(
  client: ClusterClient,
  snapshot: Snapshot,
  now: string,
  select: (subject: Subject) => boolean,
): Promise<Snapshot> {
  const plans = plansFor(snapshot, select).slice(0, MAX_ASKED);
  if (plans.length === 0) return snapshot;
  const answers = await Promise.all(
    plans.map(async (plan) => ({ plan, answer: await askThroughProxy(client, plan.image, now) })),
  );
  const registry = answers.flatMap(({ plan, answer }): SeenProbe[] =>
    answer.asked
      ? [{ id: `registry/proxy/${plan.key}`, key: plan.key, asThePod: plan.asThePod, result: answer.result }]
      : [],
  );
  const gaps = answers.flatMap(({ plan: { image }, answer }) => {
    if (answer.asked) return [];
    const { namespace, service, port } = image;
    const name = `${service}:${port}`;
    return [gapOf({ verb: 'get', kind: 'Service', namespace, name, subresource: 'proxy' }, answer.problem)];
  });
  const distinct = [...new Map(gaps.map((gap) => [gap.wanted, gap] as const)).values()];
  return {
    ...snapshot,
    registry: [...(snapshot.registry ?? []), ...registry],
    gaps: [...snapshot.gaps, ...distinct],
  };
}

/** Whether a registry of the cluster could say if an image that was not found is there. */
export function decidesByAsking(snapshot: Snapshot, select: (subject: Subject) => boolean): boolean {
  return plansFor(snapshot, select).some(({ notFound }) => notFound);
}

function plansFor(snapshot: Snapshot, select: (subject: Subject) => boolean): readonly Plan[] {
  // Most clusters have none, and facts are the dear part.
  if (!snapshot.objects.some(({ object }) => object.kind === 'Service')) return [];
  const index = indexSnapshot(snapshot);
  const plans = new Map<string, Plan>();
  for (const found of findCases(index).cases.filter(({ subject }) => select(subject))) {
    const plan = planOf(factsFor(index, found));
    if (plan !== undefined && !plans.has(plan.key)) plans.set(plan.key, plan);
  }
  return [...plans.values()];
}

/** Undefined where no registry of the cluster is meant, or nothing stands behind its Service. */
function planOf(facts: Facts): Plan | undefined {
  const { inClusterRegistry: registry, reference, offer, subject, pullError } = facts;
  const key = probeKey(facts);
  if (key === undefined || registry.state !== 'present' || reference.state !== 'present') return undefined;
  if (!reference.value.ok || subject.image === undefined) return undefined;
  const { namespace, service, port, readyEndpoints, secure = false } = registry.value;
  if (port === undefined || readyEndpoints === 0) return undefined;
  const { domain, path, tag, digest } = reference.value.reference;
  const notFound = pullError.state === 'present' && pullError.value.decisive.error.leaf.kind === 'not-found';
  return {
    key,
    notFound,
    asThePod: offer.state === 'present' && offer.value.credentials.length === 0,
    image: {
      namespace,
      service,
      port,
      secure,
      image: subject.image,
      host: domain,
      path,
      ...(tag === undefined ? {} : { tag }),
      ...(digest === undefined ? {} : { digest }),
    },
  };
}
