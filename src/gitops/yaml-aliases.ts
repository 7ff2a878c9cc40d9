import { type Alias, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';

/** What the aliases of a document stand for; found once, for each alias asks. */
const TARGETS = new WeakMap<Node, ReadonlyMap<Alias, Node>>();

/** The node that an alias stands for: of several with the anchor, the last before it. */
export function targetOf(root: Node, alias: Alias): Node | undefined {
  const known = TARGETS.get(root) ?? targetsIn(root);
  TARGETS.set(root, known);
  return known.get(alias);
}

function targetsIn(root: Node): ReadonlyMap<Alias, Node> {
  const targets = new Map<Alias, Node>();
  const anchors = new Map<string, Node>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined) targets.set(node, target);
    } else if (isScalar(node) || isMap(node) || isSeq(node)) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      // Backwards, so that they come off the stack as they are written.
      for (const part of partsOf(node).reverse()) open.push(part);
    }
  }
  return targets;
}

/** Nodes of a document with every alias followed: a few lines of aliases of aliases are more than any machine can walk. */
export function expandedSize(node: unknown, anchors: Map<string, number> = new Map()): number {
  if (isAlias(node)) return anchors.get(node.source) ?? Number.POSITIVE_INFINITY;
  const parts = isMap(node) ? node.items.map(({ value }) => value) : isSeq(node) ? node.items : [];
  const size = parts.reduce<number>((sum, part) => sum + expandedSize(part, anchors), 1);
  if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined) anchors.set(node.anchor, size);
  return size;
}

function partsOf(node: unknown): unknown[] {
  if (isMap(node)) return node.items.flatMap(({ key, value }) => [key, value]);
  return isSeq(node) ? [...node.items] : [];
}
