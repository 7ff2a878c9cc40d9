import type { Leaf } from '../core/pull-error.ts';
import type { Gives, Seen } from './seen.ts';
import { type Captures, compileTemplate, firstLiteral, type Match, matchTemplate, type Template } from './template.ts';

/** What a rule may look at. */
export interface Reading {
  readonly captures: Captures;
  /** The text after the rule's own words. */
  readonly rest: string;
  /** The segment that was skipped just before: a reference, a path. */
  readonly before: string;
  readonly seen: Readonly<Seen>;
}

/** A layer of wrapping, or (with `leaf`) the innermost words. */
export interface Rule {
  /** Template of the words that the remaining text starts with. */
  readonly like: string;
  readonly gives?: Gives;
  /** Applies only when this holds. */
  readonly when?: (reading: Reading) => boolean;
  /** What the captures add; undefined when the words mean something else here. */
  readonly read?: (reading: Reading) => Gives | undefined;
  /** Ends the walk. */
  readonly leaf?: Leaf | ((reading: Reading) => Leaf | undefined);
  /** Says so little that it needs a pull around it, or to stand alone. */
  readonly generic?: boolean;
  /** Unmistakable anywhere in running text, not only where a segment starts. */
  readonly prose?: boolean;
}

interface Entry {
  readonly rule: Rule;
  readonly first: string;
  /** Compiled when it is asked for: most rules never are in one run. */
  template?: Template;
}

/** Key lengths, longest first: a longer literal is the more specific rule and is asked first. */
const KEY_LENGTHS = [16, 8, 4, 2] as const;

/** The rules by the first letters of their literal, the longest literal first: it is the most specific. */
export class RuleIndex {
  readonly #buckets = new Map<string, Entry[]>();
  /** For the first two letters the key lengths that occur, so that most places cost one look-up. */
  readonly #lengths = new Map<string, number[]>();

  constructor(rules: readonly Rule[]) {
    for (const rule of rules) {
      const first = firstLiteral(rule.like);
      const key = first.slice(
        0,
        KEY_LENGTHS.find((length) => length <= first.length),
      );
      const bucket = this.#buckets.get(key);
      if (bucket === undefined) this.#buckets.set(key, [{ rule, first }]);
      else bucket.push({ rule, first });
      const lengths = this.#lengths.get(first.slice(0, 2));
      if (lengths === undefined) this.#lengths.set(first.slice(0, 2), [key.length]);
      else if (!lengths.includes(key.length)) lengths.push(key.length);
    }
    for (const bucket of this.#buckets.values()) bucket.sort((one, other) => other.first.length - one.first.length);
    for (const lengths of this.#lengths.values()) lengths.sort((one, other) => other - one);
  }

  /** Whether some rule's words begin with these and go on. */
  continues(words: string): boolean {
    if (words.length < 2) return false;
    for (const bucket of this.#buckets.values())
      if (bucket.some(({ first }) => first.length > words.length && first.startsWith(words))) return true;
    return false;
  }

  /** The first rule, most specific first, whose words stand at `at` and which `accept` takes. */
  find<T>(text: string, lower: string, at: number, accept: (rule: Rule, match: Match) => T | undefined): T | undefined {
    const lengths = this.#lengths.get(lower.slice(at, at + 2));
    if (lengths === undefined) return undefined;
    for (const length of lengths) {
      const bucket = this.#buckets.get(lower.slice(at, at + length));
      if (bucket === undefined) continue;
      for (const entry of bucket) {
        if (!lower.startsWith(entry.first, at)) continue;
        entry.template ??= compileTemplate(entry.rule.like);
        const match = matchTemplate(entry.template, text, lower, at);
        const taken = match === undefined ? undefined : accept(entry.rule, match);
        if (taken !== undefined) return taken;
      }
    }
    return undefined;
  }
}
