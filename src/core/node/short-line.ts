/** What is taken for the length of a word that was searched for. */
const WORD = 20;

/**
 * A log line in at most `max` characters: its head, and its end, for the innermost error of Go programs stands last.
 * Where one of `near` stands between the two, what is around it takes the place of the end.
 */
export function shortLine(text: string, max: number, near: readonly string[] = []): string {
  if (text.length <= max) return text;
  const head = Math.floor(max / 3);
  const room = max - head;
  const end = text.length - room;
  const hit = firstOf(text.toLowerCase(), near);
  const between = hit > head && hit < end;
  const across = hit !== -1 && hit <= head && hit + WORD > head;
  const from = between ? Math.max(head, hit - Math.floor(room / 4)) : across ? 0 : end;
  if (from === 0) return `${text.slice(0, max)}…`;
  return `${text.slice(0, head)}…${text.slice(from, from + room)}${from < end ? '…' : ''}`;
}

function firstOf(text: string, words: readonly string[]): number {
  const places = words.map((word) => (word === '' ? -1 : text.indexOf(word.toLowerCase()))).filter((at) => at !== -1);
  return places.length === 0 ? -1 : Math.min(...places);
}
