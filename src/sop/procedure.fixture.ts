import type { Procedure } from '../core/sop/procedure.ts';
import { parseProcedure } from './parse-procedure.ts';

/** For tests: the head of a small procedure. */
export const HEAD = `format: pullwhy-sop/v1
id: TEST-1
title: A procedure for tests
summary: It looks, and then it says so.
severity: low
owner: testers
inputs:
  - { name: pod, about: the pod, required: true }
  - { name: node, about: the node, else: 'look.node' }
`;

/** For tests: the end of a small procedure. */
export const TAIL = `conclude: ['look.found']
output:
  format: text
  template: |
    cause \${cause.id}: \${cause.statement}
    evidence \${cause.evidence}
  none: nothing found for \${pod}
`;

/** For tests: a procedure with these steps, each given as YAML set in by six blanks. */
export function procedureOf(steps: string, more = ''): Procedure {
  const text = `${HEAD}phases:\n  - id: only\n    title: Only phase\n    steps:\n${steps}\n${more}${TAIL}`;
  const parsed = parseProcedure(text);
  if (!parsed.ok) throw new Error(`line ${parsed.line}: ${parsed.message}`);
  return parsed.procedure;
}

/** For tests: a step that looks. */
export const LOOK = `      - { id: look, title: Look, level: must, tool: look_around, with: { name: '\${pod}' }, cites: ['look.seen[*]'] }`;
