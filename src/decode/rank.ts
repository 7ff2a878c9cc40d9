import type { Leaf, PullError } from '../core/pull-error.ts';
import type { Message } from './carrier/message.ts';
import { MAX_ERRORS } from './limits.ts';

export interface Found {
  readonly error: PullError;
  readonly message: Message;
}

/** How much an error says on why a pull fails; the highest decides. */
const RANK = {
  /** Tells why. */
  cause: 70,
  /** Tells why, at a level below error: a step that a later line sums up. */
  step: 60,
  /** Names the kind of failure only. */
  reason: 55,
  unrecognized: 50,
  /** Told at every sync or retry, also when the pull works. */
  hint: 40,
  /** A failure that does not say why. */
  silent: 30,
  otherFailure: 20,
  progress: 10,
  /** A failure that a later success ended. */
  over: 5,
  nothing: 0,
} as const;

/** Distinct errors, the decisive one first; of equal ones the newest, which printouts list last. */
export function rankErrors(found: readonly Found[]): readonly Found[] {
  if (found.length === 1) return found;
  const context = { refused: found.some(({ error }) => isRefusal(error)), recovered: recoveredKeys(found) };
  const distinct = new Map<string, Found>();
  for (const one of found) {
    const key = keyOf(one);
    const known = distinct.get(key);
    if (known !== undefined && rankOf(one, context.refused) < rankOf(known, context.refused)) continue;
    distinct.delete(key);
    distinct.set(key, one);
  }
  const ranked = withoutEchoes([...distinct.values()]).map((one, index) => ({
    one,
    index,
    rank: rankIn(one, context),
  }));
  pushOver(ranked);
  silenceOver(ranked, context.recovered.size > 0);
  ranked.sort((a, b) => b.rank - a.rank || b.index - a.index);
  const told = ranked.filter(({ rank }) => rank > RANK.nothing);
  return (told.length > 0 ? told : ranked.slice(0, 1)).slice(0, MAX_ERRORS).map(({ one }) => one);
}

interface Context {
  /** Some registry refused a pull in the same text. */
  readonly refused: boolean;
  readonly recovered: ReadonlySet<string>;
}

function rankIn(one: Found, { refused, recovered }: Context): number {
  return recovered.has(keyOf(one)) ? RANK.over : rankOf(one, refused);
}

function rankOf({ error, message }: Found, refused: boolean): number {
  const { leaf } = error;
  if (leaf.kind === 'not-pull') return leaf.what === 'other' ? RANK.nothing : RANK.otherFailure;
  if (leaf.kind === 'progress') return RANK.progress;
  if (leaf.kind === 'absent') return error.reason === 'RegistryUnavailable' ? RANK.reason : RANK.silent;
  if (leaf.kind === 'unrecognized') return RANK.unrecognized;
  if (leaf.kind === 'secret' && leaf.problem === 'not-retrieved') return RANK.hint;
  // the pull goes on without the credential: the cause of a refusal, but of nothing else (credentialprovider/plugin)
  if (leaf.kind === 'credential-provider' || leaf.kind === 'metadata') return refused ? RANK.cause + 5 : RANK.hint;
  if (isBareReason(error.text) || isOldProtocol(error.text)) return RANK.reason;
  // what is under way is canceled because something else failed
  if (leaf.kind === 'timeout' && leaf.problem === 'canceled') return RANK.step;
  return message.level === 'info' ? RANK.step : RANK.cause;
}

/** `Error: InvalidImageName` */
function isBareReason(text: string): boolean {
  return text.length < 50 && /^(?:Error: )?[A-Z][A-Za-z]{5,40}$/.test(text);
}

/** dockerd tried the old protocol after the new one had failed, and old registries know nothing of the image. */
function isOldProtocol(text: string): boolean {
  return /\bError: image \S{1,300} not found$/.test(text);
}

function isRefusal({ leaf }: PullError): boolean {
  return leaf.kind === 'auth' || (leaf.kind === 'http' && (leaf.status === 401 || leaf.status === 403));
}

/** Same kind of failure of the same image at the same host: a later attempt, not another error. */
function keyOf({ error: { stage, leaf, host, image, sandbox }, message }: Found): string {
  return [message.group ?? 0, stage, leaf.kind, problemOf(leaf), host ?? '', image ?? '', sandbox === true].join('|');
}

/** Without what another error tells of the same failure and names the image besides: the log of the kubelet says each one several times. */
function withoutEchoes(found: readonly Found[]): readonly Found[] {
  const named = new Set(found.filter(({ error }) => error.image !== undefined && tellsWhy(error)).map(kindOf));
  return found.filter(
    (one) => one.error.image !== undefined || one.error.host !== undefined || !named.has(kindOf(one)),
  );
}

function tellsWhy({ leaf }: PullError): boolean {
  return leaf.kind !== 'absent' && leaf.kind !== 'unrecognized' && leaf.kind !== 'not-pull' && leaf.kind !== 'progress';
}

function kindOf({ error: { leaf }, message }: Found): string {
  return [message.group ?? 0, leaf.kind, problemOf(leaf)].join('|');
}

function problemOf(leaf: Leaf): string | number {
  return 'problem' in leaf ? leaf.problem : 'what' in leaf ? leaf.what : 'status' in leaf ? leaf.status : '';
}

/** Failures that a later successful pull of the same image in the same printout ended. */
function recoveredKeys(found: readonly Found[]): ReadonlySet<string> {
  const pulled = new Map<string, number>();
  found.forEach((one, index) => {
    if (one.error.leaf.kind === 'progress' && one.error.leaf.what === 'pulled') pulled.set(imageKey(one), index);
  });
  if (pulled.size === 0) return new Set();
  const last = new Map<string, number>();
  found.forEach((one, index) => {
    last.set(keyOf(one), index);
  });
  const ended = found.filter(
    (one) => isFailure(one.error) && (last.get(keyOf(one)) ?? 0) < (pulled.get(imageKey(one)) ?? -1),
  );
  return new Set(ended.map(keyOf));
}

function imageKey({ error, message }: Found): string {
  return `${message.group ?? 0}|${error.image ?? ''}`;
}

function isFailure({ leaf, stage, image }: PullError): boolean {
  return leaf.kind !== 'progress' && stage !== 'none' && image !== undefined;
}

/** After the first line of a push, an error that names no image is the push's; so is a login that was not found before it. */
function pushOver(ranked: { one: Found; rank: number }[]): void {
  const push = ranked.find(({ one: { error } }) => error.leaf.kind === 'not-pull' && error.leaf.what === 'image-push');
  if (push === undefined) return;
  for (const entry of ranked) {
    const { error, message } = entry.one;
    if (error.image !== undefined) continue;
    if (message.line > push.one.message.line || entry.rank === RANK.hint) entry.rank = Math.min(entry.rank, RANK.over);
  }
}

/** When no failure is left, what hinted at one is over as well: `Error: ErrImagePull` names no image, a missing secret no pull. */
function silenceOver(ranked: { one: Found; rank: number }[], recovered: boolean): void {
  if (ranked.some(({ rank }) => rank > RANK.hint)) return;
  const works = ranked.some(({ one }) => one.error.leaf.kind === 'progress' && one.error.leaf.what !== 'pulling');
  const silent = ranked.some(({ rank }) => rank === RANK.silent);
  for (const entry of ranked) {
    if (entry.rank === RANK.silent && recovered) entry.rank = RANK.over;
    if (entry.rank === RANK.hint && works && (recovered || !silent)) entry.rank = RANK.over;
  }
}
