import { z } from 'zod';
import { COMPONENTS } from '../../../core/node/correlate-answer.ts';
import { nodeCorrelation } from '../../../tasks/node/correlate.ts';
import { correlation } from '../answers/correlation.ts';
import { evidenceInput, openEvidence } from '../node-evidence.ts';
import { input } from '../parts.ts';
import { defineTool, READS_LOCAL } from '../tool.ts';

export const correlate = defineTool({
  name: 'correlate',
  title: 'Timeline around an event',
  description: `One timeline over all logs of a collected node: the lines within timeWindow seconds of every line that holds pivotEvent, in clusters, and what led to what where the lines show it. Empty with a reason when the pivot does not occur. components: ${COMPONENTS.join(', ')}. Needs collect first.`,
  input: z.strictObject({
    ...evidenceInput,
    pivotEvent: z.string().max(500).optional().describe('text, such as "failed to pull"; left out: the whole time'),
    timeWindow: z.number().positive().max(604_800).optional().describe('seconds on both sides; 60 when left out'),
    components: z.union([z.string().max(200), z.array(z.string().max(40)).max(20)]).optional(),
    limit: input.limit(2_000, 100),
  }),
  output: correlation,
  hints: READS_LOCAL,
  deadlineMs: 120_000,
  async run({ pivotEvent, timeWindow, components, limit, ...which }, context) {
    const bundle = await openEvidence(which, context);
    return nodeCorrelation(bundle, {
      limit,
      now: context.now(),
      signal: context.signal,
      ...(pivotEvent === undefined ? {} : { pivot: pivotEvent }),
      ...(timeWindow === undefined ? {} : { windowSeconds: timeWindow }),
      ...(components === undefined ? {} : { components: typeof components === 'string' ? [components] : components }),
    });
  },
  text: ({ pivot, pivots, events, eventsTotal, clusters, chains, empty, gaps }) =>
    [
      empty ??
        `${eventsTotal} events${pivot === undefined ? '' : ` around ${pivots?.count ?? 0} lines with "${pivot}"`}, ${clusters.length} clusters`,
      ...chains.flatMap(({ title, certainty, links }) => [
        `${title} (${certainty})`,
        ...links.map(({ what, count, gap = '' }) => `  ${what}: ${count} lines ${gap}`.trimEnd()),
      ]),
      ...events.map(
        ({ at, component, what, path, line, text }) => `${at} ${component} ${what} ${path}:${line}: ${text}`,
      ),
      ...gaps.map(({ what, why }) => `not known: ${what}: ${why}`),
    ].join('\n'),
});
