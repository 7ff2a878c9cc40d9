import type { Leaf, PullError, Stage } from '../core/pull-error.ts';
import { MAX_ATTEMPTS } from './limits.ts';
import { startsError } from './walk.ts';

/**
 * Splits `[e1, e2]`, the errors of one pull with several credentials (kubelet, utilerrors.NewAggregate).
 * The errors hold commas and brackets themselves: a part ends where the next one begins like an error.
 */
export function splitAttempts(text: string, lower: string, at: number): readonly string[] {
  const end = closingBracket(text, at);
  const parts: string[] = [];
  let from = at + 1;
  for (let comma = text.indexOf(', ', from); comma >= 0 && comma < end; comma = text.indexOf(', ', comma + 2)) {
    if (parts.length + 1 >= MAX_ATTEMPTS) break;
    if (!opensError(lower, comma + 2) || !startsError(text, lower, comma + 2)) continue;
    parts.push(text.slice(from, comma));
    from = comma + 2;
  }
  parts.push(text.slice(from, end));
  return parts;
}

/** The last bracket that closes the list, or the end of a cut-off text. */
function closingBracket(text: string, at: number): number {
  let depth = 0;
  for (let index = at; index < text.length; index++) {
    if (text[index] === '[') depth++;
    else if (text[index] === ']' && --depth === 0) return index;
  }
  return text.length;
}

const OUTER_WORDS = [
  'rpc error',
  'failed to',
  'error',
  'initializing source',
  'reading manifest',
  'unable to',
  'pull qps',
  'source image',
  'get ',
  'head ',
  'copying',
  'illegal',
  'short-name',
  'unauthorized',
  'pull access',
  'toomany',
];

/** Outer layers of a whole attempt; the inner words of an error may follow a comma as well. */
function opensError(lower: string, at: number): boolean {
  return OUTER_WORDS.some((words) => lower.startsWith(words, at));
}

/** How far a pull came before it failed; an attempt that came further tells more. */
const PROGRESS: Record<Stage, number> = {
  none: 0,
  admission: 0,
  backoff: 0,
  reference: 1,
  policy: 1,
  secret: 1,
  credential: 1,
  throttle: 1,
  runtime: 1,
  pull: 2,
  resolve: 3,
  authorize: 3,
  manifest: 5,
  signature: 6,
  blob: 7,
  unpack: 8,
};

/** A registry that says what it has, or that it counts, has let the caller in. */
const LET_IN: ReadonlySet<Leaf['kind']> = new Set([
  'not-found',
  'platform',
  'media-type',
  'rate-limit',
  'retired',
  'blocked',
]);

function progressOf({ stage, leaf }: PullError): number {
  if (LET_IN.has(leaf.kind)) return Math.max(PROGRESS[stage], PROGRESS.manifest);
  // dockerd quotes the manifest request also where the caller was not let in
  return leaf.kind === 'auth' && stage === 'manifest' ? PROGRESS.authorize : PROGRESS[stage];
}

/** Among equals: a refused credential beats a refused anonymous request, a refusal beats an accident on the way. */
function weightOf(leaf: Leaf): number {
  if (leaf.kind === 'absent' || leaf.kind === 'unrecognized') return 0;
  if (leaf.kind !== 'auth' && leaf.kind !== 'http') return 1;
  return leaf.kind === 'auth' && leaf.problem === 'anonymous-refused' ? 2 : 3;
}

/** The attempt to judge: the one that came furthest, the later one among equals. */
export function furthest(attempts: readonly PullError[]): PullError | undefined {
  return attempts.reduce<PullError | undefined>(
    (best, next) => (best === undefined || compare(next, best) >= 0 ? next : best),
    undefined,
  );
}

function compare(one: PullError, other: PullError): number {
  return progressOf(one) - progressOf(other) || weightOf(one.leaf) - weightOf(other.leaf);
}
