/** The first error of a registry's body (distribution specification, "Error Codes"). */
export interface RegistryError {
  readonly code: string;
  readonly message: string;
}

const MAX_MESSAGE = 300;

/** Undefined when the body is not in that form. */
export function registryError(body: Buffer): RegistryError | undefined {
  const value = jsonObject(body);
  const list: unknown = value?.errors;
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  if (typeof first !== 'object' || first === null) return undefined;
  const { code, message, detail } = first as Record<string, unknown>;
  const text = typeof message === 'string' && message !== '' ? message : typeof detail === 'string' ? detail : '';
  return { code: typeof code === 'string' ? code.toUpperCase().slice(0, 60) : '', message: text.slice(0, MAX_MESSAGE) };
}

/** A web page in place of an answer: a portal, a proxy, or a server that is no registry. */
export function isWebPage(contentType: string | undefined, body: Buffer): boolean {
  const start = body.subarray(0, 200).toString('utf8').trimStart().toLowerCase();
  return /^text\/html\b/i.test(contentType ?? '') || start.startsWith('<!doctype html') || start.startsWith('<html');
}

/** Parts of a JSON text; in memory each takes some fifty times its two characters. No manifest has a thousandth of it. */
const MAX_PARTS = 100_000;

/** The object of a JSON text; undefined for anything else, and for texts made to fill the memory. */
export function jsonObject(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  if (hasMoreParts(body, MAX_PARTS)) return undefined;
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Counts the brackets that begin an object or a list; those in strings count as well, which no honest answer notices. */
function hasMoreParts(body: Buffer, max: number): boolean {
  let parts = 0;
  for (const byte of body) {
    if (byte === OBJECT || byte === LIST) parts += 1;
    if (parts > max) return true;
  }
  return false;
}

const OBJECT = '{'.charCodeAt(0);
const LIST = '['.charCodeAt(0);
