import { indentOf, type Line } from './describe/tree.ts';
import { startsEntry } from './logs/entry.ts';
import { tableOf } from './tables.ts';

type SegmentKind = 'json' | 'yaml' | 'describe' | 'events' | 'pods' | 'event-section' | 'log' | 'text';

/** A stretch of a text with one form. */
export interface Segment {
  readonly kind: SegmentKind;
  readonly lines: readonly Line[];
  /** The command that printed it, when its prompt line was pasted too. */
  readonly command?: string;
}

type Open = { kind: SegmentKind; lines: Line[]; command?: string; framed?: boolean };

/** `$ kubectl describe pod api-x -n shop`, also with `oc`, `k`, and a prompt before it. */
const PROMPT = /^\s*(?:\S{0,80}\s?[$#%>❯]\s*)?((?:kubectl|oc|k|crictl|journalctl|sudo)\s+\S.*)$/;
/** `kubectl cluster-info dump` frames the logs of containers with these. */
const LOGS_START = /^==== START logs for container \S+ of pod \S+ ====$/;
const LOGS_END = /^==== END logs for container \S+ of pod \S+ ====$/;
/** What Markdown puts around output; no part of what stands between. */
const FENCE = /^(?:`{3,}|~{3,})[\w+-]{0,20}\s*$/;
const YAML_START = /^(?:- )?(?:apiVersion|kind):\s+\S/;
const EVENTS_SECTION = /^\s*(?:Events:\s*(?:<none>)?\s*$|Type\s+Reason\s+Age\s+From\s+)/;

/** Cuts a text into stretches by the lines with which known forms begin. Linear. */
export function segmentsOf(text: string, firstLine = 1): Segment[] {
  const lines = text.split('\n').map((line, index): Line => ({ text: line, number: firstLine + index }));
  const segments: Open[] = [];
  let current: Open = { kind: 'text', lines: [] };
  let command: string | undefined;
  const begin = (kind: SegmentKind, framed = false) => {
    if (current.lines.length > 0) segments.push(current);
    current = { kind, lines: [], framed, ...(command === undefined ? {} : { command }) };
  };
  for (const [index, line] of lines.entries()) {
    if (current.framed === true ? LOGS_END.test(line.text) : LOGS_START.test(line.text)) {
      begin(current.framed === true ? 'text' : 'log', current.framed !== true);
      continue;
    }
    if (current.framed === true) {
      current.lines.push(line);
      continue;
    }
    if (FENCE.test(line.text)) {
      begin('text');
      continue;
    }
    const prompt = promptOf(line.text);
    if (prompt !== undefined) {
      command = prompt;
      begin('text');
      continue;
    }
    const kind = startOf(lines, index, current);
    if (kind !== undefined && !(kind === current.kind && CONTINUOUS.has(kind))) begin(kind);
    else if (kind === undefined && endsAt(line.text, current.kind)) begin('text');
    current.lines.push(line);
  }
  begin('text');
  return segments;
}

/** Forms whose first line may come again inside them. */
const CONTINUOUS: ReadonlySet<SegmentKind> = new Set(['yaml', 'log', 'json']);

function promptOf(text: string): string | undefined {
  const found = PROMPT.exec(text)?.[1];
  return found !== undefined && /^(?:kubectl|oc|k|crictl|journalctl|sudo)\s/.test(found) && !found.includes(':  ')
    ? found
    : undefined;
}

function startOf(lines: readonly Line[], index: number, current: Open): SegmentKind | undefined {
  const text = lines[index]?.text ?? '';
  if (text === '') return undefined;
  if (isDescribeStart(lines, index, current)) return 'describe';
  const table = tableOf(text);
  if (table !== undefined) return table;
  if (current.kind !== 'json' && isJsonStart(lines, index)) return 'json';
  if (isYamlStart(lines, index)) return 'yaml';
  if (current.kind !== 'describe' && current.kind !== 'event-section' && EVENTS_SECTION.test(text))
    return 'event-section';
  return current.kind !== 'json' && startsEntry(text) ? 'log' : undefined;
}

/** Tables end at an empty line, logs at the first line that neither begins an entry nor is indented. */
function endsAt(text: string, kind: SegmentKind): boolean {
  if (kind === 'events' || kind === 'pods') return text.trim() === '';
  return kind === 'log' && (text === '' || /^\S/.test(text)) && !/^[}\])>]/.test(text);
}

const DESCRIBE_SECOND = /^\s*(?:Namespace|Labels|Priority|Roles|Annotations|CreationTimestamp|Selector):(?:\s|$)/;

function isDescribeStart(lines: readonly Line[], index: number, current: Open): boolean {
  const text = lines[index]?.text ?? '';
  if (!/^\s*Name:\s+\S/.test(text)) return false;
  if (current.kind === 'describe' && indentOf(text) > indentOf(current.lines[0]?.text ?? '')) return false;
  return lines.slice(index + 1, index + 3).some((line) => DESCRIBE_SECOND.test(line.text));
}

/** JSON that is meant as a document: what it is stands near its beginning. */
function isJsonStart(lines: readonly Line[], index: number): boolean {
  const text = lines[index]?.text ?? '';
  if (text[0] !== '{' && text[0] !== '[') return false;
  const head = lines.slice(index, index + 6).map((line) => line.text.slice(0, 400));
  return /"(?:apiVersion|kind|items)"\s*:/.test(head.join('\n'));
}

function isYamlStart(lines: readonly Line[], index: number): boolean {
  const text = lines[index]?.text ?? '';
  if (text === '---') return lines.slice(index + 1, index + 4).some((line) => YAML_START.test(line.text));
  if (!YAML_START.test(text)) return false;
  return text.includes('apiVersion:') || lines.slice(index + 1, index + 4).some((line) => YAML_START.test(line.text));
}
