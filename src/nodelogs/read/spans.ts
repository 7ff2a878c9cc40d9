import { endsInSecretName } from '../../core/redact-named.ts';

/** A secret value that goes on below the line that opens it. */
export interface Span {
  readonly kind: 'block' | 'words' | 'quoted';
  /** How deep the opening line stands. */
  readonly depth: number;
  /** What closes a quoted value. */
  readonly quote: string;
}

const OPENING = /^([\s-]{0,200})["']?([\w./-]{1,80})["']?[ \t]{0,3}([:=])[ \t]{0,20}/;
/** Anchors and tags before a value of YAML. */
const PROPERTIES = /^(?:[&!][^\s]{0,80}[ \t]{1,8}){0,2}/;
const BLOCK = /^[|>][-+\d]{0,3}[ \t]{0,80}(?:#.*)?$/;
/** `key:` or `- key: value`: what stands below the name is a map of its own. */
const IS_MAPPING = /^[\s-]*["']?[\w./-]{1,80}["']?\s{0,3}:(?:\s|$)/;

/** The secret value that a line opens: a block of YAML, words or a quoted string over several lines. */
export function openedBy(line: string, isNamed: boolean): Span | undefined {
  const [head, indentation = '', name = '', separator] = OPENING.exec(line) ?? [];
  if (head === undefined) return undefined;
  const depth = indentation.length;
  if (separator === ':' && name === 'stringData') return { kind: 'block', depth, quote: '' };
  if (!endsInSecretName(`name: ${name}`) && !(isNamed && name === 'value')) return undefined;
  const value = line.slice(head.length).replace(PROPERTIES, '');
  if (separator === ':' && BLOCK.test(value)) return { kind: 'block', depth, quote: '' };
  const quote = /^(?:"""|'''|"|')/.exec(value)?.[0];
  if (quote === undefined) return separator === ':' ? { kind: 'words', depth, quote: '' } : undefined;
  return isClosed(value.slice(quote.length), quote) ? undefined : { kind: 'quoted', depth, quote };
}

/** Whether a line belongs to the value; `undefined` where the value ended before it. */
export function spanHides(span: Span, line: string): 'blank' | 'more' | 'last' | undefined {
  if (line.trim() === '') return 'blank';
  if (span.kind === 'quoted') return isClosed(line, span.quote) ? 'last' : 'more';
  const depth = /^\s*/.exec(line)?.[0].length ?? 0;
  if (depth <= span.depth) return undefined;
  return span.kind === 'words' && IS_MAPPING.test(line) ? undefined : 'more';
}

function isClosed(text: string, quote: string): boolean {
  return text.replace(/\\./g, '').includes(quote);
}
