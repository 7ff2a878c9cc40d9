import type { NodeBundle, NodeFile } from '../../core/node/bundle.ts';

/** The files of one node. */
export interface NodeFiles {
  /** Undefined when nothing tells the node's name. */
  readonly node: string | undefined;
  readonly files: readonly NodeFile[];
}

/** The files by node. One node: every file is its own, also those whose place names none. */
export function filesByNode(bundle: NodeBundle, only?: string): readonly NodeFiles[] {
  const named = new Set(bundle.files.flatMap(({ node }) => node ?? []));
  const names = [...named].sort();
  if (names.length <= 1) {
    const node = names[0] ?? (bundle.nodes.length === 1 ? bundle.nodes[0] : undefined);
    return isWanted(node, only) ? [{ node, files: bundle.files }] : [];
  }
  return names
    .filter((node) => isWanted(node, only))
    .map((node) => ({ node, files: bundle.files.filter((file) => file.node === node) }));
}

/** A node whose name is not known may be the one that is asked for. */
function isWanted(node: string | undefined, only: string | undefined): boolean {
  return only === undefined || node === undefined || node === only;
}
