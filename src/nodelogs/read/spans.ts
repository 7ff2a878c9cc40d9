import { opensSecretElement } from '../../core/redact-markup.ts';
import { endsInSecretName } from '../../core/redact-named.ts';

/** A secret value that goes on below the line that opens it. */
export interface Span {
  readonly kind: 'block' | 'words' | 'quoted' | 'list' | 'element' | 'heredoc' | 'base64';
  /** How deep the opening line stands. */
  readonly depth: number;
  /** What closes a quoted value, a list, an element or a here-document. */
  readonly quote: string;
}

const OPENING = /^([\s-]{0,200})["']?([\w./-]{1,80})["']?[ \t]{0,3}([:=])[ \t]{0,20}/;
/** Anchors and tags before a value of YAML. */
const PROPERTIES = /^(?:[&!][^\s]{0,80}[ \t]{1,8}){0,2}/;
const BLOCK = /^[|>][-+\d]{0,3}[ \t]{0,80}(?:#.*)?$/;
/** `key:` or `- key: value`: what stands below the name is a map of its own. */
const IS_MAPPING = /^[\s-]*["']?[\w./-]{1,80}["']?\s{0,3}:(?:\s|$)/;
const HEREDOC = /(?<!<)<<[-~]?\s{0,3}\\?["']?([A-Za-z_]\w{0,39})["']?/;
/** What a here-document feeds is a secret; files whose own text is redacted line by line are not among them. */
const FEEDS_SECRET =
  /passw|secret|credential|token|\.netrc|\.pgpass|\.npmrc|\.pypirc|\.key\b|id_(?:rsa|ecdsa|ed25519)|api[_-]?key/i;
/** The first line of a private key or a document in base64, wrapped. */
const WRAPPED = /(?:^|[\s:="'])(?:LS0tLS1CRUdJTi(?!BDRVJUSUZJ|BQVUJMSUM)|eyJ)[A-Za-z0-9+/]{30,8000}$/;

/** The secret value that a line opens: a block of YAML, words, a list or a quoted string over several lines. */
export function openedBy(line: string, isNamed: boolean): Span | undefined {
  return openedByValue(line, isNamed) ?? openedByText(line);
}

function openedByValue(line: string, isNamed: boolean): Span | undefined {
  const [head, indentation = '', name = '', separator] = OPENING.exec(line) ?? [];
  if (head === undefined) return undefined;
  const depth = indentation.length;
  if (separator === ':' && name === 'stringData') return { kind: 'block', depth, quote: '' };
  if (!endsInSecretName(`name: ${name}`) && !(isNamed && name === 'value')) return undefined;
  const value = line.slice(head.length).replace(PROPERTIES, '');
  if (separator === ':' && BLOCK.test(value)) return { kind: 'block', depth, quote: '' };
  if (opensList(value) && (separator === '=' || value.trim() !== '[')) return { kind: 'list', depth, quote: ']' };
  const quote = /^(?:"""|'''|"|')/.exec(value)?.[0];
  if (quote !== undefined)
    return isClosed(value.slice(quote.length), quote) ? undefined : { kind: 'quoted', depth, quote };
  return separator === ':' ? { kind: 'words', depth, quote: '' } : undefined;
}

function openedByText(line: string): Span | undefined {
  const depth = depthOf(line);
  const word = line.includes('<<') ? HEREDOC.exec(line)?.[1] : undefined;
  if (word !== undefined && FEEDS_SECRET.test(line)) return { kind: 'heredoc', depth, quote: word };
  if (opensSecretElement(line)) return { kind: 'element', depth, quote: '</' };
  return WRAPPED.test(line.slice(-8_192)) ? { kind: 'base64', depth, quote: '' } : undefined;
}

/** Whether a value is a list that goes on below. */
export function opensList(value: string): boolean {
  return value.startsWith('[') && !value.includes(']');
}

/** Whether a line belongs to the value; `undefined` where the value ended before it. */
export function spanHides(span: Span, line: string): 'blank' | 'more' | 'last' | undefined {
  const { kind, quote } = span;
  if (line.trim() === '') return 'blank';
  if (kind === 'quoted') return isClosed(line, quote) ? 'last' : 'more';
  if (kind === 'list' || kind === 'element') return line.includes(quote) ? 'last' : 'more';
  if (kind === 'heredoc') return line.trim() === quote ? 'last' : 'more';
  if (kind === 'base64') return /^\s*[A-Za-z0-9+/]{4,}={0,2}["']?$/.test(line) ? 'more' : undefined;
  const isMapping = kind === 'words' && IS_MAPPING.test(line);
  const isItem = kind === 'words' && depthOf(line) === span.depth && /^\s*-\s/.test(line);
  return !isMapping && (isItem || depthOf(line) > span.depth) ? 'more' : undefined;
}

/** Columns of blanks before a line's text. */
export function depthOf(line: string): number {
  return /^\s*/.exec(line)?.[0].length ?? 0;
}

function isClosed(text: string, quote: string): boolean {
  return text.replace(/\\./g, '').includes(quote);
}
