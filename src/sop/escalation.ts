import type { EscalationRule } from '../core/sop/procedure.ts';
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
  const withCauses = new Map([...scope, ['causes', { known: true, value: rootCauses, whole: true } as const]]);
  return rules.map(({ when, to, collect, if: condition }) => ({
    when,
    to,
    collect,
    state: condition === undefined ? 'judge' : stateOf(condition, withCauses),
  }));
}

function stateOf(condition: string, scope: Scope): EscalationState['state'] {
  const { is } = evaluate(parseExpression(condition), scope);
  if (is === 'unknown') return 'unknown';
  return is ? 'met' : 'not-met';
}
