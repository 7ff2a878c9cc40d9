import { indented, onlySlot, trimmed } from './fragments.ts';
import { toYaml } from './to-yaml.ts';
import { bool, fieldOf, isTrue, keysOf, NIL, piecesOf, plainText, stringOf, UNKNOWN, type Value } from './value.ts';

type TemplateFunction = (args: readonly Value[]) => Value;

/** A function of one text; where it changes nothing, the text keeps its place. */
function onText(change: (text: string, args: readonly string[]) => string): TemplateFunction {
  return (args) => {
    const value = args.at(-1) ?? NIL;
    const before = stringOf(value);
    const after = change(before, args.slice(0, -1).map(stringOf));
    return after === before && value.kind === 'text' ? value : plainText(after);
  };
}

function quoted(mark: string): TemplateFunction {
  return (args) => ({
    kind: 'text',
    pieces: args.flatMap((arg, i) => [{ text: `${i > 0 ? ' ' : ''}${mark}` }, ...piecesOf(arg), { text: mark }]),
  });
}

/** A default takes the place of what is not set, so that is where another value would be written. */
function withDefault([fallback = NIL, value = NIL]: readonly Value[]): Value {
  if (isTrue(value)) return value;
  const slot = value.kind === 'nil' ? value.slot : value.kind === 'text' ? onlySlot(value.pieces) : undefined;
  if (slot === undefined || fallback.kind !== 'text') return fallback;
  return { kind: 'text', pieces: [{ text: stringOf(fallback), slot }] };
}

