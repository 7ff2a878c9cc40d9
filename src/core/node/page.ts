import { fingerprint } from '../digest.ts';
import { UsageError } from '../usage-error.ts';

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; asks for the next page of the same question. Left out on the last page. */
  readonly nextPage?: string;
}

/** Which page is asked for. */
export interface PageRequest {
  readonly limit: number;
  readonly token?: string | undefined;
  /** All that the list depends on. */
  readonly question: string;
}

export function pageOf<T>(all: readonly T[], request: PageRequest): Page<T> {
  const { from, to, nextPage } = pageBounds(all.length, request);
  return { items: all.slice(from, to), ...(nextPage === undefined ? {} : { nextPage }) };
}

/**
 * Where a page begins and ends in a list of `total`. A token is the offset and a fingerprint of the question, so that
 * one that belongs to another question, or to an older state of the collection, is refused instead of answered with
 * the wrong lines.
 */
export function pageBounds(
  total: number,
  { limit, token, question }: PageRequest,
): { readonly from: number; readonly to: number; readonly nextPage?: string } {
  const mark = fingerprint(question)
    .map((number) => number.toString(36))
    .join('');
  const from = Math.min(token === undefined ? 0 : offsetOf(token, mark), total);
  const to = Math.min(from + limit, total);
  return to < total && to > from ? { from, to, nextPage: `p${to.toString(36)}-${mark}` } : { from, to };
}

function offsetOf(token: string, mark: string): number {
  const found = /^p([0-9a-z]{1,8})-([0-9a-z]{1,14})$/.exec(token);
  if (found === null) throw new UsageError('this is no page token: take nextPage of the answer before');
  if (found[2] !== mark)
    throw new UsageError('the page token belongs to another question or the collection has changed: start without it');
  return Number.parseInt(found[1] ?? '0', 36);
}
