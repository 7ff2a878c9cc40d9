import { MAX_ATTEMPTS } from './limits.ts';

export interface MirrorParts {
  /** The layers around the list. */
  readonly before: string;
  /** One per mirror, the upstream last. */
  readonly parts: readonly { readonly name: string; readonly text: string }[];
}

const OPEN = '(mirrors also failed: [';

/** Splits `(Mirrors also failed: [a: e1] [b: e2]): upstream: e3` (containers/image docker_image_src.go). */
export function splitMirrors(text: string, lower: string): MirrorParts | undefined {
  const at = lower.indexOf(OPEN);
  if (at < 0) return undefined;
  const close = text.indexOf(']): ', at);
  const list = text.slice(at + OPEN.length, close < 0 ? text.length : close);
  const parts = list.split('] [').slice(0, MAX_ATTEMPTS).map(named);
  return { before: text.slice(0, at), parts: close < 0 ? parts : [...parts, named(text.slice(close + 4))] };
}

/** `reference: error`: the reference holds no blank. */
function named(text: string): { name: string; text: string } {
  const colon = text.indexOf(': ');
  return colon < 0 ? { name: '', text } : { name: text.slice(0, colon), text: text.slice(colon + 2) };
}
