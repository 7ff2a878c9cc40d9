/** Configurations, objects and log entries nest some twenty levels. */
export const MAX_LEVELS = 64;

/**
 * Whether lists and maps stand in each other more than `levels` deep. A stranger's JSON may nest without end, and what
 * calls itself on each level would run out of stack: V8 ends the process where it compiles a regular expression then.
 */
export function nestsDeeper(value: unknown, levels = MAX_LEVELS): boolean {
  let open = [value].filter(isContainer);
  for (let level = 1; open.length > 0; level += 1) {
    if (level > levels) return true;
    open = open.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
