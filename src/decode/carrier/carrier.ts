import { MAX_MESSAGES } from '../limits.ts';
import { readQuoted } from '../unquote.ts';
import { cleanText } from './clean.ts';
import { JAVA_STATUS, readJavaStatus } from './java-status.ts';
import { readJson } from './json.ts';
import { readLogLine } from './log-line.ts';
import type { Message } from './message.ts';
import { type Record, splitRecords } from './records.ts';
import { readEventRow, readPodRow } from './table.ts';

/** The messages that a pasted or collected text carries, in its order. */
export function readMessages(text: string): readonly Message[] {
  const cleaned = cleanText(text);
  const whole = readJson(cleaned, 1);
  if (whole !== undefined) return whole;
  const records = bounded(splitRecords(cleaned));
  return records.flatMap((record, index) => messagesOf(record, index, records).map(unquoted));
}

function bounded(records: readonly Record[]): readonly Record[] {
  if (records.length <= MAX_MESSAGES) return records;
  return [...records.slice(0, MAX_MESSAGES / 2), ...records.slice(-MAX_MESSAGES / 2)];
}

function messagesOf(record: Record, index: number, records: readonly Record[]): readonly Message[] {
  const { line, text } = record;
  if (record.kind === 'noise') return [];
  if (record.kind === 'plain') return [{ text, line }];
  if (record.kind === 'keyed') return keyedMessages(record, index, records);
  if (record.kind === 'row') {
    const row = readEventRow(text) ?? readPodRow(text);
    if (row !== undefined) return [{ ...row, line, group: record.group }];
  }
  return plainMessages(text, line);
}

/** A log line that another carrier quotes: a status message, the `output:` of kubeadm, the log of a supervisor. */
const QUOTED_LOG =
  /^\s*(?:[EWIF]\d{4} \d\d:|time="?\d{4}-|(?:FATA|ERRO|WARN)\[)|\boutput: (?:time="?\d{4}-|[EWIF]\d{4} \d\d:)/;

function unquoted(message: Message): Message {
  const log = QUOTED_LOG.test(message.text) ? readLogLine(message.text) : undefined;
  return log === undefined ? message : { ...message, ...log };
}

function plainMessages(text: string, line: number): readonly Message[] {
  const waiting = JAVA_STATUS.test(text) ? readJavaStatus(text, line) : [];
  if (waiting.length > 0) return waiting;
  const brace = text.indexOf('{"');
  const json = brace >= 0 && brace < 200 ? readJson(text.slice(brace), line) : undefined;
  if (json !== undefined && json.length > 0) return json;
  const log = readLogLine(text);
  return [log === undefined ? { text, line } : { ...log, line }];
}

const KEY = /^\s*(?:- )?"?(message|reason|msg)"?\s*:\s*/i;

/** `message:` and `reason:` of YAML, of JSON that is a fragment, and of `kubectl describe`; neighbours belong together. */
function keyedMessages(record: Record, index: number, records: readonly Record[]): readonly Message[] {
  const { key, value } = readKeyed(record.text);
  if (key === 'reason') {
    if (value === '' || hasMessageBeside(index, records)) return [];
    // the kubelet of 1.0 and 1.1 put the whole error there
    return [value.includes(': ') ? { text: value, line: record.line } : { text: '', reason: value, line: record.line }];
  }
  const reason = reasonBeside(index, records);
  return [{ text: value, line: record.line, ...(reason === undefined ? {} : { reason }) }];
}

function readKeyed(text: string): { key: string; value: string } {
  const head = KEY.exec(text);
  const raw = text.slice(head?.[0].length ?? 0).trim();
  return { key: head?.[1]?.toLowerCase() ?? '', value: scalar(raw) };
}

/** A YAML or JSON scalar; several lines fold to one. */
function scalar(raw: string): string {
  if (raw.startsWith('"')) return readQuoted(raw, 0).value;
  if (raw.startsWith("'")) {
    const close = raw.lastIndexOf("'");
    return (close > 0 ? raw.slice(1, close) : raw.slice(1)).replace(/''/g, "'");
  }
  return raw.replace(/^[|>][-+]?\s*\n/, '');
}

function reasonBeside(index: number, records: readonly Record[]): string | undefined {
  for (const other of neighbours(index, records)) {
    const { key, value } = readKeyed(other.text);
    if (key === 'reason' && /^[A-Z][A-Za-z]{3,60}$/.test(value)) return value;
  }
  return undefined;
}

function hasMessageBeside(index: number, records: readonly Record[]): boolean {
  return neighbours(index, records).some((other) => readKeyed(other.text).key === 'message');
}

/** The keyed records just before and after: `message` and `reason` stand next to each other in every printout. */
function neighbours(index: number, records: readonly Record[]): readonly Record[] {
  return [records[index + 1], records[index - 1]].filter((record): record is Record => record?.kind === 'keyed');
}
