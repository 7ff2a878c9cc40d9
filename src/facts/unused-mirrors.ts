import type { EvidenceId } from '../core/evidence.ts';
import { absent, type Fact, present, unknown } from '../core/fact.ts';
import type { CaseContext } from './case-context.ts';
import { hostOf } from './image-name.ts';

/** A setting that looks as if it led to a mirror, and does not. */
export interface UnusedMirror {
  readonly file: string;
  readonly why: string;
  readonly evidence: EvidenceId;
}

/** Mirror settings of the image's host, or of all hosts, that the files of the node show to be without effect. */
export function unusedMirrorsOf({ index, subject }: CaseContext): Fact<readonly UnusedMirror[]> {
  const { image, node } = subject;
  const host = image === undefined ? undefined : hostOf(image);
  const states = index.snapshot.nodeStates?.filter((state) => (state.node ?? node) === node) ?? [];
  if (states.length === 0 || host === undefined) return unknown('the registry configuration of the node');
  const unused = states.flatMap(({ unusedMirrors }) =>
    unusedMirrors.filter((each) => each.host === host || each.host === '_default'),
  );
  if (unused.length === 0) return absent([]);
  return present(
    unused.map(({ file, why, id }) => ({ file, why, evidence: id })),
    unused.map(({ id }) => id),
  );
}
