/** Eight hex digits of FNV-1a: stable names for the same words, nothing secret. */
export function digest(words: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) {
    hash ^= words.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** FNV-1a twice, with different seeds, of a text from an offset on: tells long texts apart, and guards nothing. */
export function fingerprint(text: string, from = 0): readonly [number, number] {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  return [a >>> 0, b >>> 0];
}
