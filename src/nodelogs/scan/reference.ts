import type { NodeBundle } from '../../core/node/bundle.ts';

/** When the evidence was taken, else now: the year of log times without one is reckoned from it. Milliseconds. */
export function referenceOf({ collectedAt }: NodeBundle, now: string): number | undefined {
  const ms = Date.parse(collectedAt ?? now);
  return Number.isNaN(ms) ? undefined : ms;
}
