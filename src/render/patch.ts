import type { Incident, Report, ReportRemedy } from '../core/report.ts';

/**
 * The patches for a checkout and nothing that `git apply` would not take: the first of each incident, for the others
 * are other ways to mend the same.
 */
export function renderPatch(report: Report): string {
  const patched = new Set<string>();
  const parts = report.incidents.map((incident) => {
    const remedy = incident.remedies.find(({ patch }) => patch !== undefined);
    if (remedy?.patch === undefined) return comment(`no patch: ${incident.statement}; ${whyNone(incident)}`);
    const files = filesOf(remedy);
    if (files.some((file) => patched.has(file))) {
      return comment(`left out, for it changes a file that a patch before it changes: ${incident.statement}`);
    }
    for (const file of files) patched.add(file);
    return `${comment(headline(incident, remedy))}${remedy.patch}`;
  });
  return parts.length > 0 ? parts.join('') : comment('no image pull failure was found');
}

function whyNone({ remedies }: Incident): string {
  const changes = remedies.filter(({ change }) => change !== undefined);
  if (changes.length === 0) return 'what mends it is in no manifest (-o text tells)';
  return changes.some(({ file, places = [] }) => file !== undefined || places.length > 0)
    ? 'the place or the new value is not sure (-o text tells)'
    : 'no place for the change was found in the checkout';
}

function headline({ statement }: Incident, { title, safety }: ReportRemedy): string {
  return `${statement}: ${title} (${safety})`;
}

/** git takes lines before a file's header for the words of a mail. */
function comment(text: string): string {
  return `# ${text.replaceAll(/\s+/g, ' ')}\n`;
}

function filesOf({ patch = '' }: ReportRemedy): readonly string[] {
  return [...patch.matchAll(/^--- "?a\/(.*?)"?$/gm)].map(([, path = '']) => path);
}
