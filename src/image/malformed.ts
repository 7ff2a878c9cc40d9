import { parseParts, type ReferenceParts, type ReferenceProblem, type Refusal } from './grammar.ts';
import { type Layout, layoutOf, type Mistake } from './layout.ts';
import { mistakeInName, mistakeOfCase } from './malformed-name.ts';
import { mistakeInText } from './malformed-text.ts';
import { mistakeInVersion } from './malformed-version.ts';
import { imageOfPage, pastedPage } from './web-pages.ts';

/** Why a reference does not parse, where, and what was probably meant. */
export interface Explanation {
  readonly problem: ReferenceProblem;
  readonly position: number;
  readonly hint: string;
  /** A reference that parses, where one is obvious. */
  readonly suggestion?: string;
}

/** How many mistakes in one string are undone on the way to a suggestion. */
const REPAIRS_MAX = 4;
const SUGGESTION_MAX = 512;
/** No mistake is worth undoing in a text that is far from any real reference. */
const REPAIRED_MAX = 4096;

/** Explains a refusal of the grammar; a suggestion is only made when it parses and names a registry host. */
export function explainRefusal(raw: string, refusal: Refusal): Explanation {
  const mistake = mistakeIn(raw, refusal);
  const suggestion = mistake.fixed === undefined ? undefined : repair(mistake.fixed, REPAIRS_MAX);
  return {
    problem: refusal.problem === 'format' ? (mistake.problem ?? 'format') : refusal.problem,
    position: mistake.position,
    hint: mistake.hint,
    ...(suggestion !== undefined && { suggestion }),
  };
}

function mistakeIn(raw: string, { problem }: Refusal): Mistake {
  if (problem === 'image-id') {
    return {
      position: 0,
      hint: '64 hex digits are the id of a local image, which cannot be pulled; name the image, or name@sha256:<digest>',
    };
  }
  const layout = layoutOf(raw);
  return (
    mistakeInText(raw) ??
    webPage(layout) ??
    (problem === 'uppercase' ? mistakeOfCase(layout) : undefined) ??
    mistakeInName(layout) ??
    mistakeInVersion(layout) ?? { position: 0, hint: 'a reference reads [host[:port]/]name[:tag][@digest]' }
  );
}

/** `hub.docker.com/_/nginx`: addresses of pages that do not even parse. */
function webPage({ host, path, tag }: Layout): Mistake | undefined {
  if (host === undefined) return undefined;
  const page = pastedPage({ domain: host.text, path: path.text });
  if (page?.repository === undefined) return undefined;
  const fixed = page.repository + (tag === undefined ? '' : `:${tag.text}`);
  return { position: path.start, hint: `this is the address of a web page of ${page.what}, not of an image`, fixed };
}

function repair(text: string, repairsLeft: number): string | undefined {
  if (text.length > REPAIRED_MAX) return undefined;
  const result = parseParts(text);
  if (result.ok) return settle(text, result.parts);
  const next = repairsLeft > 0 ? mistakeIn(text, result).fixed : undefined;
  return next === undefined ? undefined : repair(next, repairsLeft - 1);
}

function settle(text: string, parts: ReferenceParts): string | undefined {
  if (parts.domain === '' || text.length > SUGGESTION_MAX) return undefined;
  return pastedPage(parts) === undefined ? text : imageOfPage(parts);
}
