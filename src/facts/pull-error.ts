import type { EvidenceId } from '../core/evidence.ts';
import { absent, type Fact, present, unknown } from '../core/fact.ts';
import type { PullError } from '../core/pull-error.ts';
import type { CaseContext } from './case-context.ts';
import { waitingId } from './evidence-ids.ts';
import { sameImage } from './image-name.ts';
import type { LogRecord } from './log-record.ts';
import { volumeOf } from './pod-pulls.ts';
import { runtimeDownOn } from './runtime-down.ts';
import { isAfter, latest, millis } from './time.ts';

/** A decoded message and where it stood. */
export interface Witness {
  readonly evidence: EvidenceId;
  readonly error: PullError;
  readonly at?: string;
  readonly from: 'waiting' | 'event' | 'log' | 'text';
}

export interface PullErrors {
  /** The most telling error of the latest attempts: what causes judge. */
  readonly decisive: Witness;
  /** All distinct ones, newest and most telling first, `decisive` included. */
  readonly all: readonly Witness[];
  /** True when only back-off texts are left and the reason is gone (events live 1 h; <=1.31 waiting has no reason). */
  readonly reasonLost: boolean;
}

/** Distinct messages that are kept; a pod that failed for days has seen many. */
const MAX_WITNESSES = 30;
const MAX_LOG_TEXTS = 40;

/** What was said about this pull. Absent when it was seen and nothing says that it failed. */
export function pullErrorOf(context: CaseContext): Fact<PullErrors> {
  const witnesses = distinct([
    ...fromStatus(context),
    ...fromEvents(context),
    ...fromTexts(context),
    ...fromLogs(context),
    ...fromNode(context),
  ]);
  const sayings = witnesses.filter((w) => w.error.leaf.kind !== 'progress' && w.error.leaf.kind !== 'not-pull');
  const telling = sayings.filter((w) => tellingness(w.error) > 0);
  const steps = new Set(context.logs.filter((r) => r.kind === 'host-failed').map(({ entry }) => entry.id));
  const decisive = mostTelling(telling, steps) ?? sayings[0] ?? notPullOf(context, witnesses);
  if (decisive === undefined) {
    const seen = context.events.map((event) => event.seen.id);
    return seen.length > 0 ? absent(seen) : unknown(`the error of ${nameOf(context)}`, 'not-collected');
  }
  const rest = byTelling(sayings).filter((w) => w !== decisive);
  const all = [decisive, ...rest].slice(0, MAX_WITNESSES);
  return present({ decisive, all, reasonLost: telling.length === 0 }, [decisive.evidence]);
}

/** A text that is no pull failure is still what a text case is about. */
function notPullOf({ subject }: CaseContext, witnesses: readonly Witness[]): Witness | undefined {
  return subject.kind === 'text' ? witnesses[0] : undefined;
}

function nameOf({ subject }: CaseContext): string {
  return subject.image === undefined ? 'the pull' : `the pull of ${subject.image}`;
}

function fromStatus(context: CaseContext): readonly Witness[] {
  const { pod, subject } = context;
  if (pod === undefined) return [];
  return pod.object.status.containers.flatMap((status): Witness[] => {
    const { waiting } = status.state;
    if (waiting?.reason === undefined || !isOfSubject(context, status.name, waiting.message)) return [];
    if (waiting.reason === 'ContainerCreating' || waiting.reason === 'PodInitializing') return [];
    const text = waiting.message ?? waiting.reason;
    return [{ evidence: waitingId(pod.id, status.name), error: context.index.decoded(text), from: 'waiting' }];
  });

  function isOfSubject({ index }: CaseContext, name: string, message: string | undefined): boolean {
    // A table row has one container, without a name.
    if (subject.kind === 'container') return name === (subject.container ?? '');
    if (subject.kind !== 'image-volume' || message === undefined || pod === undefined) return false;
    const { image } = index.decoded(message);
    return image !== undefined && volumeOf(pod.object.spec.imageVolumes, image)?.volume === subject.volume;
  }
}

const SAYING_KINDS: ReadonlySet<string> = new Set(['failed', 'back-off', 'sandbox', 'other']);

function fromEvents({ index, events, subject }: CaseContext): readonly Witness[] {
  return events
    .filter((event) => SAYING_KINDS.has(event.kind) && (event.kind !== 'other' || event.seen.object.type === 'Warning'))
    .map((event) => ({
      evidence: event.seen.id,
      error: index.decoded(subject.kind === 'owner' ? event.seen.object.message : event.message),
      ...(event.at === undefined ? {} : { at: event.at }),
      from: 'event' as const,
    }));
}

/** Of a text with several pulls only what is about this image, or about none. */
function fromTexts({ index, subject, case: { seenIn } }: CaseContext): readonly Witness[] {
  return seenIn.flatMap((id): Witness[] => {
    const text = index.textsById.get(id);
    if (text === undefined) return [];
    const errors = index.decodedAll(text.raw);
    const about = errors.filter(
      (e) => e.image === undefined || subject.image === undefined || sameImage(e.image, subject.image),
    );
    return about.map((error) => ({ evidence: id, error, from: 'text' as const }));
  });
}

const LOG_KINDS: ReadonlySet<LogRecord['kind']> = new Set([
  'pull-failed',
  'sync-failed',
  'sandbox-failed',
  'host-failed',
]);

