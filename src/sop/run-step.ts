import { excerpt } from '../core/redact.ts';
import type { Json, Poll, Step, Telling } from '../core/sop/procedure.ts';
import type { StepOutcome, StepResult } from '../core/sop/run.ts';
import { answerOf, type CallTool, failure, outcomeOf, type ToolAnswer } from './call.ts';
import { gapsOf, isWhole } from './cited.ts';
import { evaluate } from './expression/evaluate.ts';
import { parseExpression, parsePath, pathsOf } from './expression/parse.ts';
import { resolve, type Scope } from './expression/resolve.ts';
import { fillLine } from './fill-page.ts';
import type { Ledger } from './ledger.ts';
import { nothingRead } from './nothing-read.ts';
import { fillArguments } from './placeholders.ts';

/** Calls of one step with `each`; the rest is told as a gap. */
const MAX_CALLS = 20;

export interface StepTools {
  readonly callTool: CallTool;
  readonly signal: AbortSignal;
  /** Milliseconds, on any clock that only goes forward. */
  readonly clock: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How a step went, before its place in the run is added. */
type Went = Pick<StepResult, 'outcome'> &
  Partial<Pick<StepResult, 'why' | 'next' | 'holds' | 'arguments' | 'calls' | 'blockedBy'>>;

/** Runs one step and enters its answer, evidence and gaps into the ledger. */
export async function runStep(step: Step, phase: string, ledger: Ledger, tools: StepTools): Promise<StepResult> {
  const left = leftOut(step, ledger);
  const went = left ?? (step.check === undefined ? await call(step, ledger, tools) : check(step, step.check, ledger));
  if ((went.outcome === 'unknown' || went.outcome === 'failed') && went.blockedBy === undefined)
    noteGap(step, went, ledger);
  if (ledger.scope().get(step.id) === undefined) {
    ledger.bind(step.id, { known: false, why: `${step.id}: ${went.why ?? went.outcome}` });
  }
  const answered = ledger.scope().get(step.id)?.known === true;
  return {
    id: step.id,
    phase,
    level: step.level,
    title: step.title,
    ...(step.tool === undefined ? {} : { tool: step.tool }),
    ...went,
    tells: answered || step.check !== undefined ? toldBy(step.tells, ledger.scope()) : [],
    evidence: answered ? citedBy(step, ledger) : [],
  };
}

/** A step that is not run, and why. */
export function skipped(step: Step, phase: string, why: string): StepResult {
  return {
    id: step.id,
    phase,
    level: step.level,
    title: step.title,
    ...(step.tool === undefined ? {} : { tool: step.tool }),
    outcome: 'skipped',
    why,
    tells: [],
    evidence: [],
  };
}

/** Prerequisites first, then the step's own condition; one that is not known leaves nothing out. */
function leftOut(step: Step, ledger: Ledger): Went | undefined {
  if (step.safety !== 'green')
    return { outcome: 'skipped', why: `it changes something (${step.safety}): a person does it` };
  for (const id of step.needs) {
    const before = ledger.resultOf(id);
    if (before?.holds === false) return { outcome: 'skipped', why: `${id} does not hold` };
    if (before?.outcome === 'skipped') return { outcome: 'skipped', why: `it needs ${id}, which was left out` };
    if (before?.tool !== undefined && before.outcome !== 'done') {
      const blockedBy = before.blockedBy ?? id;
      return { outcome: 'unknown', why: `it needs ${blockedBy}`, blockedBy };
    }
  }
  if (step.when === undefined) return undefined;
  const when = evaluate(parseExpression(step.when), ledger.scope());
  return when.is === false ? { outcome: 'skipped', why: `its condition does not hold: ${step.when}` } : undefined;
}

function check(step: Step, expression: string, ledger: Ledger): Went {
  const parsed = parseExpression(expression);
  const truth = evaluate(parsed, ledger.scope());
  if (truth.is === 'unknown') {
    ledger.bind(step.id, { known: false, why: truth.why });
    return notKnown(
      truth.why,
      pathsOf(parsed).map(({ root }) => root),
      ledger,
    );
  }
  ledger.bind(step.id, { known: true, value: { holds: truth.is }, whole: true });
  return { outcome: 'done', holds: truth.is };
}

/** What cannot be known for want of another step's answer is told once, with that step. */
function notKnown(why: string, names: readonly string[], ledger: Ledger): Went {
  const blockedBy = ledger.blockerOf(names);
  return blockedBy === undefined
    ? { outcome: 'unknown', why }
    : { outcome: 'unknown', why: `it needs ${blockedBy}`, blockedBy };
}

async function call(step: Step, ledger: Ledger, tools: StepTools): Promise<Went> {
  if (step.each !== undefined) return callEach(step, step.each, ledger, tools);
  const filled = fillArguments(step.with, ledger.scope());
  if (!filled.ok) return notKnown(filled.why, [filled.missing], ledger);
  const { answer, calls, late } = await answered(step, filled.arguments, ledger, tools);
  const made = { arguments: filled.arguments, ...(calls > 1 ? { calls } : {}) };
  if (!answer.ok) return { ...brokeOff(answer), ...made };
  take(step, answer.structured, ledger);
  const why = nothingRead(answer.structured);
  if (why !== undefined) {
    ledger.bind(step.id, { known: false, why: `${step.id}: ${why}` });
    return { outcome: 'unknown', why, ...made };
  }
  if (late) return { outcome: 'unknown', why: 'it was not ready in time', ...made };
  return { outcome: 'done', ...made };
}

/** The first pause of a poll: what is ready at once, as on a small cluster, is not waited for. */
const FIRST_PAUSE_MS = 50;

/** Each pause is twice as long as the one before, up to what the step says. */
function pauseAfter(calls: number, { everySeconds }: Poll): number {
  return Math.min(everySeconds * 1_000, FIRST_PAUSE_MS * 2 ** (calls - 1));
}

/** Once, or until the answer is as wanted. */
async function answered(
  step: Step,
  input: { readonly [name: string]: Json },
  ledger: Ledger,
  { callTool, signal, clock, wait }: StepTools,
): Promise<{ readonly answer: ToolAnswer; readonly calls: number; readonly late: boolean }> {
  const began = clock();
  for (let calls = 1; ; calls += 1) {
    const answer = await answerOf(callTool, step.tool ?? '', input, signal);
    if (step.until === undefined || !answer.ok) return { answer, calls, late: false };
    const scope = new Map([
      ...ledger.scope(),
      [step.id, { known: true, value: answer.structured, whole: true } as const],
    ]);
    if (evaluate(parseExpression(step.until.holds), scope).is === true) return { answer, calls, late: false };
    if (clock() - began >= step.until.limitSeconds * 1_000) return { answer, calls, late: true };
    await wait(pauseAfter(calls, step.until), signal);
    if (signal.aborted)
      return { answer: failure('cancelled', 'the run ended before it was ready'), calls, late: false };
  }
}

/** The answers of all calls stand in one list. What could not be called is a gap, and the list is not whole then. */
async function callEach(step: Step, each: string, ledger: Ledger, { callTool, signal }: StepTools): Promise<Went> {
  const found = resolve(parsePath(each), ledger.scope());
  const items = [...new Set(found.values.flat())];
  if (items.length === 0 && found.unknown !== undefined) return notKnown(found.unknown, [parsePath(each).root], ledger);
  const answers: unknown[] = [];
  let broken: Went | undefined;
  for (const item of items.slice(0, MAX_CALLS)) {
    const scope = new Map([...ledger.scope(), ['item', { known: true, value: item, whole: true } as const]]);
    const filled = fillArguments(step.with, scope);
    if (!filled.ok) {
      broken ??= { outcome: 'unknown', why: filled.why };
      continue;
    }
    const answer = await answerOf(callTool, step.tool ?? '', filled.arguments, signal);
    const why = answer.ok ? nothingRead(answer.structured) : undefined;
    if (!answer.ok) broken ??= brokeOff(answer);
    else if (why !== undefined) broken ??= { outcome: 'unknown', why };
    else answers.push(answer.structured);
  }
  const calls = { calls: Math.min(items.length, MAX_CALLS) };
  const whole = broken === undefined && found.unknown === undefined && items.length <= MAX_CALLS;
  if (answers.length > 0 || whole) {
    ledger.bind(step.id, { known: true, value: answers, whole: whole && answers.every(isWhole) });
    for (const answer of answers) for (const gap of gapsOf(step.id, answer)) ledger.addGap(gap);
  }
  if (whole) return { outcome: 'done', ...calls };
  return {
    ...(broken ?? { outcome: 'unknown', why: found.unknown ?? `only ${MAX_CALLS} of ${items.length} were asked` }),
    ...calls,
  };
}

function brokeOff(answer: Extract<ToolAnswer, { ok: false }>): Went {
  const { code, message, next = [] } = answer.error;
  const outcome: StepOutcome = outcomeOf(answer.error);
  return {
    outcome,
    why: excerpt(message.startsWith(code) ? message : `${code}: ${message}`, 500),
    ...(next[0] === undefined ? {} : { next: excerpt(next[0], 1_000) }),
  };
}

function take(step: Step, structured: unknown, ledger: Ledger): void {
  ledger.bind(step.id, { known: true, value: structured, whole: isWhole(structured) });
  for (const gap of gapsOf(step.id, structured)) ledger.addGap(gap);
}

function toldBy(tells: readonly Telling[], scope: Scope): string[] {
  return tells
    .filter((telling) => evaluate(parseExpression(telling.if), scope).is === true)
    .map((telling) => fillLine(telling.say, scope));
}

/** Entries of one step that are kept as evidence. */
const MAX_CITED = 40;

function citedBy(step: Step, ledger: Ledger): string[] {
  const entries = step.cites.flatMap((path) => resolve(parsePath(path), ledger.scope()).values.flat());
  return [...new Set(entries.slice(0, MAX_CITED).flatMap((entry) => ledger.cite(step.id, entry) ?? []))];
}

function noteGap(step: Step, { outcome, why = outcome, next }: Went, ledger: Ledger): void {
  ledger.addGap({ step: step.id, what: step.title, why, ...(next === undefined ? {} : { how: next }) });
}
