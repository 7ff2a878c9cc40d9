import type { Gap } from '../../core/fact.ts';
import type { KubeObject } from '../../core/objects.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { ClusterClient } from '../cluster/client.ts';
import { findPods } from '../cluster/find-pods.ts';
import type { Suggest } from '../cluster/kubeconfig.ts';
import { getOne, type Look, listAll } from '../cluster/look.ts';
import { Sightings } from '../cluster/sightings.ts';
import { awsInstance, type CloudInstance, isInstanceId } from './node-traits.ts';

/** Which nodes are meant. */
export interface NodeQuestion {
  /** Names, or EC2 instance ids. */
  readonly names: readonly string[];
  readonly all?: boolean;
  readonly selector?: string;
  /** Those on which pods are stuck come first. */
  readonly failingFirst?: boolean;
  /** At most so many. */
  readonly sample?: number;
}

/** Names that a wrong one is compared with. */
const MAX_NAMES = 2_000;

export interface ChosenNode {
  readonly name: string;
  readonly cloud?: CloudInstance;
  readonly stuckPods?: number;
}

export interface ChosenNodes {
  readonly nodes: readonly ChosenNode[];
  readonly leftOut: readonly { readonly node: string; readonly why: string }[];
  readonly gaps: readonly Gap[];
}

/** Finds the nodes of a question. Throws `UsageError` when a name is none, `ClusterError` when the cluster cannot be asked. */
export async function chooseNodes(
  client: ClusterClient,
  question: NodeQuestion,
  suggest: Suggest = () => '',
): Promise<ChosenNodes> {
  const look: Look = { client, seen: new Sightings(), asked: new Map() };
  const gaps: Gap[] = [];
  const candidates = await candidatesOf(look, question, suggest, gaps);
  const counts = question.failingFirst === true ? await stuckPods(look, gaps) : undefined;
  const ordered = candidates
    .map(
      (node): ChosenNode => ({ ...node, ...(counts === undefined ? {} : { stuckPods: counts.get(node.name) ?? 0 }) }),
    )
    .sort((a, b) => (b.stuckPods ?? 0) - (a.stuckPods ?? 0));
  const nodes = sampleOf(ordered, question.sample);
  const taken = new Set(nodes.map(({ name }) => name));
  const leftOut = ordered.flatMap(({ name }) =>
    taken.has(name) ? [] : [{ node: name, why: `--sample ${nodes.length}` }],
  );
  return { nodes, leftOut, gaps };
}

/** The first ones; of two or more the last is a healthy one, to compare with. */
function sampleOf(ordered: readonly ChosenNode[], sample: number | undefined): readonly ChosenNode[] {
  if (sample === undefined || ordered.length <= sample) return ordered;
  const first = ordered.slice(0, sample);
  const healthy = ordered.find(({ stuckPods }) => stuckPods === 0);
  if (sample < 2 || healthy === undefined || first.includes(healthy)) return first;
  return [...first.slice(0, -1), healthy];
}

async function candidatesOf(
  look: Look,
  { names, all, selector }: NodeQuestion,
  suggest: Suggest,
  gaps: Gap[],
): Promise<readonly ChosenNode[]> {
  const listed = all === true || selector !== undefined || names.some(isInstanceId);
  if (!listed) return oneByOne(look, names, suggest, gaps);
  const objects = await listAll(look, 'Node', undefined, selector === undefined ? {} : { labelSelector: selector });
  const problem = look.seen.problemIn({ verb: 'list', kind: 'Node' });
  if (problem !== undefined) {
    throw new UsageError(
      `the nodes of the cluster cannot be listed (${problem.message}): name them one by one, or allow it (kubectl auth can-i list nodes)`,
    );
  }
  const nodes = objects.flatMap(chosen);
  if (names.length === 0) return nodes;
  return [...new Set(names)].map((name) => {
    const found = nodes.find((node) => node.name === name || node.cloud?.instanceId === name);
    if (found === undefined) throw new UsageError(unknownNode(look.client, name, nodes, suggest));
    return found;
  });
}

/** A name that may not be looked up is taken as it is: the collector will tell. */
async function oneByOne(
  look: Look,
  names: readonly string[],
  suggest: Suggest,
  gaps: Gap[],
): Promise<readonly ChosenNode[]> {
  const found: ChosenNode[] = [];
  for (const name of new Set(names)) {
    const node = await getOne(look, 'Node', undefined, name);
    if (node === undefined && look.seen.isAbsent('Node', undefined, name)) {
      const known = (await listAll(look, 'Node', undefined, { metadataOnly: true, max: MAX_NAMES })).flatMap(chosen);
      throw new UsageError(unknownNode(look.client, name, known, suggest));
    }
    if (node === undefined) gaps.push(unseenNode(look, name));
    found.push(...(node === undefined ? [{ name }] : chosen(node)));
  }
  return found;
}

function unseenNode({ seen }: Look, name: string): Gap {
  const problem = seen.problemWith('Node')?.problem ?? { kind: 'unreadable', message: 'it says nothing' };
  const why = problem.kind === 'forbidden' ? 'forbidden' : 'refused';
  return { wanted: `Node ${name}`, why, how: `the API server: ${problem.message}` };
}

function unknownNode({ access }: ClusterClient, name: string, known: readonly ChosenNode[], suggest: Suggest): string {
  const near = suggest(
    name,
    known.map((node) => node.name),
  );
  return `no node ${name} in context ${access.context}${near}; kubectl get nodes lists them`;
}

function chosen(object: KubeObject): ChosenNode[] {
  if (object.kind !== 'Node') return [];
  const cloud = awsInstance(object.providerID);
  return [{ name: object.metadata.name, ...(cloud === undefined ? {} : { cloud }) }];
}

/** How many pods are stuck on each node; undefined when pods may not be listed. */
async function stuckPods(look: Look, gaps: Gap[]): Promise<ReadonlyMap<string, number> | undefined> {
  const { stuck } = await findPods(look, { targets: [] });
  const unseen = look.seen.problemWith('Pod');
  if (unseen !== undefined) {
    const why = unseen.problem.kind === 'forbidden' ? 'forbidden' : 'refused';
    gaps.push({ wanted: 'which nodes have stuck pods', why, how: 'kubectl auth can-i list pods -A' });
    if (stuck.length === 0) return undefined;
  }
  const counts = new Map<string, number>();
  for (const { spec } of stuck) {
    if (spec.nodeName !== undefined) counts.set(spec.nodeName, (counts.get(spec.nodeName) ?? 0) + 1);
  }
  return counts;
}
