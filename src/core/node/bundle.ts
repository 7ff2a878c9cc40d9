import type { Gap } from '../fact.ts';
import type { NodeFileKind } from './file-kind.ts';

/** Everything that was collected of one node or several: files as they are, nothing judged. */
export interface NodeBundle {
  /** Id of the collection: what `executionId` names. */
  readonly id: string;
  /** The nodes whose evidence it holds, as far as names are known. */
  readonly nodes: readonly string[];
  /** How it was gathered, for people: `eks-log-collector`, `kubelet API`, `sosreport`. */
  readonly origin: string;
  /** RFC 3339, on the clock of whoever collected. */
  readonly collectedAt?: string;
  readonly files: readonly NodeFile[];
  /** What was wanted and is not here: refused, cut off, forbidden. */
  readonly gaps: readonly Gap[];
  /** What tools remember of this bundle between runs: the numbers of findings. */
  readonly notes: BundleNotes;
}

/** One file of a bundle; its content may be gigabytes and is only ever read in chunks. */
export interface NodeFile {
  /** Inside the bundle, with `/`; safe to print. */
  readonly path: string;
  readonly kind: NodeFileKind;
  /** The node that it came from, when the layout tells. */
  readonly node?: string;
  /** Bytes as kept; of a compressed file, before it is unpacked. */
  readonly size: number;
  /** RFC 3339. */
  readonly modifiedAt?: string;
  /** Kept compressed; `read` gives what is inside. */
  readonly compressed: boolean;
  /** Why it is not whole, in one clause. */
  readonly cut?: string;
  /** A plain file on this machine that a search program may read as it is. */
  readonly diskPath?: string;
  /** Unpacked bytes from `start` up to `end`, in chunks of at most a few MiB. Throws when the file cannot be read. */
  read(range?: ByteRange, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Offsets into the unpacked bytes, `end` exclusive. */
export interface ByteRange {
  readonly start?: number;
  readonly end?: number;
}

/** Small texts kept beside a bundle, by name. A write replaces the text whole or not at all. */
export interface BundleNotes {
  get(name: string): Promise<string | undefined>;
  put(name: string, text: string): Promise<void>;
}
