import { neutralize, redact } from '../../core/redact.ts';
import type { Located } from '../../gitops/candidate.ts';
import type { Repository } from '../../gitops/repository.ts';
import type { Edit } from '../../gitops/slot.ts';
import { type Diff, unifiedDiff } from '../../gitops/unified-diff.ts';
import { safeLines } from '../../nodelogs/read/safe-lines.ts';
import { openedBy, type Span, spanHides } from '../../nodelogs/read/spans.ts';

/** Longest patch that is printed. */
const MAX_PATCH = 20_000;
/** Places to write by hand that are named. */
const MAX_BY_HAND = 3;

/** One patch for all pulls of an incident, or why there is none and what to write by hand. */
export type Patch = { readonly text: string } | { readonly why: string };

/** Undefined where nothing is to be written. Half a patch would mislead: one file without it is all without it. */
export function patchFor(repository: Repository, all: readonly Located[]): Patch | undefined {
  const edits = all.flatMap(({ candidates, decided }) => (decided ? (candidates[0]?.edits ?? []) : []));
  if (all[0]?.candidates[0]?.edits === undefined || edits.length === 0) return undefined;
  const distinct = [...new Map(edits.map((edit) => [JSON.stringify(edit), edit] as const)).values()];
  const paths = [...new Set(distinct.map(({ path }) => path))];
  const diffs = paths.map((path) => ({ path, diff: diffOf(repository, path, distinct) }));
  const failed = diffs.find(({ diff }) => 'why' in diff);
  if (failed !== undefined && 'why' in failed.diff) {
    return { why: `No patch: in ${neutralize(failed.path)} ${failed.diff.why}. ${byHand(repository, distinct)}` };
  }
  const text = `${diffs.flatMap(({ diff }) => ('text' in diff ? diff.text : [])).join('\n')}\n`;
  return text.length > MAX_PATCH
    ? { why: `No patch: it would have ${text.length} characters, more than the ${MAX_PATCH} that are printed` }
    : { text };
}

function diffOf(repository: Repository, path: string, edits: readonly Edit[]): Diff {
  const text = repository.text(path) ?? '';
  const closed = closedLines(text);
  const known = new Set(text.split(/\r?\n/));
  const isBeside = (line: string) => !closed.has(line) && isOpen(line);
  return unifiedDiff({
    path,
    text,
    edits: edits.filter((edit) => edit.path === path),
    // A line that is added and stood there before is a copy: it hides what it hid.
    mayShow: (line, as) =>
      mayPrint(line) && (as === 'removed' || (as === 'added' && !known.has(line)) || isBeside(line)),
  });
}

/** `Write registry.acme.example/shop/api:1.5.1 at api.yaml:11:18`; what may be a secret is left out. */
function byHand(repository: Repository, edits: readonly Edit[]): string {
  const told = edits.slice(0, MAX_BY_HAND).flatMap(({ path, start, text }) => {
    const value = text.trim();
    if (!mayPrint(value) || value.includes('\n')) return [];
    const before = (repository.text(path) ?? '').slice(0, start);
    const column = start - (before.lastIndexOf('\n') + 1) + 1;
    return [`${value} at ${neutralize(path)}:${before.split('\n').length}:${column}`];
  });
  const more = edits.length > told.length ? ` and ${edits.length - told.length} more` : '';
  return told.length === 0 ? 'Make the change by hand' : `Write ${told.join(', ')}${more}`;
}

/** A line that redaction or a terminal would change is neither shown nor changed. */
function mayPrint(line: string): boolean {
  const plain = line.replaceAll('\t', ' ');
  return redact(line) === line && neutralize(plain) === plain;
}

/** Keys whose values are no secrets, in documents that hold some. */
const OPEN_KEYS =
  /^[\s-]*(?:---|(?:apiVersion|kind|metadata|name|namespace|type|spec|template|containers|image|imagePullPolicy|imagePullSecrets):|(?:data|stringData):\s*$)/;

const DATA_KEY = /^([\s-]*)["']?data["']?\s*:\s*$/;

/** Lines that are safe alone but not where they stand: in a value of several lines, behind the flag of a password. */
function closedLines(text: string): ReadonlySet<string> {
  const lines = text.split(/\r?\n/);
  const holdsSecret = linesBesideSecrets(lines);
  const safe = safeLines(lines, '', Number.POSITIVE_INFINITY);
  const closed = new Set<string>();
  let span: Span | undefined;
  for (const [i, line] of lines.entries()) {
    const verdict = span === undefined ? undefined : spanHides(span, line);
    const isBeside = holdsSecret[i] === true;
    const isHidden = verdict === 'more' || verdict === 'last' || safe[i] !== neutralize(line);
    if (isHidden || (isBeside && line.trim() !== '' && !OPEN_KEYS.test(line))) closed.add(line);
    if (verdict === undefined) span = valueOpenedBy(line, isBeside);
    else if (verdict === 'last') span = undefined;
  }
  return closed;
}

/** The values of variables are nobody's business, whatever their names. */
function valueOpenedBy(line: string, holdsSecret: boolean): Span | undefined {
  const data = holdsSecret ? DATA_KEY.exec(line)?.[1] : undefined;
  return data === undefined ? openedBy(line, true) : { kind: 'block', depth: data.length, quote: '' };
}

/** Lines around a change: values of variables are nobody's business. */
function isOpen(line: string): boolean {
  return !/^\s*(?:- )?["']?value["']?\s*:/.test(line);
}

/** Of each line, whether its document of the stream holds a Secret: then only keys that are known are shown of it. */
function linesBesideSecrets(lines: readonly string[]): readonly boolean[] {
  let document = 0;
  const documents = lines.map((line) => (/^---(?:\s|$)/.test(line) ? ++document : document));
  const secret = new Set(documents.filter((_, i) => /\bkind["']?\s*:\s*["']?Secret\b/.test(lines[i] ?? '')));
  return documents.map((one) => secret.has(one));
}
