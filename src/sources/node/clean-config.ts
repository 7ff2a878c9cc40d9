import { nestsDeeper } from '../../core/nesting.ts';
import { redact } from '../../core/redact.ts';
import { cleanText } from './clean-text.ts';

const REMOVED = '[redacted]';

/** Keys whose value is a login or a part of one, in the configuration of runtimes, kubelets and units. */
const LOGIN_KEY =
  /^(?:user(?:name)?|pass(?:word|wd|phrase)?|auth|(?:identity|registry|access|refresh|bearer)_?token|token|secret|client_?secret|api_?key|(?:proxy-)?authorization|x-[\w-]*(?:auth|token|key)[\w-]*|cookie|credential_?hash)$/i;

/** Tables in which every value may be one. */
const LOGIN_TABLE = /^(?:auth|auths|headers?)$/i;

/**
 * A configuration (TOML, YAML, JSON, unit file, flags) without logins; all else stays as it stands.
 * JSON is read as such: it may come on one line.
 */
export function cleanConfig(text: string): string {
  const json = jsonOf(text);
  if (json === undefined) return cleanText(linesWithoutLogins(text));
  return nestsDeeper(json)
    ? `${REMOVED}: nested too deeply`
    : redact(JSON.stringify(withoutLogins(json), undefined, 2));
}

function jsonOf(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function withoutLogins(value: unknown, hidden = false): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutLogins(each, hidden));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        withoutLogins(inner, hidden || LOGIN_TABLE.test(key) || LOGIN_KEY.test(key)),
      ]),
    );
  }
  return hidden && typeof value === 'string' && value !== '' ? REMOVED : value;
}

/** `key = value`, `key: value`, `- key: value`, with or without quotes around the key. */
const PAIR = /^(\s*(?:-\s+)?["']?([\w.-]{1,80})["']?\s{0,20}[:=]\s{0,20})(\S.*)$/;
const TABLE = /^\s*\[+([^\]]*)\]+/;

function linesWithoutLogins(text: string): string {
  const kept: string[] = [];
  let inTable = false;
  let skipping: ((line: string) => boolean) | undefined;
  for (const line of text.split('\n')) {
    if (skipping?.(line) === true) continue;
    skipping = undefined;
    const table = TABLE.exec(line)?.[1];
    if (table !== undefined) inTable = LOGIN_TABLE.test(lastKey(table));
    const [, head = '', key = '', value = ''] = PAIR.exec(line) ?? [];
    if (table !== undefined || head === '' || !(inTable || LOGIN_KEY.test(key)) || /^\{\s*$/.test(value)) {
      kept.push(line);
      continue;
    }
    kept.push(`${head}"${REMOVED}"`);
    skipping = restOf(line, value);
  }
  return kept.join('\n');
}

/** `host."https://mirror.acme.example".header` ends with `header`. */
function lastKey(table: string): string {
  return /([\w-]+)["']?\s*$/.exec(table)?.[1] ?? '';
}

/** Lines that belong to a value which begins on one line and ends on another. */
function restOf(line: string, value: string): ((line: string) => boolean) | undefined {
  const quotes = /^("""|''')/.exec(value)?.[1];
  if (quotes !== undefined && !value.slice(3).includes(quotes)) {
    let ended = false;
    return (next) => {
      const inside = !ended;
      ended ||= next.includes(quotes);
      return inside;
    };
  }
  if (/^\[/.test(value) && !value.includes(']')) {
    let ended = false;
    return (next) => {
      const inside = !ended;
      ended ||= next.includes(']');
      return inside;
    };
  }
  if (!/^[|>][+-]?\d?\s*(?:#.*)?$/.test(value)) return undefined;
  const indent = indentOf(line);
  return (next) => next.trim() === '' || indentOf(next) > indent;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Of a docker config only what decides which login is offered: the hosts, and which fields each entry has. */
export function loginHosts(text: string): string {
  const config = jsonOf(text);
  if (typeof config !== 'object' || config === null) return '{}';
  const { auths, credHelpers, credsStore, ...rest } = config as Record<string, unknown>;
  const bare = auths === undefined && Object.keys(rest).every((key) => /[.:/]/.test(key)) ? rest : auths;
  return JSON.stringify(
    {
      ...(isTable(bare)
        ? { auths: Object.fromEntries(Object.entries(bare).map(([host, entry]) => [hostOf(host), fieldsOf(entry)])) }
        : {}),
      ...(isTable(credHelpers) ? { credHelpers: Object.keys(credHelpers).map(hostOf) } : {}),
      ...(typeof credsStore === 'string' ? { credsStore: 'set' } : {}),
    },
    undefined,
    2,
  );
}

function fieldsOf(entry: unknown): Readonly<Record<string, string>> {
  return isTable(entry) ? Object.fromEntries(Object.keys(entry).map((field) => [redact(field), REMOVED])) : {};
}

function hostOf(key: string): string {
  return redact(key);
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
