export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a JSON text, or undefined when it is not JSON. (`null` is a value.) */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The object that a JSON text holds, or undefined. */
export function parseJsonObject(text: string | undefined): JsonObject | undefined {
  const value = text === undefined ? undefined : parseJson(text)?.value;
  return isJsonObject(value) ? value : undefined;
}

/** Go's name for the type of a JSON value, as its type errors print it. */
export function goJsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/**
 * The last value of an object under a field name, compared without case as Go's `encoding/json` does;
 * null leaves a field as it is. Inherited names such as `__proto__` never match.
 */
export function goField(object: JsonObject, name: string): unknown {
  const matching = Object.entries(object).filter(([key, value]) => isGoField(key, name) && value !== null);
  return matching.at(-1)?.[1];
}

export function isGoField(key: string, name: string): boolean {
  return key.toUpperCase() === name.toUpperCase();
}
