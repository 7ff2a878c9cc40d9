import { readQuoted, readQuotedValue } from '../unquote.ts';
import type { Message } from './message.ts';

/** What a log line tells beside its message. */
export type LogFields = Omit<Message, 'line'>;

const SYSLOG =
  /^\s*(?:[A-Z][a-z]{2}\s+\d{1,2} \d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d))\s+(?:\S{1,253}\s+)??([A-Za-z][\w.@/-]{0,63})(?:\[\d+\])?:\s+/;
const TIMESTAMP = /^\s*\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d[\d.,]*(?:Z|[+-]\d\d:?\d\d)?\]?\s*/;
const KLOG = /(?:^|\s)([EWIF])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [\w./-]+:\d+\] /;
/** A klog line whose paste begins in the middle of its header. */
export const CUT_KLOG = /^\s*(?:[\d:.]{1,20}\s+)?(?:\d{1,9}\s+)?[\w./-]{1,120}\.go:\d+\] /;
const LOGRUS = /(?:^|\s)time="?\d{4}-/;
const TTY = /^\s*(FATA|ERRO|WARN|INFO|DEBU|TRAC)\[[^\]]{0,64}\]\s*/;
/** An event of podman in the journal: time, clock of the process, what happened to which image. */
const PODMAN_EVENT = /^\d{4}-\d\d-\d\d [\d:.]+ [+-]\d{4} \S{1,8} m=\+[\d.]+ image pull-error +(\S{1,253}) +/;
/** A row of docker compose: mark, service, state, what failed, how long it took; the first version wrote `ERROR: for SERVICE`. */
const COMPOSE_ROW =
  /^\s*[^\x00-\x7f] +\S{1,100}(?: \S{1,100})? +(?:Error|Interrupted)\s+(\S.*?)\s+\d{1,6}(?:\.\d)?s\s*$/;
const COMPOSE_FOR = /^\s*ERROR: (for \S{1,100}) {2}/;
const BUILDKIT_STEP = /^#\d{1,4} (?:\d{1,6}\.\d{1,3} )?(?=\S)/;
const PROGRAM = /^\s*(docker|ctr|crictl|nerdctl|podman|skopeo|buildah): /;

const LEVELS: Record<string, Message['level']> = {
  e: 'error',
  f: 'error',
  error: 'error',
  fatal: 'error',
  panic: 'error',
  erro: 'error',
  fata: 'error',
  err: 'error',
  w: 'warning',
  warning: 'warning',
  warn: 'warning',
  i: 'info',
  info: 'info',
  debug: 'info',
  debu: 'info',
  trace: 'info',
  trac: 'info',
};

export function levelOf(name: string | undefined): Message['level'] {
  return name === undefined ? undefined : LEVELS[name.toLowerCase()];
}

/** Reads one line of journald, syslog, klog, logrus or a CLI; undefined when it is none of them. */
export function readLogLine(line: string): LogFields | undefined {
  const row = COMPOSE_ROW.exec(line);
  if (row !== null) return { text: row[1] as string };
  const service = COMPOSE_FOR.exec(line);
  if (service !== null) return { text: `${service[1]}: ${line.slice(service[0].length)}` };
  const step = BUILDKIT_STEP.exec(line);
  if (step !== null) return { text: line.slice(step[0].length) };
  const cut = CUT_KLOG.exec(line);
  if (cut !== null) return klogFields(line.slice(cut[0].length), undefined);
  const klog = KLOG.exec(line);
  if (klog !== null)
    return quotedBy(line.slice(0, klog.index), klogFields(line.slice(klog.index + klog[0].length), levelOf(klog[1])));
  const logrus = LOGRUS.exec(line);
  if (logrus !== null) return quotedBy(line.slice(0, logrus.index), pairFields(line.slice(logrus.index)));
  const tty = TTY.exec(line);
  if (tty !== null) return ttyFields(line.slice(tty[0].length), levelOf(tty[1]));
  const prefix = SYSLOG.exec(line) ?? TIMESTAMP.exec(line);
  const rest = prefix === null ? line : line.slice(prefix[0].length);
  const program = PROGRAM.exec(rest);
  if (program !== null) return { text: rest.slice(program[0].length), program: program[1] as string };
  const event = PODMAN_EVENT.exec(rest);
  if (event !== null) return { text: rest.slice(event[0].length), image: event[1] as string, program: 'podman' };
  if (prefix === null) return line.startsWith('level=') || line.startsWith('msg=') ? pairFields(line) : undefined;
  return rest.includes('level=') && rest.includes('msg=') ? pairFields(rest) : { text: rest };
}

