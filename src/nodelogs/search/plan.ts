import { RE2JS } from 're2js';
import { UsageError } from '../../core/usage-error.ts';
import { alternativesOf, literalOf, requiredText } from './alternatives.ts';
import { isStatus, statusPattern } from './status-numbers.ts';

/** How a query is looked for. */
export interface SearchPlan {
  readonly text: string;
  readonly ignoreCase: boolean;
  /** Texts, one of which must stand in the line; with `pattern` they only preselect, and none means every line. */
  readonly words: readonly string[];
  /** What the line must fit besides; syntax of RE2. */
  readonly pattern?: { readonly source: string; readonly compiled: RE2JS };
  readonly note?: string;
}

const MAX_QUERY = 2000;
/** Instructions of a compiled pattern; each costs time per character. */
const MAX_PROGRAM = 3000;

export interface PlanOptions {
  readonly ignoreCase?: boolean;
  /** Take the query as it stands, special characters and all. */
  readonly fixed?: boolean;
}

/** Reads a query; throws a `UsageError` that tells what to write instead. */
export function planOf(text: string, { ignoreCase = true, fixed = false }: PlanOptions = {}): SearchPlan {
  if (text === '') throw new UsageError('nothing to search for: give words or a pattern');
  if (text.length > MAX_QUERY) throw new UsageError(`the query is longer than ${MAX_QUERY} characters: part it`);
  if (/[\n\r\0]/.test(text)) throw new UsageError('a query is held against single lines: leave out line breaks');
  if (fixed) return { text, ignoreCase, words: [text] };
  const alternatives = alternativesOf(text);
  const literals = alternatives.map(literalOf);
  if (literals.some((literal) => literal === '') || alternatives.includes(''))
    throw new UsageError('an alternative of the query is empty and would fit every line: leave it out');
  const statuses = literals.filter((literal) => literal !== undefined && isStatus(literal));
  const whole = literals.filter((literal) => literal !== undefined);
  if (whole.length === literals.length && statuses.length === 0) return { text, ignoreCase, words: whole };
  return patternPlan(text, alternatives, ignoreCase, statuses);
}

function patternPlan(
  text: string,
  alternatives: readonly string[],
  ignoreCase: boolean,
  statuses: readonly (string | undefined)[],
): SearchPlan {
  const source = alternatives.map((part) => (isStatus(part) ? statusPattern(part) : part)).join('|');
  const compiled = compile(text, source, ignoreCase);
  const required = alternatives.map((part) => (isStatus(part) ? part : requiredText(part)));
  // Words are compared in the case of the query; a flag inside the pattern may say otherwise.
  const told = ignoreCase || !text.includes('(?') ? required : [];
  const words = told.filter((word) => word !== undefined);
  return {
    text,
    ignoreCase,
    words: words.length === required.length ? words : [],
    pattern: { source, compiled },
    ...(statuses.length === 0
      ? {}
      : { note: `${statuses.join(', ')} only where an HTTP status stands; --fixed finds the digits anywhere` }),
  };
}

function compile(text: string, source: string, ignoreCase: boolean): RE2JS {
  refuseUnsupported(text);
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new UsageError(`the pattern does not parse (${said}): escape special characters with \\, or use --fixed`);
  }
  if (compiled.programSize() > MAX_PROGRAM)
    throw new UsageError('the pattern is too large: repeat less often, or search for its plain words');
  return compiled;
}

const LOOK_AROUND = /\(\?(?:[=!]|<[=!])/;
const BACK_REFERENCE = /\\(?:[1-9]|k[<{'])/;
const ATOMIC = /\(\?>|[*+?}]\+/;

/** RE2 has none of these, since they take exponential time; some would mean something else to another engine. */
function refuseUnsupported(text: string): void {
  const bare = text.replaceAll('\\\\', '  ');
  if (LOOK_AROUND.test(bare))
    throw new UsageError('look-around is not supported: search for the words themselves, in alternatives: a|b');
  if (BACK_REFERENCE.test(bare))
    throw new UsageError('back-references are not supported: write the repeated text out, or search for a part of it');
  if (ATOMIC.test(bare))
    throw new UsageError('atomic groups and possessive repeats are not supported: leave out the +');
}
