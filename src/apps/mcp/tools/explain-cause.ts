import { z } from 'zod';
import { CAUSES } from '../../../causes/index.gen.ts';
import { nearest } from '../../../core/nearest.ts';
import { causeList } from '../../../render/cause-list.ts';
import { causePage } from '../../../render/cause-page.ts';
import { coverage, gaps } from '../parts.ts';
import { defineTool, READS_LOCAL } from '../tool.ts';
import { ToolFailure } from '../tool-failure.ts';

const row = z.strictObject({
  id: z.string(),
  link: z.string(),
  class: z.string(),
  severity: z.string(),
  title: z.string(),
});

export const explainCause = defineTool({
  name: 'explain_cause',
  title: 'Explain a cause',
  description:
    'Everything pullwhy knows of one cause by its id (from diagnose or decode): what it means, what confirms it, what rules it out, how to mend it with safety ratings, how to verify, when to escalate. Without an id: the list of all causes.',
  input: z.strictObject({ cause: z.string().max(100).optional().describe('id such as tag-not-found') }),
  output: z.strictObject({
    causes: z.array(row).readonly(),
    page: z.string().exactOptional().describe('Markdown; only with a cause id'),
    coverage,
    gaps,
  }),
  hints: READS_LOCAL,
  deadlineMs: 10_000,
  ownWords: true,
  async run({ cause: id }) {
    const known = { coverage: { read: ['the causes of this version'], skipped: [] }, gaps: [] };
    if (id === undefined) return { causes: causeList(CAUSES), ...known };
    const cause = CAUSES.find((each) => each.id === id);
    if (cause === undefined) {
      throw new ToolFailure('not_found', `there is no cause ${id}`, {
        near: nearest(
          id,
          CAUSES.map((each) => each.id),
        ),
        next: ['call explain_cause without arguments for the list'],
      });
    }
    return { causes: causeList([cause]), page: causePage(cause), ...known };
  },
  text: ({ causes, page }) => page ?? causes.map(({ id, title }) => `${id}: ${title}`).join('\n'),
});
