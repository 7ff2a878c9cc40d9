import type { Gap, GapReason } from '../../core/fact.ts';
import { sh } from '../../core/shell.ts';
import { ExchangeError, type Step } from './exchange.ts';
import { type Kind, resourceOf } from './resources.ts';

export type ProblemKind =
  | 'forbidden'
  | 'not-found'
  | 'gone'
  | 'unauthorized'
  | 'refused'
  | 'throttled'
  | 'server'
  | 'timeout'
  | 'unreachable'
  | 'broken'
  | 'unreadable'
  | 'too-large';

/** Why a request gave nothing. */
export interface Problem {
  readonly kind: ProblemKind;
  /** One line, as the server or the network said it. */
  readonly message: string;
  readonly step?: Step;
}

/** What was asked for, as it is named to people and to RBAC. */
export interface Wanted {
  readonly verb: 'get' | 'list' | 'watch';
  readonly kind: Kind;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string;
}

/** A status that is no success; the body is the server's own `Status` if it is Kubernetes that answers. */
export function problemOfStatus(status: number, body: string): Problem {
  return { kind: kindOfStatus(status), message: messageOf(status, body) };
}

function kindOfStatus(status: number): ProblemKind {
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'not-found';
    case 410:
      return 'gone';
    case 429:
      return 'throttled';
    default:
      return status >= 500 ? 'server' : 'refused';
  }
}

const MAX_MESSAGE = 300;

function messageOf(status: number, body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    if (typeof message === 'string' && message !== '') return message.slice(0, MAX_MESSAGE);
  } catch {
    // Not the API server's words: a gateway's page says nothing that helps.
  }
  return `HTTP status ${status}`;
}

/** An exchange that failed on its way; undefined for what is no network trouble. */
export function problemOfError(error: unknown): Problem | undefined {
  if (!(error instanceof ExchangeError)) return undefined;
  return { kind: error.reason, message: error.message, step: error.step };
}

const GAP_REASON: Readonly<Record<ProblemKind, GapReason>> = {
  forbidden: 'forbidden',
  'not-found': 'not-collected',
  gone: 'expired',
  unauthorized: 'refused',
  refused: 'refused',
  throttled: 'refused',
  server: 'refused',
  timeout: 'timeout',
  unreachable: 'unreachable',
  broken: 'unreachable',
  unreadable: 'unreadable',
  'too-large': 'truncated',
};

/** What could not be seen and why; a refusal says which right is missing and how little would do. */
export function gapOf(wanted: Wanted, problem: Problem): Gap {
  const what = titleOf(wanted);
  if (problem.kind === 'forbidden')
    return { wanted: what, why: 'forbidden', how: `${canI(wanted)} ${ruleFor(wanted)}` };
  return { wanted: what, why: GAP_REASON[problem.kind], how: `the API server: ${problem.message}; try again` };
}

/** `Secret shop/regcred`, `Events of namespace shop`, `Pods of all namespaces`. */
export function titleOf({ kind, namespace, name, subresource }: Wanted): string {
  const { namespaced } = resourceOf(kind);
  const what = subresource === undefined ? kind : `${subresource} of ${kind}`;
  if (name !== undefined) return `${what} ${namespaced ? `${namespace ?? ''}/` : ''}${name}`;
  const plural = kind === 'NetworkPolicy' ? 'NetworkPolicies' : `${kind}s`;
  if (!namespaced) return `${plural} of the cluster`;
  return namespace === undefined ? `${plural} of all namespaces` : `${plural} of namespace ${namespace}`;
}

/** The question that kubectl answers with yes or no. */
function canI({ verb, kind, namespace, name, subresource }: Wanted): string {
  const { group, plural, namespaced } = resourceOf(kind);
  const resource = `${plural}${group === '' ? '' : `.${group}`}${name === undefined ? '' : `/${name}`}`;
  const sub = subresource === undefined ? '' : ` --subresource=${subresource}`;
  const where = !namespaced ? '' : namespace === undefined ? ' -A' : sh` -n ${namespace}`;
  return `${sh`kubectl auth can-i ${verb} ${resource}`}${sub}${where}`;
}

/** The smallest rule that would allow it. */
function ruleFor({ verb, kind, namespace, name, subresource }: Wanted): string {
  const { group, plural, namespaced } = resourceOf(kind);
  const names = name === undefined ? '' : `, resourceNames: [${name}]`;
  const role = namespaced && namespace !== undefined ? 'Role' : 'ClusterRole';
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  return `(${role} rule: apiGroups: ["${group}"], resources: [${resource}]${names}, verbs: [${verb}]; pullwhy rbac prints the whole)`;
}
