/** Brackets inside brackets of a hand-written manifest; the general parser's time doubles with each level or two. */
const MAX_FLOW_DEPTH = 8;
/** `- - - ` on one line, and `? ` for complex keys: nobody writes them, and the general parser takes forever for many. */
const MAX_INDICATORS = 8;

/** Why a text is not given to the general YAML parser, whose time explodes for some texts of a few hundred characters. */
export function whyTooComplex(text: string): string | undefined {
  if (flowDepth(text) > MAX_FLOW_DEPTH) return 'brackets nested too deeply';
  const complexKeys = text.match(/(?:^|\s)\?(?=\s)/gm)?.length ?? 0;
  if (complexKeys > MAX_INDICATORS || /(?:-[ \t]+){9}/.test(text)) return 'nested too deeply';
  return undefined;
}

/** Upper bound: brackets in texts count as well. */
function flowDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if ((char === CLOSE_BRACE || char === CLOSE_BRACKET) && depth > 0) depth -= 1;
  }
  return deepest;
}

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
