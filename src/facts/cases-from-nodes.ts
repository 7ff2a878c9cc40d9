import type { Case, Findings } from './case.ts';
import { runtimeDownOn } from './runtime-down.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

/**
 * Nodes without a runtime, where no pod tells of it: the kubelet does not even begin with pods then, so its log names
 * none. Where pods were seen, theirs are the cases.
 */
export function nodeCases(index: SnapshotIndex, known: readonly Case[]): Findings {
  if (index.pods.length > 0) return { cases: [], notImagePull: [] };
  const cases = nodesOf(index).flatMap((node): Case[] => {
    const down = runtimeDownOn(index, node, undefined);
    if (down === undefined || known.some(({ subject }) => isSandboxOn(subject, node))) return [];
    const subject = { kind: 'sandbox' as const, owners: [], ...(node === undefined ? {} : { node }) };
    return [{ key: `node ${node ?? ''}`, subject, seenIn: [down.evidence] }];
  });
  return { cases, notImagePull: [] };
}

/** Nodes whose logs or files are there; undefined when nothing tells the name. */
function nodesOf({ snapshot, logs }: SnapshotIndex): readonly (string | undefined)[] {
  const told = [...logs.ofKind('runtime-down'), ...logs.ofKind('runtime-stop')].map(({ entry }) => entry.node);
  const states = (snapshot.nodeStates ?? []).map(({ node }) => node);
  return [...new Set([...told, ...states])];
}

function isSandboxOn({ kind, node }: Case['subject'], on: string | undefined): boolean {
  return kind === 'sandbox' && (node === undefined || on === undefined || node === on);
}
