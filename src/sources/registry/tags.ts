import type { ProbeTags, StageResult } from '../../core/probe.ts';
import type { Authorization } from './exchange.ts';
import type { Place } from './find-manifest.ts';
import { readPages } from './paged-list.ts';
import { stageOf } from './probe-context.ts';
import { registryError } from './registry-error.ts';
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

/** Stage tags: the repository's tags, page by page, bounded. */
export async function listTags(
  session: Session,
  { base, host, path }: Place,
  authorization: Authorization | undefined,
  as: string,
): Promise<Listed> {
  const { tagPages: pages, tags: most } = session.context.limits;
  const first = new URL(`tags/list?n=${PAGE}`, base);
  const plan = { first, field: 'tags', name: TAG, pages, names: most } as const;
  const { names, complete, exchanges, refused } = await readPages(session, plan, authorization);
  if (refused !== undefined) {
    const { status, body } = refused;
    const noRepository = status === 404 && NO_REPOSITORY.has(registryError(body)?.code ?? '');
    const said = noRepository
      ? `${host} has no repository ${path}`
      : `${host} does not list tags (${status ?? refused.exchange.error})`;
    const problem = refused.problem ?? problemOfStatus(status ?? 0);
    return { stage: stageOf('tags', 'failed', host, said, { as, problem, exchanges }), noRepository };
  }
  const said = `${names.length}${complete ? '' : ' and more'} tags in ${path}`;
  return {
    stage: stageOf('tags', 'ok', host, said, { as, exchanges }),
    tags: { names, complete },
    noRepository: false,
  };
}
