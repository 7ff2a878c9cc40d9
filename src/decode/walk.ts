import type { Leaf } from '../core/pull-error.ts';
import { GRAMMAR, PROSE } from './grammar.ts';
import { CODE_LEAF } from './leaves/registry.ts';
import { MAX_STEPS } from './limits.ts';
import { isNodeFault } from './node-fault.ts';
import { type ErrorBody, pageLeaf, readErrorBody } from './registry-body.ts';
import type { Reading, Rule } from './rule.ts';
import { apply, type Gives, type Seen } from './seen.ts';
import { readStatusLine, statusGives } from './status.ts';
import type { Match } from './template.ts';

/** What a walk from the outermost layer to the innermost words found. */
export interface Walked {
  readonly seen: Seen;
  /** Absent when the words ran out before a leaf. */
  readonly leaf?: Leaf;
  /** The last words that no rule knew, after the last layer of a pull. */
  readonly unknown: string;
  /** Where a `[e1, e2]` list of attempts begins. */
  readonly attempts?: number;
}

/** Where a segment ends and the next layer may begin. */
const BOUNDARY = /:(?=[\s"'([]|$)|; |=(?=")|[.\]] | \(|\s[-–|*>=]\s/g;

/** Punctuation before a layer. A bracket may open a list of attempts and is not skipped. */
const OPENING = /[\s:;,"'`(*>=|.\\–-]*/y;

/** Words that speak of an image pull or of a registry; a pull request or a chart is neither. */
const PULL_WORDS =
  /pull(?:ing|ed)?[\s_-]{0,3}(?:the |an? |of )?(?:container |docker |base )?image|image[\s_-]?pull|(?:docker|podman|crictl|nerdctl|images?) pull\b|(?:fail(?:ed|ure)?|unable|cannot|can't|could not|couldn't)(?: to)? pull(?:ing)?\b(?! (?:request|chart|helm))|(?<![\w./-])registr(?:y|ies)(?![\w/@-]|[.:]\S)/i;

/** How a program ended, printed after what it said. */
const EXIT_STATUS = /^exit status \d+\W*$/i;

/** Peels layer by layer, telling `seen`. Words that no rule knows are skipped up to the next boundary. */
export function walk(text: string, lower: string, seen: Seen): Walked {
  const place: Place = { text, lower, at: 0, before: '', first: true, seen };
  let unknown = '';
  let alone = true;
  let candidate: Leaf | undefined;
  let weak: Leaf | undefined;
  for (let step = 0; step < MAX_STEPS; step++) {
    place.at = skipOpening(text, place.at);
    place.first = alone && (step === 0 || isCarrierOnly(seen));
    if (place.at >= text.length) break;
    const layer = readLayer(place);
    if (layer === undefined && text[place.at] === '[') {
      if (isAttemptList(place)) return { seen, unknown, attempts: place.at };
      place.at++;
      continue;
    }
    if (layer === undefined) {
      const skipped = skipSegment(place);
      if (!EXIT_STATUS.test(skipped)) unknown = skipped;
      alone = false;
      continue;
    }
    const known = seen.fallback;
    apply(seen, layer.gives, layer.read);
    const counts = !layer.generic || seen.pull === true || (place.first && seen.elsewhere === undefined);
    if (layer.leaf !== undefined && counts) return { seen, leaf: layer.leaf, unknown };
    if (!counts) {
      candidate ??= layer.leaf;
      weak ??= seen.fallback;
      seen.fallback = known;
    }
    place.at = layer.to;
    place.before = '';
    unknown = '';
  }
  if (candidate !== undefined && (seen.pull === true || isNodeFault(candidate, seen)))
    return { seen, leaf: candidate, unknown };
  if (seen.pull === true) seen.fallback ??= weak;
  return { seen, unknown };
}

interface Place {
  readonly text: string;
  readonly lower: string;
  at: number;
  before: string;
  /** Nothing was skipped or peeled yet but the layers that any message of dockerd or of a gRPC call begins with. */
  first: boolean;
  readonly seen: Seen;
}

/** `Error response from daemon: …` and `rpc error: …` say who speaks, not yet of what; any call may run out of time. */
function isCarrierOnly({ runtime, stage, request, pull, grpcCode }: Seen): boolean {
  if (stage !== undefined || request !== undefined || pull === true) return false;
  return runtime === 'docker' || (grpcCode !== undefined && grpcCode !== 'DeadlineExceeded');
}

interface Layer {
  readonly to: number;
  readonly gives: Gives;
  /** What the captures add to `gives`. */
  readonly read: Gives | undefined;
  readonly leaf: Leaf | undefined;
  readonly generic: boolean;
}

function readLayer(place: Place): Layer | undefined {
  const { text, lower, at } = place;
  const code = lower.charCodeAt(at);
  if (code >= 49 && code <= 53) return statusLayer(place);
  if (code === 123 || code === 60) {
    const body = readErrorBody(text, at);
    if (body !== undefined) return bodyLayer(body, place.seen);
  }
  return GRAMMAR.find(text, lower, at, (rule, match) => ruleLayer(rule, match, place));
}

/** A status line such as `403 Forbidden`; at the very start of a text only what containerd writes after it tells that it is one. */
function statusLayer({ lower, at, first, seen }: Place): Layer | undefined {
  const expected = seen.last === 'status';
  const line = readStatusLine(lower, at, expected);
  if (line === undefined || (first && !expected && !SERVER_MESSAGE.test(lower.slice(line.to, line.to + 40))))
    return undefined;
  return wrapper(line.to, statusGives(line.status, seen));
}

/** containerd core/remotes/docker: `429 Too Many Requests - Server message: …` */
const SERVER_MESSAGE = /^ - server message: /;

/** An error body in JSON or HTML. The words of a registry's JSON are read on by the walk. */
function bodyLayer(body: ErrorBody, seen: Seen): Layer {
  if (body.html) {
    const page: Leaf = pageLeaf(seen.status, body.title) ?? { kind: 'media-type', problem: 'html' };
    return wrapper(body.to, { fallback: page });
  }
  if (body.store === true && seen.status !== undefined)
    return wrapper(body.to, { fallback: { kind: 'http', status: seen.status, store: true } });
  const known = body.code === undefined ? undefined : CODE_LEAF[body.code];
  return wrapper(body.to, {
    last: 'body',
    ...(body.code === undefined ? {} : { registryCode: body.code }),
    ...(known === undefined ? {} : { fallback: known }),
  });
}

function wrapper(to: number, gives: Gives): Layer {
  return { to, gives, read: undefined, leaf: undefined, generic: false };
}

const NO_GIVES: Gives = {};

function ruleLayer(rule: Rule, match: Match, { text, before, seen }: Place): Layer | undefined {
  const gives = rule.gives ?? NO_GIVES;
  const generic = rule.generic === true;
  if (rule.when === undefined && rule.read === undefined && typeof rule.leaf !== 'function') {
    return { to: match.to, gives, read: undefined, leaf: rule.leaf, generic };
  }
  const reading: Reading = { captures: match.captures, rest: text.slice(match.to), before, seen };
  if (rule.when !== undefined && !rule.when(reading)) return undefined;
  const read = rule.read?.(reading);
  if (rule.read !== undefined && read === undefined) return undefined;
  const leaf = typeof rule.leaf === 'function' ? rule.leaf(reading) : rule.leaf;
  if (rule.leaf !== undefined && leaf === undefined) return undefined;
  return { to: match.to, gives, read, leaf, generic };
}

/** Skips to the next boundary and returns the skipped words. They may still say that an image was pulled. */
function skipSegment(place: Place): string {
  const { text, at, seen } = place;
  BOUNDARY.lastIndex = at + 1;
  const found = BOUNDARY.exec(text);
  const end = found === null ? text.length : found.index + (found[0].endsWith('(') ? found[0].length : 1);
  place.before = text.slice(at, end);
  place.at = end;
  if (seen.pull !== true && PULL_WORDS.test(place.before.slice(0, 300))) seen.pull = true;
  if (isConnectAnswer(place)) seen.fallback = { kind: 'proxy', problem: 'other' };
  seen.last = undefined;
  return place.before;
}

/** What a proxy answers to CONNECT is all that Go prints after the request: its own words, whatever they are (net/http transport.go). */
function isConnectAnswer({ text, at, before, seen }: Place): boolean {
  if (seen.last !== 'request' || at < text.length || seen.request?.url.startsWith('https:') !== true) return false;
  return /^[A-Z][A-Za-z -]{3,60}\W{0,4}$/.test(before.trim());
}

function skipOpening(text: string, at: number): number {
  OPENING.lastIndex = at;
  OPENING.test(text);
  return OPENING.lastIndex;
}

/** A list of attempts begins like an error; `[registry.acme.example]` does not. */
function isAttemptList({ text, lower, at, before, seen }: Place): boolean {
  return seen.pull === true && before === '' && startsError(text, lower, at + 1);
}

/** Whether the words at `at` begin a layer or a leaf. */
export function startsError(text: string, lower: string, at: number): boolean {
  return GRAMMAR.find(text, lower, skipOpening(text, at), () => true) === true;
}

/** Whether a line begins with words that the grammar knows. */
export function startsRule(line: string): boolean {
  const head = line.slice(0, 2000);
  return startsError(head, asciiLower(head), 0);
}

/** How far back words may begin that a line break tears apart. */
const REACH_BACK = 200;
const WORD_START = /(?<![\w-])[A-Za-z`]/g;

/** Whether words that the grammar knows run from the end of one line into the next. */
export function runsOver(line: string, next: string): boolean {
  const tail = line.trimEnd().slice(-REACH_BACK);
  const joined = `${tail} ${next.trimStart().slice(0, REACH_BACK)}`;
  const lower = asciiLower(joined);
  for (const { index } of tail.matchAll(WORD_START)) {
    const spans = GRAMMAR.find(joined, lower, index, (_, match) => (match.to > tail.length + 1 ? true : undefined));
    if (spans === true) return true;
  }
  return false;
}

const WORD = /[`']|[A-Za-z][\w-]*/g;
const REACH_BEFORE = 300;

/** Looks for unmistakable words anywhere; for texts that are no error chain. A mere reason counts if nothing says more. */
export function searchProse(text: string, lower: string, seen: Seen): Walked | undefined {
  let reason: Layer | undefined;
  for (const { index } of text.matchAll(WORD)) {
    const before = text.slice(Math.max(0, index - REACH_BEFORE), index);
    const place: Place = { text, lower, at: index, before, first: false, seen };
    const layer = PROSE.find(text, lower, index, (rule, match) => ruleLayer(rule, match, place));
    if (layer === undefined) continue;
    if (layer.leaf === undefined) reason ??= layer;
    else if (!layer.generic || seen.pull === true || layer.read?.pull === true) return told(seen, layer);
  }
  return reason === undefined ? undefined : told(seen, reason);
}

function told(seen: Seen, layer: Layer): Walked {
  apply(seen, layer.gives, layer.read);
  return { seen, unknown: '', ...(layer.leaf === undefined ? {} : { leaf: layer.leaf }) };
}

/** Lower case that keeps every index: letters outside ASCII may change their length. */
export function asciiLower(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
