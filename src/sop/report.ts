import { stringify } from 'yaml';
import type { Json, Procedure } from '../core/sop/procedure.ts';
import type { RunEvidence, SopRun, StepResult } from '../core/sop/run.ts';
import { causeView } from './cause-view.ts';
import { parsePath } from './expression/parse.ts';
import type { Scope } from './expression/resolve.ts';
import { fillPage, fillStructure } from './fill-page.ts';
import type { Actions } from './root-causes.ts';

const NO_ACTIONS: Actions = { remedies: [], verify: [], prevention: [], escalate: [] };

/** A run without its last page. */
export type Found = Omit<SopRun, 'apiVersion' | 'kind' | 'report'>;

/** The last page of a procedure in its own format, once per root cause. */
export function reportOf(
  { output, prevention, conclude }: Procedure,
  found: Found,
  actions: readonly Actions[],
  answers: Scope,
): SopRun['report'] {
  const { format, template, none } = output;
  const base = new Map([...answers, ['run', known(runView(found, prevention, conclude))]]);
  const pages = found.rootCauses.map((root, i) => {
    const scope = new Map([
      ...base,
      ['cause', known(causeView(root, actions[i] ?? NO_ACTIONS, found.evidence, found.issues))],
    ]);
    return page(format, template, scope);
  });
  const text = pages.length === 0 ? page(format, none, base) : pages.join(format === 'yaml' ? '---\n' : '\n');
  return { format, text };
}

function known(value: Json): { readonly known: true; readonly value: Json; readonly whole: true } {
  return { known: true, value, whole: true };
}

function page(format: SopRun['report']['format'], template: Json, scope: Scope): string {
  if (format === 'yaml') return stringify(fillStructure(template, scope) ?? null, { lineWidth: 0 });
  return `${fillPage(typeof template === 'string' ? template : stringify(template), scope).trimEnd()}\n`;
}

/** What the last page may say of the run itself: `${run.gaps}`. */
function runView(found: Found, prevention: readonly string[], conclude: readonly string[]): Json {
  const evidence = withoutRepeats(found.evidence);
  return {
    confidence: found.confidence,
    confidenceNote: found.confidenceNote,
    ended: found.ended,
    noCause: noCauseWords(found, conclude),
    ...(found.stoppedBy === undefined ? {} : { stoppedBy: found.stoppedBy.step, condition: found.stoppedBy.condition }),
    steps: found.steps.map(stepWords),
    gaps: found.gaps.map(({ what, why, how }) => `${what}: ${why}${how === undefined ? '' : ` (${how})`}`),
    evidence: evidence.map(({ ref, content }) => `[${ref}] ${content}`),
    findings: evidence.map(({ ref, content }) => ({ type: 'finding', id: ref, content })),
    escalation: found.escalation.filter(({ state }) => state === 'met').map(escalationWords),
    escalationOpen: found.escalation.filter(({ state }) => state !== 'met' && state !== 'not-met').map(escalationWords),
    escalationStates: found.escalation.map((rule) => `${rule.state}: ${escalationWords(rule)}`),
    collect: [...new Set(found.escalation.filter(({ state }) => state === 'met').flatMap(({ collect }) => collect))],
    tells: found.steps.flatMap(({ id, tells }) => tells.map((said) => `${id}: ${said}`)),
    prevention: [...prevention],
  };
}

/** Times of day, and ids of containers and sandboxes; a digest of an image tells lines apart. */
const FLEETING = /\d\d:\d\d:\d\d(?:[.,]\d{1,9})?|(?<!sha256:)\b[0-9a-f]{64}\b/g;

/** Several searches find the same line, and a log repeats itself: what differs in time and ids alone stands there once. */
function withoutRepeats(evidence: readonly RunEvidence[]): RunEvidence[] {
  const alike = new Map<string, RunEvidence[]>();
  for (const each of evidence) {
    const key = each.content.replaceAll(FLEETING, '');
    alike.set(key, [...(alike.get(key) ?? []), each]);
  }
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const times = new Set([first, ...others].map(({ content }) => content)).size;
    return [times === 1 ? first : { ...first, content: `${first.content} (${times} such lines)` }];
  });
}

/** That nothing was found means something only when the step that would find it had an answer. */
function noCauseWords({ steps, inputs: { pod } }: Found, conclude: readonly string[]): string {
  const [main] = conclude.map((path) => parsePath(path).root);
  if (steps.some(({ id, outcome }) => id === main && outcome === 'done'))
    return `none — no image pull failure was found${pod === undefined ? '' : ` for pod ${pod}`}`;
  return `unknown — the step that would find it has no answer: ${main}`;
}

function stepWords({ level, title, outcome, holds, why }: StepResult): string {
  const answer = holds === undefined ? outcome : holds ? 'holds' : 'does not hold';
  return `${level.toUpperCase()} ${title}: ${answer}${why === undefined ? '' : ` (${why})`}`;
}

function escalationWords({ when, to }: SopRun['escalation'][number]): string {
  return `${when} → ${to}`;
}
