import type { EvidenceId } from './evidence.ts';
import { LINKS, type Link, type LinkStatus, linkIndex } from './pull-chain.ts';
import type { Ranking } from './rank.ts';

/** Evidence that a link was passed in this pull. */
export interface LinkProof {
  readonly link: Link;
  readonly because: readonly EvidenceId[];
  readonly note: string;
}

export interface LinkState {
  readonly link: Link;
  readonly status: LinkStatus;
  readonly because: readonly EvidenceId[];
  readonly note?: string;
}

/**
 * The state of every link: the best cause's link is `broken` (confirmed) or `suspect`;
 * links that evidence shows to be passed are `ok`; links behind a broken one were never reached;
 * the rest is `unknown`, for nothing tells.
 */
export function chainOf<F>({ candidates }: Ranking<F>, passed: readonly LinkProof[]): LinkState[] {
  const best = candidates[0];
  const brokenAt = best === undefined || best.cause.link === 'none' ? undefined : best.cause.link;
  const confirmed = best?.judgement.verdict === 'confirmed';
  return LINKS.map((link) => {
    if (link === brokenAt) {
      return {
        link,
        status: confirmed ? 'broken' : 'suspect',
        because: best?.judgement.because ?? [],
        ...(best?.judgement.note === undefined ? {} : { note: best.judgement.note }),
      };
    }
    const proof = passed.find((p) => p.link === link);
    if (proof !== undefined) return { link, status: 'ok', because: proof.because, note: proof.note };
    if (confirmed && brokenAt !== undefined && linkIndex(link) > linkIndex(brokenAt)) {
      return { link, status: 'skipped', because: [], note: 'not reached' };
    }
    const rival = candidates.find((c) => c !== best && c.cause.link === link);
    return rival === undefined
      ? { link, status: 'unknown', because: [] }
      : { link, status: 'suspect', because: rival.judgement.because, note: rival.cause.title };
  });
}
