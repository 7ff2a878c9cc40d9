import { excerpt } from './redact.ts';

/** A part of a command that the reader must fill in: secret or unknown. Printed as `<name>`. */
export interface Placeholder {
  readonly placeholder: string;
}

export function placeholder(name: string): Placeholder {
  return { placeholder: name };
}

/** One word for a POSIX shell; quoted unless every character is plainly harmless. */
export function shellWord(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) && !word.startsWith('-')) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * A command line that can be pasted: values are quoted as single words, for names come from strangers.
 * They are made printable before that, for a change to a quoted word could end it early.
 * The template's own text is trusted and kept as it stands.
 */
export function sh(parts: TemplateStringsArray, ...values: readonly (string | Placeholder)[]): string {
  return parts.reduce((line, part, i) => {
    const value = values[i - 1];
    if (value === undefined) return line + part;
    return line + (typeof value === 'string' ? shellWord(nameWord(value, line)) : `<${value.placeholder}>`) + part;
  });
}

/** No name begins with a dash: as a word of its own it would be an option, such as another `--server`. */
function nameWord(value: string, before: string): string {
  const word = excerpt(value);
  return word.startsWith('-') && /\s$/.test(before) ? `<${word}>` : word;
}

/** The same value inside a sentence. */
export function words(value: string | Placeholder): string {
  return typeof value === 'string' ? value : `<${value.placeholder}>`;
}
