import { lookUp } from './helm/value.ts';
import { newKeyAfter } from './new-key.ts';
import type { WrittenContainer, WrittenWorkload } from './pod-template.ts';
import { type Edit, editOf, type Slot } from './slot.ts';
import type { Unit } from './unit.ts';
import { spellScalar } from './yaml-scalar.ts';
import type { YamlAt } from './yaml-source.ts';

/** Where a change belongs, and the edits that make it; undefined edits: the place is known, but not how to write there. */
export interface PlannedChange {
  readonly at: { readonly path: string; readonly offset: number };
  readonly edits?: readonly Edit[];
}

/** `imagePullPolicy` of a container: replaced, or written below its image. */
export function planPolicy(container: WrittenContainer, to: string): PlannedChange | undefined {
  const key = container.list === 'volumes' ? 'pullPolicy' : 'imagePullPolicy';
  const written = container.at.get(key);
  const slot =
    written === undefined
      ? newKeyAfter(container.at, container.list === 'volumes' ? 'reference' : 'image', (value) => `${key}: ${value}`)
      : written.slot();
  return slot === undefined ? undefined : planned(slot, to, written?.string() === to);
}

/** `resources.limits.memory` of a container: replaced, or written below what is there already. */
export function planMemoryLimit({ at }: WrittenContainer, to: string): PlannedChange | undefined {
  const written = at.at('resources', 'limits', 'memory');
  const slot = written === undefined ? newMemoryLimit(at) : written.slot();
  return slot === undefined ? undefined : planned(slot, to, written?.string() === to);
}

function newMemoryLimit(container: YamlAt): Slot | undefined {
  const resources = container.get('resources');
  const limits = resources?.get('limits');
  if (limits?.isMap() === true && limits.keys().length > 0) {
    return newKeyAfter(limits, limits.keys().at(-1) ?? '', (value) => `memory: ${value}`);
  }
  // An empty map in braces is somebody's choice of style that a new key cannot keep.
  if (resources !== undefined) {
    const last = resources.keys().at(-1);
    return last === undefined || limits !== undefined
      ? undefined
      : newKeyAfter(resources, last, (value, indent) => `limits:\n${indent}  memory: ${value}`);
  }
  return newKeyAfter(container, 'image', (value, indent) =>
    container.isFlow()
      ? `resources: {limits: {memory: ${value}}}`
      : `resources:\n${indent}  limits:\n${indent}    memory: ${value}`,
  );
}

/** A name in the pod template's `imagePullSecrets`. */
export function planPullSecret(
  { chart }: Unit,
  { podSpec }: WrittenWorkload,
  name: string,
  replaces: string | undefined,
): PlannedChange | undefined {
  const list = podSpec.get('imagePullSecrets');
  const names = list?.items().flatMap((item) => item.get('name') ?? []) ?? [];
  const wrong = replaces === undefined ? undefined : names.find((at) => at.string() === replaces)?.slot();
  if (wrong !== undefined) return planned(wrong, name, false);
  const listed = names.find((at) => at.string() === name)?.slot();
  if (listed !== undefined) return planned(listed, name, true);
  if (chart !== undefined && /imagePullSecrets|pullSecrets/.test(chart.templates)) return planValuesSecret(chart, name);
  if (list !== undefined) return appendName(podSpec, 'imagePullSecrets', list, name);
  return listBefore(podSpec, 'containers', 'imagePullSecrets', name);
}

/** A name in a ServiceAccount's `imagePullSecrets`, which stands at the top of the object. */
export function planAccountSecret(account: YamlAt, name: string): PlannedChange | undefined {
  const list = account.get('imagePullSecrets');
  const listed = list?.items().find((item) => item.get('name')?.string() === name);
  if (listed !== undefined) return at(listed, []);
  if (list !== undefined) return appendName(account, 'imagePullSecrets', list, name);
  return listAtEnd(account, 'imagePullSecrets', name);
}

/** The namespace of an object that makes a secret. */
export function planNamespace(object: YamlAt, to: string): PlannedChange | undefined {
  const slot = object.at('metadata', 'namespace')?.slot();
  return slot === undefined ? undefined : planned(slot, to, false);
}

function planned(slot: Slot, value: string, isThere: boolean): PlannedChange {
  return { at: { path: slot.path, offset: slot.start }, edits: isThere ? [] : [editOf(slot, value)] };
}

function at(node: YamlAt, edits: readonly Edit[]): PlannedChange | undefined {
  const line = node.source.line(node.start);
  return line === undefined ? undefined : { at: { path: line.path, offset: line.start + line.column }, edits };
}

