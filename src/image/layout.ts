import { isHostElement } from './grammar.ts';

/** One thing that is wrong in a reference. Positions are UTF-16 indices into the raw string. */
export interface Mistake {
  readonly position: number;
  /** One line for a person: what it is and what to do. */
  readonly hint: string;
  /** The text with only this mistake undone, where undoing it is obvious. It may hold further mistakes. */
  readonly fixed?: string;
  /** Set where the library only says `invalid reference format` and more is known. */
  readonly problem?: 'whitespace' | 'empty';
}

/** Why a part of a reference is empty, more often than not. */
export const NO_VALUE = 'a variable may have had no value';

/** A piece of the raw string and where it starts. */
export interface Part {
  readonly text: string;
  readonly start: number;
}

/** Where host, repository, tag and digest stand in a string, whether or not they are well formed. */
export interface Layout {
  readonly raw: string;
  readonly host?: Part;
  readonly path: Part;
  readonly tag?: Part;
  readonly digest?: Part;
}

export function layoutOf(raw: string): Layout {
  const slash = raw.indexOf('/');
  const hasHost = slash >= 0 && isHostElement(raw.slice(0, slash));
  const pathStart = hasHost ? slash + 1 : 0;
  const at = raw.indexOf('@', pathStart);
  const nameEnd = at < 0 ? raw.length : at;
  const lastElement = raw.slice(0, nameEnd).lastIndexOf('/') + 1;
  const colon = raw.indexOf(':', Math.max(pathStart, lastElement));
  const pathEnd = colon < 0 || colon > nameEnd ? nameEnd : colon;
  return {
    raw,
    ...(hasHost && { host: part(raw, 0, slash) }),
    path: part(raw, pathStart, pathEnd),
    ...(pathEnd < nameEnd && { tag: part(raw, pathEnd + 1, nameEnd) }),
    ...(at >= 0 && { digest: part(raw, at + 1, raw.length) }),
  };
}

/** The text with one stretch replaced. */
export function splice(raw: string, start: number, end: number, replacement: string): string {
  return raw.slice(0, start) + replacement + raw.slice(end);
}

/** The character at an index, with both halves of a surrogate pair. */
export function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? '' : String.fromCodePoint(code);
}

/** Index of the first character that changes when lower-cased, or -1. */
export function firstUpperCase(text: string): number {
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char !== char.toLowerCase()) return at;
  }
  return -1;
}

function part(raw: string, start: number, end: number): Part {
  return { text: raw.slice(start, end), start };
}
