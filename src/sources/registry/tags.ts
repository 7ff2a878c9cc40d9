import type { ProbeTags, StageResult } from '../../core/probe.ts';
import type { Authorization } from './exchange.ts';
import type { Place } from './find-manifest.ts';
import { nextLink } from './link-header.ts';
import { stageOf } from './probe-context.ts';
import { jsonObject, registryError } from './registry-error.ts';
import type { Session } from './session.ts';
import { problemOfStatus } from './token.ts';

export interface Listed {
  readonly stage: StageResult;
  readonly tags?: ProbeTags;
  /** The registry says that there is no such repository. */
  readonly noRepository: boolean;
}

const PAGE = 1_000;
/** Distribution's code, and Harbor's. A bare 404 may only mean that this server lists no tags. */
const NO_REPOSITORY: ReadonlySet<string> = new Set(['NAME_UNKNOWN', 'NOT_FOUND']);
const TAG = /^\w[\w.-]{0,127}$/;

/** Stage tags: the repository's tags, page by page (distribution specification, "Listing Tags"), bounded. */
export async function listTags(
  session: Session,
  { base, host, path }: Place,
  authorization: Authorization | undefined,
  as: string,
): Promise<Listed> {
  const { limits } = session.context;
  const exchanges: StageResult['exchanges'][number][] = [];
  const names = new Set<string>();
  const seen = new Set<string>();
  let url: URL | undefined = new URL(`tags/list?n=${PAGE}`, base);
  for (let page = 0; url !== undefined && page < limits.tagPages && names.size < limits.tags; page += 1) {
    seen.add(url.href);
    const reply = await session.ask({
      method: 'GET',
      url,
      maxBytes: limits.tagPageBytes,
      ...(authorization === undefined ? {} : { authorization }),
    });
    exchanges.push(...reply.exchanges);
    const { status, body, headers } = reply;
    if (status !== 200 || reply.problem !== undefined) {
      if (page > 0) break;
      const noRepository = status === 404 && NO_REPOSITORY.has(registryError(body)?.code ?? '');
      const said = noRepository
        ? `${host} has no repository ${path}`
        : `${host} does not list tags (${status ?? reply.exchange.error})`;
      const problem = reply.problem ?? problemOfStatus(status ?? 0);
      return { stage: stageOf('tags', 'failed', host, said, { as, problem, exchanges }), noRepository };
    }
    for (const name of tagsIn(body)) if (names.size < limits.tags) names.add(name);
    const next = nextLink([headers.link ?? ''].flat()[0]);
    url = next === undefined ? undefined : pageAt(next, url, seen);
  }
  const complete = url === undefined;
  const tags = { names: [...names], complete };
  const said = `${names.size}${complete ? '' : ' and more'} tags in ${path}`;
  return { stage: stageOf('tags', 'ok', host, said, { as, exchanges }), tags, noRepository: false };
}

/** A page of the same server that was not read before; anything else ends the list. */
function pageAt(link: string, from: URL, seen: ReadonlySet<string>): URL | undefined {
  if (!URL.canParse(link, from.href)) return undefined;
  const next = new URL(link, from);
  return next.origin === from.origin && !seen.has(next.href) ? next : undefined;
}

function tagsIn(body: Buffer): readonly string[] {
  const list: unknown = jsonObject(body)?.tags;
  return Array.isArray(list) ? list.filter((tag): tag is string => typeof tag === 'string' && TAG.test(tag)) : [];
}
