/** Longer headers are no pagination link. */
const MAX_CHARS = 4_096;

/** The target of `rel="next"` in a `Link` header (RFC 8288), as it is written. */
export function nextLink(header: string | undefined): string | undefined {
  let rest = (header ?? '').slice(0, MAX_CHARS);
  while (rest.includes('<')) {
    const open = rest.indexOf('<');
    const close = rest.indexOf('>', open);
    if (close < 0) return undefined;
    const target = rest.slice(open + 1, close);
    const next = rest.indexOf('<', close);
    const parameters = next < 0 ? rest.slice(close + 1) : rest.slice(close + 1, next);
    if (/;\s{0,8}rel\s{0,8}=\s{0,8}"?next\b/i.test(parameters)) return target;
    rest = rest.slice(close + 1);
  }
  return undefined;
}
