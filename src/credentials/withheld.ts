/** Masks and words that tools put in the place of secret data. */
const MASK = /^[*x•·#+.\-_?]{3,}$/i;
const WORD =
  /^[\s*<[({"'-]*(?:redacted|hidden|masked|omitted|removed|withheld|sanitized|scrubbed|obfuscated|elided|confidential|sensitive|value not shown|data not collected)(?:[\s:(-][^\r\n]{0,80})?[\s*>\])}"'-]*$/i;
/** `kubectl describe secret` tells only the size. */
const SIZE = /^\d+ bytes$/;
const LONGEST_PLACEHOLDER = 200;

/**
 * Whether a value stands for secret data that was left out: empty, a mask, or a word that says so.
 * Real content of a pull secret is JSON and never looks like that.
 */
export function isPlaceholder(value: string): boolean {
  if (value.length > LONGEST_PLACEHOLDER) return false;
  const text = value.trim();
  return text === '' || MASK.test(text) || SIZE.test(text) || WORD.test(text);
}