function fromLogs({ index, logs }: CaseContext): readonly Witness[] {
  const texts = new Map<string, LogRecord>();
  for (const record of logs) if (LOG_KINDS.has(record.kind)) texts.set(record.text, record);
  return [...texts.values()].slice(-MAX_LOG_TEXTS).map((record) => {
    const error = index.decoded(record.text);
    const withHost = error.host === undefined && record.host !== undefined ? { ...error, host: record.host } : error;
    const { at } = record.entry;
    return { evidence: record.entry.id, error: withHost, ...(at === undefined ? {} : { at }), from: 'log' as const };
  });
}

/** A node without a runtime tells nothing of the pod; what was said of the node is what stops it. */
function fromNode({ index, subject, case: { seenIn } }: CaseContext): readonly Witness[] {
  if (subject.kind !== 'sandbox') return [];
  const down = runtimeDownOn(index, subject.node, subject.podCreatedAt);
  if (down === undefined || !seenIn.includes(down.evidence)) return [];
  const { evidence, text, at, from, error = index.decoded(text) } = down;
  return [{ evidence, error, ...(at === undefined ? {} : { at }), from }];
}

/** One witness per meaning and place; the newest. */
function distinct(witnesses: readonly Witness[]): readonly Witness[] {
  const byMeaning = new Map<string, Witness>();
  for (const witness of witnesses) {
    const key = `${witness.from}\n${witness.error.text}`;
    const known = byMeaning.get(key);
    if (known === undefined || isAfter(witness.at, known.at)) byMeaning.set(key, witness);
  }
  return [...byMeaning.values()];
}

/** How much an error says: nothing, some words, a family. */
function tellingness({ leaf }: PullError): number {
  if (leaf.kind === 'absent' || leaf.kind === 'progress' || leaf.kind === 'not-pull') return 0;
  return leaf.kind === 'unrecognized' ? 1 : 2;
}

/** What Kubernetes and pasted texts say comes before logs; the waiting message is the newest of all. */
const PLACE: Record<Witness['from'], number> = { waiting: 0, text: 1, event: 2, log: 3 };

function byTelling(witnesses: readonly Witness[]): Witness[] {
  return [...witnesses].sort(
    (a, b) =>
      tellingness(b.error) - tellingness(a.error) ||
      PLACE[a.from] - PLACE[b.from] ||
      (millis(b.at) ?? 0) - (millis(a.at) ?? 0),
  );
}

/** An attempt is over within this time, dial and header timeouts included. */
const ATTEMPT_MS = 45_000;
/** Events of one attempt carry the same second, or the next. */
const SAME_ATTEMPT_MS = 2_000;

/**
 * The most telling message of the latest attempt. A log line takes the place of what Kubernetes shows
 * only when that says nothing, or when it says the same with more names (host, request).
 * Where logs are all there is, the outcome of the pull stands for what Kubernetes shows: a step
 * (`fetch failed` at one host) names no image and may belong to another pull.
 */
function mostTelling(telling: readonly Witness[], steps: ReadonlySet<EvidenceId>): Witness | undefined {
  const byKubernetes = telling.filter((w) => w.from !== 'log');
  const outcomes = telling.filter((w) => w.from === 'log' && !steps.has(w.evidence));
  const shown = byKubernetes.length > 0 ? byKubernetes : outcomes;
  const logged = telling.filter((w) => w.from === 'log' && !shown.includes(w));
  const base = latestOf(shown);
  if (base === undefined) return latestOf(logged);
  const recent = logged.filter((w) => isRecent(w, base, shown));
  if (tellingness(base.error) < 2) return byTelling(recent).find((w) => tellingness(w.error) === 2) ?? base;
  return recent.find((w) => saysTheSame(w.error, base.error) && isRicher(w.error, base.error)) ?? base;
}

function latestOf(witnesses: readonly Witness[]): Witness | undefined {
  const last = millis(latest(witnesses.map((w) => w.at)));
  const recent = witnesses.filter(
    (w) => w.from === 'waiting' || last === undefined || (millis(w.at) ?? last) >= last - SAME_ATTEMPT_MS,
  );
  return byTelling(recent)[0];
}

function isRecent(log: Witness, base: Witness, shown: readonly Witness[]): boolean {
  const at = millis(log.at);
  const last = millis(base.at ?? latest(shown.map((w) => w.at)));
  return at === undefined || last === undefined || at >= last - ATTEMPT_MS;
}

function saysTheSame(a: PullError, b: PullError): boolean {
  const problem = ({ leaf }: PullError) => ('problem' in leaf ? leaf.problem : 'what' in leaf ? leaf.what : undefined);
  return a.leaf.kind === b.leaf.kind && problem(a) === problem(b);
}

function isRicher(a: PullError, b: PullError): boolean {
  const names = ({ host, request, stage }: PullError) =>
    Number(host !== undefined) + Number(request !== undefined) + Number(stage !== 'pull' && stage !== 'none');
  return names(a) > names(b);
}

/** The evidence that a fact of the decisive error stands on. */
export function decisiveEvidence(fact: Fact<PullErrors>): readonly EvidenceId[] {
  return fact.state === 'present' ? [fact.value.decisive.evidence] : [];
}
