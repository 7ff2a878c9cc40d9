import type { LogEntry } from '../core/snapshot.ts';

/** A log entry taken apart: message and its `key=value` fields. */
export interface LogLine {
  readonly entry: LogEntry;
  readonly message: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly level?: string;
}

/** Fields of one line that are read; no real line comes near it. */
const MAX_FIELDS = 60;
const MAX_LINE = 64 * 1024;

/**
 * Takes an entry apart by its form: klog with structured fields (kubelet), logrus (containerd, CRI-O, docker),
 * or JSON (`--logging-format=json`, containerd `format = "json"`). A journal prefix before any of them is skipped.
 */
export function parseLogLine(entry: LogEntry): LogLine {
  const raw = entry.raw.slice(0, MAX_LINE);
  return klogLine(entry, raw) ?? logrusLine(entry, raw) ?? jsonLine(entry, raw) ?? plainLine(entry, raw);
}

function logrusLine(entry: LogEntry, raw: string): LogLine | undefined {
  const msg = raw.search(/(?:^|\s)msg="/);
  if (msg < 0 || !raw.includes('level=')) return undefined;
  const fields = scanFields(raw, Math.max(0, raw.search(/(?:^|\s)time="?/)));
  const level = fields.get('level');
  return { entry, message: fields.get('msg') ?? '', fields, ...(level === undefined ? {} : { level }) };
}

/** Stands at the start, or behind a journal prefix. */
const KLOG_WITHIN = 200;
const KLOG = /(?:^|\s)([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [\w./-]+:\d+\] /;

function klogLine(entry: LogEntry, raw: string): LogLine | undefined {
  const head = KLOG.exec(raw.slice(0, KLOG_WITHIN));
  if (head === null) return undefined;
  const level = { I: 'info', W: 'warning', E: 'error', F: 'fatal' }[head[1] ?? ''] ?? 'info';
  const body = raw.slice(head.index + head[0].length);
  if (!body.startsWith('"')) return { entry, message: body, fields: new Map(), level };
  const quoted = readQuoted(body, 0);
  return { entry, message: quoted.value, fields: scanFields(body, quoted.end), level };
}

function jsonLine(entry: LogEntry, raw: string): LogLine | undefined {
  const open = raw.indexOf('{"');
  if (open < 0) return undefined;
  try {
    const parsed: unknown = JSON.parse(raw.slice(open));
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const fields = new Map<string, string>();
    for (const [key, value] of Object.entries(parsed).slice(0, MAX_FIELDS)) fields.set(key, jsonField(value));
    const level = fields.get('level');
    return { entry, message: fields.get('msg') ?? '', fields, ...(level === undefined ? {} : { level }) };
  } catch {
    return undefined;
  }
}

/** The kubelet writes objects as `{"name":…,"namespace":…}`; klog's text form of the same is `namespace/name`. */
function jsonField(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'name' in value) {
    const { name, namespace } = value as { name?: unknown; namespace?: unknown };
    return typeof namespace === 'string' ? `${namespace}/${String(name)}` : String(name);
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function plainLine(entry: LogEntry, raw: string): LogLine {
  return { entry, message: raw, fields: new Map() };
}

/** Reads `key=value` pairs; a value is a quoted Go string, a klog block `<\n\t… >`, or a bare word. */
function scanFields(text: string, from: number): Map<string, string> {
  const fields = new Map<string, string>();
  const key = /([A-Za-z_][\w.-]*)=/y;
  let at = from;
  while (at < text.length && fields.size < MAX_FIELDS) {
    key.lastIndex = at;
    const found = key.exec(text);
    if (found === null) {
      const space = text.slice(at).search(/\s/);
      if (space < 0) break;
      at += space + 1;
      continue;
    }
    const value = readValue(text, key.lastIndex);
    fields.set(found[1] ?? '', value.value);
    at = value.end;
    while (at < text.length && /\s/.test(text[at] ?? '')) at += 1;
  }
  return fields;
}

function readValue(text: string, at: number): { readonly value: string; readonly end: number } {
  if (text[at] === '"') return readQuoted(text, at);
  if (text.startsWith('<\n', at)) {
    const close = text.indexOf('\n >', at);
    const end = close < 0 ? text.length : close;
    const block = text.slice(at + 2, end);
    return { value: block.replaceAll(/^\t/gm, ''), end: close < 0 ? end : close + 3 };
  }
  let end = at;
  while (end < text.length && !/\s/.test(text[end] ?? '')) end += 1;
  return { value: text.slice(at, end), end };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function readQuoted(text: string, at: number): { readonly value: string; readonly end: number } {
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  const body = text.slice(at + 1, end);
  const value = body.includes('\\') ? body.replaceAll(/\\([\s\S])/g, (_, c: string) => ESCAPES[c] ?? c) : body;
  return { value, end: Math.min(end + 1, text.length) };
}
