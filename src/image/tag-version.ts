/** A tag read as a version: `v1.27.3-alpine` is 1.27.3 in the variant `-alpine`. */
export interface TagVersion {
  /** One to four numbers, major first. */
  readonly numbers: readonly number[];
  /** What follows the numbers, lower-cased: `-alpine`, `-rc.1`; empty for a plain version. */
  readonly variant: string;
}

const VERSION = /^v?(\d{1,15}(?:\.\d{1,15}){0,3})(.*)$/i;

/** Undefined for tags that are no versions, such as branch names and commit ids. */
export function parseTagVersion(tag: string): TagVersion | undefined {
  const match = VERSION.exec(tag);
  const digits = match?.[1];
  if (digits === undefined) return undefined;
  const numbers = digits.split('.').map(Number);
  const variant = (match?.[2] ?? '').toLowerCase();
  // A single number run into letters is the start of a commit id, not a version.
  if (numbers.length === 1 && /^[a-z0-9]/.test(variant)) return undefined;
  return { numbers, variant };
}

/** Whether the numbers are equal, missing ones counting as zero: 1.5 and 1.5.0. */
export function sameVersion(a: TagVersion, b: TagVersion): boolean {
  return compareVersions(a, b) === 0;
}

/** Negative when `a` is older, by numbers only. */
export function compareVersions(a: TagVersion, b: TagVersion): number {
  const length = Math.max(a.numbers.length, b.numbers.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
