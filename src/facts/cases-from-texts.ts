import type { PullError } from '../core/pull-error.ts';
import type { LooseText } from '../core/snapshot.ts';
import type { Case, Findings, NotImagePullCandidate } from './case.ts';
import { vanishedPods } from './cases-from-events.ts';
import { canonicalImage } from './image-name.ts';
import type { LogRecord } from './log-record.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

/** Loose texts: each distinct error is a case, unless a case with more evidence is about the same image. */
export function textCases(index: SnapshotIndex, known: readonly Case[]): Findings {
  const explained = new Set(
    known.flatMap(({ subject }) => (subject.image === undefined ? [] : [canonicalImage(subject.image)])),
  );
  const cases = new Map<string, Case>();
  const notImagePull = new Map<string, NotImagePullCandidate>();
  for (const text of textsToJudge(index, known)) {
    const decisive = index.decoded(text.raw);
    if (decisive.leaf.kind === 'not-pull' && decisive.leaf.what !== 'runtime-log' && decisive.leaf.what !== 'other') {
      notImagePull.set(decisive.text, notPull(text, decisive));
    }
    for (const error of pullErrorsIn(index.decodedAll(text.raw))) {
      if (error.image !== undefined && explained.has(canonicalImage(error.image))) continue;
      const key = `text ${fingerprint(error)}`;
      const same = cases.get(key);
      cases.set(key, same === undefined ? textCase(key, text, error) : { ...same, seenIn: [...same.seenIn, text.id] });
    }
  }
  return { cases: [...cases.values()], notImagePull: [...notImagePull.values()] };
}

/** A whole log is judged as a text only where its entries, read one by one, tell nothing of any pull. */
function textsToJudge(index: SnapshotIndex, known: readonly Case[]): readonly LooseText[] {
  const { texts } = index.snapshot;
  if (!texts.some(({ wholeLog }) => wholeLog)) return texts;
  const told =
    known.length > 0 ||
    index.pods.length > 0 ||
    vanishedPods(index).length > 0 ||
    index.logs.records.some(({ kind }) => ABOUT_PULLS.has(kind));
  return told ? texts.filter(({ wholeLog }) => wholeLog !== true) : texts;
}

const ABOUT_PULLS: ReadonlySet<LogRecord['kind']> = new Set([
  'pull-started',
  'pull-failed',
  'pull-done',
  'pull-stopped',
  'no-progress',
  'sync-failed',
  'sandbox-failed',
  'sandbox-made',
  'pod-started',
  'container-started',
]);

/** One text may show several pulls (a journal, an event table): one error per image, the decisive one; nameless ones only alone. */
function pullErrorsIn(errors: readonly PullError[]): readonly PullError[] {
  const [decisive] = errors;
  if (decisive === undefined || !isPullFailure(decisive)) return [];
  const byImage = new Map<string, PullError>();
  for (const error of errors) {
    if (error.image === undefined || !isPullFailure(error)) continue;
    const image = canonicalImage(error.image);
    if (!byImage.has(image)) byImage.set(image, error);
  }
  if (decisive.image === undefined) return [decisive];
  const told = [...byImage.values()];
  return told.filter((error) => !told.some((other) => isFuller(other, error)));
}

/** The daemon names the repository alone, the one that called it the tag as well. */
function isFuller({ image = '', leaf }: PullError, { image: bare = '', leaf: same }: PullError): boolean {
  return leaf.kind === same.kind && (image.startsWith(`${bare}:`) || image.startsWith(`${bare}@`));
}

function isPullFailure({ leaf, stage }: PullError): boolean {
  return leaf.kind !== 'not-pull' && leaf.kind !== 'progress' && stage !== 'none';
}

function textCase(key: string, { id }: LooseText, { image, sandbox }: PullError): Case {
  return {
    key,
    subject: { kind: sandbox === true ? 'sandbox' : 'text', ...(image === undefined ? {} : { image }), owners: [] },
    seenIn: [id],
  };
}

function notPull({ locator }: LooseText, error: PullError): NotImagePullCandidate {
  const what = error.leaf.kind === 'not-pull' ? error.leaf.what : 'other';
  return {
    pod: { namespace: '', name: '' },
    reason: error.reason ?? what,
    because: `${locator}: ${error.text.slice(0, 200)}`,
  };
}

/** Two texts are one error when image, stage and innermost error agree; addresses and times may differ. */
function fingerprint({ image, stage, leaf, host, request }: PullError): string {
  const problem = 'problem' in leaf ? leaf.problem : 'what' in leaf ? leaf.what : '';
  const status = leaf.kind === 'http' ? leaf.status : (request?.status ?? '');
  return [image === undefined ? '' : canonicalImage(image), stage, leaf.kind, problem, status, host ?? ''].join('\n');
}
