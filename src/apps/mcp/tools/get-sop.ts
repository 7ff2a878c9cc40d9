import { z } from 'zod';
import type { Procedure } from '../../../core/sop/procedure.ts';
import { renderProcedure } from '../../../render/sop-page.ts';
import { coverage, gaps } from '../parts.ts';
import { PLAIN_TEXT } from '../plain-text.ts';
import { procedureNamed } from '../procedures.ts';
import { defineTool, READS_LOCAL } from '../tool.ts';

export const getSop = defineTool({
  name: 'get_sop',
  title: 'Print an operating procedure',
  description:
    'One operating procedure by its id or alias: phases of MUST, SHOULD and MAY steps, each bound to a tool call or a check, stop conditions, escalation, safety ratings, common issues, and the format of its report. run_sop follows it for you.',
  input: z.strictObject({ id: z.string().min(1).max(200) }),
  output: z.strictObject({
    id: z.string(),
    title: z.string(),
    origin: z.string(),
    procedure: z.looseObject({ phases: z.array(z.unknown()).readonly() }).describe('the procedure as data'),
    coverage,
    gaps,
  }),
  hints: READS_LOCAL,
  deadlineMs: 10_000,
  ownWords: true,
  async run({ id }, { settings }) {
    const { procedure, origin } = await procedureNamed(id, settings);
    return {
      id: procedure.id,
      title: procedure.title,
      origin,
      procedure: { ...procedure },
      coverage: { read: [`procedure ${procedure.id}`], skipped: [] },
      gaps: [],
    };
  },
  // The shape is the procedure's own: it went through the schema as it is.
  text: ({ procedure, origin }) => renderProcedure(procedure as unknown as Procedure, origin, 'text', PLAIN_TEXT),
});
