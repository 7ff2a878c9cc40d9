import type { Gap } from '../../core/fact.ts';
import { sh } from '../../core/shell.ts';
import type { Problem } from '../cluster/problem.ts';

/** The API server could not reach the kubelet; a name that it cannot resolve is answered with 400 (seen on 1.36). */
export function isUnreachable({ kind, message }: Problem): boolean {
  return kind === 'unreachable' || kind === 'broken' || (STATUS_KINDS.has(kind) && ON_THE_WAY.test(message));
}

const STATUS_KINDS: ReadonlySet<string> = new Set(['refused', 'server']);
const ON_THE_WAY =
  /\blookup\b|\bdial tcp\b|trying to reach service|proxy error|no agent available|tunnel|HTTP status 50[234]/i;

/** No other question to this kubelet would fare better. */
export function closesTheWay(problem: Problem): boolean {
  return (
    problem.kind === 'forbidden' ||
    problem.kind === 'unauthorized' ||
    problem.kind === 'timeout' ||
    isUnreachable(problem) ||
    /^nodes "[^"]*" not found$/.test(problem.message)
  );
}

/** Why the node proxy did not give something, and what would help. */
export function proxyGap(node: string, wanted: string, problem: Problem): Gap {
  if (problem.kind === 'forbidden') return { wanted, why: 'forbidden', how: howToAllow(node) };
  if (problem.step !== undefined && problem.step !== 'answer') {
    return { wanted, why: 'unreachable', how: `the API server cannot be reached: ${problem.step}: ${problem.message}` };
  }
  if (isUnreachable(problem)) {
    const how = `the API server does not reach this kubelet (${problem.message}); ${onTheNode(node)}`;
    return { wanted, why: 'unreachable', how };
  }
  if (problem.kind === 'timeout') {
    return { wanted, why: 'timeout', how: `the kubelet did not answer in time; ${onTheNode(node)}` };
  }
  if (problem.kind === 'not-found') return { wanted, why: 'not-collected', how: 'this kubelet does not serve it' };
  return { wanted, why: 'refused', how: `the kubelet: ${problem.message}; ${onTheNode(node)}` };
}

/** The node proxy is one right for all that a kubelet can do; it cannot be cut smaller than by node name. */
function howToAllow(node: string): string {
  const ask = sh`kubectl auth can-i get ${`nodes/${node}`} --subresource=proxy`;
  const rule = `ClusterRole rule: apiGroups: [""], resources: [nodes/proxy], resourceNames: [${node}], verbs: [get]`;
  return `${ask} (${rule}; it opens all of the kubelet's API, running commands in its containers included: grant it for as long as needed; pullwhy rbac --with-node-logs prints the whole), or ${onTheNode(node)}`;
}

/** Other ways to the same evidence. */
export function onTheNode(node: string): string {
  return `${sh`pullwhy node collect ${node} --by debug-pod`}, or on the node: pullwhy node collect --local`;
}