function printf([format = NIL, ...args]: readonly Value[]): Value {
  const parts = stringOf(format).split(/(%[-+ #0-9.]{0,8}[a-zA-Z%])/);
  let next = 0;
  const pieces = parts.flatMap((part) => {
    if (!part.startsWith('%')) return part === '' ? [] : [{ text: part }];
    if (part === '%%') return [{ text: '%' }];
    const value = args[next] ?? NIL;
    next += 1;
    return part.endsWith('q') ? piecesOf(quoted('"')([value])) : piecesOf(value);
  });
  return { kind: 'text', pieces };
}

function dict(args: readonly Value[]): Value {
  const entries = new Map<string, Value>();
  for (let i = 0; i + 1 < args.length; i += 2) entries.set(stringOf(args[i] ?? NIL), args[i + 1] ?? NIL);
  return { kind: 'dict', entries };
}

function index([value = NIL, ...path]: readonly Value[]): Value {
  return path.reduce((at, key) => {
    if (at.kind === 'list') return at.items[Number(stringOf(key))] ?? NIL;
    return fieldOf(at, stringOf(key));
  }, value);
}

function isEqual(a: Value = NIL, b: Value = NIL): boolean {
  return stringOf(a) === stringOf(b) && (a.kind === 'nil') === (b.kind === 'nil');
}

/** Kinds of values by the names that Go has for them. */
const KINDS: Readonly<Record<Value['kind'], string>> = {
  text: 'string',
  bool: 'bool',
  nil: 'invalid',
  values: 'map',
  dict: 'map',
  list: 'slice',
  unknown: '',
};

/** Maps over each other, the strongest last; maps inside them as well. */
function merged(maps: readonly Value[]): Value {
  const entries = new Map<string, Value>();
  for (const map of maps) {
    for (const key of keysOf(map)) {
      const [old, value] = [entries.get(key), fieldOf(map, key)];
      const areMaps = old !== undefined && KINDS[old.kind] === 'map' && KINDS[value.kind] === 'map';
      if (areMaps) entries.set(key, merged([old, value]));
      else if (value.kind !== 'nil' || old === undefined) entries.set(key, value);
    }
  }
  return { kind: 'dict', entries };
}

const last: TemplateFunction = (args) => args.at(-1) ?? NIL;

/** Too long a replacement of too long a text is left undone. */
function replaced(text: string, [from = '', to = '']: readonly string[]): string {
  return from === '' || text.length * to.length > 2 ** 24 ? text : text.replaceAll(from, to);
}

/** What charts use around images and names: Go's own functions, sprig and Helm. Others give something unknown. */
export const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['default', withDefault],
  ['coalesce', (args) => args.find(isTrue) ?? NIL],
  ['ternary', ([yes = NIL, no = NIL, test = NIL]) => (isTrue(test) ? yes : no)],
  ['required', last],
  ['quote', quoted('"')],
  ['squote', quoted("'")],
  ['print', (args) => ({ kind: 'text', pieces: args.flatMap(piecesOf) })],
  ['printf', printf],
  ['toString', last],
  ['deepCopy', last],
  ['trim', onText((text) => text.trim())],
  ['lower', onText((text) => text.toLowerCase())],
  ['upper', onText((text) => text.toUpperCase())],
  ['trunc', onText((text, [n]) => (Number(n) >= 0 ? text.slice(0, Number(n)) : text.slice(Number(n))))],
  ['trimSuffix', onText((text, [end = '']) => (end !== '' && text.endsWith(end) ? text.slice(0, -end.length) : text))],
  ['trimPrefix', onText((text, [start = '']) => (text.startsWith(start) ? text.slice(start.length) : text))],
  ['trimAll', onText((text) => text.trim())],
  ['replace', onText(replaced)],
  ['contains', ([part = NIL, text = NIL]) => bool(stringOf(text).includes(stringOf(part)))],
  ['hasPrefix', ([part = NIL, text = NIL]) => bool(stringOf(text).startsWith(stringOf(part)))],
  ['hasSuffix', ([part = NIL, text = NIL]) => bool(stringOf(text).endsWith(stringOf(part)))],
  ['eq', ([first, ...others]) => bool(others.some((other) => isEqual(first, other)))],
  ['ne', ([a, b]) => bool(!isEqual(a, b))],
  ['not', ([value = NIL]) => bool(!isTrue(value))],
  ['empty', ([value = NIL]) => bool(!isTrue(value))],
  ['and', (args) => args.find((arg) => !isTrue(arg)) ?? last(args)],
  ['or', (args) => args.find(isTrue) ?? last(args)],
  ['dict', dict],
  ['merge', (args) => merged([...args].reverse())],
  ['mustMerge', (args) => merged([...args].reverse())],
  ['mergeOverwrite', merged],
  ['mustMergeOverwrite', merged],
  ['semverCompare', ([range = NIL]) => bool(!/^\s*</.test(stringOf(range)))],
  ['kindIs', ([kind = NIL, value = NIL]) => bool(KINDS[value.kind] === stringOf(kind))],
  ['concat', (args) => ({ kind: 'list', items: args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [])) })],
  ['uniq', last],
  ['compact', last],
  ['list', (args) => ({ kind: 'list', items: args })],
  ['index', index],
  ['get', ([map = NIL, key = NIL]) => fieldOf(map, stringOf(key))],
  [
    'dig',
    (args) => {
      const found = index([args.at(-1) ?? NIL, ...args.slice(0, -2)]);
      return isTrue(found) ? found : (args.at(-2) ?? NIL);
    },
  ],
  ['hasKey', ([map = NIL, key = NIL]) => bool(keysOf(map).includes(stringOf(key)))],
  ['first', ([list = NIL]) => (list.kind === 'list' ? (list.items[0] ?? NIL) : UNKNOWN)],
  [
    'join',
    ([by = NIL, list = NIL]) =>
      list.kind === 'list' ? plainText(list.items.map(stringOf).join(stringOf(by))) : UNKNOWN,
  ],
  ['toYaml', ([value = NIL]) => ({ kind: 'text', pieces: toYaml(value) })],
  ['toJson', ([value = NIL]) => ({ kind: 'text', pieces: toYaml(value) })],
  [
    'indent',
    ([columns = NIL, text = NIL]) => ({ kind: 'text', pieces: indented(piecesOf(text), Number(stringOf(columns))) }),
  ],
  [
    'nindent',
    ([columns = NIL, text = NIL]) => ({
      kind: 'text',
      pieces: [{ text: '\n' }, ...indented(trimmed(piecesOf(text)), Number(stringOf(columns)))],
    }),
  ],
]);
