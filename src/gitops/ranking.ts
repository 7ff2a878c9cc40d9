import type { PlannedChange } from './changes.ts';
import { type Fit, namespaceWords } from './compare.ts';
import type { LiveTarget } from './live-target.ts';
import type { Unit } from './unit.ts';

/** A place with everything that is known for and against it. */
export interface Ranked {
  readonly planned: PlannedChange;
  readonly unit: Unit;
  readonly reason: string;
  readonly fits: Fits;
}

export interface Fits {
  readonly namespace: Fit;
  readonly owner: Fit;
  readonly image: Fit;
  readonly workload: Fit;
  readonly container: Fit;
  readonly loose: boolean;
}

/** Nothing known for or against. */
export const UNKNOWN_FITS: Fits = {
  namespace: 'unknown',
  owner: 'unknown',
  image: 'unknown',
  workload: 'unknown',
  container: 'unknown',
  loose: false,
};

/** A place for another namespace counts only where there is no better one. */
export function withoutOtherNamespaces(all: readonly Ranked[]): readonly Ranked[] {
  const fitting = all.filter(({ fits }) => fits.namespace !== 'other' && fits.owner !== 'other');
  return fitting.length > 0 ? fitting : all;
}

const RANK: Readonly<Record<Fit, number>> = { same: 0, near: 1, unknown: 2, other: 3 };

/**
 * What speaks for a place, in this order: the tool that owns the object deploys it; the image is the one that runs; the
 * workload, the container and the namespace have its names; it is a pod template; its path names the namespace.
 */
export function order(a: Ranked, b: Ranked, { namespace }: LiveTarget): number {
  const key = ({ fits, planned }: Ranked) => [
    RANK[fits.owner],
    RANK[fits.image],
    RANK[fits.workload],
    RANK[fits.container],
    RANK[fits.namespace],
    fits.loose ? 1 : 0,
    -namespaceWords(planned.at.path, namespace),
  ];
  const [keyA, keyB] = [key(a), key(b)];
  for (const [i, value] of keyA.entries()) {
    const difference = value - (keyB[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Several units may lead to one place: the one that speaks most for it stands for it. */
export function bestPerPlace(all: readonly Ranked[], target: LiveTarget): Ranked[] {
  const places = new Map<string, Ranked>();
  for (const ranked of all) {
    const key = placeKey(ranked);
    const known = places.get(key);
    if (known === undefined || order(ranked, known, target) < 0) places.set(key, ranked);
  }
  return [...places.values()];
}

function placeKey({ planned }: Ranked): string {
  return `${planned.at.path}:${planned.at.offset}`;
}
