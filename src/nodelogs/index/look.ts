import type { LogPattern } from '../patterns/pattern.ts';
import type { LineCause } from './judge.ts';

/** Pattern, cause and usualness of a line: what makes lines one finding. */
export interface Look {
  readonly pattern: LogPattern;
  readonly cause?: LineCause;
  readonly usual?: string;
}

/** Gives equal looks one small number. */
export class Looks {
  readonly #all: Look[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(look: Look): number {
    const key = `${look.pattern.id} ${look.cause?.id ?? ''} ${look.cause?.verdict ?? ''} ${look.usual ?? ''}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#all.length);
    return this.#all.push(look) - 1;
  }

  get(number: number): Look {
    return this.#all[number] as Look;
  }
}
