/** One setting of a node that matters for pulls, as comparable text; undefined where it was not collected. */
export interface Topic {
  readonly topic: string;
  readonly value: string | undefined;
}
