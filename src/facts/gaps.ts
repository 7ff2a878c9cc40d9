import type { Gap } from '../core/fact.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

/** What the sources said about not having seen an object, or the whole list that it would be in. */
export function gapAbout(index: SnapshotIndex, kind: string, namespace: string, name: string): Gap | undefined {
  const kinds = new RegExp(`\\b${kind}s?\\b`, 'i');
  const about = index.snapshot.gaps.filter((gap) => kinds.test(gap.wanted));
  return (
    about.find((gap) => gap.wanted.includes(`${namespace}/${name}`)) ??
    about.find(
      (gap) => !gap.wanted.includes('/') && new RegExp(`\\b${escapeForRegExp(namespace)}\\b`).test(gap.wanted),
    ) ??
    about.find((gap) => !gap.wanted.includes('/') && !/\bnamespace\b/.test(gap.wanted) && !/ in /.test(gap.wanted))
  );
}

function escapeForRegExp(text: string): string {
  return text.replaceAll(/[^\w-]/g, (c) => `\\${c}`);
}
