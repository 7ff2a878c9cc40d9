/** Looks into parsed JSON, YAML and TOML of unknown shape. */

export type Table = Readonly<Record<string, unknown>>;

export function table(value: unknown): Table | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : undefined;
}

/** A value inside tables; own keys only, so that `constructor` is nothing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) {
    const inside = table(here);
    if (inside === undefined || !Object.hasOwn(inside, key)) return undefined;
    here = inside[key];
  }
  return here;
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A list of strings; a single string counts as a list of one. */
export function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return list(value).filter((each) => typeof each === 'string');
}

/** Fields that are known, the others left out. */
export function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
