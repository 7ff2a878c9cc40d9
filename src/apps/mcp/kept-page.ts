import { pageBounds } from '../../core/node/page.ts';
import type { Shelf } from './shelf.ts';
import { ToolFailure } from './tool-failure.ts';

/** Where a page of a kept answer begins: `R-4f1c0a9be2d7.p1e-1x2y3z`. */
interface Place {
  readonly id: string;
  readonly token: string;
}

/** The entries of a kept answer that one page tells. */
export interface KeptPage {
  readonly from: number;
  readonly to: number;
  readonly nextPageToken?: string;
}

/**
 * The kept answer that a page token goes on with. Asking again could give other entries in another order, so that pages
 * would miss some: throws `ToolFailure` when the answer is no longer kept.
 */
export function answerOfPage<T>(pageToken: string, shelf: Shelf<T>): { readonly answer: T } & Place {
  const place = placeOf(pageToken);
  const answer = shelf.get(place.id);
  if (answer !== undefined) return { answer, ...place };
  throw new ToolFailure('not_found', `the answer ${place.id} of this page token is no longer kept`, {
    next: ['call again without pageToken: it looks anew'],
  });
}

/** Which of `total` entries a page holds; `question` is all that the answer was asked. */
export function pageOfAnswer(
  total: number,
  id: string,
  {
    limit,
    token,
    question,
  }: { readonly limit: number; readonly token?: string | undefined; readonly question: string },
): KeptPage {
  const { from, to, nextPage } = pageBounds(total, { limit, token, question: `${id} ${question}` });
  return { from, to, ...(nextPage === undefined ? {} : { nextPageToken: `${id}.${nextPage}` }) };
}

function placeOf(pageToken: string): Place {
  const [id = '', token, ...rest] = pageToken.split('.');
  if (token !== undefined && rest.length === 0 && /^[A-Z]-[0-9a-f]{12}$/.test(id)) return { id, token };
  throw new ToolFailure('invalid_input', 'this is no page token of this tool', {
    next: ['take nextPageToken of the answer before, or leave pageToken out'],
  });
}
