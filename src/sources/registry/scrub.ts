import { excerpt } from '../../core/redact.ts';
import { REDACTED } from '../../core/redact-marker.ts';

/** Shorter values would tear ordinary words apart, and guard nothing. */
const SHORTEST = 3;
const EXCERPT_CHARS = 600;

/** Knows the secret values of a probe and takes them out of whatever a server echoes. */
export class Scrubber {
  readonly #secrets = new Set<string>();

  /** Remembers a value in the forms in which it travels. */
  add(value: string): void {
    if (value.length < SHORTEST) return;
    for (const form of [value, encodeURIComponent(safeText(value)), JSON.stringify(value).slice(1, -1)]) {
      this.#secrets.add(form);
    }
  }

  /** Text that may be shown: without the known values and without anything that looks like a secret. */
  clean(text: string, max: number = EXCERPT_CHARS): string {
    let clean = text;
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, REDACTED);
    return excerpt(clean, max);
  }
}

/** A lone surrogate cannot be encoded. */
function safeText(value: string): string {
  return value.replace(/\p{Cs}/gu, '');
}
