import type { CauseId, Severity, Verdict } from '../cause.ts';
import type { NodeAnswer } from './answer.ts';
import type { LogLine } from './finding.ts';

/** `pullwhy node compare`: what nodes have in common and what sets them apart. */
export interface CompareAnswer extends NodeAnswer {
  readonly kind: 'NodeComparison';
  readonly reach: ComparisonVerdict;
  /** On every node. */
  readonly common: readonly ComparedFinding[];
  /** On some nodes, and surely not on others. */
  readonly unique: readonly ComparedFinding[];
  /** On some nodes; of the others the logs that would show it were not collected. */
  readonly undecided: readonly ComparedFinding[];
  /** Settings and files that matter for pulls and differ. */
  readonly differences: readonly ConfigDifference[];
  /** What was compared and is alike. */
  readonly alike: readonly string[];
  /** What could not be compared: never "the same". */
  readonly notCompared: readonly NotCompared[];
}

export interface ComparisonVerdict {
  /** `none`: no node has a finding about pulls. */
  readonly is: 'node-local' | 'cluster-wide' | 'mixed' | 'undecided' | 'none';
  /** One sentence. */
  readonly statement: string;
  /** Ids of findings, and topics that differ. */
  readonly because: readonly string[];
}

/** The same kind of lines over several nodes. */
export interface ComparedFinding {
  readonly pattern: string;
  readonly title: string;
  readonly severity: Severity;
  readonly cause?: { readonly id: CauseId; readonly verdict: Verdict };
  readonly usual?: string;
  readonly on: readonly FindingOnNode[];
  /** Nodes whose logs were read and have none. */
  readonly notOn: readonly string[];
  /** Nodes whose logs of that kind were not collected. */
  readonly unknownOn: readonly string[];
}

export interface FindingOnNode {
  readonly node: string;
  readonly collection: string;
  /** `F-001` of that collection. */
  readonly id: string;
  readonly count: number;
  readonly sample: LogLine;
}

export interface ConfigDifference {
  /** `resolver`, `proxy of containerd`, `file kubelet/config.json`. */
  readonly topic: string;
  readonly values: readonly { readonly node: string; readonly value: string }[];
  /** Nodes on which it was not collected. */
  readonly missingOn: readonly string[];
}

export interface NotCompared {
  readonly topic: string;
  readonly missingOn: readonly string[];
}
