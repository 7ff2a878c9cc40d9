import { printable } from '../core/printable.ts';
import { LEVELS, type Level, type Procedure, type Step } from '../core/sop/procedure.ts';
import type { RunEnd, SopRun, StepResult } from '../core/sop/run.ts';
import { UsageError } from '../core/usage-error.ts';
import type { CallTool } from './call.ts';
import { confidenceOf } from './confidence.ts';
import { escalationOf, issuesOf } from './escalation.ts';
import { Ledger } from './ledger.ts';
import { reportOf } from './report.ts';
import { concludedCauses, type FoundCause, stopCauses } from './root-causes.ts';
import { runStep, type StepTools, skipped } from './run-step.ts';

export interface RunOptions {
  readonly inputs: { readonly [name: string]: string };
  /** Steps below it are left out; `should` when not given. */
  readonly level?: Level;
  readonly callTool: CallTool;
  /** RFC 3339. */
  readonly now: () => string;
  readonly signal?: AbortSignal;
  /** The whole run; 5 minutes when not given. */
  readonly deadlineMs?: number;
  readonly onStep?: (step: StepResult, done: number, all: number) => void;
  /** For tests of polling. */
  readonly wait?: StepTools['wait'];
}

const DEADLINE_MS = 5 * 60_000;

interface Stopped {
  readonly step: string;
  readonly condition: string;
  readonly causes: readonly FoundCause[];
}

/** Follows a procedure step by step; throws UsageError when a required input is missing. */
export async function runProcedure(procedure: Procedure, options: RunOptions): Promise<SopRun> {
  checkInputs(procedure, options.inputs);
  const startedAt = options.now();
  const deadline = AbortSignal.timeout(options.deadlineMs ?? DEADLINE_MS);
  const signal = options.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline]);
  const ledger = new Ledger(procedure.inputs, options.inputs);
  const stopped = await follow(procedure, ledger, options, signal);
  const causes = stopped?.causes ?? concludedCauses(procedure.conclude, ledger);
  const rootCauses = causes.map(({ root }) => root);
  const ended: RunEnd =
    stopped !== undefined
      ? 'stopped'
      : !signal.aborted
        ? 'finished'
        : options.signal?.aborted
          ? 'cancelled'
          : 'deadline';
  const found = {
    procedure: { id: procedure.id, title: procedure.title },
    inputs: ledger.inputs(),
    level: options.level ?? 'should',
    startedAt,
    endedAt: options.now(),
    ended,
    ...(stopped === undefined ? {} : { stoppedBy: { step: stopped.step, condition: stopped.condition } }),
    steps: ledger.results,
    rootCauses,
    ...confidenceOf(rootCauses, ledger.results, ended),
    evidence: ledger.evidence,
    issues: issuesOf(procedure.issues, rootCauses, ledger.scope()),
    escalation: escalationOf(procedure.escalation, rootCauses, ledger.scope()),
    gaps: ledger.gaps,
  };
  const clean = printable(found);
  const actions = printable(causes.map((cause) => cause.actions));
  const report = reportOf(procedure, clean, actions, ledger.scope());
  return { apiVersion: 'pullwhy/v1', kind: 'SopRun', ...clean, report };
}

async function follow(
  procedure: Procedure,
  ledger: Ledger,
  { level = 'should', callTool, onStep, wait = pause }: RunOptions,
  signal: AbortSignal,
): Promise<Stopped | undefined> {
  const tools: StepTools = { callTool, signal, wait, clock: () => performance.now() };
  const all = procedure.phases.flatMap((phase) => phase.steps.map((step) => ({ step, phase: phase.id })));
  let stopped: Stopped | undefined;
  for (const { step, phase } of all) {
    const why = whySkipped(step, level, stopped, signal);
    const result = why === undefined ? await runStep(step, phase, ledger, tools) : skipped(step, phase, why);
    if (why !== undefined) ledger.bind(step.id, { known: false, why: `${step.id}: ${why}` });
    ledger.results.push(result);
    onStep?.(result, ledger.results.length, all.length);
    stopped ??= stoppedBy(step, result, ledger);
  }
  return stopped;
}

function whySkipped(
  { level }: Step,
  wanted: Level,
  stopped: Stopped | undefined,
  signal: AbortSignal,
): string | undefined {
  if (stopped !== undefined) return `the root cause was found by ${stopped.step}`;
  if (signal.aborted) return 'the run ended before it';
  return LEVELS.indexOf(level) > LEVELS.indexOf(wanted) ? `it is a ${level} step (--level ${level})` : undefined;
}

function stoppedBy(step: Step, { outcome }: StepResult, ledger: Ledger): Stopped | undefined {
  if (outcome === 'skipped') return undefined;
  for (const rule of step.stop) {
    const causes = stopCauses(rule, ledger);
    if (causes.length > 0) return { step: step.id, condition: rule.condition, causes };
  }
  return undefined;
}

function checkInputs({ id, inputs }: Procedure, given: { readonly [name: string]: string }): void {
  const missing = inputs.filter(({ name, required }) => required && given[name] === undefined).map(({ name }) => name);
  if (missing.length > 0) throw new UsageError(`${id} needs ${missing.map((name) => `--${name}`).join(' and ')}`);
}

/** Ends at once when the signal is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(end, ms);
    function end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      done();
    }
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
