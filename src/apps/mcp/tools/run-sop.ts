import { z } from 'zod';
import { LEVELS } from '../../../core/sop/procedure.ts';
import type { SopRun } from '../../../core/sop/run.ts';
import { runProcedure } from '../../../sop/run.ts';
import { coverage, gap, strings, text } from '../parts.ts';
import { procedureNamed } from '../procedures.ts';
import { defineTool, READS_CLUSTER } from '../tool.ts';

const DEADLINE_MS = 10 * 60_000;
/** The run ends by itself before its caller is told that it took too long. */
const SPARE_MS = 5_000;

const step = z.strictObject({
  id: z.string(),
  phase: z.string(),
  level: z.enum(LEVELS),
  title: z.string(),
  tool: text,
  arguments: z.record(z.string(), z.unknown()).readonly().exactOptional(),
  calls: z.number().exactOptional(),
  outcome: z.enum(['done', 'skipped', 'failed', 'unknown']),
  why: text,
  next: text,
  blockedBy: text,
  holds: z.boolean().exactOptional().describe('of a check that is decided'),
  tells: strings,
  evidence: strings.describe('ids of the evidence below'),
});

export const runSop = defineTool({
  name: 'run_sop',
  title: 'Follow an operating procedure',
  description:
    'Runs the steps of a procedure by calling the tools that they name, honours prerequisites and MUST/SHOULD/MAY, stops at the stop condition, and ends with root causes, confidence, evidence, escalation and the report in the format of the procedure. Steps whose answer cannot be known are told as unknown, never as no. A procedure that collects node evidence takes some minutes.',
  input: z.strictObject({
    id: z.string().min(1).max(200).describe('from list_sops'),
    inputs: z
      .record(z.string().max(100), z.string().max(1_000))
      .default({})
      .describe('what the procedure asks for: pod, namespace, node, …; get_sop names them'),
    level: z.enum(LEVELS).default('should').describe('must: only those steps; may: all'),
  }),
  output: z.strictObject({
    procedure: z.strictObject({ id: z.string(), title: z.string() }),
    ended: z.enum(['finished', 'stopped', 'deadline', 'cancelled']),
    stoppedBy: z.strictObject({ step: z.string(), condition: z.string() }).exactOptional(),
    steps: z.array(step).readonly(),
    rootCauses: z
      .array(
        z.strictObject({
          step: z.string(),
          statement: z.string(),
          verdict: z.enum(['confirmed', 'likely', 'possible']),
          cause: z.strictObject({ id: z.string(), title: text, link: text, class: text }),
          severity: text,
          evidence: strings,
        }),
      )
      .readonly(),
    confidence: z.enum(['high', 'medium', 'low', 'none']),
    confidenceNote: z.string(),
    evidence: z
      .array(z.strictObject({ ref: z.string(), step: z.string(), id: z.string(), content: z.string(), at: text }))
      .readonly(),
    escalation: z
      .array(
        z.strictObject({
          when: z.string(),
          state: z.enum(['met', 'not-met', 'unknown', 'judge']),
          to: z.string(),
          collect: strings,
        }),
      )
      .readonly(),
    report: z.strictObject({ format: z.enum(['yaml', 'markdown', 'text']), text: z.string() }),
    coverage,
    gaps: z
      .array(gap.extend({ why: z.string().describe('as the tool of the step said it') }))
      .readonly()
      .describe('what was wanted and could not be seen'),
  }),
  hints: READS_CLUSTER,
  deadlineMs: DEADLINE_MS,
  async run({ id, inputs, level }, context) {
    const { procedure } = await procedureNamed(id, context.settings);
    const run = await runProcedure(procedure, {
      inputs,
      level,
      callTool: context.callTool,
      now: context.now,
      signal: context.signal,
      deadlineMs: DEADLINE_MS - SPARE_MS,
      onStep: ({ title, outcome }, done, all) => context.progress(`${title}: ${outcome}`, done, all),
    });
    return toldOf(run);
  },
  text: ({ steps, rootCauses, confidence, confidenceNote, report }) =>
    [
      ...steps.map(
        ({ level, title, outcome, holds, why }) =>
          `${level.toUpperCase()} ${title}: ${holds === undefined ? outcome : holds ? 'holds' : 'does not hold'}${why === undefined ? '' : ` (${why})`}`,
      ),
      '',
      ...rootCauses.map(({ cause, verdict, statement }) => `root cause ${cause.id} (${verdict}): ${statement}`),
      `confidence ${confidence}: ${confidenceNote}`,
      '',
      report.text,
    ].join('\n'),
});

/** Without the incidents themselves: the report that diagnose made has them. */
function toldOf(run: SopRun) {
  const { procedure, ended, stoppedBy, steps, confidence, confidenceNote, evidence, escalation, report } = run;
  const left = steps.filter(({ outcome }) => outcome === 'skipped' || outcome === 'unknown');
  return {
    procedure,
    ended,
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
    steps,
    confidence,
    confidenceNote,
    evidence,
    escalation,
    report,
    rootCauses: run.rootCauses.map(({ incident: _incident, ...cause }) => cause),
    coverage: {
      read: steps.flatMap(({ outcome, title }) => (outcome === 'done' ? [title] : [])),
      skipped: left.map(({ title, outcome, why = '' }) => `${title}: ${outcome}: ${why}`),
    },
    gaps: run.gaps.map(({ what, why, how }) => ({ what, why, ...(how === undefined ? {} : { how }) })),
  };
}
