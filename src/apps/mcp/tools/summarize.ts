import { z } from 'zod';
import { nodeSummary } from '../../../tasks/node/summarize.ts';
import { summary } from '../answers/summary.ts';
import { evidenceInput, openEvidence } from '../node-evidence.ts';
import { defineTool, READS_LOCAL } from '../tool.ts';

const ids = z.array(z.string().min(1).max(40)).max(100);
const BUDGET = { bytes: 4 * 1024 ** 3, milliseconds: 90_000 };

export const summarize = defineTool({
  name: 'summarize',
  title: 'What findings come to',
  description:
    'Root causes that explain findings of a collected node (F-001… of errors, S-001… of search), by the same engine as diagnose, with evidence, fixes and checks; without ids the unusual findings. Ids that name nothing come back as unresolvedFindingIds: do not cite those.',
  input: z.strictObject({
    ...evidenceInput,
    finding_ids: ids.optional().describe('F-001, S-001, …'),
    findingIds: ids.optional().describe('the same as finding_ids'),
  }),
  output: summary,
  hints: READS_LOCAL,
  deadlineMs: 120_000,
  async run({ finding_ids: given = [], findingIds = [], ...which }, context) {
    const bundle = await openEvidence(which, context);
    const findings = [...new Set([...given, ...findingIds])];
    return nodeSummary(bundle, {
      now: context.now(),
      signal: context.signal,
      budget: { ...BUDGET, signal: context.signal },
      ...(findings.length === 0 ? {} : { findingIds: findings }),
    });
  },
  text: ({ statement, rootCauses, checks, unresolvedFindingIds, gaps }) =>
    [
      statement,
      ...checks.map(({ check, answer, because }) => `${check}: ${answer}: ${because}`),
      ...rootCauses.flatMap(({ cause, verdict, findings, evidence, remedies, verify, toDecide }) => [
        `root cause ${cause.id} (${verdict}), explains ${findings.join(', ') || 'no finding'}`,
        ...evidence.map(({ id, locator, excerpt }) => `  [${id}] ${locator}: ${excerpt.slice(0, 400)}`),
        ...(toDecide === undefined ? [] : [`  to decide: ${toDecide}`]),
        ...remedies.map(
          ({ title, safety, owner, commands }) => `  fix (${owner}, ${safety}): ${title} ${commands.join(' ; ')}`,
        ),
        ...verify.map(({ command, expect }) => `  verify: ${command} → ${expect}`),
      ]),
      ...(unresolvedFindingIds.length === 0 ? [] : [`not in this collection: ${unresolvedFindingIds.join(', ')}`]),
      ...gaps.map(({ what, why }) => `not known: ${what}: ${why}`),
    ].join('\n'),
});
