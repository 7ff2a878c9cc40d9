import type { SearchAnswer, SearchMatch } from '../../core/node/search-answer.ts';
import { shortLine } from '../../core/node/short-line.ts';
import type { RenderOptions } from '../format.ts';
import { count, hang, indented, type Style, styleOf, wrap } from '../layout.ts';
import { coverageRows } from './coverage.ts';

/** Lines are told shorter than `-o json` does. */
const LINE_CHARS = 400;

/** `pullwhy node search` */
export function searchText(answer: SearchAnswer, options: RenderOptions): string {
  const style = styleOf(options);
  const { width } = options;
  const shown: Shown = {
    several: answer.collections.length > 1,
    nodes: answer.nodes.length > 1,
    near: answer.query.text.split('|').map((each) => each.trim()),
  };
  return [
    ...wrap(headline(answer), width),
    ...(answer.query.note === undefined ? [] : wrap(`taken: ${answer.query.note}`, width)),
    ...answer.related.flatMap(({ about, says }) => hang(`${about}: ${says}`, width)),
    ...answer.seeAlso.flatMap(({ id, title, count: lines, cause }) =>
      hang(
        `see also ${id}: ${title}, ${count(lines, 'line')}${cause === undefined ? '' : `, ${cause.id} (${cause.verdict})`}`,
        width,
      ),
    ),
    ...answer.matches.flatMap((match) => ['', ...matchRows(match, shown, style, width)]),
    '',
    ...(answer.nextPage === undefined ? [] : wrap(`more: --page ${answer.nextPage}`, width)),
    ...coverageRows(answer, width),
  ].join('\n');
}

function headline({ total, matches, query, places, coverage, collections }: SearchAnswer): string {
  const where = collections.length === 1 ? '' : ` in ${count(collections.length, 'collection')}`;
  const least = coverage.unread.length > 0 ? ' in what was searched' : '';
  if (coverage.filesTotal === 0)
    return `No file${where} to search for ${quoted(query.text)}: none is of the chosen names and types.`;
  if (total === 0) return `No line fits ${quoted(query.text)}${where}${least}.`;
  const shown = matches.length < total ? `, ${matches.length} shown` : '';
  return `${count(total, 'line')} in ${count(places.length, 'file')}${where} ${total === 1 ? 'fits' : 'fit'} ${quoted(query.text)}${least}${shown}.`;
}

function quoted(text: string): string {
  return `"${text.length > 200 ? `${text.slice(0, 200)}…` : text}"`;
}

/** What tells one match from another: its collection, its node, the words that were searched for. */
interface Shown {
  readonly several: boolean;
  readonly nodes: boolean;
  readonly near: readonly string[];
}

function matchRows(match: SearchMatch, { several, nodes, near }: Shown, { paint }: Style, width: number): string[] {
  const { id, collection, node, path, line, at, before, after } = match;
  const where = `${several ? `${collection} ` : ''}${node === undefined || !nodes ? '' : `${node}: `}${path}:${line}`;
  return [
    ...hang(`${id}  ${where}${at === undefined ? '' : `  ${at}`}`, width).map((row) => paint('dim', row)),
    ...(before ?? []).flatMap((text) => indented(`- ${shortLine(text, LINE_CHARS)}`, width)),
    ...indented(shortLine(match.text, LINE_CHARS, near), width),
    ...(after ?? []).flatMap((text) => indented(`- ${shortLine(text, LINE_CHARS)}`, width)),
  ];
}
