import type { Gap } from '../../core/fact.ts';
import type { EvidenceSink } from './evidence-sink.ts';
import { NEEDS } from './node-items.ts';

/** What became of one thing that was looked for on a node. */
export interface ItemOutcome {
  readonly what: string;
  /** The path or the command; of what could not be had, where it would have been kept. */
  readonly from: string;
  readonly state: 'present' | 'absent' | 'unknown';
  /** Where it is kept. */
  readonly as?: string;
  /** Why it is unknown, not whole, or only told of. */
  readonly note?: string;
}

/** Remembers what was looked for, so that "not there" stays apart from "not looked at". */
export class ItemRecord {
  readonly #outcomes: ItemOutcome[] = [];

  add(outcome: ItemOutcome): void {
    this.#outcomes.push(outcome);
  }

  /** Writes the record, and a gap for each need of a diagnosis that nothing fills. */
  async close(sink: EvidenceSink, node: string): Promise<void> {
    await sink.addFile('collected.json', `${JSON.stringify({ node, items: this.#outcomes }, undefined, 1)}\n`, {
      node,
    });
    const kept = new Set(this.#outcomes.flatMap(({ as }) => as ?? []));
    for (const { what, anyOf, how } of NEEDS) {
      if (anyOf.some((path) => kept.has(path))) continue;
      await sink.addGap({ wanted: `${what} of node ${node}`, ...this.#whyNot(anyOf), how });
    }
  }

  /** A refusal explains more than an absence. */
  #whyNot(paths: readonly string[]): Pick<Gap, 'why'> {
    const refused = this.#outcomes.some(({ from, note }) => paths.includes(from) && /permission/i.test(note ?? ''));
    return { why: refused ? 'forbidden' : 'not-collected' };
  }
}
