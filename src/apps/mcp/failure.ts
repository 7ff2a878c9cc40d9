import { z } from 'zod';
import { ClusterError } from '../../core/cluster-error.ts';
import { excerpt } from '../../core/redact.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { ProblemKind, Wanted } from '../../sources/cluster/problem.ts';
import { nodeGapOf, WantedFailure } from '../../tasks/cluster/wanted-failure.ts';
import { smallestRole } from './smallest-role.ts';
import { FAILURE_CODES, type FailureCode, ToolFailure } from './tool-failure.ts';

/** The structured content of a call that failed. */
export const FAILURE = z.strictObject({
  error: z.strictObject({
    code: z.enum(FAILURE_CODES),
    message: z.string(),
    next: z.array(z.string()).readonly().describe('what to do now, most useful first'),
    role: z.string().exactOptional().describe('the smallest Role that would allow it, as YAML'),
    near: z.array(z.string()).readonly().exactOptional().describe('names that exist and look alike'),
    retryable: z.boolean().describe('the same call may succeed later'),
  }),
  untrusted: z.boolean(),
});

export type Failure = z.infer<typeof FAILURE>;

const RETRYABLE: ReadonlySet<FailureCode> = new Set(['unreachable', 'deadline', 'busy', 'not_ready', 'cancelled']);

/** The answer for an error of any kind; nothing of the inside is told but for the errors that are made for people. */
export function failureOf(error: unknown): Failure {
  const { code, message, details } = asFailure(error);
  const { next = [], role, near } = details;
  return {
    error: {
      code,
      message: excerpt(message, 1_000),
      next: next.map((step) => excerpt(step, 1_000)),
      ...(role === undefined ? {} : { role }),
      ...(near === undefined || near.length === 0 ? {} : { near: near.map((name) => excerpt(name, 300)) }),
      retryable: RETRYABLE.has(code),
    },
    untrusted: true,
  };
}

function asFailure(error: unknown): ToolFailure {
  if (error instanceof ToolFailure) return error;
  if (error instanceof WantedFailure) return ofWanted(error);
  if (error instanceof UsageError) return new ToolFailure('invalid_input', error.message, { next: [READ_SCHEMA] });
  if (error instanceof ClusterError) return ofCluster(error);
  const said = error instanceof Error ? error.message : String(error);
  return new ToolFailure('internal', `internal error: ${said}`, {
    next: ['this is a defect of pullwhy; another tool may still answer'],
  });
}

const READ_SCHEMA = 'correct the arguments and call again';

const CODE_OF: Readonly<Record<ProblemKind, FailureCode>> = {
  forbidden: 'forbidden',
  'not-found': 'not_found',
  gone: 'invalid_input',
  unauthorized: 'unauthorized',
  refused: 'invalid_input',
  throttled: 'busy',
  server: 'unreachable',
  timeout: 'deadline',
  unreachable: 'unreachable',
  broken: 'unreachable',
  unreadable: 'unreadable',
  'too-large': 'too_large',
};

function ofWanted({ wanted, problem }: WantedFailure): ToolFailure {
  const gap = nodeGapOf(wanted, problem);
  const code = CODE_OF[problem.kind];
  return new ToolFailure(code, `${gap.what}: ${problem.message}`, {
    next: gap.how === undefined ? [] : [gap.how],
    ...(code === 'forbidden' ? { role: smallestRole([wanted]) } : {}),
  });
}

/** Its messages say what the API server, or the way to it, lacks. */
function ofCluster({ message }: ClusterError): ToolFailure {
  if (/401|cannot log in/.test(message)) return new ToolFailure('unauthorized', message, { next: [LOGIN] });
  if (/may not (?:list|get)/.test(message)) return forbidden(message, [{ verb: 'list', kind: 'Pod' }]);
  return new ToolFailure('unreachable', message, { next: ['try again; if it stays so, tell the user the message'] });
}

const LOGIN = 'tell the user: the login of the server that runs pullwhy is not accepted by the cluster';

/** A refusal of RBAC with the Role that would lift it. */
export function forbidden(message: string, wanted: readonly Wanted[]): ToolFailure {
  return new ToolFailure('forbidden', message, {
    next: ['do not read it as missing; ask the user to grant the role, or go on with what can be read'],
    role: smallestRole(wanted),
  });
}
