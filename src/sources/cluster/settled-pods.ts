import type { Pod } from '../../core/objects.ts';

/** What became of a pod that events tell trouble of. */
type Outcome = Pod | 'gone';

/** Beyond it, pods are asked for again. Some MiB, were all of them to run. */
const MAX_KEPT = 2_000;

/**
 * Between looks at one cluster: pods whose events are still there, though they run or are gone by now.
 * As long as no event about one is newer, asking again would give the same; whatever befalls it makes an event.
 */
export class SettledPods {
  #last = new Map<string, { readonly told: string; readonly outcome: Outcome }>();
  #next = new Map<string, { readonly told: string; readonly outcome: Outcome }>();

  /** A look begins: what the last one did not come across is forgotten. */
  begin(): void {
    this.#last = this.#next;
    this.#next = new Map();
  }

  /** The outcome as it was when the same was told; `told` changes with every new event. */
  recall(pod: string, told: string): Outcome | undefined {
    const known = this.#last.get(pod);
    if (known === undefined || known.told !== told) return undefined;
    this.keep(pod, told, known.outcome);
    return known.outcome;
  }

  keep(pod: string, told: string, outcome: Outcome): void {
    if (this.#next.size < MAX_KEPT) this.#next.set(pod, { told, outcome });
  }
}
