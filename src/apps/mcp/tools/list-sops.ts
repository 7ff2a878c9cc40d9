import { z } from 'zod';
import { matchProcedures } from '../../../sop/match.ts';
import { coverage, gaps, strings } from '../parts.ts';
import { proceduresOf } from '../procedures.ts';
import { defineTool, READS_LOCAL } from '../tool.ts';

export const listSops = defineTool({
  name: 'list_sops',
  title: 'Operating procedures',
  description:
    'Operating procedures that fit a symptom, a piece of a message or a signal (alert, metric), best first with the reasons; without arguments all of them. get_sop prints one, run_sop follows it.',
  input: z.strictObject({
    symptom: z.string().max(20_000).optional().describe('what was seen, or a message'),
    signal: z.string().max(1_000).optional().describe('KubePodNotReady, kube_pod_container_status_waiting_reason=…'),
  }),
  output: z.strictObject({
    procedures: z
      .array(
        z.strictObject({
          id: z.string(),
          title: z.string(),
          severity: z.string(),
          status: z.string(),
          origin: z.string().describe('built in, or the file'),
          score: z.number(),
          reasons: strings,
        }),
      )
      .readonly(),
    coverage,
    gaps,
  }),
  hints: READS_LOCAL,
  deadlineMs: 10_000,
  ownWords: true,
  async run({ symptom, signal }, { settings }) {
    const { procedures, problems } = await proceduresOf(settings);
    const found = matchProcedures(procedures, {
      ...(symptom === undefined ? {} : { symptom }),
      ...(signal === undefined ? {} : { signal }),
    });
    return {
      procedures: found,
      coverage: { read: [`${procedures.length} procedures`], skipped: [] },
      gaps: problems.map((what) => ({ what, why: 'unreadable' as const })),
    };
  },
  text: ({ procedures, gaps: problems }) =>
    [
      ...(procedures.length === 0 ? ['no procedure fits'] : []),
      ...procedures.map(
        ({ id, title, severity, reasons }) =>
          `${id}: ${title} (${severity})${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`,
      ),
      ...problems.map(({ what }) => `cannot be read: ${what}`),
    ].join('\n'),
});
