import type { EvidenceId } from '../evidence.ts';
import type { NodeFileKind } from './file-kind.ts';

/** A small file of a node that shows its state or settings, as it was collected. */
export interface SeenNodeFile {
  /** As shown in locators. */
  readonly path: string;
  readonly kind: NodeFileKind;
  readonly node?: string;
  /** Raw, not redacted: never goes to output without `excerpt`. */
  readonly text: string;
}

/** Where the files of a node show something: the evidence that a fact cites. */
export interface StateSight {
  readonly id: EvidenceId;
  /** `storage/mounts.txt:12`. */
  readonly locator: string;
  readonly text: string;
}

/** What the files of a node show to be wrong with it, beyond its logs; only what no threshold or guess decides. */
export interface NodeState {
  readonly node?: string;
  /** The runtime does not run: its unit failed, or a collector that skips a stopped runtime skipped it. */
  readonly runtimeDown?: StateSight;
  /** File systems of images or the kubelet without room. */
  readonly full: readonly (StateSight & { readonly what: 'bytes' | 'inodes'; readonly mount: string })[];
  /** What a time service of the node measured of its clock. */
  readonly clock?: NodeClockSight;
  /** Mirror settings that the runtime does not use. */
  readonly unusedMirrors: readonly (StateSight & {
    /** Registry host; `_default` for all. */
    readonly host: string;
    readonly file: string;
    readonly why: string;
  })[];
}

/** The clock of a node, as its own time service sees it. */
export interface NodeClockSight extends StateSight {
  readonly synchronized?: boolean;
  /** Seconds that the clock is ahead of true time; negative: behind. Undefined: not measured. */
  readonly offsetSeconds?: number;
  /** What the clock showed when that was collected, RFC 3339. */
  readonly shown?: string;
}
