/** HOLDS SECRET VALUES, see secret-content.ts. */
import { decodeBase64, illegalBase64, utf8 } from './base64.ts';
import { safeHost } from './index-key.ts';
import { goField, isGoField, isJsonObject, type JsonObject } from './json.ts';
import { badType, malformed, type SecretProblem, withheld } from './secret-problem.ts';
import { isPlaceholder } from './withheld.ts';

export interface RawEntry {
  readonly host: string;
  /** As the kubelet uses it: from `auth` when that is set, else from `username`. */
  readonly username: string;
  readonly password: string;
  readonly usernameField: string;
  readonly passwordField: string;
  readonly hasAuth: boolean;
  /** The evidence carries a placeholder instead of the credential. */
  readonly masked: boolean;
  readonly ignoredFields: readonly string[];
  readonly problem?: SecretProblem;
}

/** Fields of other docker clients that hold credentials and that the kubelet does not read. */
const IGNORED_FIELDS = ['identitytoken', 'registrytoken', 'serveraddress', 'credsStore', 'credHelpers'];
const ENTRY_FIELDS = ['username', 'password', 'email', 'auth'];
/** Go type that the kubelet decodes an entry into; it shows in its error texts. */
const ENTRY_TYPE = 'dockerConfigEntryWithAuth';
const NO_AUTH_SEPARATOR = 'unable to parse auth field, must be formatted as base64(username:password)';

/** Entries in written order; `context` is the path that Go's type errors print in front of a field. */
export function readEntries(hosts: JsonObject, context: string): readonly RawEntry[] {
  return Object.entries(hosts).map(([host, value]) => readEntry(host, value, context));
}

function readEntry(host: string, value: unknown, context: string): RawEntry {
  if (value !== null && !isJsonObject(value)) {
    const problem = badType(value, context, `credentialprovider.${ENTRY_TYPE}`, `the entry "${safeHost(host)}"`);
    return { ...emptyEntry(host), problem };
  }
  const fields = value ?? {};
  const wrong = Object.entries(fields).find(
    ([key, field]) => isEntryField(key) && field !== null && typeof field !== 'string',
  );
  if (wrong !== undefined) return { ...emptyEntry(host), problem: badField(host, wrong, context) };
  return readFields(host, fields);
}

function readFields(host: string, fields: JsonObject): RawEntry {
  const text = (name: string): string => (goField(fields, name) as string | undefined) ?? '';
  const [usernameField, passwordField, auth] = [text('username'), text('password'), text('auth')];
  const entry: RawEntry = {
    ...emptyEntry(host),
    username: usernameField,
    password: passwordField,
    usernameField,
    passwordField,
    hasAuth: auth !== '',
    masked: auth === '' && passwordField !== '' && isPlaceholder(passwordField),
    ignoredFields: ignoredFieldsOf(fields),
  };
  return auth === '' ? entry : withAuth(entry, auth);
}

/** Unpadded base64 is accepted as well (kubelet config.go decodeDockerConfigFieldAuth). */
function withAuth(entry: RawEntry, auth: string): RawEntry {
  if (isPlaceholder(auth)) return { ...entry, masked: true };
  const host = safeHost(entry.host);
  const decoded = decodeBase64(auth, auth.trimEnd().endsWith('=') ? 'padded' : 'unpadded');
  if (!decoded.ok) {
    const kubeletText = illegalBase64(decoded.position);
    return {
      ...entry,
      problem: malformed('bad-auth-base64', kubeletText, `the auth field of "${host}" is not base64`),
    };
  }
  const text = utf8(decoded.bytes);
  const colon = text.indexOf(':');
  if (colon >= 0) return { ...entry, username: text.slice(0, colon), password: text.slice(colon + 1) };
  const again = decodeBase64(text.trim());
  const hint = again.ok && utf8(again.bytes).includes(':') ? '; it is encoded twice' : '';
  return {
    ...entry,
    problem: malformed(
      'bad-auth-field',
      NO_AUTH_SEPARATOR,
      `the auth field of "${host}" holds no user:password${hint}`,
    ),
  };
}

function emptyEntry(host: string): RawEntry {
  return {
    host,
    username: '',
    password: '',
    usernameField: '',
    passwordField: '',
    hasAuth: false,
    masked: false,
    ignoredFields: [],
  };
}

/** The kubelet stops at the first bad entry; a masked one says nothing of the real secret. */
export function firstProblem(entries: readonly RawEntry[]): SecretProblem | undefined {
  const problem = entries.find((entry) => entry.problem !== undefined)?.problem;
  const masked = entries.find((entry) => entry.masked);
  return (
    problem ??
    (masked === undefined ? undefined : withheld(`the credential of "${safeHost(masked.host)}" was left out`))
  );
}

function badField(host: string, [key, value]: readonly [string, unknown], context: string): SecretProblem {
  const name = ENTRY_FIELDS.find((field) => isGoField(key, field)) ?? key;
  const path = `${context === '' ? ENTRY_TYPE : context}.${name}`;
  return badType(value, path, 'string', `${name} of "${safeHost(host)}"`);
}

/** Whether the kubelet reads this field of an entry. */
export function isEntryField(key: string): boolean {
  return ENTRY_FIELDS.some((field) => isGoField(key, field));
}

/** Fields that hold a credential in vain, by their usual names. */
export function ignoredFieldsOf(object: JsonObject): readonly string[] {
  return IGNORED_FIELDS.filter((name) => {
    const value = goField(object, name);
    return value !== undefined && value !== '';
  });
}
