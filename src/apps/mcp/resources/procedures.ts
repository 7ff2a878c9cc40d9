import { renderProcedure } from '../../../render/sop-page.ts';
import { findProcedure } from '../../../sop/load.ts';
import { PLAIN_TEXT } from '../plain-text.ts';
import { proceduresOf } from '../procedures.ts';
import type { Settings } from '../settings.ts';

/** A line for each procedure, with a link to its page. */
export async function procedureIndex(settings: Settings): Promise<string> {
  const { procedures } = await proceduresOf(settings);
  const rows = procedures.map(
    ({ procedure: { id, title, summary } }) =>
      `- [${id}](pullwhy://sop/${encodeURIComponent(id)}): ${title}. ${summary}`,
  );
  return `# Operating procedures\n\n${rows.join('\n')}\n`;
}

/** One procedure as people read it; undefined when there is none of that id. */
export async function procedurePage(id: string, settings: Settings): Promise<string | undefined> {
  const found = findProcedure(await proceduresOf(settings), id);
  return found && renderProcedure(found.procedure, found.origin, 'text', PLAIN_TEXT);
}
