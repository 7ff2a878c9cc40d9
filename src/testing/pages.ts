import { BadSelector } from './selectors.ts';
import type { RawObject } from './store.ts';

/** One page of a list. */
export interface Page {
  readonly items: readonly RawObject[];
  readonly continue?: string;
  readonly remaining?: number;
}

export interface PageOptions {
  /** Of the objects when the list began. */
  readonly version: number;
  /** The rest is counted; the API server does so only without selectors. */
  readonly counted: boolean;
}

/** Cuts a page as the API server does; the token says where the next page starts, whatever has changed since. */
export function pageOf(
  all: readonly RawObject[],
  limit: number | undefined,
  token: string | undefined,
  { version, counted }: PageOptions,
): Page {
  const start = token === undefined ? '' : startOf(token);
  const from = firstFrom(all, start);
  const items = all.slice(from, limit === undefined || limit === 0 ? undefined : from + limit);
  const last = items.at(-1);
  const remaining = all.length - from - items.length;
  if (remaining === 0 || last === undefined) return { items };
  return { items, continue: tokenFor(last, version), ...(counted ? { remaining } : {}) };
}

/** Lists are in order, so halving finds the place. */
function firstFrom(all: readonly RawObject[], start: string): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const object = all[middle];
    if (object !== undefined && keyOf(object) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

function keyOf({ metadata }: RawObject): string {
  return `/${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}

/** The next key that there could be: the last one and the smallest character (apimachinery storage/continue.go, 1.36). */
function tokenFor(last: RawObject, version: number): string {
  const token = { v: 'meta.k8s.io/v1', rv: version, start: `${keyOf(last)}\0` };
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function startOf(token: string): string {
  try {
    const { start } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { start?: unknown };
    if (typeof start === 'string') return start;
  } catch {
    // Falls through to the server's own complaint.
  }
  throw new BadSelector('invalid continue token: continue key is not valid');
}
