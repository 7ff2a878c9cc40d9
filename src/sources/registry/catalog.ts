import type { ProbeRepositories, StageResult } from '../../core/probe.ts';
import type { Authorization } from './exchange.ts';
import type { Place } from './find-manifest.ts';
import { readPages } from './paged-list.ts';
import { stageOf } from './probe-context.ts';
import type { Session } from './session.ts';

export interface Catalog {
  readonly stage: StageResult;
  readonly repositories?: ProbeRepositories;
}

const PAGE = 1_000;
/** Path components of the distribution specification, "Pulling manifests". */
const REPOSITORY = /^[a-z0-9]+(?:(?:[._]|__|-{1,8})[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-{1,8})[a-z0-9]+)*){0,20}$/;
const MAX_CHARS = 255;

/**
 * Stage catalog: the registry's repositories, where it lists them (`/v2/_catalog` of Distribution; the big public
 * registries do not, and tokens for one repository do not open it).
 */
export async function listRepositories(
  session: Session,
  { base, host }: Place,
  authorization: Authorization | undefined,
  as: string,
): Promise<Catalog> {
  const { catalogPages: pages, repositories: most } = session.context.limits;
  const first = new URL(`/v2/_catalog?n=${PAGE}`, base);
  const plan = { first, field: 'repositories', name: REPOSITORY, pages, names: most } as const;
  const { names, complete, exchanges, refused } = await readPages(session, plan, authorization);
  if (refused !== undefined) {
    const said = `${host} does not list its repositories (${refused.status ?? refused.exchange.error})`;
    return { stage: stageOf('catalog', 'skipped', host, said, { as, exchanges }) };
  }
  const short = names.filter((name) => name.length <= MAX_CHARS);
  const said = `${short.length}${complete ? '' : ' and more'} repositories at ${host}`;
  return { stage: stageOf('catalog', 'ok', host, said, { as, exchanges }), repositories: { names: short, complete } };
}
