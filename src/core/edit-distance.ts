/**
 * Damerau's distance (optimal string alignment): insertions, deletions, substitutions and swaps of neighbours.
 * Answers `max + 1` for anything farther than `max`; the work is bounded by `max` times the longer length.
 */
export function editDistance(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) > max) return max + 1;
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a.charCodeAt(start) === b.charCodeAt(start)) start += 1;
  let end = 0;
  while (end < shorter - start && a.charCodeAt(a.length - 1 - end) === b.charCodeAt(b.length - 1 - end)) end += 1;
  return distanceOf(a.slice(start, a.length - end), b.slice(start, b.length - end), max);
}

/** The same for texts that begin and end differently, as what they share costs nothing. */
function distanceOf(a: string, b: string, max: number): number {
  const far = max + 1;
  if (a === '' || b === '') return Math.min(far, a.length + b.length);
  let beforePrevious: number[] = [];
  let previous: number[] = [];
  for (let column = 0; column <= b.length; column += 1) previous.push(Math.min(column, far));
  for (let row = 1; row <= a.length; row += 1) {
    const current = new Array<number>(b.length + 1).fill(far);
    current[0] = Math.min(row, far);
    let best = current[0];
    const lastColumn = Math.min(b.length, row + max);
    for (let column = Math.max(1, row - max); column <= lastColumn; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const distance = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
        swapped ? at(beforePrevious, column - 2) + 1 : far,
        far,
      );
      current[column] = distance;
      best = Math.min(best, distance);
    }
    if (best > max) return far;
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
