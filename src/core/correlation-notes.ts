import type { Shared } from './cause.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { EvidenceId } from './evidence.ts';
import { BY_LOGIN, BY_PLACE, nodeNames, type Sight, type Surroundings, type WorkingPull } from './failure-sight.ts';
import type { Correlation, CorrelationKind } from './report.ts';
import { unique } from './unique.ts';

/** On one node, on several, in one zone: told where the place may be at fault. */
export function placeNotes({ failure, fromRegistry, around, undated }: Sight): Correlation[] {
  const { nodes, registry, link, because } = failure;
  if (!BY_PLACE.has(link) || nodes.length === 0) return [];
  const elsewhere = fromRegistry.filter(({ node }) => node !== undefined && !nodes.includes(node));
  const working = unique(elsewhere.map(({ node }) => node));
  const proof = elsewhere[0];
  const works =
    proof === undefined ? undefined : `${nodeCount(working)} pulled from ${registry} since (${pullWords(proof)})`;
  if (nodes.length === 1) {
    if (works === undefined || proof === undefined) return [];
    return [note('node-local', `only ${nodes[0]} fails; ${works}`, [proof.evidence])];
  }
  const cited = [...because.slice(0, 2), ...(proof === undefined ? [] : [proof.evidence])];
  const zone = commonZone(nodes, working, around);
  if (zone !== undefined && works !== undefined) {
    return [note('zone', `fails on ${nodeNames(nodes)}, all in zone ${zone}; outside it ${works}`, cited)];
  }
  const nowhere = undated.fromRegistry ? '' : '; nowhere did such a pull work since';
  const rest = works === undefined ? nowhere : `; ${works}`;
  return [note('several-nodes', `fails on ${nodeNames(nodes)}, so no single node is at fault${rest}`, cited)];
}

/** The node or zone that alone fails, while the same registry serves others: what the cases have in common before anything else. */
export function sharedPlace(sight: Sight): Shared | undefined {
  const { failure, around } = sight;
  const [node] = failure.nodes;
  const kind = placeNotes(sight)[0]?.kind;
  if (node === undefined) return undefined;
  if (kind === 'node-local') return { kind: 'node', name: node };
  const zone = kind === 'zone' ? around.zoneOf(node) : undefined;
  return zone === undefined ? undefined : { kind: 'zone', name: zone };
}

/** The one zone of the failing nodes, when the working ones are known to be in others. */
function commonZone(failing: readonly string[], working: readonly string[], around: Surroundings): string | undefined {
  const zones = new Set(failing.map((node) => around.zoneOf(node)));
  const [zone] = zones;
  if (zones.size !== 1 || zone === undefined) return undefined;
  const others = working.map((node) => around.zoneOf(node));
  return others.length > 0 && others.every((other) => other !== undefined && other !== zone) ? zone : undefined;
}

/**
 * Every pull on the node fails for reasons that may be the node's. A failure that needed the way to be open
 * (a tag that is missing), or one registry alone, does not count against the node.
 */
export function nodeWide<F>(
  onNode: readonly Diagnosis<F>[],
  { failure, onNode: worked, fromRegistry, undated }: Sight,
): Correlation | undefined {
  const [node] = failure.nodes;
  if (
    node === undefined ||
    worked.length > 0 ||
    undated.onNode ||
    !onNode.every(({ best }) => BY_PLACE.has(best.cause.link))
  )
    return undefined;
  const wheres = onNode.map((d) => d.input.where);
  const pods = unique(wheres.map(({ pod }) => (pod === undefined ? undefined : `${pod.namespace}/${pod.name}`)));
  const hosts = unique(wheres.map(({ host }) => host));
  const isOfNode = failure.link === 'runtime' || failure.link === 'storage';
  const elsewhere = fromRegistry.some((pull) => pull.node !== undefined && pull.node !== node);
  if (pods.length < 2 || unique(wheres.map(({ image }) => image)).length < 2) return undefined;
  if (hosts.length < 2 && !isOfNode && !elsewhere) return undefined;
  const from = hosts.length > 1 ? ` from ${hosts.length} registries` : '';
  const words = `every pull on ${node} fails (${pods.length} pods${from}), none worked since`;
  return note('node-wide', words, onNode.flatMap((d) => d.best.judgement.because.slice(0, 1)).slice(0, 3));
}

/** What worked with the same registry, node or secret since it began, or at least the last time before. */
export function workNotes({ failure, fromRegistry, ofImage, onNode, before }: Sight): Correlation[] {
  const { link, registry, nodes, secrets, namespaces } = failure;
  const [same] = ofImage;
  const [other] = fromRegistry.filter((pull) => !ofImage.includes(pull));
  const [local] = onNode.filter((pull) => pull.registry !== registry);
  const withSecret = fromRegistry.find(
    (pull) => namespaces.includes(pull.namespace) && pull.secrets.some((secret) => secrets.includes(secret)),
  );
  const secret = withSecret?.secrets.find((name) => secrets.includes(name));
  return [
    ...(same === undefined
      ? []
      : [note('image-exists', `the very image was pulled since: ${pullWords(same)}`, [same.evidence])]),
    ...(BY_LOGIN.has(link) && withSecret !== undefined && secret !== undefined
      ? [note('secret-works', `secret ${secret} opens ${registry} for ${pullWords(withSecret)}`, [withSecret.evidence])]
      : []),
    ...(other === undefined
      ? []
      : [note('registry-works', `${registry} still serves other images: ${pullWords(other)}`, [other.evidence])]),
    ...(BY_PLACE.has(link) && local !== undefined
      ? [note('node-works', `${nodes[0]} still pulls from ${local.registry}: ${pullWords(local)}`, [local.evidence])]
      : []),
    ...(fromRegistry.length === 0 && before !== undefined && (BY_PLACE.has(link) || BY_LOGIN.has(link))
      ? [note('last-worked', `the last pull from ${registry} that worked: ${pullWords(before)}`, [before.evidence])]
      : []),
  ];
}

/** One piece of evidence is told once: by the first note, which says most. */
export function withoutRepeats(notes: readonly Correlation[]): Correlation[] {
  const told = new Set<string>();
  return notes.filter(({ kind, because }) => {
    const fresh = kind === 'node-wide' || because.some((id) => !told.has(id));
    for (const id of because) told.add(id);
    return fresh;
  });
}

function note(kind: CorrelationKind, words: string, because: readonly EvidenceId[]): Correlation {
  return { kind, note: words, because };
}

function pullWords({ namespace, pod, node, at }: WorkingPull): string {
  return `${namespace}/${pod}${node === undefined ? '' : ` on ${node}`} at ${at}`;
}

function nodeCount(nodes: readonly string[]): string {
  return nodes.length === 1 ? (nodes[0] ?? '') : `${nodes.length} nodes`;
}
