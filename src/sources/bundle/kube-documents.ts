import type { Gap } from '../../core/fact.ts';
import { type ParsedDocument, parseDocument, type Refusal } from '../objects-schema.ts';
import { coverageOfList } from './coverage.ts';
import { EMPTY_READING, type FileContext, joinReadings, type Reading, type ReadObject } from './reading.ts';

/** A parsed JSON or YAML value and its place in the file. */
export interface KubeDocument {
  readonly value: unknown;
  readonly locator: string;
}

/** Reads the Kubernetes objects out of values; those that are none give nothing. */
export function readKubeDocuments(documents: readonly KubeDocument[], file: FileContext): Reading {
  return joinReadings(documents.map((document) => readOne(document, file)));
}

function readOne({ value, locator }: KubeDocument, file: FileContext): Reading {
  const document = parseDocument(value);
  const objects = document.objects.map((parsed, index): ReadObject => {
    return { parsed, locator: document.list === undefined ? locator : `${locator} items[${index}]` };
  });
  const gaps = [...gapsOf(document, file), ...errorListGaps(value, file)];
  const known = objects.length + gaps.length > 0 || document.list !== undefined;
  if (document.watch === 'DELETED') return { ...EMPTY_READING, known, removed: objects };
  const coverage = document.list === undefined ? [] : coverageOfList(document.list, document.objects, file, locator);
  return { ...EMPTY_READING, known, objects, coverage, gaps };
}

/** Objects with fields of a wrong type are told once per file; a saved refusal is a gap, never an absence. */
function gapsOf(document: ParsedDocument, file: FileContext): Gap[] {
  const odd = document.objects.filter((parsed) => parsed.dropped.length > 0);
  const first = odd[0];
  const gaps: Gap[] = [];
  if (first !== undefined) {
    const { object, dropped } = first;
    const others = odd.length > 1 ? ` and fields of ${odd.length - 1} other objects` : '';
    const where = `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    gaps.push({ wanted: `${dropped.slice(0, 3).join(', ')} of ${where}${others} in ${file.name}`, why: 'unreadable' });
  }
  if (document.refusal !== undefined && document.watch === undefined) gaps.push(...refusalGaps(document.refusal));
  return gaps;
}

const REFUSALS: ReadonlySet<string> = new Set(['Forbidden', 'Unauthorized']);

function refusalGaps({ reason, message }: Refusal): Gap[] {
  return REFUSALS.has(reason) ? [{ wanted: forbiddenThing(message), why: 'forbidden' }] : [];
}

/** `secrets "regcred" is forbidden: User …` is about `secrets "regcred"`. */
export function forbiddenThing(message: string): string {
  const at = message.indexOf(' is forbidden');
  const thing = at < 0 ? message : message.slice(0, at);
  return thing.replace(/^.*\(Forbidden\): /, '').slice(-200);
}

/** Troubleshoot writes what it could not collect beside it: `pods-errors.json`, a list of messages. */
function errorListGaps(value: unknown, file: FileContext): Gap[] {
  if (!/-errors\.json$/.test(file.name) || typeof value !== 'object' || value === null) return [];
  const messages = Object.values(value).filter((message): message is string => typeof message === 'string');
  return messages
    .filter((message) => message.includes('forbidden'))
    .slice(0, 20)
    .map((message) => ({ wanted: forbiddenThing(message), why: 'forbidden' }));
}
