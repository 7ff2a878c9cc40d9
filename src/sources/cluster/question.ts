/** What was asked on the command line, as far as the cluster is concerned. */
export interface Question {
  /** Left out: all namespaces. */
  readonly namespace?: string;
  readonly targets: readonly Target[];
  /** Label selector. */
  readonly selector?: string;
  /** Lists all pods of the scope instead of those that are known to be stuck. */
  readonly thorough?: boolean;
}

export interface Target {
  readonly kind: string;
  readonly name?: string;
}
