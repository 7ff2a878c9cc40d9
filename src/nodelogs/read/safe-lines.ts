import { neutralize, redact } from '../../core/redact.ts';
import { REDACTED } from '../../core/redact-marker.ts';
import { endsInSecretName, withoutNamedValue } from '../../core/redact-named.ts';
import { openedBy, type Span, spanHides } from './spans.ts';

const BEGIN = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const END = /-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;

/** What comes before a line is looked at for so many bytes: no private key and no block is longer. */
export const LOOK_BACK_BYTES = 16 * 1024;

/**
 * Makes raw lines safe to show, one by one, so that numbers still fit. What spans lines is hidden on each of them:
 * a private key, a block of YAML, a value below or above its name, the argument below its flag. `before` is the text in
 * front of the first line.
 */
export function safeLines(lines: readonly string[], before: string, maxChars: number): readonly string[] {
  const reader = new SpanReader();
  for (const line of before.split('\n').slice(0, -1)) reader.safe(withoutEnd(line), []);
  const ends = lines.map(withoutEnd);
  return ends.map((line, i) => cutLine(reader.safe(line, ends.slice(i + 1, i + 1 + ENTRY_LINES)), maxChars));
}

/** A line without its end and its control characters, secrets and all. */
export function harmlessLine(line: string): string {
  return neutralize(withoutEnd(line));
}

function withoutEnd(line: string): string {
  return line.replace(/\r?\n?$/, '');
}

/** Lines of one entry of a list that are looked through for its other half. */
const ENTRY_LINES = 6;
const ENTRY_BEGINS = /^\s*(?:-\s|[{}\]])/;
const NAME_LINE = /^\s*(?:-\s+)?["']?(?:name|key)["']?\s{0,3}:/i;
const VALUE_FIRST = /^\s*(?:-\s+)?["']?value["']?\s*:/i;
/** `--db-password` as the last word of its line, in a list or a command that goes on below. */
const FLAG_LINE =
  /(?:^|[\s"'])--?[a-z-]{0,40}(?:password|passwd|pass|token|secret|api-key|creds)["']?[ \t]{0,8}[,\\]?[ \t]{0,8}$/i;

/** Follows what spans lines. */
class SpanReader {
  #inKey = false;
  /** Lines of this entry in which the value of a secret's name may still come. */
  #named = 0;
  /** The entry has told its name, whichever. */
  #hasName = false;
  #isBelowFlag = false;
  #span: Span | undefined;

  safe(line: string, ahead: readonly string[]): string {
    const hidden = this.#keyHides(line) || this.#spanHides(line) || this.#flagHides(line);
    const safe = hidden ? REDACTED : this.#readable(line, ahead);
    this.#isBelowFlag = !hidden && FLAG_LINE.test(line.slice(-256));
    if (!hidden && endsInSecretName(line)) this.#named = ENTRY_LINES;
    else this.#named = ENTRY_BEGINS.test(line) ? 0 : Math.max(0, this.#named - 1);
    this.#hasName = NAME_LINE.test(line) || (this.#hasName && !ENTRY_BEGINS.test(line));
    return safe;
  }

  #readable(line: string, ahead: readonly string[]): string {
    const clean = redact(line);
    const isNamed = this.#named > 0 || (!this.#hasName && VALUE_FIRST.test(line) && mayBeNamedBelow(ahead));
    return neutralize(isNamed ? withoutNamedValue(clean) : clean);
  }

  #keyHides(line: string): boolean {
    const hidden = this.#inKey || BEGIN.test(line);
    this.#inKey = hidden && !END.test(line);
    return hidden;
  }

  #spanHides(line: string): boolean {
    const verdict = this.#span === undefined ? undefined : spanHides(this.#span, line);
    if (verdict !== undefined) {
      if (verdict === 'last') this.#span = undefined;
      return verdict !== 'blank';
    }
    this.#span = openedBy(line, this.#named > 0);
    return false;
  }

  /** A list's own dash stays hidden too: nothing of the line is needed. */
  #flagHides(line: string): boolean {
    return this.#isBelowFlag && !/^[\s-]*["']?--?[a-z]/i.test(line.replace(/^\s*-\s/, ''));
  }
}

/** Whether the entry that goes on in these lines is named as a secret, or its name is beyond what was read. */
function mayBeNamedBelow(ahead: readonly string[]): boolean {
  const end = ahead.findIndex((line) => ENTRY_BEGINS.test(line) || NAME_LINE.test(line));
  return end < 0 ? ahead.length < ENTRY_LINES : endsInSecretName(ahead[end] ?? '');
}

/** Redacted before it is cut, so that half a secret does not pass for none. */
export function cutLine(line: string, maxChars: number): string {
  return line.length > maxChars ? `${line.slice(0, maxChars).replace(/[\ud800-\udbff]$/, '')}…` : line;
}
