import { didYouMean } from '../../core/nearest.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { CallTool } from '../../sop/call.ts';
import { isRecord } from '../../sop/cited.ts';

export interface WantedPod {
  readonly pod?: string;
  readonly namespace?: string;
  readonly from?: readonly string[];
}

/**
 * Refuses a pod that is nowhere: a walk over all steps would only say so many times. A pod that is gone and left
 * events or logs can still be explained; what may not be seen here is no reason to refuse.
 */
export async function refuseUnknownPod(callTool: CallTool, wanted: WantedPod, signal: AbortSignal): Promise<void> {
  const { pod, namespace, from } = wanted;
  if (pod === undefined || namespace === undefined) return;
  const ask = (tool: string, input: { readonly [name: string]: unknown }) => listed(callTool, tool, input, signal);
  const one = { kind: 'Pod', namespace, name: pod };
  const found = await ask('list_k8s_resources', one);
  if (found === undefined || found.length > 0) return;
  const events = await ask('get_k8s_events', one);
  if (events === undefined || events.length > 0) return;
  const around = await ask('list_k8s_resources', { kind: 'Pod', namespace });
  const seen = from !== undefined && around?.length === 0 ? await ask('list_k8s_resources', { kind: 'Pod' }) : around;
  if (from !== undefined && (seen === undefined || seen.length === 0 || (await isInLogs(callTool, wanted, signal))))
    return;
  const near = `${didYouMean(pod, (seen ?? []).flatMap(nameOf))}${seen === around ? '' : elsewhere(seen ?? [])}`;
  const list = `kubectl get pods -n ${namespace} lists what there is`;
  throw new UsageError(
    `no pod ${pod} in namespace ${namespace}${from === undefined ? `${near}; ${list}` : ` in this evidence${near}`}`,
  );
}

/** The entries of an answer; undefined when it cannot be known. */
async function listed(
  callTool: CallTool,
  tool: string,
  input: { readonly [name: string]: unknown },
  signal: AbortSignal,
): Promise<readonly unknown[] | undefined> {
  const answer = await callTool(tool, input, signal);
  if (!answer.ok || !isRecord(answer.structured)) return undefined;
  const { items = answer.structured.events } = answer.structured;
  return Array.isArray(items) ? items : undefined;
}

/** Evidence on disk may speak of a pod without holding the object. */
async function isInLogs(callTool: CallTool, { pod, namespace }: WantedPod, signal: AbortSignal): Promise<boolean> {
  const answer = await callTool('diagnose', { namespace, targets: [`pod/${pod}`] }, signal);
  if (!answer.ok || !isRecord(answer.structured) || !isRecord(answer.structured.report)) return true;
  const { incidents, notImagePull } = answer.structured.report;
  return [incidents, notImagePull].some((list) => Array.isArray(list) && list.length > 0);
}

/** `; it has pods of shop-prod` */
function elsewhere(pods: readonly unknown[]): string {
  const namespaces = pods.flatMap((pod) => (isRecord(pod) && typeof pod.namespace === 'string' ? [pod.namespace] : []));
  const named = [...new Set(namespaces)].sort();
  return named.length === 0 ? '' : `; it has pods of ${named.slice(0, 5).join(', ')}${named.length > 5 ? ', …' : ''}`;
}

function nameOf(item: unknown): string[] {
  return isRecord(item) && typeof item.name === 'string' ? [item.name] : [];
}
