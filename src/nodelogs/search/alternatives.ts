/** Characters with a meaning in a regular expression. */
const META = /[\\^$.|?*+()[\]{}]/;
/** An escape that stands for the character itself. */
const PLAIN_ESCAPE = /^[^A-Za-z0-9]$/;

/** The alternatives of a pattern, parted at each `|` that stands in no group and no class. */
export function alternativesOf(pattern: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let inClass = false;
  let from = 0;
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at];
    if (char === '\\') at += 1;
    else if (inClass) inClass = char !== ']';
    else if (char === '[') inClass = true;
    else if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    else if (char === '|' && depth === 0) {
      parts.push(pattern.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(pattern.slice(from));
  return parts;
}

/** The text that an alternative stands for when nothing in it is special: `Active: active \(running\)`. */
export function literalOf(alternative: string): string | undefined {
  let text = '';
  for (let at = 0; at < alternative.length; at += 1) {
    const char = alternative[at] as string;
    if (char !== '\\') {
      if (META.test(char)) return undefined;
      text += char;
      continue;
    }
    at += 1;
    const next = alternative[at] ?? '';
    if (!PLAIN_ESCAPE.test(next)) return undefined;
    text += next;
  }
  return text;
}

/**
 * The longest text that stands in every match of an alternative; undefined when none can be told. Groups and classes
 * are passed over, and a character that may be left out ends a text before it.
 */
export function requiredText(alternative: string): string | undefined {
  let best = '';
  for (const run of literalRuns(alternative)) if (run.length > best.length) best = run;
  return best.length >= 3 ? best : undefined;
}

/** The words of a pattern, without what is special in it: what it asks for, in the words of people. */
export function plainWords(alternative: string): string {
  return literalRuns(alternative).join(' ').replaceAll(/\s+/g, ' ').trim();
}

function literalRuns(alternative: string): readonly string[] {
  const runs: string[] = [];
  let run = '';
  const end = (dropLast: boolean): void => {
    const kept = dropLast ? run.slice(0, -1) : run;
    if (kept !== '') runs.push(kept);
    run = '';
  };
  for (let at = 0; at < alternative.length; at += 1) {
    const char = alternative[at] as string;
    if (char === '\\' && PLAIN_ESCAPE.test(alternative[at + 1] ?? '')) {
      at += 1;
      run += alternative[at];
    } else if (char === '\\') {
      end(false);
      at += 1;
    } else if (char === '(' || char === '[') {
      end(false);
      at = closing(alternative, at);
    } else if (char === '?' || char === '*' || char === '{') {
      end(true);
      if (char === '{') at = Math.max(at, alternative.indexOf('}', at));
    } else if (META.test(char)) {
      end(false);
    } else {
      run += char;
    }
  }
  end(false);
  return runs;
}

/** Where the group or class that opens at `from` ends; the end of the text when it does not. */
function closing(text: string, from: number): number {
  let depth = 0;
  let inClass = false;
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (inClass) inClass = char !== ']';
    else if (char === '[') inClass = true;
    else if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    if (depth === 0 && !inClass) return at;
  }
  return text.length;
}
