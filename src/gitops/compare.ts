import { parseParts } from '../image/grammar.ts';
import type { LiveTarget } from './live-target.ts';
import type { Unit } from './unit.ts';

/** How well something written fits what runs. */
export type Fit = 'same' | 'near' | 'unknown' | 'other';

/** `same`: the image that runs, in any spelling. `near`: another version of it. */
export function imageFit(written: string, live: string | undefined): Fit {
  if (live === undefined || written === '') return 'unknown';
  if (written === live) return 'same';
  const a = parseParts(written);
  const b = parseParts(live);
  if (!a.ok || !b.ok) return 'other';
  if (a.parts.domain !== b.parts.domain || a.parts.path !== b.parts.path) return 'other';
  const version = (p: { readonly tag?: string; readonly digest?: string }) => p.digest ?? p.tag ?? 'latest';
  return version(a.parts) === version(b.parts) ? 'same' : 'near';
}

/** `near`: the live name has something before or behind the written one, which some tool may add. */
export function workloadFit(
  written: { readonly kind: string; readonly name?: string },
  live: LiveTarget['workload'],
): Fit {
  if (live === undefined) return 'unknown';
  if (written.kind !== live.kind) return isMadeBy(live, written) ? 'near' : 'other';
  if (written.name === undefined || written.name === '') return 'unknown';
  if (written.name === live.name) return 'same';
  return live.name.startsWith(`${written.name}-`) || live.name.endsWith(`-${written.name}`) ? 'near' : 'other';
}

/** Kinds whose objects are made by others, under the maker's name or one that begins with it. */
const MAKERS: Readonly<Record<string, readonly string[]>> = {
  ReplicaSet: ['Deployment', 'Rollout'],
  Job: ['CronJob'],
  // Argo's `workloadRef`, and what Knative makes of its own Service.
  Rollout: ['Deployment'],
  Deployment: ['Service', 'Configuration', 'Revision'],
  Pod: ['Deployment', 'Rollout', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ReplicaSet'],
};

/** The owner above was not seen, so the live object is the lowest of its line. */
function isMadeBy(
  live: NonNullable<LiveTarget['workload']>,
  written: { readonly kind: string; readonly name?: string },
): boolean {
  const { name = '' } = written;
  if (MAKERS[live.kind]?.includes(written.kind) !== true || name === '') return false;
  return live.name === name || live.name.startsWith(`${name}-`);
}

export function nameFit(written: string | undefined, live: string | undefined): Fit {
  if (written === undefined || written === '' || live === undefined) return 'unknown';
  return written === live ? 'same' : 'other';
}

/** Argo CD may name an app `namespace_app`; a Helm mark may be Flux's or Argo CD's doing. */
export function ownerFit(unit: Unit, live: LiveTarget): Fit {
  if (unit.owner === undefined || live.owner === undefined) return 'unknown';
  const { tool, name } = live.owner;
  if (unit.owner.tool === tool)
    return unit.owner.name === name || name.endsWith(`_${unit.owner.name}`) ? 'same' : 'other';
  return tool === 'helm' && unit.owner.name === name ? 'same' : 'unknown';
}

/** How many words of the namespace a path has: `overlays/prod/x.yaml` has one of `shop-prod`. */
export function namespaceWords(path: string, namespace: string | undefined): number {
  if (namespace === undefined) return 0;
  const words = new Set(path.toLowerCase().split(/[^a-z0-9]+/));
  return namespace
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && words.has(word)).length;
}
