import { pageBounds } from '../../core/node/page.ts';
import type { Report } from '../../core/report.ts';
import type { ReportShelf } from './report-shelf.ts';
import { ToolFailure } from './tool-failure.ts';

/** Where a page of a kept report begins: `R-4f1c0a9be2d7.p1e-1x2y3z`. */
interface Place {
  readonly reportId: string;
  readonly token: string;
}

/** The incidents of a report that one answer tells in full. */
export interface ReportPage {
  readonly from: number;
  readonly to: number;
  readonly nextPageToken?: string;
}

/**
 * The kept report that a page token goes on with. Looking again could give other incidents in another order, so that
 * pages would miss some: throws `ToolFailure` when the report is no longer kept.
 */
export function reportOfPage(pageToken: string, reports: ReportShelf): { readonly report: Report } & Place {
  const place = placeOf(pageToken);
  const report = reports.get(place.reportId);
  if (report !== undefined) return { report, ...place };
  throw new ToolFailure('not_found', `report ${place.reportId} of this page token is no longer kept`, {
    next: ['call diagnose again without pageToken: it looks anew'],
  });
}

/** Which incidents a page holds; `question` is all that the report was asked. */
export function pageOfReport(
  { incidents }: Report,
  reportId: string,
  {
    limit,
    token,
    question,
  }: { readonly limit: number; readonly token?: string | undefined; readonly question: string },
): ReportPage {
  const { from, to, nextPage } = pageBounds(incidents.length, { limit, token, question: `${reportId} ${question}` });
  return { from, to, ...(nextPage === undefined ? {} : { nextPageToken: `${reportId}.${nextPage}` }) };
}

function placeOf(pageToken: string): Place {
  const [reportId = '', token, ...rest] = pageToken.split('.');
  if (token !== undefined && rest.length === 0 && /^R-[0-9a-f]{12}$/.test(reportId)) return { reportId, token };
  throw new ToolFailure('invalid_input', 'this is no page token of diagnose', {
    next: ['take nextPageToken of the answer before, or leave pageToken out'],
  });
}
