import { runsOver, startsRule } from '../walk.ts';
import { JAVA_STATUS } from './java-status.ts';
import { CUT_KLOG } from './log-line.ts';

/** Lines that belong together. */
export interface Record {
  readonly kind: RecordKind;
  readonly line: number;
  /** Which object's printout it is in; each `Name:` or `Events:` begins another. */
  readonly group: number;
  readonly text: string;
}

/** `plain`: begins with words of the grammar, so no carrier is around it. */
export type RecordKind = 'row' | 'log' | 'keyed' | 'noise' | 'plain' | 'text';

const ROW = /(?:^|\s|\|)(?:Normal|Warning)[\s|]+[A-Z][A-Za-z]{2,60}[\s|]/;
const POD_ROW = /^\s*\S{1,253}\s+(?:\S{1,253}\s+)?\d+\/\d+\s+(?:Init:)?[A-Z][A-Za-z]{4,60}\s+\d+/;
const LOG =
  /^\s*(?:[EWIF]\d{4} \d\d:|(?:FATA|ERRO|WARN|INFO|DEBU)\[|time="?\d|level=|\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:|[A-Z][a-z]{2}\s+\d{1,2} \d\d:\d\d:\d\d\b|\[(?:ERROR|WARNING) [A-Z]|\{")/;
/** docker compose: a head, then a row for each service with a mark before and the time at the end. */
const COMPOSE = /^\s*(?:\[\+\] [A-Z][a-z]+ \d|[^\x00-\x7f] +\S.{0,400}\d(?:\.\d)?s *$)/;
/** buildkit without a terminal: the number of the step, and the seconds that it ran. */
const BUILDKIT = /^#\d{1,4} (?:\d{1,6}\.\d{1,3} )?\S/;
const KEYED = /^\s*(?:- )?"?(message|reason|Message|Reason|msg)"?\s*:(?:\s|$)/;
const CLI =
  /^\s*(?:Error|ERROR|error|Warning|WARNING|FATAL|fatal|docker|ctr|crictl|nerdctl|podman|skopeo|kubectl)\b[^:\n]{0,40}: /;
const DESCRIBE_KEY =
  /^\s*(?:Name|Namespace|Priority|Priority Class Name|Node|Start Time|Labels|Annotations|Status|IPs?|Controlled By|Containers|Init Containers|Ephemeral Containers|Container ID|Image|Image ID|Ports?|Host Ports?|State|Last State|Ready|Restart Count|Environment|Mounts|Conditions|Volumes|Type|QoS Class|Node-Selectors|Tolerations|Events|Limits|Requests|Command|Args|Exit Code|Started|Finished|TokenExpirationSeconds|ConfigMapName|Optional|DownwardAPI|Service Account|Liveness|Readiness|Startup|SecretName|Path|HostPathType|Medium|SizeLimit|Replicas|Selector|Pod Template|Host|Created|apiVersion|kind|metadata|spec|status)\s*:/;
const NEXT_OBJECT = /^(?:Name|Events):\s/;
const COLUMN_HEADS =
  /^\s*(?:Type\s+Reason\s+|LAST ?SEEN\s+|NAME\s+READY\s+|FirstSeen\s+|NAMESPACE\s+|-{4}[-\s]*$|\w+\s+Status$)/i;

/** Splits a cleaned text into records: one per event row, log line, key or paragraph. */
export function splitRecords(text: string): readonly Record[] {
  if (!text.includes('\n')) return [{ kind: startsRule(text) ? 'plain' : kindOf(text), line: 1, group: 0, text }];
  const records: Record[] = [];
  let open: OpenRecord | undefined;
  let number = 0;
  let group = 0;
  for (const line of text.split('\n')) {
    number++;
    if (line.trim() === '') {
      if (open !== undefined && !open.bracketed && !isOpen(open.last)) open = close(open, records);
      continue;
    }
    const kind = kindOf(line);
    if (open !== undefined && continues(open, line, kind)) {
      open.lines.push(line);
      open.last = line;
      open.lists = open.lists || LIST_OPEN.test(line);
      if (open.bracketed && BRACKET_CLOSE.test(line)) open.bracketed = false;
      continue;
    }
    if (open !== undefined) close(open, records);
    if (NEXT_OBJECT.test(line)) group++;
    open = {
      kind,
      line: number,
      group,
      lines: [line],
      last: line,
      indent: indentOf(line),
      bracketed: BRACKET_OPEN.test(line),
      lists: LIST_OPEN.test(line),
    };
  }
  if (open !== undefined) close(open, records);
  return records;
}

interface OpenRecord {
  readonly kind: RecordKind;
  readonly line: number;
  readonly group: number;
  readonly lines: string[];
  readonly indent: number;
  last: string;
  /** Inside klog's `err=<` … ` >`. */
  bracketed: boolean;
  /** A list of `code: message` lines was opened. */
  lists: boolean;
}

function close({ kind, line, group, lines }: OpenRecord, records: Record[]): undefined {
  records.push({ kind, line, group, text: lines.join('\n') });
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function kindOf(line: string): RecordKind {
  if (ROW.test(line) || POD_ROW.test(line)) return 'row';
  if (LOG.test(line) || COMPOSE.test(line) || BUILDKIT.test(line) || CUT_KLOG.test(line)) return 'log';
  if (KEYED.test(line)) return 'keyed';
  if (JAVA_STATUS.test(line)) return 'text';
  if (DESCRIBE_KEY.test(line) || COLUMN_HEADS.test(line)) return 'noise';
  return 'text';
}

/** A line goes on with the record before it unless it plainly starts something of its own. */
function continues(open: OpenRecord, line: string, kind: RecordKind): boolean {
  const indent = indentOf(line);
  if (open.bracketed) return (kind !== 'row' && kind !== 'log') || indent > 0;
  if (kind === 'row' || kind === 'log' || JAVA_STATUS.test(line)) return false;
  if (open.kind === 'keyed') return indent > open.indent;
  if (kind === 'keyed' || open.kind === 'noise') return false;
  if (kind === 'noise') return runsOver(open.last, line);
  if (open.lists && CODE_AND_MESSAGE.test(line)) return true;
  if ((LAYER.test(line) || LISTED.test(line)) && !isOpen(open.last)) return false;
  if (isOpen(open.last) || STATUS_AT_END.test(open.last.slice(-80)) || /^\s*\(/.test(line)) return true;
  return (!CLI.test(line) && !startsRule(line)) || runsOver(open.last, line);
}

/** The state of one layer, as the docker client prints it. */
const LAYER = /^\s*[0-9a-f]{12}: \S/;

/** One of several errors: podman and buildah print a line for each registry that they tried. */
const LISTED = /^\s*\* \S/;

/** The client library of docker prints several errors of a registry as `errors:` and one `code: message` a line. */
const LIST_OPEN = /\berrors:\s*$/;
const CODE_AND_MESSAGE = /^\s*[a-z][a-z ]{2,40}: \S/;

/** klog prints a value of several lines as `err=<` … ` >`. */
const BRACKET_OPEN = /=<\s*$/;
const BRACKET_CLOSE = /^\s*>/;

/** containerd 2.1 prints the registry's words on the line after the status. */
const STATUS_AT_END = /: [45]\d\d [A-Z][A-Za-z -]{2,40}$/;

/** The line ends where more must come: after a colon, inside quotes or brackets. */
function isOpen(line: string): boolean {
  const tail = line.slice(-2000).trimEnd();
  // `====` is a progress bar, and no value is missing after it
  if (/[:({[,]$|(?<!=)=$|following policies$/.test(tail)) return true;
  let quotes = 0;
  for (let at = 0; at < tail.length; at++) {
    if (tail[at] === '\\') at++;
    else if (tail[at] === '"') quotes++;
  }
  return quotes % 2 === 1;
}
