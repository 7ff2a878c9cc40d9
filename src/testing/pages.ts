import { BadSelector } from './selectors.ts';
import type { RawObject } from './store.ts';

/** One page of a list. */
export interface Page {
  readonly items: readonly RawObject[];
  readonly continue?: string;
  readonly remaining?: number;
}

/** Cuts a page as the API server does; the token says where the last page ended. */
export function pageOf(all: readonly RawObject[], limit: number | undefined, token: string | undefined): Page {
  const from = token === undefined ? 0 : startOf(token);
  const items = all.slice(from, limit === undefined || limit === 0 ? undefined : from + limit);
  const end = from + items.length;
  return end < all.length ? { items, continue: tokenFor(end), remaining: all.length - end } : { items };
}

function tokenFor(start: number): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', start })).toString('base64url');
}

function startOf(token: string): number {
  try {
    const { start } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { start?: unknown };
    if (typeof start === 'number') return start;
  } catch {
    // Falls through to the server's own complaint.
  }
  throw new BadSelector('invalid continue token: continue key is not valid');
}
