const MAX_GLOB = 300;
/** Alternatives that braces may make. */
const MAX_ALTERNATIVES = 64;

/** Each `**` may stand for any number of folders: trying them all multiplies. */
const MAX_DEEP = 3;

/** Whether a glob is within the bounds; one beyond them matches nothing. */
export function isWorkedOut(glob: string, deep = MAX_DEEP): boolean {
  if (glob.length > MAX_GLOB || glob.split('**').length - 1 > deep) return false;
  return alternatives(glob).length <= MAX_ALTERNATIVES;
}

/** A path against a glob whose stars stand for folders as well, as Argo CD reads `include` and `exclude`. */
export function matchesAnywhere(glob: string, path: string): boolean {
  if (!isWorkedOut(glob, MAX_GLOB)) return false;
  return alternatives(glob).some((one) => matchesPart(one.replaceAll('**', '*'), path));
}

/** A path against a glob: `*` and `?` stay inside a folder, `**` does not, `{a,b}` are alternatives. */
export function matchesGlob(glob: string, path: string): boolean {
  if (!isWorkedOut(glob)) return false;
  return alternatives(glob).some((one) => matches(one.split('/'), path.split('/')));
}

function alternatives(glob: string): readonly string[] {
  const open = [glob];
  for (let i = 0; i < open.length && open.length <= MAX_ALTERNATIVES; i += 1) {
    const [whole, before = '', inside = '', after = ''] = /^([^{]*)\{([^{}]*)\}(.*)$/.exec(open[i] ?? '') ?? [];
    if (whole === undefined) continue;
    open.splice(i, 1, ...inside.split(',').map((part) => `${before}${part}${after}`));
    i -= 1;
  }
  return open;
}

function matches(globs: readonly string[], parts: readonly string[]): boolean {
  const [glob, ...rest] = globs;
  if (glob === undefined) return parts.length === 0;
  if (glob === '**') return parts.some((_, i) => matches(rest, parts.slice(i))) || matches(rest, []);
  const [part, ...others] = parts;
  return part !== undefined && matchesPart(glob, part) && matches(rest, others);
}

/** One name: the usual walk with one place to come back to. */
function matchesPart(glob: string, name: string): boolean {
  let [g, n, star, back] = [0, 0, -1, 0];
  while (n < name.length) {
    if (glob[g] === '?' || glob[g] === name[n]) {
      g += 1;
      n += 1;
    } else if (glob[g] === '*') {
      star = g;
      back = n;
      g += 1;
    } else if (star >= 0) {
      back += 1;
      n = back;
      g = star + 1;
    } else return false;
  }
  while (glob[g] === '*') g += 1;
  return g === glob.length;
}
