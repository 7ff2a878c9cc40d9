import { auditFinding } from './audit-rules.ts';
import { named, type PodImage } from './audit-uses.ts';
import type { AuditFinding } from './core/audit-report.ts';
import type { Secret } from './core/objects.ts';
import { decodeText } from './decode-text.ts';
import { parseReference } from './image/reference.ts';
import { pullIdentities } from './pull-identities.ts';

interface Nodes {
  /** Run an image of the registry that was pulled without a secret of the pod. */
  readonly able: Set<string>;
  /** Were refused for want of a login. */
  readonly unable: Map<string, PodImage[]>;
}

const SHOWN = 3;

/**
 * Nodes that come to a registry without a login while others have one: files of the kubelet or a credential provider
 * that are not the same everywhere. Told by pods whose own secrets do not serve the image.
 */
export function nodeLoginFindings(
  uses: readonly PodImage[],
  secrets: ReadonlyMap<string, Secret>,
): readonly AuditFinding[] {
  const byHost = new Map<string, Nodes>();
  for (const use of uses) {
    const { node } = use;
    const host = node === undefined ? undefined : hostLeftToNode(use, secrets);
    if (node === undefined || host === undefined) continue;
    const nodes = byHost.get(host) ?? { able: new Set(), unable: new Map() };
    byHost.set(host, nodes);
    if (use.digest !== undefined) nodes.able.add(node);
    else if (wantsLogin(use)) nodes.unable.set(node, [...(nodes.unable.get(node) ?? []), use]);
  }
  return [...byHost].flatMap(([host, nodes]) => findingsFor(host, nodes));
}

/** The registry of an image that only the node itself can log in to. */
function hostLeftToNode(use: PodImage, secrets: ReadonlyMap<string, Secret>): string | undefined {
  const parsed = parseReference(use.image);
  if (!parsed.ok || parsed.reference.domain === '') return undefined;
  const keys = use.pullSecrets.map((name) => `${use.namespace}/${name}`);
  // A secret that was not seen may be the login.
  if (keys.some((key) => !secrets.has(key))) return undefined;
  const own = keys.flatMap((key) => {
    const secret = secrets.get(key);
    return secret === undefined ? [] : [named(key, secret)];
  });
  return pullIdentities(own, parsed.reference).identities.length > 0 ? undefined : parsed.reference.domain;
}

function wantsLogin({ waiting }: PodImage): boolean {
  return waiting !== undefined && decodeText(waiting).cause === 'no-credentials';
}

function findingsFor(host: string, { able, unable }: Nodes): readonly AuditFinding[] {
  const others = [...able].filter((node) => !unable.has(node)).sort();
  if (others.length === 0) return [];
  const names = `${others.slice(0, SHOWN).join(', ')}${others.length > SHOWN ? ` and ${others.length - SHOWN} more` : ''}`;
  return [...unable].map(([node, uses]) =>
    auditFinding(
      'node-without-login',
      'error',
      `Node ${node}`,
      `comes to ${host} without a login, while pods without a secret of their own run images of it on ${names}: compare the kubelet's credential provider and config.json of both`,
      uses,
    ),
  );
}
