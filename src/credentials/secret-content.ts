/**
 * Reads a pull secret as the kubelet does. What it returns HOLDS SECRET VALUES: only docker-config.ts (which leaves
 * them behind) and reveal.ts (which hands them out on request) may use this file.
 */
import { decodeBase64, illegalBase64, utf8 } from './base64.ts';
import { firstProblem, ignoredFieldsOf, isEntryField, type RawEntry, readEntries } from './docker-entry.ts';
import { goField, isJsonObject, type JsonObject, parseJson } from './json.ts';
import {
  API_REFUSES,
  badType,
  malformed,
  notJson,
  type PullSecretFormat,
  type SecretProblem,
  unmarshalText,
  withheld,
} from './secret-problem.ts';
import { isPlaceholder } from './withheld.ts';

/** A Secret object, or what is known of one. */
export interface PullSecret {
  readonly type?: string | undefined;
  /** Base64 values. Undefined when the source does not carry data (metadata only, redacted bundle). */
  readonly data?: Readonly<Record<string, string | null>> | undefined;
  /** Plain values of a manifest that has not been applied; they win over `data`. */
  readonly stringData?: Readonly<Record<string, string | null>> | undefined;
  /** Last write, RFC 3339; lifetimes that the token does not show are counted from here. */
  readonly writtenAt?: string | undefined;
}

export interface SecretContent {
  readonly format: PullSecretFormat | 'none';
  readonly problem?: SecretProblem;
  readonly entries: readonly RawEntry[];
  readonly ignoredFields: readonly string[];
}

const TYPES: Readonly<Record<PullSecretFormat, string>> = {
  dockerconfigjson: 'kubernetes.io/dockerconfigjson',
  dockercfg: 'kubernetes.io/dockercfg',
};
const KEYS: Readonly<Record<PullSecretFormat, string>> = {
  dockerconfigjson: '.dockerconfigjson',
  dockercfg: '.dockercfg',
};
const FORMATS: readonly PullSecretFormat[] = ['dockerconfigjson', 'dockercfg'];

/** Kubelet credentialprovider/secrets and config.go, 1.36. */
export function readPullSecret(secret: PullSecret): SecretContent {
  const format = FORMATS.find((candidate) => TYPES[candidate] === secret.type);
  return format === undefined ? readWrongType(secret) : readFormat(secret, format);
}

function readWrongType(secret: PullSecret): SecretContent {
  if (secret.type === undefined && !hasData(secret))
    return failed('none', withheld('the secret was seen without its content'));
  const inPlace = FORMATS.map((format) => readFormat(secret, format)).find(({ entries }) => entries.length > 0);
  const elsewhere = inPlace === undefined ? underOtherKey(secret) : undefined;
  const content = inPlace ?? elsewhere?.content;
  const type = secret.type === undefined || secret.type === '' ? 'Opaque' : secret.type;
  const problem: SecretProblem = {
    kind: 'wrong-type',
    breaksPod: false,
    note: `the kubelet ignores secrets of type ${type}, without an event`,
    ...(content === undefined || content.format === 'none' ? {} : { wouldBe: content.format }),
    ...(elsewhere === undefined ? {} : { underKey: elsewhere.key }),
  };
  return { format: 'none', problem, entries: content?.entries ?? [], ignoredFields: content?.ignoredFields ?? [] };
}

/** `kubectl create secret generic --from-file=config.json`: a whole docker config, in the wrong place. */
function underOtherKey(secret: PullSecret): { readonly key: string; readonly content: SecretContent } | undefined {
  const names = Object.keys({ ...secret.data, ...secret.stringData }).slice(0, MAX_KEYS);
  for (const name of names) {
    const text = secret.stringData?.[name] ?? decodeValue(secret.data?.[name] ?? '', name);
    const parsed = typeof text === 'string' && text.length <= MAX_CONFIG ? parseJson(text) : undefined;
    if (!isJsonObject(parsed?.value) || !isJsonObject(parsed.value.auths)) continue;
    const content = readDockerConfigJson(parsed.value);
    if (content.entries.length > 0) return { key: name, content };
  }
  return undefined;
}

/** A secret of another kind may hold much else: certificates, whole programs. */
const MAX_KEYS = 20;
const MAX_CONFIG = 100_000;

function readFormat(secret: PullSecret, format: PullSecretFormat): SecretContent {
  const text = readValue(secret, format);
  if (typeof text !== 'string') return failed(format, text);
  const parsed = parseJson(text);
  if (parsed === undefined) return failed(format, notJson('the content is not JSON'));
  if (parsed.value !== null && !isJsonObject(parsed.value)) return failed(format, notObject(parsed.value, format));
  const config = parsed.value ?? {};
  return format === 'dockercfg' ? readDockercfg(config) : readDockerConfigJson(config);
}

