import type { Report } from '../../core/report.ts';
import type { Snapshot } from '../../core/snapshot.ts';

/** Adds to a report where in a checkout its remedies are made. */
export type InCheckout = (report: Report, snapshot: Snapshot) => Report;

/** Reads the checkout of `--repo`, before anything else is asked: a wrong folder is told at once. */
export async function openCheckout(folder: string | undefined): Promise<InCheckout> {
  if (folder === undefined) return (report) => report;
  const [{ readRepository }, { findInCheckout }] = await Promise.all([
    import('../../sources/repo/read-repository.ts'),
    import('../../tasks/diagnose/find-in-checkout.ts'),
  ]);
  const { files, gaps } = await readRepository(folder);
  const unread = gaps.map(({ wanted, why, how }) => ({ what: wanted, why, ...(how === undefined ? {} : { how }) }));
  return (report, snapshot) => {
    const found = findInCheckout(report, snapshot, files);
    return { ...found, unknowns: [...found.unknowns, ...unread] };
  };
}
