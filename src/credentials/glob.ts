interface ClassMatch {
  readonly matched: boolean;
  /** Index behind the closing bracket. */
  readonly next: number;
}

/**
 * Matches one dot-separated label as Go's `filepath.Match` does: `*`, `?`, `[a-z]`, `[^a-z]`.
 * A malformed class matches nothing. Hosts cannot hold a backslash, so there are no escapes.
 * One star is remembered at a time: the work is bounded by pattern times label.
 */
export function matchLabel(pattern: string, label: string): boolean {
  let p = 0;
  let l = 0;
  let starPattern = -1;
  let starLabel = 0;
  while (l < label.length) {
    const step = matchOne(pattern, p, label[l] as string);
    if (pattern[p] === '*') {
      starPattern = p;
      starLabel = l;
      p += 1;
    } else if (step !== undefined) {
      p = step;
      l += 1;
    } else if (starPattern >= 0) {
      starLabel += 1;
      l = starLabel;
      p = starPattern + 1;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

/** Index in the pattern behind the element that matches `char`, or undefined. */
function matchOne(pattern: string, p: number, char: string): number | undefined {
  const element = pattern[p];
  if (element === '[') {
    const result = matchClass(pattern, p + 1, char);
    return result?.matched ? result.next : undefined;
  }
  return element === '?' || element === char ? p + 1 : undefined;
}

/** `start` is behind the opening bracket; undefined when the class is malformed. */
function matchClass(pattern: string, start: number, char: string): ClassMatch | undefined {
  const negated = pattern[start] === '^';
  let p = negated ? start + 1 : start;
  let found = false;
  // At least one range is needed: a closing bracket right at the start is malformed.
  for (let ranges = 0; p < pattern.length; ranges += 1) {
    if (pattern[p] === ']' && ranges > 0) return { matched: found !== negated, next: p + 1 };
    const low = pattern[p] as string;
    const isRange = pattern[p + 1] === '-';
    const high = isRange ? pattern[p + 2] : low;
    if (high === undefined || isBare(low) || isBare(high)) return undefined;
    if (low <= char && char <= high) found = true;
    p += isRange ? 3 : 1;
  }
  return undefined;
}

/** Go's getEsc refuses these where a range bound should be. */
function isBare(char: string): boolean {
  return char === '-' || char === ']';
}
