import type { NodeAnswer } from './answer.ts';
import type { LogLine } from './finding.ts';

/** Where lines come from; `runtime` stands for containerd, CRI-O and docker. */
export const COMPONENTS = ['kubelet', 'containerd', 'cri-o', 'docker', 'kernel', 'system', 'events'] as const;

export type Component = (typeof COMPONENTS)[number];

/** `pullwhy node correlate`: one timeline over everything that a node logged. */
export interface CorrelateAnswer extends NodeAnswer {
  readonly kind: 'NodeCorrelation';
  /** The text around which lines are gathered; left out: the whole time. */
  readonly pivot?: string;
  readonly windowSeconds: number;
  readonly components: readonly Component[];
  /** Lines that hold the pivot. */
  readonly pivots?: { readonly count: number; readonly firstAt?: string; readonly lastAt?: string };
  /** In the order of time; the newest when there are more than fit. */
  readonly events: readonly TimelineEvent[];
  readonly eventsTotal: number;
  /** Runs of events without a longer pause between them, in the order of time. */
  readonly clusters: readonly Cluster[];
  /** What led to what, where the lines show it. */
  readonly chains: readonly CauseChain[];
  /** Why there is nothing, when there is nothing. */
  readonly empty?: string;
}

export interface TimelineEvent extends LogLine {
  readonly at: string;
  readonly component: Component;
  /** What the line tells: `pull-failed`, `runtime-start`, `error`. */
  readonly what: string;
  readonly node?: string;
  /** It holds the pivot. */
  readonly pivot?: true;
}

export interface Cluster {
  readonly from: string;
  readonly to: string;
  readonly events: number;
  readonly pivots: number;
  /** How often each kind of event occurs, most often first. */
  readonly what: readonly { readonly what: string; readonly count: number }[];
  readonly components: readonly Component[];
  readonly first: LogLine;
}

export interface CauseChain {
  /** `disk-gc-sandbox`, `runtime-restart-burst`, `dns-down`, `token-expiry`, `clock-step`. */
  readonly id: string;
  readonly title: string;
  /** `shown`: a line for each link. `partly`: the effect is there, a link before it was not seen. */
  readonly certainty: 'shown' | 'partly';
  readonly links: readonly ChainLink[];
}

export interface ChainLink {
  readonly what: string;
  /** Lines of this link, in all. */
  readonly count: number;
  /** The first of them, or the one nearest to the next link. */
  readonly evidence?: LogLine;
  /** Why there is no line. */
  readonly gap?: string;
}
