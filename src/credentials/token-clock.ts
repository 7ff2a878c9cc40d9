import { largest } from '../core/extremes.ts';
import { decodeBase64, decodeBase64Url, utf8 } from './base64.ts';
import { type JsonObject, parseJsonObject } from './json.ts';

export type TokenKind =
  | 'ecr'
  | 'acr'
  | 'google-access-token'
  | 'json-key'
  | 'github-job'
  | 'gitlab-job'
  | 'jwt'
  | 'server-side'; // an expiry may exist; only the registry knows it

/** When a credential ends, as far as it can be told without asking the registry. */
export interface TokenClock {
  readonly kind: TokenKind;
  /** RFC 3339. Basis `lifetime-rule`: the latest possible end, counted from the last write of the secret. */
  readonly expiresAt?: string;
  /** `token`: read from the token itself. `lifetime-rule`: how such tokens behave. */
  readonly basis: 'token' | 'lifetime-rule';
  readonly note: string;
}

/** The parts of an object's metadata that tell when it was written. */
export interface WriteTimes {
  readonly creationTimestamp?: string | undefined;
  readonly managedFields?: readonly { readonly time?: string | undefined }[] | undefined;
}

const HOUR = 3_600_000;
const ECR_USER = 'AWS';
const GOOGLE_TOKEN_USER = 'oauth2accesstoken';
const ACR_TOKEN_USER = '00000000-0000-0000-0000-000000000000';
const JSON_KEY_USERS = new Set(['_json_key', '_json_key_base64']);
const GITLAB_JOB_USER = 'gitlab-ci-token';
/** Longer than any token of a registry; keeps the work bounded. */
const MAX_TOKEN_CHARS = 65_536;
/** Last second that RFC 3339 can name with four digits of the year. */
const MAX_UNIX_SECONDS = 253_402_300_799;

interface Rule {
  readonly applies: (user: string, password: string) => boolean;
  readonly read: (password: string, writtenAt: string | undefined, user: string) => TokenClock;
}

/** The first rule that applies decides. Lifetimes as AWS, Google, Microsoft, GitHub and GitLab document them. */
const RULES: readonly Rule[] = [
  { applies: (user) => user === ECR_USER, read: ecrClock },
  { applies: (user) => user === GOOGLE_TOKEN_USER, read: googleClock },
  { applies: (user) => JSON_KEY_USERS.has(user), read: jsonKeyClock },
  { applies: (user) => user === ACR_TOKEN_USER, read: acrClock },
  { applies: (_user, password) => password.startsWith('ghs_'), read: () => GITHUB_JOB },
  { applies: (user) => user === GITLAB_JOB_USER, read: gitlabJobClock },
  { applies: (_user, password) => jwtPayload(password) !== undefined, read: (password) => jwtClock('jwt', password) },
  { applies: (_user, password) => SERVER_SIDE.test(password), read: () => SERVER_SIDE_CLOCK },
];

const GITHUB_JOB: TokenClock = {
  kind: 'github-job',
  basis: 'lifetime-rule',
  note: 'a GITHUB_TOKEN ends with the workflow job that made it',
};

/** Personal, deploy and organisation tokens of Docker Hub, GitHub, GitLab and JFrog. */
const SERVER_SIDE = /^(?:dckr_[po]at_|gh[po]_|github_pat_|gl(?:pat|dt|rt)-|cmVmdGtu|AKC)/;
const SERVER_SIDE_CLOCK: TokenClock = {
  kind: 'server-side',
  basis: 'lifetime-rule',
  note: 'an end date, if there is one, is known to the registry only',
};

/** What the credential itself or its kind says of its end; undefined when nothing does. */
export function tokenClock(user: string, password: string, writtenAt?: string): TokenClock | undefined {
  if (password.length > MAX_TOKEN_CHARS) return undefined;
  return RULES.find((rule) => rule.applies(user, password))?.read(password, writtenAt, user);
}

/**
 * True: over. False: still running by its own date. Undefined: not known; a lifetime rule never proves
 * that a token still runs, since it may have been older than the write.
 */
export function expiredAt(clock: TokenClock, now: string): boolean | undefined {
  const end = Date.parse(clock.expiresAt ?? '');
  const at = Date.parse(now);
  if (Number.isNaN(end) || Number.isNaN(at)) return undefined;
  if (at >= end) return true;
  return clock.basis === 'token' ? false : undefined;
}

/**
 * The last write that an object's metadata shows. Without managedFields (kubectl hides them) only the creation
 * is known, and a refreshed secret looks older than it is.
 */
