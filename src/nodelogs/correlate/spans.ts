/** A stretch of time around one or more pivots, milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Pivots of a month-long storm still make few spans; beyond these the oldest are given up. */
const MAX_SPANS = 10_000;

/** Gathers the surroundings of pivots; those that overlap become one. */
export class Spans {
  readonly #width: number;
  #spans: Span[] = [];

  constructor(widthMs: number) {
    this.#width = widthMs;
  }

  around(ms: number): void {
    const span = { from: ms - this.#width, to: ms + this.#width };
    const last = this.#spans.at(-1);
    if (last !== undefined && span.from <= last.to && span.to >= last.from) {
      this.#spans[this.#spans.length - 1] = { from: Math.min(last.from, span.from), to: Math.max(last.to, span.to) };
      return;
    }
    this.#spans.push(span);
    if (this.#spans.length >= 2 * MAX_SPANS) this.#spans = merged(this.#spans).slice(-MAX_SPANS);
  }

  /** In order, none touching the next. */
  done(): readonly Span[] {
    this.#spans = merged(this.#spans).slice(-MAX_SPANS);
    return this.#spans;
  }
}

function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && span.from <= last.to)
      result[result.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else result.push(span);
  }
  return result;
}

/** Whether a time lies in one of the spans; binary search. */
export function isWithin(spans: readonly Span[], ms: number): boolean {
  let low = 0;
  let high = spans.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const span = spans[middle] as Span;
    if (ms < span.from) high = middle - 1;
    else if (ms > span.to) low = middle + 1;
    else return true;
  }
  return false;
}
