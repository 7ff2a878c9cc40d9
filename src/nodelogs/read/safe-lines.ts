import { neutralize, redact } from '../../core/redact.ts';
import { REDACTED } from '../../core/redact-marker.ts';
import { endsInSecretName, withoutNamedValue } from '../../core/redact-named.ts';

const BEGIN = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/;
const END = /-----END [A-Z ]{0,40}PRIVATE KEY-----/;
/** `password: |`: the lines below that stand deeper are the value. */
const BLOCK = /^([\s-]*)["']?([\w.-]{1,80})["']?:\s+[|>][-+\d]{0,3}\s*(?:#.*)?$/;

/** What comes before a line is looked at for so many bytes: no private key and no block is longer. */
export const LOOK_BACK_BYTES = 16 * 1024;

/**
 * Makes raw lines safe to show, one by one, so that numbers still fit. What spans lines is hidden on each of them:
 * a private key, a block of YAML, a value below its name. `before` is the text in front of the first line.
 */
export function safeLines(lines: readonly string[], before: string, maxChars: number): readonly string[] {
  const reader = new SpanReader();
  for (const line of before.split('\n').slice(0, -1)) reader.safe(line);
  return lines.map((line) => cutLine(reader.safe(withoutEnd(line)), maxChars));
}

/** A line without its end and its control characters, secrets and all. */
export function harmlessLine(line: string): string {
  return neutralize(withoutEnd(line));
}

function withoutEnd(line: string): string {
  return line.replace(/\r?\n?$/, '');
}

/** Follows what spans lines. */
class SpanReader {
  #inKey = false;
  #named = false;
  /** How deep the line stands that opened a block with a secret. */
  #block: number | undefined;

  safe(line: string): string {
    const hidden = this.#keyHides(line) || this.#blockHides(line);
    const safe = hidden ? REDACTED : this.#readable(line);
    this.#named = !hidden && endsInSecretName(line);
    return safe;
  }

  #readable(line: string): string {
    const clean = redact(line);
    return neutralize(this.#named ? withoutNamedValue(clean) : clean);
  }

  #keyHides(line: string): boolean {
    const hidden = this.#inKey || BEGIN.test(line);
    this.#inKey = hidden && !END.test(line);
    return hidden;
  }

  #blockHides(line: string): boolean {
    const depth = /^\s*/.exec(line)?.[0].length ?? 0;
    if (this.#block !== undefined && (line.trim() === '' || depth > this.#block)) return line.trim() !== '';
    const [, indentation, name = ''] = BLOCK.exec(line) ?? [];
    const isSecret = endsInSecretName(`name: ${name}`) || (this.#named && name === 'value');
    this.#block = indentation !== undefined && isSecret ? indentation.length : undefined;
    return false;
  }
}

/** Redacted before it is cut, so that half a secret does not pass for none. */
export function cutLine(line: string, maxChars: number): string {
  return line.length > maxChars ? `${line.slice(0, maxChars).replace(/[\ud800-\udbff]$/, '')}…` : line;
}