export function lastWrittenAt(times: WriteTimes): string | undefined {
  const all = [times.creationTimestamp, ...(times.managedFields ?? []).map(({ time }) => time)];
  const known = all.map((time) => Date.parse(time ?? '')).filter((time) => !Number.isNaN(time));
  return known.length === 0 ? undefined : rfc3339(largest(known));
}

/** The account of a Google service-account key file; undefined when the file is damaged. */
export function jsonKeyAccount(user: string, password: string): string | undefined {
  const email = jsonKey(user, password)?.client_email;
  return typeof email === 'string' && /^[\w.-]{1,100}@[\w.-]{1,100}$/.test(email) ? email : undefined;
}

/** Payload of a JSON web token, unverified; undefined when the text is none. */
export function jwtPayload(token: string): JsonObject | undefined {
  const parts = token.trim().split('.', 4);
  const [header = '', payload = ''] = parts;
  if (parts.length !== 3 || parseJsonObject(decodeBase64Url(header))?.alg === undefined) return undefined;
  return parseJsonObject(decodeBase64Url(payload));
}

/** ECR: 12 hours; the password is base64 of JSON with `expiration` in unix seconds. */
function ecrClock(password: string, writtenAt: string | undefined): TokenClock {
  const decoded = decodeBase64(password.trim());
  const expiration = decoded.ok ? parseJsonObject(utf8(decoded.bytes))?.expiration : undefined;
  const expiresAt = unixSeconds(expiration);
  if (expiresAt !== undefined) return { kind: 'ecr', expiresAt, basis: 'token', note: 'ECR token, 12 hours' };
  return byRule('ecr', writtenAt, 12, 'ECR tokens last 12 hours; this one does not show its end');
}

function googleClock(_password: string, writtenAt: string | undefined): TokenClock {
  return byRule('google-access-token', writtenAt, 1, 'Google access tokens last one hour');
}

/** ACR: an Entra token lasts 3 hours and is a JWT. */
function acrClock(password: string, writtenAt: string | undefined): TokenClock {
  if (jwtPayload(password) !== undefined) return jwtClock('acr', password);
  return byRule('acr', writtenAt, 3, 'ACR tokens from az acr login last 3 hours; this one does not show its end');
}

function gitlabJobClock(password: string): TokenClock {
  const note = 'a CI_JOB_TOKEN ends with the GitLab job that made it';
  const expiresAt = unixSeconds(jwtPayload(password.replace(/^glcbt-/, ''))?.exp);
  if (expiresAt !== undefined) return { kind: 'gitlab-job', expiresAt, basis: 'token', note };
  return { kind: 'gitlab-job', basis: 'lifetime-rule', note };
}

function jsonKeyClock(password: string, _writtenAt: string | undefined, user: string): TokenClock {
  const note = jsonKey(user, password)
    ? 'a service-account key does not end by itself; it may be disabled or deleted'
    : 'the password is not a readable key file';
  return { kind: 'json-key', basis: 'lifetime-rule', note };
}

function jwtClock(kind: TokenKind, password: string): TokenClock {
  const expiresAt = unixSeconds(jwtPayload(password)?.exp);
  if (expiresAt !== undefined) return { kind, expiresAt, basis: 'token', note: 'JSON web token with its own end date' };
  return { kind, basis: 'token', note: 'JSON web token without an end date' };
}

function byRule(kind: TokenKind, writtenAt: string | undefined, hours: number, note: string): TokenClock {
  const written = Date.parse(writtenAt ?? '');
  if (Number.isNaN(written)) return { kind, basis: 'lifetime-rule', note };
  return { kind, expiresAt: rfc3339(written + hours * HOUR), basis: 'lifetime-rule', note };
}

function jsonKey(user: string, password: string): JsonObject | undefined {
  const encoded = user === '_json_key_base64' ? decodeBase64(password.trim()) : undefined;
  const text = encoded === undefined ? password : encoded.ok ? utf8(encoded.bytes) : undefined;
  const key = parseJsonObject(text);
  return typeof key?.client_email === 'string' && typeof key.private_key === 'string' ? key : undefined;
}

function unixSeconds(value: unknown): string | undefined {
  const usable = typeof value === 'number' && value > 0 && value <= MAX_UNIX_SECONDS;
  return usable ? rfc3339(value * 1000) : undefined;
}

/** Whole seconds in UTC, as Kubernetes writes times. */
function rfc3339(millis: number): string {
  return new Date(Math.min(millis, MAX_UNIX_SECONDS * 1000)).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
