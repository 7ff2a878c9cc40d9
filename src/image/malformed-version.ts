import { DIGEST_HEX_LENGTH, digestFault, tagFault } from './grammar.ts';
import { characterAt, firstUpperCase, type Layout, type Mistake, NO_VALUE, type Part, splice } from './layout.ts';
import { nameOf } from './odd-characters.ts';

/** What is wrong in the tag or the digest, in reading order. */
export function mistakeInVersion(layout: Layout): Mistake | undefined {
  return mistakeInTag(layout) ?? mistakeInDigest(layout);
}

function mistakeInTag(layout: Layout): Mistake | undefined {
  if (layout.tag === undefined) return undefined;
  const { text, start } = layout.tag;
  if (text === '') return mistakeOfEmptyTag(layout.raw, start, layout.digest !== undefined);
  const fault = tagFault(text);
  if (fault < 0) return undefined;
  if (text.charAt(fault) === ':') return mistakeOfSecondColon(layout, layout.tag, fault);
  return { position: start + fault, hint: tagHint(text, fault) };
}

function mistakeOfEmptyTag(raw: string, start: number, hasDigest: boolean): Mistake {
  const position = start - 1;
  if (!hasDigest) return { position, hint: `the tag after the colon is empty; ${NO_VALUE}` };
  const hint = 'the tag between : and @ is empty; remove the colon, the digest alone is enough';
  return { position, hint, fixed: splice(raw, position, start, '') };
}

function mistakeOfSecondColon({ raw, path }: Layout, tag: Part, fault: number): Mistake {
  const first = tag.text.slice(0, fault);
  const second = tag.text.slice(fault + 1);
  if (DIGEST_HEX_LENGTH.has(first)) {
    const colon = tag.start - 1;
    return {
      position: colon,
      hint: 'a digest follows after @, not after a colon',
      fixed: splice(raw, colon, tag.start, '@'),
    };
  }
  const position = tag.start + fault;
  const end = tag.start + tag.text.length;
  // A template that adds a tag to a value that already has one: the whole reference, or the same tag again.
  if (first === path.text) {
    return {
      position: tag.start,
      hint: 'the name is repeated where only the tag belongs',
      fixed: raw.slice(tag.start),
    };
  }
  if (second === '') {
    return { position, hint: 'a second colon with nothing after it; remove it', fixed: splice(raw, position, end, '') };
  }
  return {
    position,
    hint: 'a reference has one tag only and a second one follows here; a template may add a tag to a value that has one',
    ...(second === first && { fixed: splice(raw, position, end, '') }),
  };
}

function tagHint(tag: string, fault: number): string {
  const char = characterAt(tag, fault);
  const name = nameOf(char);
  if (fault >= 128) return 'a tag has at most 128 characters';
  if (char === '+' && /^\d[\d.]{0,40}e\+\d{1,4}$/.test(tag)) {
    return 'the tag is a number in exponent notation; quote it in the values file, so that it stays text';
  }
  if (char === '+') return 'a tag cannot hold + (the build part of a version); build systems write _ or - in its place';
  if ('*^~=<>'.includes(char)) return `a tag is one exact name; ${name} does not select versions`;
  if (fault === 0) return `a tag begins with a letter, a digit or _, not with ${name}`;
  return `${name} cannot stand in a tag`;
}

function mistakeInDigest({ raw, tag, digest }: Layout): Mistake | undefined {
  if (digest === undefined) return undefined;
  const { text, start } = digest;
  const colon = text.indexOf(':');
  if (colon < 0) return mistakeOfTagAfterAt(raw, digest, tag !== undefined);
  const algorithm = text.slice(0, colon);
  const length = DIGEST_HEX_LENGTH.get(algorithm);
  const hex = { text: text.slice(colon + 1), start: start + colon + 1 };
  return length === undefined ? mistakeOfAlgorithm(raw, digest, algorithm) : mistakeInHex(raw, hex, algorithm, length);
}

function mistakeOfTagAfterAt(raw: string, { text, start }: Part, hasTag: boolean): Mistake {
  const position = start - 1;
  if (text === '') return { position, hint: `the digest after @ is empty; ${NO_VALUE}` };
  const hint = '@ introduces a digest such as sha256:<64 hex digits>; a tag follows after a colon';
  return { position, hint, ...(!hasTag && tagFault(text) < 0 && { fixed: splice(raw, position, start, ':') }) };
}

function mistakeOfAlgorithm(raw: string, { text, start }: Part, algorithm: string): Mistake {
  const lower = algorithm.toLowerCase();
  if (DIGEST_HEX_LENGTH.has(lower)) {
    const fixed = splice(raw, start, start + algorithm.length, lower);
    return { position: start + firstUpperCase(algorithm), hint: `write ${lower} in lower case`, fixed };
  }
  const fault = digestFault(text);
  if (fault >= 0 && fault < algorithm.length) {
    return { position: start + fault, hint: 'the digest algorithm before the colon is malformed; sha256 is usual' };
  }
  return { position: start, hint: 'this digest algorithm is not supported; registries use sha256' };
}

function mistakeInHex(raw: string, { text, start }: Part, algorithm: string, length: number): Mistake | undefined {
  const fault = text.search(/[^0-9a-fA-F]/);
  if (fault >= 0) {
    return {
      position: start + fault,
      hint: `${nameOf(characterAt(text, fault))} is not a hex digit; copy the digest again, whole`,
    };
  }
  if (text.length !== length) {
    const position = Math.min(start + Math.min(text.length, length), raw.length - 1);
    return {
      position,
      hint: `a ${algorithm} digest has ${length} hex digits, this one has ${text.length}; copy it again, whole`,
    };
  }
  const upper = firstUpperCase(text);
  if (upper < 0) return undefined;
  const fixed = splice(raw, start, raw.length, text.toLowerCase());
  return { position: start + upper, hint: 'the hex digits of a digest are lower case', fixed };
}
