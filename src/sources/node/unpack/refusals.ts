import type { Gap } from '../../../core/fact.ts';
import { excerpt } from '../../../core/redact.ts';

const SAMPLES = 3;

/** Entries that were not unpacked, by reason: a hostile archive may have a million of them. */
export class Refusals {
  readonly #byReason = new Map<string, { count: number; samples: string[] }>();

  add(name: string, reason: string): void {
    const seen = this.#byReason.get(reason) ?? { count: 0, samples: [] };
    seen.count += 1;
    if (seen.samples.length < SAMPLES) seen.samples.push(excerpt(name, 120));
    this.#byReason.set(reason, seen);
  }

  gaps(archive: string): Gap[] {
    return [...this.#byReason].map(([reason, { count, samples }]) => ({
      wanted: `${samples.join(', ')}${count > samples.length ? ` and ${count - samples.length} more` : ''} of ${archive}`,
      why: 'refused',
      how: `${reason}: unpack the archive by hand if it is needed`,
    }));
  }
}
