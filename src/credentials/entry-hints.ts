import { decodeBase64, utf8 } from './base64.ts';
import type { RawEntry } from './docker-entry.ts';
import { indexKey } from './index-key.ts';
import { jsonKeyAccount } from './token-clock.ts';
import { userKind } from './user-kind.ts';

type Hint = readonly [applies: (entry: RawEntry) => boolean, text: string];

/** A shell, template or CI variable that nobody filled in. */
const UNEXPANDED = /^(?:\$\{?\(?[A-Za-z_][\w.]*[)}]*|\$\([^)]*\)|\{\{.*\}\}|%\w+%|<[\w -]+>|null|undefined)$/;
const BLANK_EDGE = /^\s|\s$/;
const QUOTED = /^(["']).*\1$/s;
/** Shorter values are base64 by chance too often. */
const MIN_ENCODED_CHARS = 16;

/** Mistakes that a credential shows by itself. The texts never carry a value. */
const CREDENTIAL_HINTS: readonly Hint[] = [
  [({ username }) => username === '', 'the user is empty: the kubelet counts this as a match and sends nothing'],
  [
    ({ username, ignoredFields }) => username === '' && ignoredFields.includes('identitytoken'),
    'only an identity token is given, which the kubelet does not read',
  ],
  [({ username, password }) => username !== '' && password === '', 'the password is empty'],
  [({ password }) => /[\r\n]$/.test(password), 'the password ends with a line break, as `echo` without -n leaves one'],
  [
    ({ password }) => BLANK_EDGE.test(password) && !/[\r\n]$/.test(password),
    'the password begins or ends with a blank',
  ],
  [({ username }) => BLANK_EDGE.test(username), 'the user begins or ends with a blank or line break'],
  [({ password }) => QUOTED.test(password), 'the password is wrapped in quotes'],
  [({ username }) => QUOTED.test(username), 'the user is wrapped in quotes'],
  [({ username }) => UNEXPANDED.test(username), 'the user is a variable or placeholder that was not filled in'],
  [({ password }) => UNEXPANDED.test(password), 'the password is a variable or placeholder that was not filled in'],
  [
    ({ username }) => /^robot(?:\+|$)/.test(username),
    'a Harbor robot is named robot$name; a shell may have eaten $name (use single quotes)',
  ],
  [isEncodedAgain, 'the password is base64 of a readable text; it may be encoded once too often'],
  [isDamagedKey, 'the key file does not parse as JSON; quotes or line breaks were lost on the way'],
  [authDiffers, 'auth and username/password differ; the kubelet uses auth'],
];

/** Mistakes in the host; matching against an image is explained by mismatch.ts. */
const HOST_HINTS: readonly Hint[] = [
  [({ host }) => indexKey(host) === undefined, 'the kubelet cannot parse this host and ignores the entry'],
  [
    ({ host }) => indexKey(host) === 'index.docker.io/v1',
    'without the slash at the end this is not used for Docker Hub: write https://index.docker.io/v1/',
  ],
  [
    ({ host }) => isDockerHubAlias(indexKey(host)),
    'this name is not used for Docker Hub: write https://index.docker.io/v1/',
  ],
  [
    ({ host }) => /\/v[12]$/.test(indexKey(host) ?? '') && indexKey(host) !== 'index.docker.io/v1',
    'without the slash at the end /v1 or /v2 stays in the key as a path',
  ],
  [({ host }) => /\/.*\*/.test(indexKey(host) ?? ''), 'wildcards work in the host only, not in the path'],
  [
    ({ host }) => /^(?!https?:)[A-Za-z][\w+.-]*:\/\//.test(host),
    'only lower-case http:// and https:// are dropped from the key',
  ],
];

export function entryHints(entry: RawEntry): readonly string[] {
  const hints = entry.masked || entry.problem !== undefined ? HOST_HINTS : [...HOST_HINTS, ...CREDENTIAL_HINTS];
  return hints.filter(([applies]) => applies(entry)).map(([, text]) => text);
}

/** A password that is itself base64 of printable text, where base64 is not how it is issued. */
function isEncodedAgain({ username, password }: RawEntry): boolean {
  if (['aws', 'json-key'].includes(userKind(username, password))) return false;
  if (password.length < MIN_ENCODED_CHARS || password.length % 4 !== 0) return false;
  const decoded = decodeBase64(password);
  return decoded.ok && /^[\x20-\x7e]+[\r\n]*$/.test(utf8(decoded.bytes)) && !password.startsWith('cmVmdGtu');
}

function isDamagedKey({ username, password }: RawEntry): boolean {
  return userKind(username, password) === 'json-key' && jsonKeyAccount(username, password) === undefined;
}

function authDiffers(entry: RawEntry): boolean {
  const { hasAuth, usernameField, passwordField } = entry;
  const userDiffers = usernameField !== '' && usernameField !== entry.username;
  return hasAuth && (userDiffers || (passwordField !== '' && passwordField !== entry.password));
}

function isDockerHubAlias(key: string | undefined): boolean {
  const host = key?.split('/', 1)[0] ?? '';
  return /(?:^|\.)docker\.(?:io|com)$/i.test(host) && host !== 'docker.io' && host !== 'index.docker.io';
}
