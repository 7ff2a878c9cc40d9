import { didYouMean } from '../../core/nearest.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { CallTool } from '../../sop/call.ts';
import { isRecord } from '../../sop/cited.ts';

export interface WantedNode {
  readonly node?: string;
  readonly from?: readonly string[];
}

/** Refuses a node that surely is none; where nodes may not be listed, or were not collected, the steps will tell. */
export async function refuseUnknownNode(
  callTool: CallTool,
  { node, from }: WantedNode,
  signal: AbortSignal,
): Promise<void> {
  // An instance id names a node as well.
  if (node === undefined || /^i-[0-9a-f]+$/.test(node)) return;
  const found = await nodeNames(callTool, { name: node }, signal);
  if (found === undefined || found.length > 0) return;
  const near = didYouMean(node, (await nodeNames(callTool, {}, signal)) ?? []);
  throw new UsageError(
    from === undefined
      ? `no node ${node}${near}; kubectl get nodes lists them`
      : `no node ${node} in this evidence${near}`,
  );
}

/** Undefined when it cannot be known which there are. */
async function nodeNames(
  callTool: CallTool,
  which: { readonly name?: string },
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const answer = await callTool('list_k8s_resources', { kind: 'Node', ...which }, signal);
  if (!answer.ok || !isRecord(answer.structured)) return undefined;
  const { items, gaps } = answer.structured;
  if (!Array.isArray(items) || (Array.isArray(gaps) && gaps.length > 0)) return undefined;
  return items.flatMap((item) => (isRecord(item) && typeof item.name === 'string' ? [item.name] : []));
}
