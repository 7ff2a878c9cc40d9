import { excerpt } from '../core/redact.ts';
import type { Incident } from '../core/report.ts';
import type { StopRule } from '../core/sop/procedure.ts';
import type { RootCause } from '../core/sop/run.ts';
import { isRecord, text } from './cited.ts';
import { evaluate, withEntry } from './expression/evaluate.ts';
import { parseExpression, parsePath } from './expression/parse.ts';
import { resolve, type Scope } from './expression/resolve.ts';
import type { Ledger } from './ledger.ts';

/** A root cause, and what the tool says to do about it. */
export interface FoundCause {
  readonly root: RootCause;
  readonly actions: Actions;
}

export type Actions = Pick<Incident, 'remedies' | 'verify' | 'prevention' | 'escalate'>;

const VERDICTS = ['confirmed', 'likely', 'possible'] as const;

/** The root causes that satisfy a stop rule, and with them whatever else the same answer holds. */
export function stopCauses(rule: StopRule, ledger: Ledger): FoundCause[] {
  const scope = ledger.scope();
  const where = parseExpression(rule.where);
  const entries = entriesAt(rule.cause, scope);
  const matching = entries.filter((entry) => evaluate(where, withEntry(scope, entry)).is === true);
  if (matching.length === 0) return [];
  const others = entries.filter((entry) => !matching.includes(entry));
  return [...matching, ...others].flatMap((entry) => rootCauseOf(parsePath(rule.cause).root, entry, ledger) ?? []);
}

/** The root causes of the first path that holds any. */
export function concludedCauses(paths: readonly string[], ledger: Ledger): FoundCause[] {
  for (const path of paths) {
    const step = parsePath(path).root;
    const causes = entriesAt(path, ledger.scope()).flatMap((entry) => rootCauseOf(step, entry, ledger) ?? []);
    if (causes.length > 0) return causes;
  }
  return [];
}

function entriesAt(path: string, scope: Scope): readonly unknown[] {
  return resolve(parsePath(path), scope).values.flat();
}

/**
 * What a tool found, in its own words: an incident of `diagnose`, or any finding with a statement, a verdict and the id
 * of its cause. Anything else is no root cause, for the runner makes up none.
 */
function rootCauseOf(step: string, entry: unknown, ledger: Ledger): FoundCause | undefined {
  if (!isRecord(entry)) return undefined;
  const cause = isRecord(entry.cause) ? entry.cause : { id: entry.causeId ?? entry.cause };
  const verdict = VERDICTS.find((each) => each === entry.verdict);
  const [statement, id] = [text(entry.statement), text(cause.id)];
  if (statement === undefined || id === undefined || verdict === undefined) return undefined;
  const severity = text(cause.severity) ?? text(entry.severity);
  const evidence = Array.isArray(entry.evidence) ? (entry.evidence as readonly unknown[]) : [];
  const root: RootCause = {
    step,
    statement: excerpt(statement),
    verdict,
    cause: { id, ...texts(cause, ['title', 'link', 'class']) },
    ...(severity === undefined ? {} : { severity }),
    evidence: evidence.flatMap((each) => ledger.cite(step, each) ?? []),
    ...(isIncident(entry) ? { incident: entry } : {}),
  };
  return { root, actions: actionsOf(entry) };
}

/** Answers of tools were checked against their schemas; what is no list of theirs counts as empty. */
function actionsOf(entry: Readonly<Record<string, unknown>>): Actions {
  const list = (name: keyof Actions) => (Array.isArray(entry[name]) ? entry[name] : []);
  return {
    remedies: list('remedies') as Actions['remedies'],
    verify: list('verify') as Actions['verify'],
    prevention: list('prevention') as Actions['prevention'],
    escalate: list('escalate') as Actions['escalate'],
  };
}

function texts<K extends string>(
  record: Readonly<Record<string, unknown>>,
  keys: readonly K[],
): { [key in K]?: string } {
  const found = keys.flatMap((key) => {
    const value = text(record[key]);
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(found) as { [key in K]?: string };
}

/** Reports come from our own tools with a checked shape; the fields that only they have tell them apart. */
function isIncident(entry: unknown): entry is Incident {
  return (
    isRecord(entry) &&
    isRecord(entry.scope) &&
    ['chain', 'remedies', 'verify', 'evidence'].every((key) => Array.isArray(entry[key]))
  );
}
