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
  // JSON has quotes around keys; nobody writes manifests in it by hand.
  if (path.endsWith('.json')) return undefined;
  if (map.isFlow()) {
    const offset = last.start + last.column;
    return { path, start: offset, end: offset, spell: (value) => `, ${spell(value, '')}` };
  }
  const indent = ' '.repeat(line.column);
  return { path, start: last.end, end: last.end, spell: (value) => `\n${indent}${spell(value, indent)}` };
}
