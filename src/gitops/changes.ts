import type { Layers } from './helm/value.ts';
import { betweenItems, inFlow, newKeyAfter } from './new-key.ts';
import type { WrittenContainer, WrittenWorkload } from './pod-template.ts';
import { type Edit, editOf, type Slot } from './slot.ts';
import type { Unit } from './unit.ts';
import { spellScalar } from './yaml-scalar.ts';
import type { Line, YamlAt } from './yaml-source.ts';

/** Where a change belongs, and the edits that make it; undefined edits: the place is known, but not how to write there. */
export interface PlannedChange {
  readonly at: { readonly path: string; readonly offset: number };
  readonly edits?: readonly Edit[];
  /** The map that is changed: whoever else is made of it gets the change as well. */
  readonly within?: YamlAt;
}

/** `imagePullPolicy` of a container: replaced where it counts, or written below its image. */
export function planPolicy({ maps, fields, list }: WrittenContainer, to: string): PlannedChange | undefined {
  const [key, image] = list === 'volumes' ? ['pullPolicy', 'reference'] : ['imagePullPolicy', 'image'];
  const map = maps.findLast((at) => at.get(key) !== undefined) ?? maps.at(-1);
  const written = fields?.get(key) ?? map?.get(key);
  if (map === undefined) return undefined;
  const neighbour = [image, 'name', ...map.keys()].find((name) => map.pair(name) !== undefined) ?? image;
  const slot = written === undefined ? newKeyAfter(map, neighbour, (value) => `${key}: ${value}`) : written.slot();
  return slot === undefined ? undefined : { ...planned(slot, to, written?.string() === to), within: map };
}

/** `pullPolicy` among the values of a chart from elsewhere; a key that it may not read is not invented. */
export function planValuesPolicy(layers: Layers, path: readonly string[], to: string): PlannedChange | undefined {
  for (const key of ['pullPolicy', 'imagePullPolicy']) {
    const at = layers.map((layer) => layer([...path, key])).findLast((found) => found !== undefined);
    const slot = at?.slot();
    if (slot !== undefined) return planned(slot, to, at?.string() === to);
  }
  return undefined;
}

/** `resources.limits.memory` of a container: replaced, or written below what is there already. */
export function planMemoryLimit({ maps }: WrittenContainer, to: string): PlannedChange | undefined {
  const at = maps.findLast((map) => map.at('resources', 'limits') !== undefined) ?? maps[0];
  if (at === undefined) return undefined;
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
  { podSpecs }: WrittenWorkload,
  name: string,
  replaces: string | undefined,
): PlannedChange | undefined {
  const names = podSpecs.flatMap((spec) =>
    (spec.get('imagePullSecrets')?.items() ?? []).flatMap((item) => item.get('name') ?? []),
  );
  const wrong = replaces === undefined ? undefined : names.findLast((at) => at.string() === replaces)?.slot();
  if (wrong !== undefined) return planned(wrong, name, false);
  const listed = names.findLast((at) => at.string() === name)?.slot();
  if (listed !== undefined) return planned(listed, name, true);
  if (chart?.templates !== undefined && /imagePullSecrets|pullSecrets/.test(chart.templates)) {
    return planTemplateSecret(chart.layers, chart.templates, name);
  }
  const podSpec = podSpecs.findLast((spec) => spec.get('imagePullSecrets') !== undefined) ?? podSpecs.at(-1);
  const list = podSpec?.get('imagePullSecrets');
  if (podSpec === undefined) return undefined;
  const plan =
    list === undefined
      ? listBefore(podSpec, 'containers', 'imagePullSecrets', name)
      : appendName(podSpec, 'imagePullSecrets', list, name);
  return plan === undefined ? undefined : { ...plan, within: podSpec };
}

/** A name in a ServiceAccount's `imagePullSecrets`, which stands at the top of the object. */
export function planAccountSecret({ chart }: Unit, account: YamlAt, name: string): PlannedChange | undefined {
  const list = account.get('imagePullSecrets');
  const listed = list?.items().find((item) => item.get('name')?.string() === name);
  if (listed !== undefined) return at(listed, []);
  if (chart?.templates !== undefined && /ServiceAccount[\s\S]*?[iI]magePullSecrets/.test(chart.templates)) {
    const plan = planTemplateSecret(chart.layers, chart.templates, name);
    if (plan !== undefined) return plan;
  }
  if (list !== undefined) return appendName(account, 'imagePullSecrets', list, name);
  return listAtEnd(account, 'imagePullSecrets', name);
}

function planned(slot: Slot, value: string, isThere: boolean): PlannedChange {
  return { at: { path: slot.path, offset: slot.start }, edits: isThere ? [] : [editOf(slot, value)] };
}

function at(node: YamlAt, edits: readonly Edit[]): PlannedChange | undefined {
  const line = node.source.line(node.start);
  return line === undefined ? undefined : { at: { path: line.path, offset: line.start + line.column }, edits };
}

/** Keys under which charts keep the names of pull secrets. */
const SECRET_KEYS = ['imagePullSecrets', 'pullSecrets'] as const;

