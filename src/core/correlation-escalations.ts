import type { Escalation } from './cause.ts';
import type { EvidenceId } from './evidence.ts';
import { nodeNames, ON_THE_WAY, type Sight, UNREACHABLE } from './failure-sight.ts';
import type { Correlation } from './report.ts';

/** A condition of escalation that holds, and what shows it. */
export type MetEscalation = Escalation & { readonly because: readonly EvidenceId[] };

/** Evidence cited for a condition; more would say the same. */
const MAX_CITED = 3;

/** The conditions of escalation that hold now, for they take comparing pulls with each other. */
export function escalations(sight: Sight, wholeNode: Correlation | undefined): readonly MetEscalation[] {
  return [nodeIsBroken(sight, wholeNode), tlsOnManyNodes(sight), unreachable(sight), existsYetFails(sight)].filter(
    (found) => found !== undefined,
  );
}

function nodeIsBroken({ failure }: Sight, wholeNode: Correlation | undefined): MetEscalation | undefined {
  if (wholeNode === undefined) return undefined;
  const [node = ''] = failure.nodes;
  const collect = [
    `description of node ${node}`,
    'log of its kubelet and runtime',
    'what changed on it since it worked',
  ];
  return met(wholeNode.note, 'platform team', collect, wholeNode.because);
}

function tlsOnManyNodes(sight: Sight): MetEscalation | undefined {
  const { link, nodes, because } = sight.failure;
  if (link !== 'tls' || nodes.length < 2) return undefined;
  const to = isManaged(sight) ? 'network or security team (TLS inspection, proxy)' : keeperOf(sight);
  const when = `TLS errors with ${hostOf(sight)} on ${nodeNames(nodes)}`;
  return met(when, to, ['certificate that the nodes are shown', 'time of the first failure'], because);
}

/** Pulls that work elsewhere would show that the endpoint can be reached. */
function unreachable(sight: Sight): MetEscalation | undefined {
  const { link, nodes, because } = sight.failure;
  const works = sight.fromRegistry.length > 0 || sight.undated.fromRegistry;
  if (!UNREACHABLE.has(link) || nodes.length < 2 || works) return undefined;
  return met(
    `${hostOf(sight)} cannot be used from ${nodeNames(nodes)}`,
    `network team, and ${keeperOf(sight)}; until then do not point workloads at another registry`,
    [
      'addresses that the name resolves to',
      'route, proxy and firewall rules of the nodes',
      'time of the first failure',
    ],
    because,
  );
}

/** Where the cause is known for sure, the image's existence changes nothing. */
function existsYetFails(sight: Sight): MetEscalation | undefined {
  const { failure, ofImage } = sight;
  const exists = [...ofImage.map(({ evidence }) => evidence), ...failure.exists];
  if (!ON_THE_WAY.has(failure.link) || failure.confirmed || exists.length === 0) return undefined;
  const place = failure.nodes.length === 1 ? `from ${failure.nodes[0]}` : 'from here';
  return met(
    `the image exists, yet cannot be pulled ${place}`,
    'network team',
    ['NetworkPolicies before a registry in the cluster', 'proxy, firewall and mirror settings of the node'],
    exists,
  );
}

function hostOf({ failure }: Sight): string {
  return failure.host ?? 'the registry';
}

function isManaged({ failure, around }: Sight): boolean {
  return failure.host !== undefined && around.isManaged(failure.host);
}

function keeperOf(sight: Sight): string {
  return isManaged(sight) ? 'the company that runs it (see its status page)' : 'the team that runs the registry';
}

function met(when: string, to: string, collect: readonly string[], because: readonly EvidenceId[]): MetEscalation {
  return { when, to, collect, met: true, because: because.slice(0, MAX_CITED) };
}
