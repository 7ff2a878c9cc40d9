import type { Slot } from './slot.ts';
import type { YamlAt } from './yaml-source.ts';

/** Where a key that a map does not have yet would be written: below another key of it, in the style of the map. */
export function newKeyAfter(
  map: YamlAt,
  neighbour: string,
  spell: (value: string, column: string) => string,
): Slot | undefined {
  const span = map.span(neighbour);
  if (span === undefined) return undefined;
  const line = map.source.line(span.start);
  const last = map.source.line(map.isFlow() ? span.end : Math.max(span.start, span.end - 1));
  if (line === undefined || last === undefined || line.path !== last.path) return undefined;
  const { path } = line;
  if (map.isFlow()) {
    const offset = last.start + last.column;
    const between = betweenItems(map, span.start);
    return { path, start: offset, end: offset, spell: (value) => `,${between}${inFlow(map, spell(value, ''))}` };
  }
  const indent = ' '.repeat(line.column);
  return { path, start: last.end, end: last.end, spell: (value) => `\n${indent}${spell(value, indent)}` };
}

/** `key: value` as it stands in a map in braces; JSON has quotes around both. */
export function inFlow(map: YamlAt, entry: string): string {
  if (!map.isJson()) return entry;
  const [, key = '', value = ''] = /^([\w.-]+):\s*([\s\S]*)$/.exec(entry) ?? [];
  return /^["{[]/.test(value) ? `"${key}": ${value}` : `"${key}": ${JSON.stringify(value)}`;
}

/** What stands between the items of a map in braces: a line feed where each has a line of its own. */
export function betweenItems(map: YamlAt, keyStart: number): string {
  const { text } = map.source;
  const start = text.lastIndexOf('\n', keyStart - 1) + 1;
  const before = text.slice(start, keyStart);
  return start > map.start && /^[ \t]*$/.test(before) ? `\n${before}` : ' ';
}