/** Charts read the names from values: as maps with a name, or as bare names that the template turns into such. */
function planValuesSecret({ layers, templates }: NonNullable<Unit['chart']>, name: string): PlannedChange | undefined {
  const paths = [...templates.matchAll(/\.Values\.((?:\w{1,60}\.){0,4}(?:imagePullSecrets|pullSecrets))\b/g)].map((m) =>
    (m[1] ?? '').split('.'),
  );
  const bare = /name:\s*\{\{-?\s*(?:\.|\$\w+)\s*(?:\|\s*quote\s*)?-?\}\}/.test(templates);
  for (const path of paths) {
    if (lookUp(layers, path).kind === 'values') continue;
    const key = path.at(-1) ?? '';
    const parent = layers.findLast((layer) => layer(path) !== undefined)?.(path.slice(0, -1));
    const list = parent?.get(key);
    if (parent !== undefined && list?.isList() === true) return appendName(parent, key, list, name, bare);
  }
  return undefined;
}

/** One more item of a list, in the list's own style. */
function appendName(parent: YamlAt, key: string, list: YamlAt, name: string, bare = false): PlannedChange | undefined {
  const items = list.items();
  const isBare = items.length > 0 ? items[0]?.isMap() !== true : bare;
  if (list.isFlow()) {
    const end = list.source.line(list.end - 1);
    if (end === undefined) return undefined;
    const offset = end.start + end.column;
    const item = isBare ? spellScalar(name, 'plain') : `{name: ${spellScalar(name, 'plain')}}`;
    const text = items.length > 0 ? `, ${item}` : item;
    return { at: { path: end.path, offset }, edits: [{ path: end.path, start: offset, end: offset, text }] };
  }
  const first = list.source.line(items[0]?.start ?? list.start);
  const last = list.source.line(Math.max(list.start, list.end - 1));
  const keyLine = list.source.line(parent.span(key)?.start ?? list.start);
  if (first === undefined || last === undefined || keyLine === undefined) return undefined;
  const item = isBare ? spellScalar(name, 'plain') : `name: ${spellScalar(name, 'plain')}`;
  const text = `\n${' '.repeat(Math.max(0, first.column - 2))}- ${item}`;
  return {
    at: { path: keyLine.path, offset: keyLine.start + keyLine.column },
    edits: [{ path: last.path, start: last.end, end: last.end, text }],
  };
}

/** A new list of one name before another key, whose list shows how far items are set in. */
function listBefore(map: YamlAt, neighbour: string, key: string, name: string): PlannedChange | undefined {
  const span = map.span(neighbour);
  const line = span === undefined || map.isFlow() ? undefined : map.source.line(span.start);
  if (line === undefined || line.path.endsWith('.json')) return undefined;
  const firstKey = map.source.line(map.start);
  // The first key of a list item stands behind its dash: a line before it would be outside.
  if (firstKey === undefined || (map.start === span?.start && firstKey.column > 0 && isBehindDash(map)))
    return undefined;
  const indent = ' '.repeat(line.column);
  const step = itemIndent(map, neighbour, line.column);
  const text = `${indent}${key}:\n${indent}${step}- name: ${spellScalar(name, 'plain')}\n`;
  return {
    at: { path: line.path, offset: line.start },
    edits: [{ path: line.path, start: line.start, end: line.start, text }],
  };
}

/** A new list of one name as the last key of an object. */
function listAtEnd(map: YamlAt, key: string, name: string): PlannedChange | undefined {
  const first = map.source.line(map.start);
  const last = map.source.line(Math.max(map.start, map.end - 1));
  if (first === undefined || last === undefined || map.isFlow()) return undefined;
  const indent = ' '.repeat(first.column);
  const text = `\n${indent}${key}:\n${indent}  - name: ${spellScalar(name, 'plain')}`;
  return {
    at: { path: first.path, offset: first.start + first.column },
    edits: [{ path: last.path, start: last.end, end: last.end, text }],
  };
}

function isBehindDash(map: YamlAt): boolean {
  const before = map.source.text.slice(0, map.start);
  return /-[ \t]+$/.test(before);
}

/** Blanks between a key and the dashes below it: none or two, as the neighbour has it. */
function itemIndent(map: YamlAt, neighbour: string, column: number): string {
  const first = map.get(neighbour)?.items()[0];
  const line = first === undefined ? undefined : first.source.line(first.start);
  return line === undefined || line.column - 2 <= column
    ? first === undefined
      ? '  '
      : ''
    : ' '.repeat(line.column - 2 - column);
}
