/** A phrase (lower case) and what it means. */
export type Phrase<T> = readonly [phrase: string, meaning: T];

/** The meaning of the first phrase of the table that the text contains. Order the table from sure to vague. */
export function firstPhrase<T>(table: readonly Phrase<T>[], lower: string): T | undefined {
  for (const [phrase, meaning] of table) if (lower.includes(phrase)) return meaning;
  return undefined;
}
