import { fileKindOf } from '../../core/node/file-kind.ts';
import { layoutOf, nodeIn } from './layout.ts';

/** Folders that are a part of layouts, by name: what lies in them means something because of them. */
const OF_LAYOUTS =
  /^(?:etc|var|usr|proc|run|root|opt|storage|kubelet|containerd|docker|cri-?o|crio|networking|system|kernel|var_log|nodeadm|journald|systeminfo|sandbox-image|nodes?|node[-_]logs|namespaces|cluster-\w.*|host[-_]\w.*|sos_\w+)$/i;

/** Archives in folders in folders; nobody packs deeper. */
const MAX_DEPTH = 4;

/**
 * The folders that an archive holds everything in, and that say nothing: `eks_i-0abc…_2026-11-20_2131-UTC_0.7.9`.
 * Undefined when there is none, or when a path would mean something else without it.
 */
export function commonTop(name: string, paths: readonly string[]): string | undefined {
  let top: string | undefined;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const longer = oneMore(paths, top);
    if (longer === undefined || !meansTheSame(name, paths, longer)) return top;
    top = longer;
  }
  return top;
}

function oneMore([first, ...others]: readonly string[], top: string | undefined): string | undefined {
  const start = top === undefined ? '' : `${top}/`;
  const end = first?.indexOf('/', start.length) ?? -1;
  if (first === undefined || end < 0) return undefined;
  const longer = first.slice(0, end);
  if (OF_LAYOUTS.test(longer.slice(start.length))) return undefined;
  return others.every((path) => path.startsWith(`${longer}/`)) ? longer : undefined;
}

function meansTheSame(name: string, paths: readonly string[], top: string): boolean {
  const rest = paths.map((path) => path.slice(top.length + 1));
  return (
    layoutOf(name, rest).origin === layoutOf(name, paths).origin &&
    rest.every((path, i) => {
      const whole = paths[i] ?? '';
      return fileKindOf(path) === fileKindOf(whole) && nodeIn(path) === nodeIn(whole);
    })
  );
}
