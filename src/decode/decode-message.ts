import type { Leaf, PullError, Runtime } from '../core/pull-error.ts';
import { excerpt } from '../core/redact.ts';
import { furthest, splitAttempts } from './attempts.ts';
import type { Message } from './carrier/message.ts';
import { complete } from './complete.ts';
import { MAX_DEPTH, MAX_MESSAGE, sandwich } from './limits.ts';
import { splitMirrors } from './mirrors.ts';
import { nothingSeen, type Seen } from './seen.ts';
import { flattenQuotes } from './unquote.ts';
import { registryOf } from './url.ts';
import { asciiLower, searchProse, walk } from './walk.ts';
import { imageOf } from './wrappers/kubelet.ts';

/** Reasons that the grammar knows as layers; told by the carrier they count as the outermost one. */
const PULL_REASON =
  /^(?:ErrImagePull|ImagePullBackOff|InvalidImageName|ImageInspectError|ErrImageNeverPull|RegistryUnavailable|SignatureValidationFailed|FailedCreatePodSandBox|CrashLoopBackOff|CreateContainerError|CreateContainerConfigError|RunContainerError|FailedMount|Evicted|FailedScheduling|OOMKilled)$/;

const TRAILING_REASON = /: (ErrImagePull|ImagePullBackOff|InvalidImageName|ImageInspectError|ErrImageNeverPull)"?\s*$/;

/** Decodes one message. Hard-wrapped pastes break inside words: what tells nothing, or tears a name, is read once more without the breaks. */
export function decodeMessage(message: Message): PullError {
  const error = decodeLine(message, oneLine(message.text));
  const torn = isTorn(error);
  if ((isTelling(error.leaf) && !torn) || !message.text.includes('\n')) return error;
  const unwrapped = decodeLine(message, oneLine(message.text.replace(/[ \t]*\n[ \t]*/g, '')));
  return isTelling(unwrapped.leaf) && !(torn && isTorn(unwrapped)) ? unwrapped : error;
}

/** The name of an image holds no blank, but for one that is wrong. */
function isTorn({ image }: PullError): boolean {
  return image !== undefined && /\s/.test(image);
}

function isTelling(leaf: Leaf): boolean {
  return leaf.kind !== 'absent' && leaf.kind !== 'unrecognized' && !(leaf.kind === 'not-pull' && leaf.what === 'other');
}

function decodeLine(message: Message, text: string): PullError {
  const shown = text === '' ? (message.reason ?? '') : text;
  return decodeText(shown, withReason(text, message.reason), outerOf(message, text), 0);
}

function decodeText(shown: string, text: string, outer: Seen, depth: number): PullError {
  const lower = asciiLower(text);
  const mirrors = depth < MAX_DEPTH ? splitMirrors(text, lower) : undefined;
  if (mirrors !== undefined) {
    const { seen } = walk(mirrors.before, asciiLower(mirrors.before), outer);
    const attempts = mirrors.parts.map((part) =>
      decodeText(part.text, part.text, { ...seen, host: registryOf(part.name) }, depth + 1),
    );
    return parent(shown, attempts[attempts.length - 1], attempts, 'mirrors');
  }
  const walked = walk(text, lower, outer);
  if (walked.attempts !== undefined && depth < MAX_DEPTH) {
    const parts = splitAttempts(text, lower, walked.attempts);
    const attempts = parts.map((part) => decodeText(part, part, { ...walked.seen }, depth + 1));
    return parent(shown, furthest(attempts), attempts.length > 1 ? attempts : [], 'credentials');
  }
  const found =
    walked.leaf === undefined && walked.seen.fallback === undefined ? searchProse(text, lower, walked.seen) : undefined;
  return complete(shown, found ?? walked);
}

/** The error of a list is its telling attempt, with the whole text and all attempts. */
function parent(
  shown: string,
  decisive: PullError | undefined,
  attempts: readonly PullError[],
  attemptsAre: 'credentials' | 'mirrors',
): PullError {
  const base = decisive ?? complete(shown, { seen: nothingSeen(), unknown: shown });
  return { ...base, text: excerpt(shown, 2000), attempts, ...(attempts.length > 0 ? { attemptsAre } : {}) };
}

/** What the carrier shows beside the message. */
function outerOf(message: Message, text: string): Seen {
  const seen = nothingSeen();
  const trailing = TRAILING_REASON.exec(text.slice(-60))?.[1];
  if (message.image !== undefined) Object.assign(seen, imageOf(message.image));
  if (message.host !== undefined) seen.host = message.host.toLowerCase();
  seen.reason = message.reason ?? trailing;
  if (trailing !== undefined) seen.pull = true;
  if (message.program !== undefined) seen.runtime = PROGRAM_RUNTIME[message.program];
  return seen;
}

const PROGRAM_RUNTIME: Readonly<Record<string, Runtime>> = {
  podman: 'podman',
  buildah: 'podman',
  docker: 'docker',
  ctr: 'containerd',
  nerdctl: 'containerd',
};

function withReason(text: string, reason: string | undefined): string {
  return reason !== undefined && PULL_REASON.test(reason) && !text.startsWith(reason) ? `${reason}: ${text}` : text;
}

const NOISE_AFTER = '; artifact err:';

const BLANKS = /\s{2,}|[^\S ]/g;

/** The usual event message has nothing to squeeze, and two searches are cheaper than the pattern. */
function squeeze(text: string): string {
  return text.includes('  ') || /[\t\n\r\f\v]/.test(text) ? text.replace(BLANKS, ' ') : text;
}

/** One line, quoting levels flattened, bounded; CRI-O's second half about artifacts is noise (cri-o 1.34). */
function oneLine(text: string): string {
  const flat = squeeze(flattenQuotes(sandwich(text, MAX_MESSAGE, MAX_MESSAGE >> 2))).trim();
  const artifact = flat.indexOf(NOISE_AFTER);
  return artifact < 0 ? flat : flat.slice(0, artifact);
}
