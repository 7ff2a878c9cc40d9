import type { EscalationRule, KnownIssue } from '../core/sop/procedure.ts';
import type { EscalationState, RootCause } from '../core/sop/run.ts';
import { evaluate } from './expression/evaluate.ts';
import { parseExpression } from './expression/parse.ts';
import type { Scope } from './expression/resolve.ts';

/** Every condition of the procedure, decided where evidence decides it. */
export function escalationOf(
  rules: readonly EscalationRule[],
  rootCauses: readonly RootCause[],
  scope: Scope,
): EscalationState[] {
  const withCauses = withRootCauses(rootCauses, scope);
  return rules.map(({ when, to, collect, if: condition }) => ({
    when,
    to,
    collect,
    state: condition === undefined ? 'judge' : stateOf(condition, withCauses),
  }));
}

/** The common findings of the procedure that are these root causes. */
export function issuesOf(issues: readonly KnownIssue[], rootCauses: readonly RootCause[], scope: Scope): KnownIssue[] {
  const withCauses = withRootCauses(rootCauses, scope);
  return issues
    .filter(({ causes }) => rootCauses.some(({ cause }) => causes.includes(cause.id)))
    .filter((issue) => issue.if === undefined || evaluate(parseExpression(issue.if), withCauses).is === true);
}

function withRootCauses(rootCauses: readonly RootCause[], scope: Scope): Scope {
  return new Map([...scope, ['causes', { known: true, value: rootCauses, whole: true } as const]]);
}

function stateOf(condition: string, scope: Scope): EscalationState['state'] {
  const { is } = evaluate(parseExpression(condition), scope);
  if (is === 'unknown') return 'unknown';
  return is ? 'met' : 'not-met';
}
