import type { AnswerGap } from './fact.ts';

/** What every answer about objects of a cluster says of itself. */
export interface ClusterAnswer {
  /** What was looked at, and what of it was left. */
  readonly coverage: LookCoverage;
  readonly gaps: readonly AnswerGap[];
}

export interface LookCoverage {
  /** `Pods of namespace shop`. */
  readonly read: readonly string[];
  /** Known to exist and not read, or read and left out, with the reason. */
  readonly skipped: readonly string[];
}

/** One page of objects of one kind. */
export interface ResourceList extends ClusterAnswer {
  readonly kind: string;
  readonly items: readonly ResourceItem[];
  /** Give it back for the next page; left out at the end. */
  readonly nextPageToken?: string;
}

/** An object as far as image pulls are concerned. */
export interface ResourceItem {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly createdAt?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `ReplicaSet/api-5d7b7fc7d7`. */
  readonly owners: readonly string[];
  readonly pod?: PodItem;
  readonly node?: NodeItem;
  readonly workload?: WorkloadItem;
  readonly serviceAccount?: { readonly imagePullSecrets: readonly string[] };
  readonly service?: {
    readonly type?: string;
    readonly ports: readonly string[];
    readonly clusterIPs: readonly string[];
  };
  readonly endpoints?: { readonly ready: number; readonly notReady: number };
  readonly event?: EventItem;
}

export interface ConditionItem {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly since?: string;
}

export interface PodItem {
  /** What kubectl prints as STATUS. */
  readonly status: string;
  readonly phase?: string;
  readonly node?: string;
  readonly serviceAccount?: string;
  readonly imagePullSecrets: readonly string[];
  readonly containers: readonly ContainerItem[];
  readonly conditions: readonly ConditionItem[];
}

export interface ContainerItem {
  readonly name: string;
  readonly role: string;
  readonly image?: string;
  readonly imagePullPolicy?: string;
  readonly state: 'waiting' | 'running' | 'terminated' | 'unknown';
  /** `ImagePullBackOff`, or free text: the kubelet puts errors of malformed secrets here. */
  readonly reason?: string;
  readonly message?: string;
  readonly ready?: boolean;
  readonly restarts?: number;
  /** Set once the image is on the node. */
  readonly imageID?: string;
}

export interface NodeItem {
  /** `True`, `False`, `Unknown`. */
  readonly ready: string;
  readonly conditions: readonly ConditionItem[];
  readonly schedulable: boolean;
  /** At the cloud, from spec.providerID. */
  readonly instanceId?: string;
  readonly kubelet?: string;
  readonly runtime?: string;
  readonly os?: string;
  readonly architecture?: string;
}

export interface WorkloadItem {
  readonly desired?: number;
  readonly ready?: number;
  readonly updated?: number;
  readonly unavailable?: number;
  readonly images: readonly string[];
  readonly serviceAccount?: string;
  readonly imagePullSecrets?: readonly string[];
  readonly conditions: readonly ConditionItem[];
}

/** An event; `type`, `reason`, `message` and `count` as earlier tools of this name gave them. */
export interface EventItem {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
  /** `Pod shop/api-1`. */
  readonly object: string;
  /** From the field path. */
  readonly container?: string;
  /** `kubelet`. */
  readonly source?: string;
  readonly node?: string;
}

/** Newest first. */
export interface EventList extends ClusterAnswer {
  readonly events: readonly EventItem[];
  readonly nextPageToken?: string;
}

/** Left out where the ServiceAccount could not be read: then the gaps tell why. */
export interface ServiceAccountDetails extends ClusterAnswer {
  readonly name: string;
  readonly namespace: string;
  readonly state: 'exists' | 'missing' | 'unknown';
  readonly secrets: readonly string[];
  readonly imagePullSecrets: readonly string[];
  readonly note?: string;
}

/** Three values: what may not be read is not missing. */
export interface SecretExistence extends ClusterAnswer {
  readonly name: string;
  readonly namespace: string;
  readonly exists: boolean | null;
  readonly state: 'exists' | 'missing' | 'unknown';
  readonly reason: string;
}

export interface ClusterHealth extends ClusterAnswer {
  readonly nodes: {
    readonly total: number;
    readonly ready: number;
    /** Nodes that are not ready, under pressure or closed to new pods, the first of them. */
    readonly troubled: readonly { readonly name: string; readonly problems: readonly string[] }[];
    readonly runtimes: readonly Counted[];
    readonly kubelets: readonly Counted[];
  };
  readonly pods: {
    readonly examined: number;
    readonly stuckOnImages: number;
    /** Reasons of waiting containers. */
    readonly waiting: readonly Counted[];
  };
  /** Registries of the images of all pods that were read. */
  readonly registries: readonly RegistryUse[];
}

export interface Counted {
  readonly name: string;
  readonly count: number;
}

export interface RegistryUse {
  readonly registry: string;
  readonly containers: number;
  /** Of these, so many wait for their image. */
  readonly failing: number;
}
