import { SEVERITIES, type Severity } from '../core/cause.ts';
import type { Procedure, ProcedureMatch } from '../core/sop/procedure.ts';
import type { LoadedProcedure } from './load.ts';

/** What was seen, in whatever words. Nothing: all procedures. */
export interface Wanted {
  /** What a person sees, or a message. */
  readonly symptom?: string;
  /** An alert, a metric or a metric with a label: `kube_pod_container_status_waiting_reason{reason="ErrImagePull"}`. */
  readonly signal?: string;
}

const MAX_TEXT = 20_000;

/** Procedures that fit, best first, each with the reasons. Retired ones are left out unless everything is listed. */
export function matchProcedures(procedures: readonly LoadedProcedure[], wanted: Wanted): ProcedureMatch[] {
  const all = wanted.symptom === undefined && wanted.signal === undefined;
  return procedures
    .filter(({ procedure }) => all || procedure.status !== 'retired')
    .map(({ procedure, origin }) => ({ ...headOf(procedure), origin, ...fitOf(procedure, wanted) }))
    .filter(({ score }) => all || score > 0)
    .sort((a, b) => b.score - a.score || severityIndex(a) - severityIndex(b) || (a.id < b.id ? -1 : 1));
}

function headOf({
  id,
  title,
  severity,
  status,
}: Procedure): Pick<ProcedureMatch, 'id' | 'title' | 'severity' | 'status'> {
  return { id, title, severity, status };
}

function severityIndex({ severity }: { readonly severity: Severity }): number {
  return SEVERITIES.indexOf(severity);
}

interface Fit {
  readonly score: number;
  readonly reasons: readonly string[];
}

/** A signal says it outright, a piece of a message nearly so, common words only hint. */
function fitOf(procedure: Procedure, { symptom, signal }: Wanted): Fit {
  const found = [
    ...(signal === undefined ? [] : bySignal(procedure, signal)),
    ...(symptom === undefined ? [] : byText(procedure, symptom.slice(0, MAX_TEXT))),
  ];
  return {
    score: Math.round(found.reduce((sum, { score }) => sum + score, 0) * 10) / 10,
    reasons: found.flatMap(({ reasons }) => reasons),
  };
}

function bySignal({ signals }: Procedure, signal: string): Fit[] {
  const asked = signalParts(signal.slice(0, MAX_TEXT));
  const named = signals.filter((each) => signalParts(each).name === asked.name);
  const labelled = named.find((each) => [...signalParts(each).values].some((value) => asked.values.has(value)));
  if (labelled !== undefined) return [{ score: 12, reasons: [`${labelled} is one of its signals`] }];
  // The same metric with another value is another matter; without any value it may be this one.
  if (named[0] === undefined || asked.values.size > 0) return [];
  return [{ score: 8, reasons: [`${named[0]} is one of its signals`] }];
}

/** `metric{reason="X"}`, `metric=X` and `alertname="X"` taken apart; names compare without regard to case. */
function signalParts(signal: string): { readonly name: string; readonly values: ReadonlySet<string> } {
  const words = signal.toLowerCase().match(/[\w:.-]+/g) ?? [];
  const [name = '', ...rest] = words[0] === 'alertname' ? words.slice(1) : words;
  // `reason` is a label's name, not its value.
  return { name, values: new Set(rest.filter((word) => !LABELS.has(word))) };
}

const LABELS: ReadonlySet<string> = new Set(['reason', 'alertname', 'operation_type']);

function byText(procedure: Procedure, text: string): Fit[] {
  const lower = text.toLowerCase();
  const triggers = procedure.triggers.filter((trigger) => lower.includes(trigger.toLowerCase()));
  const begun = triggers.length > 0 ? undefined : procedure.triggers.find((trigger) => isPartOf(lower, trigger));
  const names = [procedure.id, ...procedure.aliases, ...procedure.signals].filter((name) =>
    lower.includes(name.toLowerCase()),
  );
  return [
    ...names.slice(0, 1).map((name) => ({ score: 10, reasons: [`the text names ${name}`] })),
    ...triggers.slice(0, 3).map((trigger, i) => ({ score: i === 0 ? 6 : 1, reasons: [`the text holds "${trigger}"`] })),
    ...(begun === undefined ? [] : [{ score: 4, reasons: [`the text is part of "${begun}"`] }]),
    ...bySymptom(procedure, lower),
  ];
}

/** Shorter words are part of too much. */
const SHORTEST_PART = 8;

/** People type less of a message than was printed: `no space left`. */
function isPartOf(lower: string, trigger: string): boolean {
  const asked = lower.trim();
  return asked.length >= SHORTEST_PART && trigger.toLowerCase().includes(asked);
}

/** The symptom that shares most of its words with the text. */
function bySymptom({ symptoms, title }: Procedure, lower: string): Fit[] {
  const asked = wordsOf(lower);
  const scored = [...symptoms, title].map((each) => ({
    each,
    share: shareOf(wordsOf(each.toLowerCase()), asked),
  }));
  const best = scored.reduce((a, b) => (b.share > a.share ? b : a));
  return best.share < 0.4 ? [] : [{ score: 4 * best.share, reasons: [`the text is like "${best.each}"`] }];
}

function shareOf(words: ReadonlySet<string>, asked: ReadonlySet<string>): number {
  const common = [...asked].filter((word) => words.has(word)).length;
  return asked.size === 0 ? 0 : common / Math.min(asked.size, words.size || 1);
}

const COMMON: ReadonlySet<string> = new Set(
  'a an and are as at be by for from has in is it its no not of on or stays the to with'.split(' '),
);

function wordsOf(text: string): ReadonlySet<string> {
  return new Set((text.match(/[a-z0-9]+/g) ?? []).filter((word) => !COMMON.has(word)));
}
