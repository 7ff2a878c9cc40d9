import { z } from 'zod';
import type { BundleNotes } from '../../core/node/bundle.ts';

/** Numbers that were given out, by what they name. */
interface Numbers {
  next: number;
  readonly given: Record<string, number>;
}

const NUMBER = z.int().positive();
const NUMBERS = z.object({ next: NUMBER, given: z.record(z.string(), NUMBER) });

/**
 * Gives each key the number it had before, and new ones the next free, in the order in which they come. Kept in the
 * notes of the collection, so that an id names the same thing when the collection grows. `kept` is false when the
 * notes could not be written: then numbers hold for this answer only.
 */
export async function numbered(
  notes: BundleNotes,
  name: string,
  keys: readonly string[],
): Promise<{ readonly numbers: readonly number[]; readonly kept: boolean }> {
  const known = read(await notes.get(name).catch(() => undefined));
  const before = known.next;
  const numbers = keys.map((key) => {
    const given = known.given[key];
    if (given !== undefined) return given;
    const number = known.next;
    known.given[key] = number;
    known.next += 1;
    return number;
  });
  if (known.next === before) return { numbers, kept: true };
  const kept = await notes.put(name, JSON.stringify(known)).then(
    () => true,
    () => false,
  );
  return { numbers, kept };
}

/** What a number names; undefined when it was never given. */
export async function keyOfNumber(notes: BundleNotes, name: string, number: number): Promise<string | undefined> {
  const { given } = read(await notes.get(name).catch(() => undefined));
  return Object.keys(given).find((key) => given[key] === number);
}

/** `F-001`, `S-012`. */
export function idOf(letter: 'F' | 'S', number: number): string {
  return `${letter}-${String(number).padStart(3, '0')}`;
}

function read(text: string | undefined): Numbers {
  const empty = { next: 1, given: Object.create(null) as Record<string, number> };
  if (text === undefined) return empty;
  try {
    const { next, given } = NUMBERS.parse(JSON.parse(text));
    return { next, given: Object.assign(empty.given, given) };
  } catch {
    return empty;
  }
}
