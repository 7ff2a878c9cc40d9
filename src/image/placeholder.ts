/** Template variables and stand-ins that no tool replaced before the manifest was applied. */

export interface Placeholder {
  readonly start: number;
  readonly end: number;
  /** What the construct is and why it is still there, for a person. */
  readonly explains: string;
}

/** How one template language writes a variable; `close` ends it. */
interface Style {
  readonly open: string;
  readonly close: string;
  readonly explains: string;
}

const RENDER = 'render the manifest with a value before it is applied';

/** Longer openings first: `${` and `$(` before a bare `$`. */
const STYLES: readonly Style[] = [
  { open: '{{', close: '}}', explains: `is a template that was never rendered; ${RENDER}` },
  { open: '#{', close: '}', explains: `is a pipeline token that was never replaced; ${RENDER}` },
  { open: '${', close: '}', explains: `is a variable that was never substituted; ${RENDER}` },
  {
    open: '$(',
    close: ')',
    explains: `was never substituted: Kubernetes expands $(NAME) in command, args and env, never in image; ${RENDER}`,
  },
  { open: '%!', close: ')', explains: 'is what Go prints for a bad format; a value was missing or of the wrong type' },
  { open: '{', close: '}', explains: `is a variable that was never substituted; ${RENDER}` },
  {
    open: '<',
    close: '>',
    explains: 'is a stand-in from documentation or a template; put the real value in its place',
  },
];

/** What programs print in angle brackets instead of a missing value. */
const PRINTED_FOR_NOTHING: ReadonlyMap<string, string> = new Map([
  ['<none>', 'is what image lists print for a missing tag or name; use a tag that exists'],
  ['<nil>', 'is what a Go template prints for a missing value; set that value'],
  ['<no value>', 'is what a Go template prints for a missing value; set that value'],
]);

/** The longest placeholder worth looking for; bounds the work on hostile input. */
const PLACEHOLDER_MAX = 256;

/** The first placeholder whose marks no valid reference can hold. */
export function findPlaceholder(raw: string): Placeholder | undefined {
  for (let start = 0; start < raw.length; start += 1) {
    if (!'{#$%<@'.includes(raw.charAt(start))) continue;
    const found = bracketed(raw, start) ?? bareVariable(raw, start) ?? surrounded(raw, start);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Tags and elements that parse, but that a script wrote in place of a missing value. */
const WORDS_FOR_NOTHING: ReadonlySet<string> = new Set(['undefined', 'null', 'none', 'nil', 'nan']);
const STAND_INS: ReadonlySet<string> = new Set(
  'tag image_tag imagetag docker_tag version replace_me replaceme changeme change_me todo xxx placeholder'.split(' '),
);

/** Why a well-formed tag is surely no tag: an unset value in words, or a stand-in left in place. */
export function standInTag(tag: string): string | undefined {
  const word = tag.toLowerCase();
  if (WORDS_FOR_NOTHING.has(word)) return 'is what scripts print for a missing value';
  if (STAND_INS.has(word.replaceAll('-', '_'))) return 'is a stand-in that was never replaced';
  const dunder = word.length > 4 && word.startsWith('__') && word.endsWith('__');
  return dunder ? 'is a stand-in that was never replaced' : undefined;
}

function bracketed(raw: string, start: number): Placeholder | undefined {
  const style = STYLES.find(({ open }) => raw.startsWith(open, start));
  if (style === undefined) return undefined;
  const window = raw.slice(start, start + PLACEHOLDER_MAX);
  const close = window.indexOf(style.close, style.open.length);
  const end = start + (close < 0 ? style.open.length : close + style.close.length);
  return { start, end, explains: PRINTED_FOR_NOTHING.get(raw.slice(start, end)) ?? style.explains };
}

/** `$TAG`. */
function bareVariable(raw: string, start: number): Placeholder | undefined {
  if (raw[start] !== '$') return undefined;
  const end = identifierEnd(raw, start + 1);
  const explains =
    end > start + 1
      ? `is a variable that was never substituted; ${RENDER}`
      : 'begins a variable that was never substituted';
  return { start, end, explains };
}

/** `%TAG%` of Windows shells and `@project.version@` of Maven filters. */
function surrounded(raw: string, start: number): Placeholder | undefined {
  const mark = raw.charAt(start);
  if (mark !== '%' && mark !== '@') return undefined;
  const end = identifierEnd(raw, start + 1);
  if (end === start + 1 || raw[end] !== mark) return undefined;
  return { start, end: end + 1, explains: `is a variable that was never substituted; ${RENDER}` };
}

function identifierEnd(raw: string, from: number): number {
  const limit = Math.min(raw.length, from + PLACEHOLDER_MAX);
  let end = from;
  while (end < limit && /[\w.-]/.test(raw.charAt(end))) end += 1;
  return end;
}
