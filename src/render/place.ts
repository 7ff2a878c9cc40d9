import type { ReportRemedy } from '../core/report.ts';

/** `path:line` of where a remedy is made; several, each with its reason, where they fit alike. */
export function placesOf({
  file,
  places = [],
}: ReportRemedy): readonly { readonly at: string; readonly why?: string }[] {
  if (file !== undefined) return [{ at: `${file.path}:${file.line}` }];
  return places.map(({ path, line, why }) => ({ at: `${path}:${line}`, why }));
}
