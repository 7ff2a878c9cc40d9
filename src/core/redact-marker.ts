/** Stands where a secret value was. */
export const REDACTED = '[redacted]';

/** Enough of a word to judge it. */
const JUDGED_CHARS = 512;

/**
 * Whether a single word reads like a secret rather than like prose, a host or a Kubernetes name: a digit among
 * letters, a capital inside of a word, or a character that only generated values have.
 */
export function looksSecret(whole: string, minLength: number): boolean {
  const word = whole.slice(0, JUDGED_CHARS);
  if (word.length < minLength || word.includes('://') || /^sha\d{3}:/.test(word)) return false;
  if (/^[A-Za-z]+=\d{1,4}$/.test(word)) return false; // StatusCode=401
  if (/^[a-z0-9]+(?:[-./:_@][a-z0-9]+)+$/.test(word)) return false;
  return (/\d/.test(word) && /[A-Za-z]/.test(word)) || /[a-z][A-Z]|[!#$%^&*+=~]/.test(word);
}

/** Number of characters at the end of a value that belong to the sentence around it; at most 16. */
export function punctuationAtEnd(word: string): number {
  return /[,.:;)\]}]+$/.exec(word.slice(-16))?.[0].length ?? 0;
}
