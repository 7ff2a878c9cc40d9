import { Composer, type CST, type Document, type LineCounter, Parser } from 'yaml';

/** Lists and maps inside each other: schemas of custom resources have some forty. */
const MAX_DEPTH = 100;
/** Maps and lists as keys of maps that are keys: nobody writes them, and each takes the library ever longer. */
const MAX_KEY_DEPTH = 8;

/** The library's own, with where lines start. */
export type YamlOptions = NonNullable<ConstructorParameters<typeof Composer>[0]> & {
  readonly lineCounter?: LineCounter;
};

/** The documents of a text; what is wrong with their syntax stands in their `errors`. Or why none were made, in a clause. */
export type Yaml = { readonly documents: readonly Document.Parsed[] } | { readonly problem: string };

/**
 * Reads YAML that a stranger may have written. The library calls itself for each level, to the end of the stack, where
 * V8 ends the process if it has a regular expression to compile: texts that nest so are not given to it.
 */
export function parseYaml(text: string, options: YamlOptions = {}): Yaml {
  const tokens = [...new Parser(options.lineCounter?.addNewLine).parse(text)];
  if (nestsTooDeeply(tokens)) return { problem: 'nested too deeply' };
  const composer = new Composer({ logLevel: 'silent', prettyErrors: false, ...options });
  return { documents: [...composer.compose(tokens)] };
}

interface Open {
  readonly token: CST.Token;
  readonly depth: number;
  readonly keyDepth: number;
}

/** The library's tokens stand in each other as what they become does, and are made without recursion. */
function nestsTooDeeply(tokens: readonly CST.Token[]): boolean {
  const open: Open[] = tokens.map((token) => ({ token, depth: 0, keyDepth: 0 }));
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.depth > MAX_DEPTH || at.keyDepth > MAX_KEY_DEPTH) return true;
    open.push(...inside(at));
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
