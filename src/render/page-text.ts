import { MESSAGES_TITLE } from './cause-page.ts';
import type { RenderOptions } from './format.ts';
import { type Style, styleOf, wrap } from './layout.ts';

/**
 * The page of a cause for a terminal: no marks, prose and messages wrapped to its width, commands set in and left as
 * they stand, to be copied.
 */
export function pageText(page: string, { width, ...look }: Pick<RenderOptions, 'width' | 'color' | 'unicode'>): string {
  const style = styleOf(look);
  let inCode = false;
  let title = '';
  return page
    .split('\n')
    .flatMap((line) => {
      if (line.trimStart().startsWith('```')) {
        inCode = !inCode;
        return [];
      }
      if (inCode && title === MESSAGES_TITLE) return wrap(line, width - 4).map((part) => `    ${part}`);
      if (inCode) return [line.startsWith(' ') ? `  ${line}` : `    ${line}`];
      title = titleOf(line) ?? title;
      return proseLines(line, width, style);
    })
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n');
}

function proseLines(line: string, width: number, { paint }: Style): string[] {
  const title = titleOf(line);
  if (title !== undefined) return wrap(plain(title), width).map((part) => paint('strong', part));
  const [, bold] = /^\*\*([^*]+)\*\*$/.exec(line) ?? [];
  if (bold !== undefined) return wrap(bold, width);
  // Lines after the first stand under the text of a bullet, not under its dash.
  const lead = /^\s*(?:[-*] |\d+\. )?/.exec(line)?.[0] ?? '';
  const lines = wrap(plain(line.slice(lead.length)), width - lead.length);
  return lines.length === 0 ? [line] : lines.map((text, i) => (i === 0 ? lead : ' '.repeat(lead.length)) + text);
}

function titleOf(line: string): string | undefined {
  return /^#{1,6} (.*)/.exec(line)?.[1];
}

/** Names need no marks where nothing else is set in their type. */
function plain(text: string): string {
  return text.replaceAll(/`([^`]+)`/g, '$1');
}
