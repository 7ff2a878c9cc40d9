import type { IncomingHttpHeaders } from 'node:http';
import type { ProbeExchange } from '../../core/probe.ts';
import type { Authorization } from './exchange.ts';
import { nextLink } from './link-header.ts';
import { jsonObject } from './registry-error.ts';
import type { Followed, Session } from './session.ts';

/** What is listed and how much of it is enough. */
export interface ListPlan {
  readonly first: URL;
  /** Field of the answer that holds the names. */
  readonly field: 'tags' | 'repositories';
  /** What may be a name; anything else is left out. */
  readonly name: RegExp;
  readonly pages: number;
  readonly names: number;
}

export interface PagedList {
  readonly names: readonly string[];
  /** Nothing was left out. */
  readonly complete: boolean;
  readonly exchanges: readonly ProbeExchange[];
  /** The first page was refused: nothing is known of the names. */
  readonly refused?: Followed;
}

/** Reads a list page by page (distribution specification, "Listing Tags"); what was read before a failure stays. */
export async function readPages(
  session: Session,
  { first, field, name, pages, names: most }: ListPlan,
  authorization: Authorization | undefined,
): Promise<PagedList> {
  const exchanges: ProbeExchange[] = [];
  const names = new Set<string>();
  const seen = new Set<string>();
  let url: URL | undefined = first;
  for (let page = 0; url !== undefined && page < pages && names.size < most; page += 1) {
    seen.add(url.href);
    const reply: Followed = await session.ask({
      method: 'GET',
      url,
      maxBytes: session.context.limits.tagPageBytes,
      ...(authorization === undefined ? {} : { authorization }),
    });
    exchanges.push(...reply.exchanges);
    if (reply.status !== 200 || reply.problem !== undefined) {
      if (page === 0) return { names: [], complete: false, exchanges, refused: reply };
      break;
    }
    for (const found of namesIn(reply.body, field, name)) if (names.size < most) names.add(found);
    url = nextPage(reply.headers, url, seen);
  }
  return { names: [...names], complete: url === undefined, exchanges };
}

/** A page of the same server that was not read before; anything else ends the list. */
function nextPage({ link }: IncomingHttpHeaders, from: URL, seen: ReadonlySet<string>): URL | undefined {
  const target = nextLink([link ?? ''].flat()[0]);
  if (target === undefined || !URL.canParse(target, from.href)) return undefined;
  const next = new URL(target, from);
  return next.origin === from.origin && !seen.has(next.href) ? next : undefined;
}

function namesIn(body: Buffer, field: ListPlan['field'], name: RegExp): readonly string[] {
  const list: unknown = jsonObject(body)?.[field];
  return Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string' && name.test(item)) : [];
}
