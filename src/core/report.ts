import type { CauseClass, CauseId, Check, Escalation, Owner, Safety, Severity, Shared, Verdict } from './cause.ts';
import type { EvidenceSource } from './evidence.ts';
import type { AnswerGap } from './fact.ts';
import type { ManifestChange } from './manifest-change.ts';
import type { Link, LinkStatus } from './pull-chain.ts';

/** The public answer, `pullwhy/v1`. Plain JSON; every string is redacted and free of terminal controls. */
export interface Report {
  readonly apiVersion: 'pullwhy/v1';
  readonly kind: 'Report';
  readonly generatedAt: string;
  readonly source: {
    readonly kind: 'cluster' | 'bundle' | 'text';
    readonly names: readonly string[];
    readonly takenAt?: string;
  };
  readonly summary: { readonly podsExamined: number; readonly podsFailing: number; readonly incidents: number };
  readonly incidents: readonly Incident[];
  readonly notImagePull: readonly NotImagePull[];
  readonly unknowns: readonly AnswerGap[];
}

export interface Incident {
  /** Stable across runs for the same cause and scope. */
  readonly id: string;
  readonly cause: {
    readonly id: CauseId;
    readonly title: string;
    readonly link: Link | 'none';
    readonly class: CauseClass;
    readonly severity: Severity;
    readonly detail?: string;
  };
  readonly verdict: Exclude<Verdict, 'ruled-out'>;
  readonly statement: string;
  readonly scope: Scope;
  readonly impact: readonly string[];
  readonly evidence: readonly ReportEvidence[];
  readonly chain: readonly ChainLink[];
  readonly ruledOut: readonly { readonly cause: CauseId; readonly because: readonly string[]; readonly note: string }[];
  readonly alternatives: readonly Alternative[];
  readonly overruled: readonly { readonly said: string; readonly because: readonly string[]; readonly note: string }[];
  readonly unknowns: readonly AnswerGap[];
  readonly remedies: readonly ReportRemedy[];
  readonly verify: readonly Check[];
  readonly prevention: readonly string[];
  readonly escalate: readonly ReportEscalation[];
  /** What other pulls of the same look tell: how far it reaches, and what works in spite of it. */
  readonly correlation: readonly Correlation[];
  /** How the pull was set up, as far as it was seen: what an expert would ask for first. */
  readonly context: PullContext;
  /** RFC 3339; when the kubelet tries again, if evidence tells. */
  readonly nextRetryAt?: string;
  /** The check that would decide, when the verdict is not `confirmed`. */
  readonly toDecide?: string;
}

/** The set-up of the pull of an incident's first case. A field that is left out was not seen. */
export interface PullContext {
  readonly image?: string;
  /** `containerd 2.1.9` */
  readonly runtime?: string;
  /** `v1.36.2` */
  readonly kubelet?: string;
  readonly pullPolicy?: string;
  readonly serviceAccount?: { readonly name: string; readonly imagePullSecrets?: readonly string[] };
  /** The pod's own list, in order; [] when it lists none. */
  readonly imagePullSecrets?: readonly ContextSecret[];
}

/** A pull secret by derived facts only. */
export interface ContextSecret {
  readonly name: string;
  readonly state: 'present' | 'absent' | 'unknown';
  readonly type?: string;
  /** Host keys as written. */
  readonly hosts?: readonly string[];
  /** What is wrong with it, or why it is not known. */
  readonly note?: string;
}

export interface PodRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  readonly container?: string;
  readonly image?: string;
  readonly node?: string;
}

/** A condition of escalation; `met` ones hold now, by the evidence that they cite. */
export interface ReportEscalation extends Escalation {
  readonly because?: readonly string[];
}

/**
 * `node-local`, `several-nodes`, `zone`, `node-wide`: where it fails, and where not.
 * `image-exists`, `registry-works`, `node-works`, `secret-works`: what worked since it began to fail.
 * `last-worked`: the last that worked before.
 */
export type CorrelationKind =
  | 'node-local'
  | 'several-nodes'
  | 'zone'
  | 'node-wide'
  | 'image-exists'
  | 'registry-works'
  | 'node-works'
  | 'secret-works'
  | 'last-worked';

export interface Correlation {
  readonly kind: CorrelationKind;
  readonly note: string;
  readonly because: readonly string[];
}

export type Reach = 'pod' | 'workload' | 'node' | 'namespace' | 'registry' | 'cluster';

export interface Scope {
  readonly pods: readonly PodRef[];
  /** `Deployment/shop-prod/api` */
  readonly workloads: readonly string[];
  readonly nodes: readonly string[];
  readonly namespaces: readonly string[];
  readonly firstSeen?: string;
  readonly lastSeen?: string;
  readonly reach: Reach;
  /** The one thing that all cases of the incident have in common. */
  readonly shared: Shared;
}

export interface ReportEvidence {
  /** `E1`, numbered inside the incident. */
  readonly id: string;
  readonly source: EvidenceSource;
  readonly locator: string;
  readonly observedAt?: string;
  readonly excerpt: string;
}

export interface ChainLink {
  readonly link: Link;
  readonly status: LinkStatus;
  readonly because: readonly string[];
  readonly note?: string;
}

export interface Alternative {
  readonly cause: CauseId;
  readonly verdict: Exclude<Verdict, 'ruled-out'>;
  readonly because: readonly string[];
  readonly note?: string;
  readonly toDecide?: string;
}

export interface ReportRemedy {
  readonly title: string;
  readonly safety: Safety;
  readonly owner: Owner;
  readonly commands: readonly string[];
  readonly note?: string;
  /** What it changes in a manifest, if that is what it does. */
  readonly change?: ManifestChange;
  /** Where in the checkout that was given it is changed; left out where several places fit alike. */
  readonly file?: FilePlace;
  /** The places that fit, best first, and why. */
  readonly places?: readonly (FilePlace & { readonly why: string })[];
  /** Unified diff for `git apply`. */
  readonly patch?: string;
}

/** A position in a file of the checkout, from 1. */
export interface FilePlace {
  readonly path: string;
  readonly line: number;
  readonly column?: number;
}

/** A pod that is stuck, but not for its image. */
export interface NotImagePull {
  readonly pod: PodRef;
  /** `CrashLoopBackOff`, `FailedMount`, `Unschedulable`, … */
  readonly reason: string;
  readonly because: string;
}
