import { isScalar } from 'yaml';
import { styleOf } from './yaml-scalar.ts';
import type { Source, YamlAt } from './yaml-source.ts';

/** A text in quotes on one line that says what is written: JSON in a patch, mostly. */
function quotedSource({ node, source }: YamlAt): Source | undefined {
  if (!isScalar(node) || typeof node.value !== 'string' || node.range == null) return undefined;
  const start = node.range[0] + (styleOf(node) === 'plain' ? 0 : 1);
  const text = node.value;
  if (!/^\s*(?:[[{]|- )/.test(text) || source.text.slice(start, start + text.length) !== text) return undefined;
  return {
    path: source.path,
    text,
    ...(source.unread === undefined ? {} : { unread: source.unread }),
    pieces: (from, to) => source.pieces(start + from, start + to),
    line: (offset) => source.line(start + offset),
  };
}

/** A literal block scalar as a source of its own: its lines without the indentation. */
export function embeddedSource(at: YamlAt): Source | undefined {
  const { node, source } = at;
  if (!isScalar(node) || node.type !== 'BLOCK_LITERAL' || node.range == null) return quotedSource(at);
  const [start, end] = node.range;
  const first = source.text.indexOf('\n', start) + 1;
  if (first === 0) return undefined;
  const raw = source.text.slice(first, end).split('\n');
  const indent = raw.find((line) => line.trim() !== '')?.search(/\S/) ?? 0;
  const starts: { readonly inner: number; readonly outer: number }[] = [];
  let inner = 0;
  let outer = first;
  for (const line of raw) {
    const cut = Math.min(indent, line.length);
    starts.push({ inner, outer: outer + cut });
    inner += line.length - cut + 1;
    outer += line.length + 1;
  }
  const toOuter = (offset: number) => {
    const line = starts.findLast((s) => s.inner <= offset) ?? { inner: 0, outer: first };
    return line.outer + (offset - line.inner);
  };
  return {
    path: source.path,
    text: raw.map((line) => line.slice(Math.min(indent, line.length))).join('\n'),
    ...(source.unread === undefined ? {} : { unread: source.unread }),
    pieces: (from, to) => source.pieces(toOuter(from), toOuter(from) + (to - from)),
    line: (offset) => source.line(toOuter(offset)),
  };
}
