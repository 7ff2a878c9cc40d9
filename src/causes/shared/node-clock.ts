import { valueIn } from '../../core/fact.ts';
import type { Facts, NodeClockFact } from '../../facts/facts.ts';

/** A clock with the offset that was measured. */
export type MeasuredClock = NodeClockFact & { readonly offsetSeconds: number };

/** Signed requests to clouds and most tokens bear five minutes (AWS SigV4, usual JWT leeway). */
const LEEWAY_SECONDS = 300;

export function nodeClock(facts: Facts): NodeClockFact | undefined {
  return facts.nodeClock === undefined ? undefined : valueIn(facts.nodeClock);
}

export function measuredClock(facts: Facts): MeasuredClock | undefined {
  const clock = nodeClock(facts);
  return clock?.offsetSeconds === undefined ? undefined : { ...clock, offsetSeconds: clock.offsetSeconds };
}

/** A clock so wrong that tokens and signatures made or checked by it fail. */
export function wrongClock(facts: Facts): MeasuredClock | undefined {
  const clock = measuredClock(facts);
  return clock !== undefined && Math.abs(clock.offsetSeconds) > LEEWAY_SECONDS ? clock : undefined;
}

/** `7200 s behind by its time service (system/clock.txt:9)`. */
export function offsetWords({ offsetSeconds, locator }: MeasuredClock): string {
  const seconds = Math.abs(offsetSeconds);
  const size = seconds < 1 ? 'less than a second' : `${Math.round(seconds)} s`;
  return `${size} ${offsetSeconds < 0 ? 'behind' : 'ahead'} by its time service (${locator})`;
}
