/** One message that a text carries, freed of log prefixes, table columns and quoting of its carrier. */
export interface Message {
  readonly text: string;
  /** 1-based line of the input on which it starts. */
  readonly line: number;
  /** `waiting.reason` or event reason, if the carrier shows one. */
  readonly reason?: string;
  readonly image?: string;
  /** containerd logs the host that was tried beside the error. */
  readonly host?: string;
  /** Log level; a line below `error` is an intermediate step that a later line sums up. */
  readonly level?: 'info' | 'warning' | 'error';
  /** Number of the object whose events these are, when a text shows several. */
  readonly group?: number;
  /** From a program that names itself: `podman`, `ctr`. */
  readonly program?: string;
}
