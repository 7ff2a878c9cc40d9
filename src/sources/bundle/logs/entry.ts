import type { LogKind } from '../../../core/snapshot.ts';
import type { LogTime } from '../reading.ts';

const MONTHS = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
const ISO = '\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d)?';

/** klog, of the kubelet: `E1120 22:12:51.979756     859 remote_image.go:250] …`. */
const KLOG = /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+\s/;
/** logrus, of containerd, CRI-O and dockerd: `time="2026-11-20T22:12:51.38Z" level=info msg=…`. */
const LOGRUS = /^time="?\d{4}-\d\d-\d\dT/;
/** journalctl and syslog, `short`: `Nov 20 22:12:51 node-a kubelet[859]: …`. */
const SHORT = new RegExp(
  `^(?:${MONTHS}) [ \\d]\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)? (\\S+) ([\\w@.\\\\/-]+)(?:\\[\\d+\\])?:`,
);
/** journalctl `short-iso`, and syslog with RFC 3339 times. */
const SHORT_ISO = new RegExp(`^(${ISO}) (\\S+) ([\\w@.\\\\/-]+)(?:\\[\\d+\\])?:`);
/** Anything else that begins with a full time: CRI container logs, files of agents. */
const PLAIN_ISO = new RegExp(`^\\[?(${ISO})[\\]\\s]`);
/** JSON Lines of the journal, of klog and logrus in JSON form, and of docker's json-file driver. */
const JSON_LINE = /^\{"/;

/** `talosctl logs` puts the address of the node before each line; it is not the node's name. */
const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|(?=[0-9a-f]{0,4}:)[0-9a-f:]{3,39}): (?=[{IWEFt\d])/;

function withoutAddress(line: string): string {
  return line.replace(ADDRESS, '');
}

/** Whether a line begins an entry of a log; all else continues the one before. */
export function startsEntry(printed: string): boolean {
  const line = withoutAddress(printed);
  return (
    KLOG.test(line) ||
    LOGRUS.test(line) ||
    SHORT.test(line) ||
    SHORT_ISO.test(line) ||
    PLAIN_ISO.test(line) ||
    (JSON_LINE.test(line) && isJsonEntry(line))
  );
}

/** Fields that only log lines have; Kubernetes objects on one line have none of them in front. */
function isJsonEntry(line: string): boolean {
  const head = line.slice(0, 4096);
  return /"(?:MESSAGE|__REALTIME_TIMESTAMP|msg|log|ts|textPayload)"\s*:/.test(head) && !head.includes('"apiVersion"');
}

/** What a log entry tells of itself. */
export interface EntryHead {
  /** The entry without wrapper: the message of a journal's JSON line; else the line as it is. */
  readonly raw: string;
  readonly log?: LogKind;
  readonly host?: string;
  readonly time?: LogTime;
}

export function headOf(printed: string): EntryHead {
  const raw = withoutAddress(printed);
  if (JSON_LINE.test(raw)) return jsonHead(raw) ?? { raw };
  const short = SHORT.exec(raw);
  const iso = short === null ? SHORT_ISO.exec(raw) : null;
  const host = short?.[1] ?? iso?.[2];
  const unit = short?.[2] ?? iso?.[3];
  const log = logOfUnit(unit) ?? logOfBody(raw);
  const time = timeOf(raw);
  return {
    raw,
    ...(log === undefined ? {} : { log }),
    ...(host === undefined ? {} : { host }),
    ...(time === undefined ? {} : { time }),
  };
}

const UNITS: readonly (readonly [RegExp, LogKind])[] = [
  [/kubelet|hyperkube/, 'kubelet'],
  [/containerd/, 'containerd'],
  [/crio|cri-o/, 'cri-o'],
  [/dockerd|docker|cri-dockerd/, 'docker'],
  [/^kernel$/, 'kernel'],
];

export function logOfUnit(unit: string | undefined): LogKind | undefined {
  if (unit === undefined) return undefined;
  return UNITS.find(([pattern]) => pattern.test(unit))?.[1];
}

/** Sources of the kubelet in klog's `file.go:line`. */
const KUBELET_FILE =
  /\b(?:kubelet\w*|kuberuntime\w*|remote_\w+|pod_workers|image_\w+|eviction\w*|plugin|puller|kube_docker\w*)\.go:\d+\]/;

