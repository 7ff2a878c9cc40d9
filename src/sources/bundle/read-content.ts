import { defined } from '../schema/defined.ts';
import { eventOfRow, eventRows, type Involved } from './describe/events.ts';
import { readDescribe } from './describe/read-describe.ts';
import { readJsonDocuments } from './json-documents.ts';
import { forbiddenThing, readKubeDocuments } from './kube-documents.ts';
import { startsEntry } from './logs/entry.ts';
import { readExportedLogs } from './logs/exported-logs.ts';
import { readLog } from './logs/read-log.ts';
import { unwrapped } from './logs/unwrap.ts';
import { readLooseText, speaksOfFailedPull } from './loose-text.ts';
import { EMPTY_READING, type FileContext, joinReadings, type Reading } from './reading.ts';
import { type Segment, segmentsOf } from './segments.ts';
import { readEventTable, readPodTable } from './tables.ts';
import { readYamlDocuments } from './yaml-documents.ts';

/** Reads one text, whatever it is; its form is told by its content. Never throws. */
export function readContent(copied: string, file: FileContext): Reading {
  if (copied.trim() === '') return EMPTY_READING;
  const text = unwrapped(copied);
  if (looksLikeLog(text)) return readNamedLog(text, 1, file);
  return withoutTalk(/^\s*[[{]/.test(text) ? readJsonFirst(text, file) : readSegments(text, 1, file));
}

/** A log; a short one that was named itself also as a whole, for lines of programs whose entries mean nothing one by one. */
function readNamedLog(text: string, line: number, file: FileContext): Reading {
  const entries = readLog(text, line, file);
  const raw = text.trim();
  if (!file.named || raw.length > file.limits.textChars) return entries;
  return { ...entries, texts: [{ locator: `${file.name}:${line}`, raw, wholeLog: true }] };
}

/** Words around pasted output are talk, unless they are about a failed pull; without any output they are all there is. */
function withoutTalk(reading: Reading): Reading {
  return reading.known ? { ...reading, texts: reading.texts.filter(({ raw }) => speaksOfFailedPull(raw)) } : reading;
}

/** Lines at the beginning that are looked at, and the share of them that makes a log. */
const SAMPLE_CHARS = 64 * 1024;
const SAMPLE_LINES = 40;
const LOG_SHARE = 0.5;

/** Whether most of the first lines begin entries of a log. */
export function looksLikeLog(text: string): boolean {
  const lines = text
    .slice(0, SAMPLE_CHARS)
    .split('\n')
    .filter((line) => line !== '' && !/^\s/.test(line));
  const sample = lines.slice(0, SAMPLE_LINES);
  const entries = sample.filter(startsEntry).length;
  return entries > 0 && entries >= sample.length * LOG_SHARE;
}

/** JSON documents from the first character on; `cluster-info dump` prints logs after them. */
function readJsonFirst(text: string, file: FileContext): Reading {
  const { documents, end, truncated } = readJsonDocuments(text);
  const exported = readExportedLogs(
    documents.map(({ value }) => value),
    file,
    (inner) => readContent(inner, file),
  );
  const several = documents.length > 1;
  const lines = several ? new Lines(text) : undefined;
  const kube =
    exported ??
    readKubeDocuments(
      documents.map(({ value, start }) => ({ value, locator: lines ? `${file.name}:${lines.at(start)}` : file.name })),
      file,
    );
  if (truncated) {
    const gap = {
      wanted: `the rest of ${file.name}`,
      why: 'truncated' as const,
      how: 'the file ends inside its JSON: collect it again',
    };
    return { ...kube, gaps: [...kube.gaps, gap] };
  }
  const rest = text.slice(end);
  if (rest.trim() !== '') return joinReadings([kube, readRest(rest, new Lines(text).at(end), documents.length, file)]);
  return kube.known || !file.named ? kube : joinReadings([kube, readLooseText(text, 1, file)]);
}

/** What follows JSON, or what began like JSON and is none. */
function readRest(rest: string, line: number, documents: number, file: FileContext): Reading {
  if (documents === 0 && !file.named) return EMPTY_READING;
  return readSegments(rest, line, file);
}

/** Line numbers of rising offsets. */
class Lines {
  readonly #text: string;
  #line = 1;
  #from = 0;

  constructor(text: string) {
    this.#text = text;
  }

  at(offset: number): number {
    let next = this.#text.indexOf('\n', this.#from);
    while (next >= 0 && next < offset) {
      this.#line += 1;
      this.#from = next + 1;
      next = this.#text.indexOf('\n', this.#from);
    }
    return this.#line;
  }
}

function readSegments(text: string, firstLine: number, file: FileContext): Reading {
  return joinReadings(segmentsOf(text, firstLine).map((segment) => readSegment(segment, withCommand(file, segment))));
}

/** The namespace that the printed command asked for. */
function withCommand(file: FileContext, { command }: Segment): FileContext {
  const namespace = /\s(?:-n|--namespace)[ =]?([a-z0-9][a-z0-9-]*)/.exec(command ?? '')?.[1];
  return namespace === undefined ? file : { ...file, place: { ...file.place, namespace } };
}

function readSegment(segment: Segment, file: FileContext): Reading {
  const { lines } = segment;
  const line = lines[0]?.number ?? 1;
  const text = () => lines.map((each) => each.text).join('\n');
  switch (segment.kind) {
    case 'describe':
      return readDescribe(lines, file);
    case 'pods':
      return readPodTable(lines, file);
    case 'events':
      return readEventTable(lines, file);
    case 'event-section':
      return readEventSection(segment, file);
    case 'log':
      return readNamedLog(text(), line, file);
    case 'yaml':
      return readYaml(text(), line, file);
    case 'json':
      return readJsonSegment(text(), line, file);
    case 'text':
      return readPlain(text(), line, file);
  }
}

function readYaml(text: string, line: number, file: FileContext): Reading {
  const { documents, problems } = readYamlDocuments(text, line, file.limits);
  const several = documents.length > 1;
  const kube = readKubeDocuments(
    documents.map(({ value, line: at }) => ({ value, locator: several ? `${file.name}:${at}` : file.name })),
    file,
  );
  const gaps = problems.map((problem) => ({ wanted: `${file.name} ${problem}`, why: 'unreadable' as const }));
  const read = { ...kube, gaps: [...kube.gaps, ...gaps] };
  // cut or torn in copying: its messages can still be read as text
  return documents.length > 0 || !speaksOfFailedPull(text)
    ? read
    : joinReadings([read, readLooseText(text, line, file)]);
}

function readJsonSegment(text: string, line: number, file: FileContext): Reading {
  const { documents, end, truncated } = readJsonDocuments(text);
  const kube = readKubeDocuments(
    documents.map(({ value }) => ({ value, locator: `${file.name}:${line}` })),
    file,
  );
  const rest = text.slice(end);
  if (truncated || rest.trim() === '') return kube;
  return joinReadings([kube, readLooseText(rest, line, file)]);
}

/** kubectl's own "no" is a gap; the rest is for the decoder. */
function readPlain(text: string, line: number, file: FileContext): Reading {
  const refusals = [...text.matchAll(/^Error from server \(Forbidden\): .*$/gm)].slice(0, 20);
  const gaps = refusals.map(([message]) => ({ wanted: forbiddenThing(message), why: 'forbidden' as const }));
  const rest = refusals.reduce((left, [message]) => left.replace(message, ''), text);
  const loose = readLooseText(rest, line, file);
  return { ...loose, gaps, known: gaps.length > 0 };
}

/**
 * An events table without the object above it. Its pod may be named by the command or by a message;
 * else the messages are all there is, and are judged as text.
 */
function readEventSection(segment: Segment, file: FileContext): Reading {
  const rows = eventRows(segment.lines);
  const involved = involvedFromCommand(segment.command, file) ?? involvedFromMessages(rows.map((row) => row.message));
  if (involved !== undefined) {
    return {
      ...EMPTY_READING,
      known: true,
      objects: rows.map((row) => eventOfRow(row, involved, `${file.name}:${row.line}`)),
    };
  }
  const raw = [...new Set(rows.map((row) => row.message))].join('\n');
  const line = rows[0]?.line ?? segment.lines[0]?.number ?? 1;
  return raw === '' ? EMPTY_READING : { ...EMPTY_READING, texts: [{ locator: `${file.name}:${line}`, raw }] };
}

function involvedFromCommand(command: string | undefined, { place }: FileContext): Involved | undefined {
  const name = /\sdescribe\s+(?:-\S+\s+)*(?:po|pods?)[ /]([a-z0-9][a-z0-9.-]*)/.exec(command ?? '')?.[1];
  return name === undefined ? undefined : { kind: 'Pod', name, ...defined({ namespace: place.namespace }) };
}

const ASSIGNED = /^Successfully assigned (?:([a-z0-9-]+)\/)?([a-z0-9][a-z0-9.-]*) to \S+/;

function involvedFromMessages(messages: readonly string[]): Involved | undefined {
  const [, namespace, name] = messages.map((message) => ASSIGNED.exec(message)).find((found) => found !== null) ?? [];
  return name === undefined ? undefined : { kind: 'Pod', name, ...defined({ namespace }) };
}
