import type { Cause } from '../causes/define.ts';
import type { RenderOptions } from './format.ts';
import { wrap } from './layout.ts';

/** One row of `pullwhy causes -o json`. */
export interface CauseRow {
  readonly id: string;
  readonly link: string;
  readonly class: string;
  readonly severity: string;
  readonly title: string;
}

export function causeList(causes: readonly Cause[]): CauseRow[] {
  return causes.map(({ id, link, class: sop, severity, title }) => ({ id, link, class: sop, severity, title }));
}

/** `pullwhy causes -o …` */
export async function renderCauses(
  causes: readonly Cause[],
  format: string,
  { width }: RenderOptions,
): Promise<string> {
  if (format === 'json') return JSON.stringify(causeList(causes), null, 2);
  if (format === 'yaml') return (await import('yaml')).stringify(causeList(causes), { lineWidth: 0 });
  return causeTable(causes, width);
}

/** Causes under the link that they break, for a terminal. */
function causeTable(causes: readonly Cause[], width: number): string {
  const column = Math.max(...causes.map((c) => c.id.length)) + 4;
  const lines = byLink(causes).flatMap(([link, members]) => [
    link === 'none' ? 'no link of the chain' : link,
    ...members.flatMap(({ id, title }) =>
      wrap(title, width - column).map((line, i) => (i === 0 ? `  ${id}` : '').padEnd(column) + line),
    ),
    '',
  ]);
  return `${lines.join('\n')}pullwhy explain ID tells more.`;
}

/** docs/causes/README.md */
export function causeIndexPage(causes: readonly Cause[]): string {
  const tables = byLink(causes).map(([link, members]) =>
    [
      `## ${link === 'none' ? 'No link of the chain' : link}`,
      '',
      '| cause | what it is | class |',
      '|---|---|---|',
      ...members.map((c) => `| [${c.id}](${c.id}.md) | ${c.title} | ${c.class} |`),
      '',
    ].join('\n'),
  );
  return `# Causes\n\nGenerated from \`src/causes/\` (\`npm run gen\`), in the order of the pull chain.\n\n${tables.join('\n')}`;
}

function byLink(causes: readonly Cause[]): [string, Cause[]][] {
  const groups = new Map<string, Cause[]>();
  for (const cause of causes) groups.set(cause.link, [...(groups.get(cause.link) ?? []), cause]);
  return [...groups];
}
