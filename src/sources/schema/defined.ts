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
