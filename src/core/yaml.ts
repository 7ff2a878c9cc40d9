import {
  Composer,
  type CST,
  type Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  Lexer,
  type LineCounter,
  Parser,
  YAMLParseError,
} from 'yaml';

/** Lists and maps inside each other: schemas of custom resources have some forty. */
const MAX_DEPTH = 100;
/** Maps and lists as keys of maps that are keys: nobody writes them, and each takes the library ever longer. */
const MAX_KEY_DEPTH = 8;

/** Tokens that belong to nothing: the first say that the text is none. */
const MAX_STRAYS = 100;

/** The library's own, with where lines start. */
export type YamlOptions = Omit<NonNullable<ConstructorParameters<typeof Composer>[0]>, 'uniqueKeys'> & {
  readonly lineCounter?: LineCounter;
  /** `false`: a key may stand twice in a map; left out: that is an error. */
  readonly uniqueKeys?: false;
};

/** The documents of a text; what is wrong with their syntax stands in their `errors`. Or why none were made, in a clause. */
export type Yaml = { readonly documents: readonly Document.Parsed[] } | { readonly problem: string };

/**
 * Reads YAML that a stranger may have written. The library calls itself for each level, to the end of the stack, where
 * V8 ends the process if it has a regular expression to compile: texts that nest so are not given to it.
 */
export function parseYaml(text: string, options: YamlOptions = {}): Yaml {
  const tokens = tokensOf(text, options.lineCounter);
  if (tokens === undefined || tokens.some(nestsTooDeeply)) return { problem: 'nested too deeply' };
  return { documents: composed(tokens, { logLevel: 'silent', prettyErrors: false, ...options }) };
}

/** The library compares each key of a map with all before it: for tens of thousands that takes minutes. */
function tellDuplicates({ contents, errors }: Document.Parsed): void {
  const open: unknown[] = [contents];
  while (open.length > 0) {
    const node = open.pop();
    if (isMap(node)) for (const error of duplicatesIn(node.items.map(({ key }) => key))) errors.push(error);
    if (isPair(node)) open.push(node.key, node.value);
    else if (isCollection(node)) for (const item of node.items) open.push(item);
  }
}

function duplicatesIn(keys: readonly unknown[]): readonly YAMLParseError[] {
  const seen = new Set<unknown>();
  return keys.filter(isScalar).flatMap(({ value, range }) => {
    const isNew = !seen.has(value);
    seen.add(value);
    return isNew
      ? []
      : [new YAMLParseError([range?.[0] ?? 0, range?.[1] ?? 0], 'DUPLICATE_KEY', 'Map keys must be unique')];
  });
}

/** A text may hold a million errors, and a stack for each would take longer than all else. */
function composed(tokens: readonly CST.Token[], options: YamlOptions): readonly Document.Parsed[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const documents = [...new Composer({ ...options, uniqueKeys: false }).compose(tokens)];
    if (options.uniqueKeys !== false) documents.forEach(tellDuplicates);
    return documents;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The library's tokens, which stand in each other as what they become does; undefined as soon as they are too many. */
function tokensOf(text: string, lines: LineCounter | undefined): readonly CST.Token[] | undefined {
  const parser = new Parser(lines?.addNewLine);
  lines?.addNewLine(0);
  const tokens: CST.Token[] = [];
  let strays = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) {
      strays += token.type === 'error' ? 1 : 0;
      if (token.type !== 'error' || strays <= MAX_STRAYS) tokens.push(token);
    }
    // A document and what stands in the innermost are on it too.
    if (parser.stack.length > MAX_DEPTH + 2) return undefined;
  }
  return [...tokens, ...parser.end()];
}

interface Open {
  readonly token: CST.Token;
  readonly depth: number;
  readonly keyDepth: number;
}

/** Without recursion. */
function nestsTooDeeply(token: CST.Token): boolean {
  const open: Open[] = [{ token, depth: 0, keyDepth: 0 }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.depth > MAX_DEPTH || at.keyDepth > MAX_KEY_DEPTH) return true;
    for (const part of inside(at)) open.push(part);
  }
  return false;
}

function inside({ token, depth, keyDepth }: Open): readonly Open[] {
  if (token.type === 'document') return token.value ? [{ token: token.value, depth, keyDepth }] : [];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [
    ...(key ? [{ token: key, depth: depth + 1, keyDepth: keyDepth + 1 }] : []),
    ...(value ? [{ token: value, depth: depth + 1, keyDepth }] : []),
  ]);
}
