import { wrap } from './layout.ts';

/** A Markdown page for a terminal: prose wrapped to its width, code left as it stands. */
export function wrapPage(page: string, width: number): string {
  let inCode = false;
  return page
    .split('\n')
    .flatMap((line) => {
      if (line.trimStart().startsWith('```')) {
        inCode = !inCode;
        return [];
      }
      if (inCode) return [line.startsWith(' ') ? `  ${line}` : `    ${line}`];
      return wrapLine(line, width);
    })
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n');
}

/** Lines after the first stand under the text of a bullet, not under its dash. */
function wrapLine(line: string, width: number): string[] {
  const lead = /^\s*(?:[-*] |\d+\. )?/.exec(line)?.[0] ?? '';
  const lines = wrap(line.slice(lead.length), width - lead.length);
  return lines.length === 0 ? [line] : lines.map((text, i) => (i === 0 ? lead : ' '.repeat(lead.length)) + text);
}
