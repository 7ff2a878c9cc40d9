import type { EvidenceId } from '../core/evidence.ts';

/** Derived evidence: a part of a seen object, named after a `#`. */
export type Part =
  | { readonly part: 'waiting'; readonly container: string }
  | { readonly part: 'last-run'; readonly container: string }
  | { readonly part: 'container'; readonly container: string }
  | { readonly part: 'pull-secrets' };

/** `waiting` state of a container. */
export function waitingId(podId: EvidenceId, container: string): EvidenceId {
  return `${podId}#waiting/${container}`;
}

/** The last run of a container: its exit. */
export function lastRunId(podId: EvidenceId, container: string): EvidenceId {
  return `${podId}#last-run/${container}`;
}

/** A container of the pod's spec: image, policy, status. */
export function containerId(podId: EvidenceId, container: string): EvidenceId {
  return `${podId}#container/${container}`;
}

/** The pod's `imagePullSecrets`. */
export function pullSecretsId(podId: EvidenceId): EvidenceId {
  return `${podId}#pull-secrets`;
}

/** Splits a derived id; undefined for any other. */
export function splitId(id: EvidenceId): { readonly objectId: EvidenceId; readonly part: Part } | undefined {
  const hash = id.lastIndexOf('#');
  if (hash < 0) return undefined;
  const [name, container] = id.slice(hash + 1).split('/');
  const objectId = id.slice(0, hash);
  if (name === 'pull-secrets') return { objectId, part: { part: 'pull-secrets' } };
  if (container === undefined) return undefined;
  if (name === 'waiting' || name === 'last-run' || name === 'container')
    return { objectId, part: { part: name, container } };
  return undefined;
}
