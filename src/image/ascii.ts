/** Classes of ASCII characters by code, as the reference grammar uses them. */

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

export function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}

export function isAlphanumeric(code: number): boolean {
  return isDigit(code) || isLetter(code);
}

export function isLowerAlphanumeric(code: number): boolean {
  return isDigit(code) || (code >= 0x61 && code <= 0x7a);
}

export function isLowerHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 0x61 && code <= 0x66);
}

export function isHexDigit(code: number): boolean {
  return isLowerHexDigit(code) || (code >= 0x41 && code <= 0x46);
}

/** `\w`: letters, digits and the underscore. */
export function isWordCharacter(code: number): boolean {
  return isAlphanumeric(code) || code === 0x5f;
}

/** Index of the first character from `from` on that is not of the class, or -1. */
export function firstNot(text: string, from: number, isOfClass: (code: number) => boolean): number {
  for (let at = from; at < text.length; at += 1) {
    if (!isOfClass(text.charCodeAt(at))) return at;
  }
  return -1;
}
