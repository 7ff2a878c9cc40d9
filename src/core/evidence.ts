/** Stable inside one snapshot: `event/shop-prod/api-x.18e9`, `waiting/shop-prod/api-x/app`, `log/containerd.log:12`. */
export type EvidenceId = string;

/** Where a piece of evidence was read. */
export type EvidenceSource = 'event' | 'waiting' | 'object' | 'log' | 'registry' | 'node' | 'file' | 'text';

/** One thing that was seen. The excerpt is redacted and free of terminal controls before it is built. */
export interface Evidence {
  readonly id: EvidenceId;
  readonly source: EvidenceSource;
  /** Where to look again: `Event shop-prod/api-x.18e9`, `kubelet.log:12`, `describe.txt:61`. */
  readonly locator: string;
  /** RFC 3339; when it happened or was last seen. */
  readonly observedAt?: string;
  readonly excerpt: string;
}