/** Charts read the names from values: as maps with a name, or as bare names that the template turns into such. */
function planTemplateSecret(layers: Layers, templates: string, name: string): PlannedChange | undefined {
  const paths = [...templates.matchAll(/\.Values\.((?:\w{1,60}\.){0,4}(?:imagePullSecrets|pullSecrets))\b/g)].map((m) =>
    (m[1] ?? '').split('.'),
  );
  const bare = /name:\s*\{\{-?\s*(?:\.|\$\w+)\s*(?:\|\s*quote\s*)?-?\}\}/.test(templates);
  const written = paths.map((path) => appendInValues(layers, path, name, bare)).find((plan) => plan !== undefined);
  const [first] = paths;
  return written ?? (first === undefined ? undefined : newInValues(layers, first, name, bare));
}

/** The list that the values of a chart from elsewhere already have; a key that it may not read is not invented. */
export function planValuesSecret(layers: Layers, near: readonly string[], name: string): PlannedChange | undefined {
  const parents = [near, near.slice(0, -1), [], ['global']];
  const paths = parents.flatMap((parent) => SECRET_KEYS.map((key) => [...parent, key]));
  return paths.map((path) => appendInValues(layers, path, name, false)).find((plan) => plan !== undefined);
}

function appendInValues(
  layers: Layers,
  path: readonly string[],
  name: string,
  bare: boolean,
): PlannedChange | undefined {
  const key = path.at(-1) ?? '';
  const parent = layers.findLast((layer) => layer(path) !== undefined)?.(path.slice(0, -1));
  const list = parent?.get(key);
  if (parent === undefined || list?.isList() !== true) return undefined;
  const listed = list.items().find((item) => (item.get('name') ?? item).string() === name);
  return listed === undefined ? appendName(parent, key, list, name, bare) : at(listed, []);
}

/** A new key of the strongest values that have the map around it. */
function newInValues(layers: Layers, path: readonly string[], name: string, bare: boolean): PlannedChange | undefined {
  const key = path.at(-1) ?? '';
  const isMap = (at: YamlAt | undefined) => at?.isMap() === true && at.keys().length > 0;
  const parent = layers.findLast((layer) => isMap(layer(path.slice(0, -1))))?.(path.slice(0, -1));
  return parent === undefined ? undefined : listAtEnd(parent, key, name, bare);
}

function itemOf(map: YamlAt, name: string, isBare: boolean): string {
  if (map.isJson()) return isBare ? JSON.stringify(name) : `{"name": ${JSON.stringify(name)}}`;
  return isBare ? spellScalar(name, 'plain') : `{name: ${spellScalar(name, 'plain')}}`;
}

/** One more item of a list, in the list's own style. */
function appendName(parent: YamlAt, key: string, list: YamlAt, name: string, bare = false): PlannedChange | undefined {
  const items = list.items();
  const isBare = items.length > 0 ? items[0]?.isMap() !== true : bare;
  const keyLine = list.source.line(parent.span(key)?.start ?? list.start);
  if (list.isFlow()) {
    const last = items.at(-1);
    const end = list.source.line(last?.end ?? list.end - 1);
    if (end === undefined || keyLine === undefined) return undefined;
    const offset = end.start + end.column;
    const item = itemOf(parent, name, isBare);
    const text = last === undefined ? item : `,${betweenItems(list, last.start)}${item}`;
    return {
      at: { path: keyLine.path, offset: keyLine.start + keyLine.column },
      edits: [{ path: end.path, start: offset, end: offset, text }],
    };
  }
  const first = list.source.line(items[0]?.start ?? list.start);
  const last = list.source.line(Math.max(list.start, list.end - 1));
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
  const line = span === undefined ? undefined : map.source.line(span.start);
  if (span === undefined || line === undefined) return undefined;
  if (map.isFlow()) {
    const offset = line.start + line.column;
    const entry = inFlow(map, `${key}: [${itemOf(map, name, false)}]`);
    const text = `${entry},${betweenItems(map, span.start)}`;
    return { at: { path: line.path, offset }, edits: [{ path: line.path, start: offset, end: offset, text }] };
  }
  const firstKey = map.source.line(map.start);
  // The first key of a list item stands behind its dash: a line before it would be outside.
  if (firstKey === undefined || (map.start === span.start && firstKey.column > 0 && isBehindDash(map)))
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
function listAtEnd(map: YamlAt, key: string, name: string, isBare = false): PlannedChange | undefined {
  const lastKey = map.keys().findLast((k) => map.pair(k) !== undefined);
  if (map.isFlow()) {
    const slot =
      lastKey === undefined ? undefined : newKeyAfter(map, lastKey, () => `${key}: [${itemOf(map, name, isBare)}]`);
    return slot === undefined ? undefined : planned(slot, name, false);
  }
  const first = map.source.line(map.start);
  const last = map.source.line(Math.max(map.start, map.end - 1)) ?? lastKeyLine(map);
  if (first === undefined || last === undefined) return undefined;
  const indent = ' '.repeat(first.column);
  const item = isBare ? spellScalar(name, 'plain') : `name: ${spellScalar(name, 'plain')}`;
  const text = `\n${indent}${key}:\n${indent}  - ${item}`;
  return {
    at: { path: first.path, offset: first.start + first.column },
    edits: [{ path: last.path, start: last.end, end: last.end, text }],
  };
}

/** The line of the last key of all, where its value comes from somewhere else. */
function lastKeyLine(map: YamlAt): Line | undefined {
  const key = map.keys().at(-1);
  const value = key === undefined ? undefined : map.get(key);
  if (key === undefined) return undefined;
  if (value?.isMap() === true) return lastKeyLine(value);
  const span = map.span(key);
  const isOneLine = span !== undefined && !map.source.text.slice(span.start, span.end).includes('\n');
  return isOneLine ? map.source.line(span.start) : undefined;
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
