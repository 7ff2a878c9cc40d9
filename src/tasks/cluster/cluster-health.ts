import type { ClusterHealth, Counted, RegistryUse } from '../../core/cluster-answer.ts';
import type { AnswerGap } from '../../core/fact.ts';
import type { Condition, KubeObject, Node, Pod } from '../../core/objects.ts';
import { excerpt } from '../../core/redact.ts';
import { parseReference } from '../../image/reference.ts';
import type { ClusterClient } from '../../sources/cluster/client.ts';
import { titleOf, type Wanted } from '../../sources/cluster/problem.ts';
import { type Kind, resourceOf } from '../../sources/cluster/resources.ts';
import { parseObject } from '../../sources/objects-schema.ts';
import { nodeGapOf, WantedFailure } from './wanted-failure.ts';

/** A look must stay small on clusters of any size. */
const MAX_PODS = 10_000;
const MAX_NODES = 5_000;
const SHOWN = 20;

/** Waiting reasons that are about an image (kubelet images/types.go, 1.36); a malformed secret's is free text. */
const IMAGE_REASONS: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ImageInspectError',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

/** Nodes, pods that wait for images, and the registries that they come from: where to look first. */
export async function clusterHealth(client: ClusterClient, namespace?: string): Promise<ClusterHealth> {
  const [nodes, pods] = await Promise.all([
    read(client, 'Node', undefined, MAX_NODES),
    read(client, 'Pod', namespace, MAX_PODS),
  ]);
  const refused = nodes.failure !== undefined && pods.failure !== undefined ? pods.failure : undefined;
  if (refused !== undefined) throw refused;
  const seenPods = pods.objects.filter((object): object is Pod => object.kind === 'Pod');
  return {
    nodes: nodesOf(nodes.objects.filter((object): object is Node => object.kind === 'Node')),
    pods: podsOf(seenPods),
    registries: registriesOf(seenPods),
    coverage: {
      read: [nodes, pods].flatMap(({ failure, title }) => (failure === undefined ? [title] : [])),
      skipped: [nodes, pods].flatMap(({ failure, title }) => (failure === undefined ? [] : [title])),
    },
    gaps: [...nodes.gaps, ...pods.gaps],
  };
}

interface Seen {
  readonly title: string;
  readonly objects: readonly KubeObject[];
  readonly gaps: readonly AnswerGap[];
  readonly failure?: WantedFailure;
}

async function read(client: ClusterClient, kind: Kind, namespace: string | undefined, max: number): Promise<Seen> {
  const wanted: Wanted = { verb: 'list', kind, namespace };
  const title = titleOf(wanted);
  const answer = await client.list(kind, namespace, { max, fromCache: true });
  if (!answer.ok) {
    const failure = new WantedFailure(wanted, answer.problem);
    return { title, objects: [], gaps: [nodeGapOf(wanted, answer.problem)], failure };
  }
  const hint = { kind, apiVersion: resourceOf(kind).apiVersion };
  const objects = answer.value.items.flatMap((raw) => parseObject(raw, hint)?.object ?? []);
  const gaps: AnswerGap[] = answer.value.complete
    ? []
    : [{ what: `${kind}s beyond the first ${max}`, why: 'truncated' }];
  return { title, objects, gaps };
}

function nodesOf(nodes: readonly Node[]): ClusterHealth['nodes'] {
  const troubled = nodes.flatMap((node) => {
    const problems = problemsOf(node);
    return problems.length === 0 ? [] : [{ name: excerpt(node.metadata.name, 300), problems }];
  });
  return {
    total: nodes.length,
    ready: nodes.filter(({ conditions }) => conditions.some(isReady)).length,
    troubled: troubled.slice(0, SHOWN),
    runtimes: counted(nodes.map(({ info }) => info.containerRuntimeVersion ?? 'unknown')),
    kubelets: counted(nodes.map(({ info }) => info.kubeletVersion ?? 'unknown')),
  };
}

function isReady({ type, status }: Condition): boolean {
  return type === 'Ready' && status === 'True';
}

function problemsOf({ conditions, unschedulable }: Node): readonly string[] {
  const bad = conditions.filter(({ type, status }) => (type === 'Ready' ? status !== 'True' : status === 'True'));
  return [
    ...bad.map(({ type, status, reason = '' }) => excerpt(type === 'Ready' ? `Ready=${status} ${reason}` : type, 200)),
    ...(unschedulable === true ? ['closed to new pods (cordoned)'] : []),
  ];
}

function podsOf(pods: readonly Pod[]): ClusterHealth['pods'] {
  const reasons = pods.flatMap(({ status }) => status.containers.flatMap(({ state }) => state.waiting?.reason ?? []));
  return {
    examined: pods.length,
    stuckOnImages: pods.filter(({ status }) => status.containers.some(isStuck)).length,
    waiting: counted(reasons),
  };
}

function isStuck({ state }: Pod['status']['containers'][number]): boolean {
  const reason = state.waiting?.reason;
  // Reasons are one word; a blank in it is the text of an error about a pull secret.
  return reason !== undefined && (IMAGE_REASONS.has(reason) || reason.includes(' '));
}

function registriesOf(pods: readonly Pod[]): readonly RegistryUse[] {
  const uses = new Map<string, { containers: number; failing: number }>();
  for (const { spec, status } of pods) {
    for (const { name, role, image } of spec.containers) {
      const parsed = image === undefined ? undefined : parseReference(image);
      const registry = parsed?.ok === true ? parsed.reference.domain : '(does not parse)';
      const use = uses.get(registry) ?? { containers: 0, failing: 0 };
      const own = status.containers.find((container) => container.name === name && container.role === role);
      uses.set(registry, {
        containers: use.containers + 1,
        failing: use.failing + (own !== undefined && isStuck(own) ? 1 : 0),
      });
    }
  }
  return [...uses]
    .map(([registry, use]) => ({ registry: excerpt(registry, 300), ...use }))
    .sort((a, b) => b.failing - a.failing || b.containers - a.containers)
    .slice(0, SHOWN);
}

/** The most frequent, with how often each. */
function counted(words: readonly string[]): readonly Counted[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name: excerpt(name, 300), count }))
    .sort((a, b) => b.count - a.count)
    .slice(0, SHOWN);
}
