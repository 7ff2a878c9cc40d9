import { answerGaps } from '../../core/fact.ts';
import type { Report } from '../../core/report.ts';
import type { Snapshot } from '../../core/snapshot.ts';

/** The checkout of `--repo`. */
export interface OpenCheckout {
  /** Adds the builds that it writes to the evidence. */
  readonly withBuilds: (snapshot: Snapshot) => Snapshot;
  /** Adds to a report where in it the remedies are made. */
  readonly inCheckout: (report: Report, snapshot: Snapshot) => Report;
}

const NONE: OpenCheckout = { withBuilds: (snapshot) => snapshot, inCheckout: (report) => report };

/** Reads the checkout of `--repo`, before anything else is asked: a wrong folder is told at once. */
export async function openCheckout(folder: string | undefined): Promise<OpenCheckout> {
  if (folder === undefined) return NONE;
  const [{ readRepository }, { writtenBuilds }, { findInCheckout }] = await Promise.all([
    import('../../sources/repo/read-repository.ts'),
    import('../../sources/repo/written-builds.ts'),
    import('../../tasks/diagnose/find-in-checkout.ts'),
  ]);
  const { files, remotes, gaps } = await readRepository(folder);
  const builds = writtenBuilds(files);
  const unread = answerGaps([...gaps, ...builds.gaps]);
  return {
    withBuilds: (snapshot) => ({ ...snapshot, written: builds.objects }),
    inCheckout: (report, snapshot) => {
      const found = findInCheckout(report, snapshot, files, remotes);
      return { ...found, unknowns: [...found.unknowns, ...unread] };
    },
  };
}
