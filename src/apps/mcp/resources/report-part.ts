import type { ReportShelf } from '../report-shelf.ts';

/** A report, one of its incidents, or one piece of evidence; undefined when there is none of that name. */
export function reportPart(reports: ReportShelf, [id = '', incident, evidence]: readonly string[]): object | undefined {
  if (incident === undefined) return marked(reports.get(id));
  const found = reports.incident(id, incident);
  if (evidence === undefined) return marked(found);
  return marked(found?.evidence.find((each) => each.id === evidence));
}

/** Excerpts in it were written by strangers. */
function marked(part: object | undefined): object | undefined {
  return part === undefined ? undefined : { untrusted: true, ...part };
}
