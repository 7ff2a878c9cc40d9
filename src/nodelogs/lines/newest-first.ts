import { compareText } from '../../core/compare.ts';
import type { NodeFile } from '../../core/node/bundle.ts';

/** `kubelet.log.3.gz`: rotated three times. */
const ROTATION = /\.(\d{1,4})(?:\.gz)?$/;

/** The order in which files are read, so that what a budget leaves out is the oldest: newest first, then by rotation. */
export function newestFirst(files: readonly NodeFile[]): readonly NodeFile[] {
  return [...files].sort(
    (a, b) =>
      compareText(b.modifiedAt ?? '', a.modifiedAt ?? '') || rotation(a) - rotation(b) || compareText(a.path, b.path),
  );
}

function rotation({ path }: NodeFile): number {
  return Number(ROTATION.exec(path)?.[1] ?? 0);
}
