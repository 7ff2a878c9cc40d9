import { z } from 'zod';

// zod would compile each schema to a function of its own: in one short run that costs more than it saves.
z.config({ jitless: true });

/** Optional fields as Kubernetes writes them: left out, or `null`. */
export const text = z.string().nullish();
export const flag = z.boolean().nullish();
export const whole = z.number().nullish();
export const textMap = z.record(z.string(), z.string()).nullish();
export const textList = z.array(z.string()).nullish();

/** An optional list; `null` is how Go prints an empty one. */
export function list<S extends z.ZodType>(item: S) {
  return z.array(item).nullish();
}

/** Wrong fields of one object that are dropped before the rest is given up as no object at all. */
const MAX_DROPPED = 50;
/** A dropped field may leave its parent incomplete, so that this is dropped next; lists of lists are not deeper. */
const MAX_ROUNDS = 8;

export interface Lenient<T> {
  readonly value: T;
  /** Paths of fields that had the wrong type and were dropped: `spec.containers.0.image`. */
  readonly dropped: readonly string[];
}

/**
 * Parses with the parts that do not fit left out: a wrong-typed optional field is dropped,
 * an element without its required fields is dropped whole. Undefined when nothing usable is left.
 */
export function parseLenient<T>(schema: z.ZodType<T>, raw: unknown): Lenient<T> | undefined {
  const dropped: string[] = [];
  let current = raw;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const parsed = schema.safeParse(current);
    if (parsed.success) return { value: parsed.data, dropped };
    const paths = pathsToDrop(current, parsed.error.issues);
    if (paths === undefined || dropped.length + paths.length > MAX_DROPPED) return undefined;
    for (const path of paths) current = without(current, path);
    dropped.push(...paths.map((path) => path.map(String).join('.')));
  }
  return undefined;
}

type Path = readonly PropertyKey[];

/** What to drop, last first so that list positions stay right; undefined when the root itself is wrong. */
function pathsToDrop(raw: unknown, issues: readonly { readonly path: Path }[]): Path[] | undefined {
  const targets = new Map<string, Path>();
  for (const { path } of issues) {
    const target = at(raw, path) === undefined ? path.slice(0, -1) : path;
    if (target.length === 0) return undefined;
    targets.set(JSON.stringify(target), target);
  }
  if (targets.size > MAX_DROPPED) return undefined;
  const insideAnother = (path: Path) =>
    path.some((_, end) => end > 0 && targets.has(JSON.stringify(path.slice(0, end))));
  return [...targets.values()].filter((path) => !insideAnother(path)).reverse();
}

function at(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (isRecordOrList(value) ? value[key] : undefined), raw);
}

/** A copy along the path only, with the value at its end left out. */
function without(raw: unknown, [key, ...rest]: Path): unknown {
  if (!isRecordOrList(raw) || key === undefined) return raw;
  if (Array.isArray(raw)) {
    const index = Number(key);
    return rest.length === 0 ? raw.toSpliced(index, 1) : raw.with(index, without(raw[index], rest));
  }
  if (rest.length > 0) return { ...raw, [key]: without(raw[key], rest) };
  const { [key]: _, ...others } = raw;
  return others;
}

function isRecordOrList(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The same fields without those that are `undefined` or `null`: how optional properties are passed on. */
export function defined<T extends object>(fields: T): Defined<T> {
  const result: Partial<T> = {};
  for (const key of Object.keys(fields) as (keyof T)[]) {
    const value = fields[key];
    if (value !== undefined && value !== null) result[key] = value;
  }
  return result as Defined<T>;
}

type OptionalKey<T> = { [K in keyof T]-?: undefined extends T[K] ? K : null extends T[K] ? K : never }[keyof T];
export type Defined<T> = { [K in Exclude<keyof T, OptionalKey<T>>]: T[K] } & {
  [K in OptionalKey<T>]?: NonNullable<T[K]>;
};