function logOfBody(raw: string): LogKind | undefined {
  const head = raw.slice(0, 400);
  if (KUBELET_FILE.test(head)) return 'kubelet';
  if (/\bfile="?(?:server|storage|resourcestore|lib)\/|\bname=\/runtime\.v1/.test(raw)) return 'cri-o';
  if (/Handler for (?:GET|POST)|libcontainerd|Attempting next endpoint for pull/.test(head)) return 'docker';
  if (/PullImage \\?"|stop pulling image|containerd|RunPodSandbox/.test(head) && /time="?\d{4}-/.test(head))
    return 'containerd';
  return undefined;
}

const INNER_TIME = /\btime="?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))/;
const KLOG_TIME = /^(?:.{0,200}?[\s:])?[IWEF](\d\d)(\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?)\s/;
const SHORT_TIME = new RegExp(`^(${MONTHS}) ([ \\d]\\d) (\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?)`);

/** A time with its year if any is printed; one without zone is taken as UTC, which nodes run on. */
function timeOf(raw: string): LogTime | undefined {
  const head = raw.slice(0, 400);
  const full = INNER_TIME.exec(head)?.[1] ?? new RegExp(`^\\[?(${ISO})`).exec(head)?.[1];
  if (full !== undefined) return absolute(full);
  const short = SHORT_TIME.exec(head);
  if (short !== null) {
    const [, month = '', day = '', clock = ''] = short;
    const number = MONTHS.split('|').indexOf(month) + 1;
    return { withoutYear: `${String(number).padStart(2, '0')}-${day.trim().padStart(2, '0')}T${clock}Z` };
  }
  const klog = KLOG_TIME.exec(head);
  return klog === null ? undefined : { withoutYear: `${klog[1]}-${klog[2]}T${klog[3]}Z` };
}

function absolute(text: string): LogTime | undefined {
  const normal = text
    .replace(' ', 'T')
    .replace(',', '.')
    .replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
  const zoned = /(?:Z|[+-]\d\d:\d\d)$/.test(normal) ? normal : `${normal}Z`;
  const ms = Date.parse(zoned);
  return Number.isNaN(ms) ? undefined : { at: new Date(ms).toISOString() };
}

/** The journal as JSON, docker's json-file wrapper, Google Cloud Logging; a structured log's own JSON stays whole. */
function jsonHead(raw: string): EntryHead | undefined {
  const fields = jsonFields(raw);
  if (fields === undefined) return undefined;
  const payload = recordIn(fields.jsonPayload);
  const message = fields.MESSAGE ?? fields.log ?? fields.textPayload ?? payload.MESSAGE ?? payload.message;
  const micros = Number(fields.__REALTIME_TIMESTAMP);
  const stamp = fields.time ?? fields.ts ?? fields.timestamp;
  const time = Number.isFinite(micros) && micros > 0 ? fromMillis(micros / 1000) : jsonTime(stamp);
  const unit = text(fields.SYSLOG_IDENTIFIER) ?? text(fields._SYSTEMD_UNIT) ?? unitOfService(fields, payload);
  const log = logOfUnit(unit) ?? logOfBody(raw);
  const host = text(fields._HOSTNAME) ?? text(payload._HOSTNAME) ?? nodeOfService(fields);
  return {
    raw: typeof message === 'string' ? message.trimEnd() : raw,
    ...(log === undefined ? {} : { log }),
    ...(host === undefined ? {} : { host }),
    ...(time === undefined ? {} : { time }),
  };
}

/** Cloud Logging: the unit, or the name of its log: `projects/p/logs/container-runtime`. */
function unitOfService({ logName }: Fields, payload: Fields): string | undefined {
  const name = text(logName)?.split('/').at(-1);
  return text(payload.SYSLOG_IDENTIFIER) ?? (name === 'container-runtime' ? 'containerd' : name);
}

function nodeOfService({ resource }: Fields): string | undefined {
  return text(recordIn(recordIn(resource).labels).node_name);
}

type Fields = Readonly<Record<string, unknown>>;

function recordIn(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function jsonFields(raw: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** klog's JSON form writes milliseconds with a fraction. */
function jsonTime(value: unknown): LogTime | undefined {
  if (typeof value === 'string') return absolute(value);
  return typeof value === 'number' ? fromMillis(value > 1e11 ? value : value * 1000) : undefined;
}

function fromMillis(ms: number): LogTime | undefined {
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? undefined : { at: time.toISOString() };
}
