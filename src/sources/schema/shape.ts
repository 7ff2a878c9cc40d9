/**
 * Shapes of JSON from outside, read leniently: a field of the wrong type is left out and its path noted,
 * an element without its required fields is left out whole. Small on purpose: every run of the command loads
 * it, and a look at a cluster reads thousands of objects with it.
 */
export interface Shape<T> {
  /** The value as far as it fits, or `WRONG`; what was left out inside is added to `dropped`. */
  read(raw: unknown, dropped: string[]): T | typeof WRONG;
  /** A field that may be missing, or `null`, which is how Go prints an empty list. */
  readonly optional?: boolean;
}

interface OptionalShape<T> extends Shape<T> {
  readonly optional: true;
}

const WRONG = Symbol('not of this shape');

/** The type that a shape reads. */
export type Infer<S> = S extends Shape<infer T> ? T : never;

type Fields = Readonly<Record<string, Shape<unknown>>>;
type OptionalKeys<F extends Fields> = { [K in keyof F]: F[K] extends OptionalShape<unknown> ? K : never }[keyof F];
type ObjectOf<F extends Fields> = { [K in Exclude<keyof F, OptionalKeys<F>>]: Infer<F[K]> } & {
  [K in OptionalKeys<F>]?: Infer<F[K]>;
};

export const string: Shape<string> = { read: (raw) => (typeof raw === 'string' ? raw : WRONG) };
export const number: Shape<number> = { read: (raw) => (Number.isFinite(raw) ? (raw as number) : WRONG) };
export const anything: Shape<unknown> = { read: (raw) => raw };
/** Any object, as it is. */
export const record: Shape<Record<string, unknown>> = { read: (raw) => (isRecord(raw) ? raw : WRONG) };

export const text = optional(string);
export const flag = optional<boolean>({ read: (raw) => (typeof raw === 'boolean' ? raw : WRONG) });
export const whole = optional(number);
export const textList = list(string);
export const textMap = optional<Record<string, string>>({ read: readTextMap });

export function optional<T>({ read }: Shape<T>): OptionalShape<T> {
  return { read, optional: true };
}

/** An optional list. */
export function list<T>(item: Shape<T>, isWanted?: (raw: unknown) => boolean): OptionalShape<T[]> {
  return optional(array(item, isWanted));
}

/** `isWanted`: which elements are read; all others are not looked at. Left out: all are. */
export function array<T>(item: Shape<T>, isWanted?: (raw: unknown) => boolean): Shape<T[]> {
  return {
    read: (raw, dropped) => {
      if (!Array.isArray(raw)) return WRONG;
      const result: T[] = [];
      for (let i = 0; i < raw.length; i += 1) {
        if (isWanted?.(raw[i]) === false) continue;
        const value = readAt(item, raw[i], i, dropped);
        if (value !== WRONG) result.push(value);
      }
      return result;
    },
  };
}

/** The first shape that fits. */
export function oneOf<S extends readonly Shape<unknown>[]>(...shapes: S): Shape<Infer<S[number]>> {
  return {
    read: (raw, dropped) => {
      for (const shape of shapes) {
        const value = shape.read(raw, dropped);
        if (value !== WRONG) return value as Infer<S[number]>;
      }
      return WRONG;
    },
  };
}

/** An object of these fields; all others are not looked at. */
export function object<F extends Fields>(fields: F): Shape<ObjectOf<F>> {
  const keys = Object.keys(fields);
  const shapes = Object.values(fields);
  return {
    read: (raw, dropped) => {
      if (!isRecord(raw)) return WRONG;
      const result: Record<string, unknown> = {};
      for (let i = 0; i < keys.length; i += 1) {
        const key = keys[i] as string;
        const shape = shapes[i] as Shape<unknown>;
        const given = raw[key];
        const isMissing = given === undefined || given === null;
        const value = isMissing ? WRONG : readAt(shape, given, key, dropped);
        if (value !== WRONG) result[key] = value;
        else if (shape.optional !== true) return WRONG;
      }
      return result as ObjectOf<F>;
    },
  };
}

function readTextMap(raw: unknown, dropped: string[]): Record<string, string> | typeof WRONG {
  if (!isRecord(raw)) return WRONG;
  const result: Record<string, string> = {};
  for (const key of Object.keys(raw)) {
    const value = readAt(string, raw[key], key, dropped);
    if (value !== WRONG) result[key] = value;
  }
  return result;
}

/** Reads a part. Paths are put together only for what is dropped, which is rare. */
function readAt<T>(shape: Shape<T>, raw: unknown, key: string | number, dropped: string[]): T | typeof WRONG {
  const before = dropped.length;
  const value = shape.read(raw, dropped);
  if (value === WRONG) dropped.splice(before, dropped.length, String(key));
  else for (let i = before; i < dropped.length; i += 1) dropped[i] = `${key}.${dropped[i]}`;
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface Lenient<T> {
  readonly value: T;
  /** Paths of what was left out: `spec.containers.0.image`. */
  readonly dropped: readonly string[];
}

/** An object with more wrong parts than this is none of ours. */
const MAX_DROPPED = 50;

/** Reads with the parts that do not fit left out; undefined when nothing usable is left. */
export function readLenient<T>(shape: Shape<T>, raw: unknown): Lenient<T> | undefined {
  const dropped: string[] = [];
  const value = shape.read(raw, dropped);
  return value === WRONG || dropped.length > MAX_DROPPED ? undefined : { value, dropped };
}