/** The plain text behind the format's key, or why there is none. */
function readValue(secret: PullSecret, format: PullSecretFormat): string | SecretProblem {
  if (!hasData(secret)) return withheld('the secret was seen without its content');
  const key = KEYS[format];
  const plain = secret.stringData?.[key];
  if (typeof plain === 'string') return isPlaceholder(plain) ? withheld(`the value of ${key} was left out`) : plain;
  const names = Object.keys({ ...secret.data, ...secret.stringData });
  if (names.length === 0) return { kind: 'no-data', breaksPod: false, note: `the secret is empty; ${key} is missing` };
  if (!names.includes(key)) return wrongKey(key, format, names);
  return decodeValue(secret.data?.[key] ?? '', key);
}

function decodeValue(value: string, key: string): string | SecretProblem {
  if (isPlaceholder(value)) return withheld(`the value of ${key} was left out`);
  const decoded = decodeBase64(value);
  if (!decoded.ok) return notJson(`the value of ${key} is not base64 (${illegalBase64(decoded.position)})`);
  const text = utf8(decoded.bytes);
  return isPlaceholder(text) ? withheld(`the value of ${key} was left out`) : text;
}

function readDockerConfigJson(config: JsonObject): SecretContent {
  const auths = goField(config, 'auths');
  const ignoredFields = ignoredFieldsOf(config);
  if (auths !== undefined && !isJsonObject(auths)) {
    return {
      ...failed(
        'dockerconfigjson',
        badType(auths, 'DockerConfigJSON.auths', 'credentialprovider.DockerConfig', 'auths'),
      ),
      ignoredFields,
    };
  }
  const entries = readEntries(auths ?? {}, 'DockerConfigJSON.auths');
  const problem =
    firstProblem(entries) ?? headersProblem(config) ?? (entries.length === 0 ? noAuths(config) : undefined);
  return { format: 'dockerconfigjson', entries, ignoredFields, ...(problem === undefined ? {} : { problem }) };
}

function readDockercfg(config: JsonObject): SecretContent {
  const entries = readEntries(config, '');
  const problem =
    firstProblem(entries) ?? (entries.length === 0 || isJsonObject(config.auths) ? noHosts(config) : undefined);
  return { format: 'dockercfg', entries, ignoredFields: [], ...(problem === undefined ? {} : { problem }) };
}

function headersProblem(config: JsonObject): SecretProblem | undefined {
  const headers = goField(config, 'HttpHeaders');
  if (headers === undefined) return undefined;
  if (!isJsonObject(headers))
    return badType(headers, 'DockerConfigJSON.HttpHeaders', 'map[string]string', 'HttpHeaders');
  const wrong = Object.values(headers).find((value) => value !== null && typeof value !== 'string');
  return wrong === undefined
    ? undefined
    : badType(wrong, 'DockerConfigJSON.HttpHeaders', 'string', 'a value of HttpHeaders');
}

function noAuths(config: JsonObject): SecretProblem {
  const bare = Object.values(config).some((value) => isJsonObject(value) && Object.keys(value).some(isEntryField));
  if (bare) {
    const note = 'the "auths" level is missing; the hosts stand at the top, as in the older .dockercfg format';
    return { kind: 'no-auths', breaksPod: false, note, wouldBe: 'dockercfg' };
  }
  const helper = ignoredFieldsOf(config)[0];
  const reason = helper === undefined ? '' : `; the credentials are in ${helper}, which the kubelet does not read`;
  return { kind: 'no-auths', breaksPod: false, note: `"auths" is missing or empty${reason}` };
}

function noHosts(config: JsonObject): SecretProblem {
  if (!isJsonObject(config.auths)) return { kind: 'no-auths', breaksPod: false, note: 'no host is listed' };
  const note = '"auths" is read as the name of a host; this content belongs under .dockerconfigjson';
  return { kind: 'no-auths', breaksPod: false, note, wouldBe: 'dockerconfigjson' };
}

function wrongKey(key: string, format: PullSecretFormat, names: readonly string[]): SecretProblem {
  const other = FORMATS.find((candidate) => candidate !== format && names.includes(KEYS[candidate]));
  const note = `${key} is missing; the kubelet ignores other keys, and ${API_REFUSES}`;
  return { kind: 'wrong-key', breaksPod: false, note, ...(other === undefined ? {} : { wouldBe: other }) };
}

function failed(format: PullSecretFormat | 'none', problem: SecretProblem): SecretContent {
  return { format, problem, entries: [], ignoredFields: [] };
}

function hasData(secret: PullSecret): boolean {
  return secret.data !== undefined || secret.stringData !== undefined;
}

function notObject(value: unknown, format: PullSecretFormat): SecretProblem {
  const goType = format === 'dockercfg' ? 'DockerConfig' : 'DockerConfigJSON';
  const kubeletText = unmarshalText(value, '', `credentialprovider.${goType}`);
  return malformed('not-object', kubeletText, `the content is not a JSON object; ${API_REFUSES}`);
}
