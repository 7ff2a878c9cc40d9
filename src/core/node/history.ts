import type { CollectionInfo } from './status.ts';

/** What is kept on this machine. */
export interface NodeHistory {
  /** Folder of the store. */
  readonly store: string;
  /** Newest first. */
  readonly collections: readonly CollectionInfo[];
  /** Bytes of all of them on disk. */
  readonly bytes: number;
  /** What this call removed, by the rules that it was given. */
  readonly removed: readonly CollectionInfo[];
}
