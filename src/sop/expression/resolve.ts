import { EVERY, type Path } from './syntax.ts';

/** What a name stands for: an answer, or why there is none. */
export type Binding =
  | {
      readonly known: true;
      readonly value: unknown /** False: its lists go on beyond what was read. */;
      readonly whole: boolean;
    }
  | { readonly known: false; readonly why: string };

export type Scope = ReadonlyMap<string, Binding>;

/** The values at a path. */
export interface Found {
  /** The path as written. */
  readonly text: string;
  readonly values: readonly unknown[];
  /** The path goes through a list. */
  readonly many: boolean;
  /** Why there may be more than was found; absence proves nothing then. */
  readonly unknown?: string;
}

/** More entries than any answer of a tool holds on one page. */
const MAX_VALUES = 10_000;

/** `null` in an answer means "not known"; a field that is not there is absent. */
export function resolve({ root, rest, text }: Path, scope: Scope): Found {
  const start = scope.get(root);
  if (start === undefined) return { text, values: [], many: false, unknown: `${root} has not run` };
  if (!start.known) return { text, values: [], many: rest.includes(EVERY), unknown: start.why };
  let values: unknown[] = [start.value];
  let hidden: string | undefined;
  for (const part of rest) {
    const next: unknown[] = [];
    for (const value of values) {
      if (value === null) hidden = `${text} is not known`;
      else next.push(...inside(value, part));
    }
    if (next.length > MAX_VALUES) {
      next.length = MAX_VALUES;
      hidden = `${text} has more than ${MAX_VALUES} entries`;
    }
    values = next;
  }
  if (values.includes(null)) hidden = `${text} is not known`;
  const many = rest.includes(EVERY);
  if (!start.whole && (many || Array.isArray(values[0]))) hidden ??= `${root} was not read to its end`;
  return {
    text,
    values: values.filter((value) => value !== null && value !== undefined),
    many,
    ...(hidden === undefined ? {} : { unknown: hidden }),
  };
}

function inside(value: unknown, part: Path['rest'][number]): readonly unknown[] {
  if (part === EVERY) return Array.isArray(value) ? value : [];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return [];
  if (Array.isArray(value) !== (typeof part === 'number')) return [];
  return [(value as Readonly<Record<string | number, unknown>>)[part as string | number]];
}
