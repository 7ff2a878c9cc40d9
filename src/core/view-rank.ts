import type { ObjectView } from './objects.ts';

/** How much a view shows; of two copies the one that shows more is kept. */
export const VIEW_RANK: Readonly<Record<ObjectView, number>> = { full: 3, describe: 2, table: 1, metadata: 0 };
