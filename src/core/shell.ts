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
 * The template's own text is trusted and kept as it stands.
 */
export function sh(parts: TemplateStringsArray, ...values: readonly (string | Placeholder)[]): string {
  return parts.reduce((line, part, i) => {
    const value = values[i - 1];
    if (value === undefined) return line + part;
    return line + (typeof value === 'string' ? shellWord(value) : `<${value.placeholder}>`) + part;
  });
}

/** The same value inside a sentence. */
export function words(value: string | Placeholder): string {
  return typeof value === 'string' ? value : `<${value.placeholder}>`;
}
