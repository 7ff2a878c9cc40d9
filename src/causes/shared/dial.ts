import type { Judgement, Remedy } from '../../core/cause.ts';
import type { Leaf } from '../../core/pull-error.ts';
import { type Placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { failingHost, type HostRole, hostRole, isOutsideCluster, withoutPort } from './failing-host.ts';
import { freshSuccesses, onOneNode, scopeNote } from './node-scope.ts';
import { askRegistry, healthyAnswer, onNode } from './on-node.ts';
import { sentence } from './sentence.ts';
import { decisiveLeaf } from './witness.ts';

type DialProblem = Extract<Leaf, { kind: 'dial' }>['problem'];

/** What the sentences of a connection that was never made need. */
export interface DialParams {
  readonly host: string | Placeholder;
  /** `ip:port` as dialled. */
  readonly address?: string;
  readonly role: HostRole;
}

/** `127.0.0.1:30500`, `[::1]:5000`, and `0.0.0.0:443`, which filters of names answer with: the node itself. */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:127\.|0\.0\.0\.0(?::|$)|\[::1?\]|localhost(?::|$))/i.test(address);
}

/** `[2001:db8::1]:443` */
export function isIPv6(address: string | undefined): boolean {
  return address?.startsWith('[') === true;
}

/**
 * Judges the errno of a connect call. It is the node's own word, so it is direct evidence of what happened; it confirms
 * the cause where no finer cause (a registry inside the cluster, a layer store, a mirror) can lie behind it.
 */
export function judgeDial(facts: Facts, problems: readonly DialProblem[]): Judgement<DialParams> | undefined {
  const witness = decisiveLeaf(facts, 'dial');
  if (witness === undefined || !problems.includes(witness.error.leaf.problem)) return undefined;
  const { error } = witness;
  const role = hostRole(facts, error);
  // Without an address none was dialled yet, or the text hides it: the wait may have been for the name.
  const dialled = error.leaf.problem !== 'timeout' || error.leaf.address !== undefined;
  const alone =
    dialled &&
    isOutsideCluster(facts, error) &&
    !isLoopback(error.leaf.address) &&
    role !== 'blob' &&
    role !== 'mirror';
  const note = scopeNote(facts);
  const host = failingHost(facts, error);
  return {
    verdict: alone ? 'confirmed' : 'likely',
    because: [witness.evidence, ...(onOneNode(facts) ? freshSuccesses(facts) : [])],
    params: { host, role, ...(error.leaf.address === undefined ? {} : { address: error.leaf.address }) },
    ...(note === undefined ? {} : { note }),
    ...(alone ? {} : { toDecide: askRegistry(facts, host) }),
  };
}

/** ` (10.0.0.9:443)`, for a sentence; nothing when the host is that address. */
export function addressWords({ host, address }: DialParams): string {
  return address === undefined || address.startsWith(words(withoutPort(host))) ? '' : ` (${address})`;
}

/** First look of every connection cause: from the node, with the resolver and the routes of the node. */
export function lookFromNode({ host }: DialParams, facts: Facts): Remedy {
  return {
    title: 'See from the node what the address answers',
    safety: 'green',
    owner: 'operator',
    commands: [onNode(facts, sh`getent hosts ${withoutPort(host)}`), askRegistry(facts, host)],
    note: `${sentence(healthyAnswer(facts, host))} shows that it is well. A test from a pod or a laptop takes another way.`,
  };
}
