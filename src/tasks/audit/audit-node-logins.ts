import type { AuditFinding } from '../../core/audit-report.ts';
import type { Secret } from '../../core/objects.ts';
import { type ImageReference, parseReference, repositoryOf } from '../../image/reference.ts';
import { decodeText } from '../decode-text.ts';
import { pullIdentities } from '../pull-identities.ts';
import { auditFinding } from './audit-rules.ts';
import { named, type PodImage } from './audit-uses.ts';

/** What the nodes of the pods of one repository show. */
interface Nodes {
  /** Run an image of it for a pod whose own secrets do not serve it. */
  readonly able: Set<string>;
  /** Have a pod that logs in by itself: copies on these nodes may be its. */
  readonly served: Set<string>;
  /** Were refused for want of a login. */
  readonly unable: Map<string, PodImage[]>;
}

const SHOWN = 3;

/**
 * Nodes that come to a registry without a login while others have one: files of the kubelet or a credential provider
 * that are not the same everywhere. Told by pods of one repository whose own secrets do not serve it.
 */
export function nodeLoginFindings(
  uses: readonly PodImage[],
  secrets: ReadonlyMap<string, Secret>,
): readonly AuditFinding[] {
  const byRepository = new Map<string, Nodes>();
  for (const use of uses) {
    const { node } = use;
    const parsed = parseReference(use.image);
    if (node === undefined || !parsed.ok || parsed.reference.domain === '') continue;
    const repository = repositoryOf(parsed.reference);
    const nodes = byRepository.get(repository) ?? { able: new Set(), served: new Set(), unable: new Map() };
    byRepository.set(repository, nodes);
    if (!leftToNode(use, parsed.reference, secrets)) nodes.served.add(node);
    else if (use.digest !== undefined) nodes.able.add(node);
    else if (wantsLogin(use)) nodes.unable.set(node, [...(nodes.unable.get(node) ?? []), use]);
  }
  return [...byRepository].flatMap(([repository, nodes]) => findingsFor(repository, nodes));
}

/** Only the node itself can log in; a listed secret that was not seen may serve as well. */
function leftToNode(use: PodImage, reference: ImageReference, secrets: ReadonlyMap<string, Secret>): boolean {
  const own = use.pullSecrets.map((name) => {
    const key = `${use.namespace}/${name}`;
    const secret = secrets.get(key);
    return secret === undefined ? undefined : named(key, secret);
  });
  if (own.includes(undefined)) return false;
  const seen = own.filter((secret) => secret !== undefined);
  return pullIdentities(seen, reference).identities.length === 0;
}

function wantsLogin({ waiting }: PodImage): boolean {
  return waiting !== undefined && decodeText(waiting).cause === 'no-credentials';
}

function findingsFor(repository: string, { able, served, unable }: Nodes): readonly AuditFinding[] {
  const others = [...able].filter((node) => !unable.has(node) && !served.has(node)).sort();
  if (others.length === 0) return [];
  const more = others.length > SHOWN ? ` and ${others.length - SHOWN} more` : '';
  const names = `${others.slice(0, SHOWN).join(', ')}${more}`;
  return [...unable].map(([node, uses]) => {
    const message = `comes to ${repository} without a login, while pods without a secret for it run it on ${names}: compare the credential provider and the config.json of the kubelets`;
    return auditFinding('node-without-login', 'error', `Node ${node}`, message, uses);
  });
}