/** kubeadm, before the log of crictl that it quotes. */
const PULL_OUTPUT = /failed to pull image ["[]?([^\s"\]]{1,300})["\]]?: output:$/;

/** The log of a program is quoted by the one that called it for an image. */
function quotedBy(before: string, fields: LogFields): LogFields {
  const image = fields.image ?? PULL_OUTPUT.exec(before.slice(-400).trimEnd())?.[1];
  return image === undefined ? fields : { ...fields, image };
}

/** An event as client-go logs it: object, type, reason, and the message bare. */
const EVENT = /^Event\([^()]{0,1000}\): type: '\w*' reason: '(\w{0,60})' /;

/** `"message" key="value" …`, `"message" err=<…>`, or the plain sentence of older klog. */
function klogFields(text: string, level: Message['level']): LogFields {
  const event = EVENT.exec(text);
  if (event !== null) return { text: text.slice(event[0].length), reason: event[1] as string };
  if (!text.startsWith('"')) return withLevel({ text }, level);
  const message = readQuoted(text, 0);
  const pairs = readPairs(text.slice(message.end));
  return withLevel(combine(message.value, pairs), level);
}

function pairFields(text: string): LogFields {
  const pairs = readPairs(text);
  return withLevel(combine(pairs.get('msg') ?? '', pairs), levelOf(pairs.get('level')));
}

/** logrus on a terminal: the message, padded with blanks, then `key=value` pairs. */
function ttyFields(text: string, level: Message['level']): LogFields {
  const start = text.search(/\s{2,}(?:error|err|key|host|image)=/);
  if (start < 0) return withLevel({ text }, level);
  return withLevel(combine(text.slice(0, start).trim(), readPairs(text.slice(start))), level);
}

function combine(message: string, pairs: ReadonlyMap<string, string>): LogFields {
  const error = pairs.get('err') ?? pairs.get('error') ?? answered(pairs) ?? refusal(pairs.get('response.status'));
  const image = pairs.get('image');
  const host = pairs.get('host');
  const event = pairs.get('message');
  const reason = pairs.get('reason');
  if (event !== undefined && error === '') return { text: event, ...(reason === undefined ? {} : { reason }) };
  return {
    text: error === '' ? message : message === '' ? error : `${message}: ${error}`,
    ...(image === undefined || image === '' ? {} : { image }),
    ...(host === undefined || host === '' ? {} : { host: host.replace(/^https?:\/\//, '') }),
  };
}

/** The log of a registry (distribution): the code and the message that it answered with. */
function answered(pairs: ReadonlyMap<string, string>): string | undefined {
  const code = pairs.get('err.code');
  return code === undefined ? undefined : `${code}: ${pairs.get('err.message') ?? ''}`;
}

/** containerd's debug log of an answer: only a refusal tells something. */
function refusal(status: string | undefined): string {
  return status !== undefined && /^[45]\d\d/.test(status) ? `unexpected status: ${status}` : '';
}

function withLevel(fields: LogFields, level: Message['level']): LogFields {
  return level === undefined ? fields : { ...fields, level };
}

const PAIR = /([A-Za-z_][\w.]{0,60})=/g;
const WANTED = new Set([
  'msg',
  'level',
  'err',
  'error',
  'image',
  'host',
  'provider',
  'response.status',
  'err.code',
  'err.message',
  // an event that a controller or a test logs
  'message',
  'reason',
]);

/** `key=value`, `key="go string"`, `key=<` several lines `>`. */
function readPairs(text: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  PAIR.lastIndex = 0;
  for (let found = PAIR.exec(text); found !== null; found = PAIR.exec(text)) {
    const at = found.index + found[0].length;
    const { value, end } = readValue(text, at);
    const key = found[1] as string;
    if (WANTED.has(key) && !pairs.has(key)) pairs.set(key, value);
    PAIR.lastIndex = end;
  }
  return pairs;
}

function readValue(text: string, at: number): { value: string; end: number } {
  if (text[at] === '"') return readQuotedValue(text, at);
  if (text[at] === '<') {
    const close = /\n\s*>/.exec(text.slice(at));
    const end = close === null ? text.length : at + close.index + close[0].length;
    return { value: text.slice(at + 1, close === null ? end : at + close.index).trim(), end };
  }
  const blank = text.slice(at, at + 4096).search(/\s/);
  const end = blank < 0 ? Math.min(text.length, at + 4096) : at + blank;
  return { value: text.slice(at, end), end };
}
