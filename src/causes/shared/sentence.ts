/** Begins a sentence with a capital, but leaves names alone: `registry.acme.example answers …`, `The node cannot …`. */
export function sentence(text: string): string {
  return /^(?:the|only|an?) /.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
}
