/**
 * The parts of Kubernetes objects that pullwhy reads, after the border schema has checked them.
 * Whether a missing field means "none" or "not shown" depends on the `view` of the object.
 */

/**
 * How much of the object was seen.
 * `full`: as the API returns it; a missing field is a field that is not set.
 * `describe`: parsed from `kubectl describe`; fields that it never prints are unknown
 *   (a pod's imagePullSecrets and imagePullPolicy among them).
 * `table`: a row of `kubectl get`.
 * `metadata`: metadata only.
 */
export type ObjectView = 'full' | 'describe' | 'table' | 'metadata';

export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly uid?: string;
  readonly controller?: boolean;
}

export interface ManagedField {
  readonly manager?: string;
  readonly operation?: string;
  readonly time?: string;
}

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly ownerReferences: readonly OwnerReference[];
  readonly managedFields?: readonly ManagedField[];
}

interface ObjectBase {
  readonly metadata: Metadata;
}

/** Where a container stands in its pod. `image-volume` is no container but pulls like one. */
export type ContainerRole = 'main' | 'init' | 'sidecar' | 'ephemeral';

export interface Container {
  readonly name: string;
  readonly role: ContainerRole;
  /** As written; undefined when the view does not show it. */
  readonly image?: string;
  readonly imagePullPolicy?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  /** Literal values of variables whose names speak of images and destinations; never for output. */
  readonly env?: Readonly<Record<string, string>>;
  /** Names of volumes mounted. */
  readonly mounts: readonly string[];
  /** Ports that it names or declares. */
  readonly ports?: readonly { readonly name?: string; readonly port: number; readonly protocol?: string }[];
  /** `limits.memory` as written; undefined: none is set, or the view does not show it. */
  readonly memoryLimit?: string;
}

/** A volume, as far as it tells whether data outlives the pod. */
export interface Volume {
  readonly name: string;
  readonly kind: 'emptyDir' | 'claim' | 'hostPath' | 'other';
  /** Of a claim: its PersistentVolumeClaim. */
  readonly claim?: string;
}

export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: {
    readonly exitCode?: number;
    readonly reason?: string;
    readonly message?: string;
    readonly startedAt?: string;
    readonly finishedAt?: string;
  };
}

export interface ContainerStatus {
  readonly name: string;
  readonly role: ContainerRole;
  readonly image?: string;
  /** `registry/repo@sha256:…` once pulled; empty before. */
  readonly imageID?: string;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly restartCount?: number;
  readonly state: ContainerState;
  readonly lastState: ContainerState;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export interface ImageVolume {
  readonly volume: string;
  readonly reference?: string;
  readonly pullPolicy?: string;
}

/** The pod part of a Pod or of a workload's template. */
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly imageVolumes: readonly ImageVolume[];
  /** Left out by a view that does not show them. */
  readonly volumes?: readonly Volume[];
  readonly imagePullSecrets?: readonly string[];
  readonly serviceAccountName?: string;
  readonly nodeName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly runtimeClassName?: string;
}

export interface Pod extends ObjectBase {
  readonly kind: 'Pod';
  readonly spec: PodSpec;
  readonly status: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly startTime?: string;
    readonly conditions: readonly Condition[];
    readonly containers: readonly ContainerStatus[];
  };
}

/** Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob, ReplicationController: what owns pods. */
export interface Workload extends ObjectBase {
  readonly kind:
    | 'Deployment'
    | 'ReplicaSet'
    | 'StatefulSet'
    | 'DaemonSet'
    | 'Job'
    | 'CronJob'
    | 'ReplicationController';
  readonly template?: PodSpec;
  readonly selector?: Readonly<Record<string, string>>;
  /** spec.replicas, or parallelism, or desiredNumberScheduled. */
  readonly desired?: number;
  /** `Parallel` StatefulSets start their pods without order. */
  readonly podManagement?: string;
  /** activeDeadlineSeconds of a Job, or of the Jobs of a CronJob. */
  readonly deadlineSeconds?: number;
  /** Cron expression. */
  readonly schedule?: string;
  /** `Allow`, `Forbid`, `Replace`. */
  readonly concurrency?: string;
  readonly status: {
    readonly ready?: number;
    readonly available?: number;
    readonly updated?: number;
    readonly unavailable?: number;
    readonly succeeded?: number;
    readonly failed?: number;
    readonly active?: number;
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly lastScheduleTime?: string;
    readonly lastSuccessfulTime?: string;
    readonly conditions: readonly Condition[];
  };
}

export interface ServiceAccount extends ObjectBase {
  readonly kind: 'ServiceAccount';
  readonly imagePullSecrets: readonly string[];
}

export interface Secret extends ObjectBase {
  readonly kind: 'Secret';
  readonly type?: string;
  /** base64 values; undefined when the view withholds them (metadata only, must-gather). */
  readonly data?: Readonly<Record<string, string>>;
}

export interface NodeImage {
  readonly names: readonly string[];
  readonly sizeBytes?: number;
}

export interface Node extends ObjectBase {
  readonly kind: 'Node';
  readonly providerID?: string;
  readonly unschedulable?: boolean;
  readonly conditions: readonly Condition[];
  /** The kubelet reports at most 50 images by default, largest first: absence here proves nothing. */
  readonly images: readonly NodeImage[];
  readonly info: {
    readonly architecture?: string;
    readonly operatingSystem?: string;
    readonly kubeletVersion?: string;
    readonly containerRuntimeVersion?: string;
    readonly osImage?: string;
  };
  readonly addresses: readonly { readonly type: string; readonly address: string }[];
}

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: string;
  readonly nodePort?: number;
  readonly protocol?: string;
}

export interface Service extends ObjectBase {
  readonly kind: 'Service';
  readonly type?: string;
  readonly clusterIPs: readonly string[];
  readonly externalIPs: readonly string[];
  readonly loadBalancer: readonly string[];
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
  /** `Local`: a node hands traffic from outside only to pods of its own. */
  readonly externalTraffic?: string;
  /** `Local`: the same for traffic from inside, its own included. */
  readonly internalTraffic?: string;
}

/** EndpointSlice or the older Endpoints, as one shape. */
export interface EndpointSlice extends ObjectBase {
  readonly kind: 'EndpointSlice';
  readonly service: string;
  readonly ready: readonly string[];
  readonly notReady: readonly string[];
  readonly ports: readonly number[];
}

/** meta/v1 LabelSelector; empty selects everything. */
export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly {
    readonly key: string;
    /** `In`, `NotIn`, `Exists`, `DoesNotExist` */
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

/** One side of a rule: pods by labels, or addresses. */
export interface PolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except: readonly string[] };
}

export interface PolicyPort {
  /** TCP when left out. */
  readonly protocol?: string;
  /** Number or name; all ports when left out. */
  readonly port?: string;
  readonly endPort?: number;
}

/** What one rule lets through: from or to any of the peers, at any of the ports; an empty list is everything. */
export interface PolicyRule {
  readonly peers: readonly PolicyPeer[];
  readonly ports: readonly PolicyPort[];
}

export interface NetworkPolicy extends ObjectBase {
  readonly kind: 'NetworkPolicy';
  /** The `matchLabels` alone. */
  readonly podSelector: Readonly<Record<string, string>>;
  readonly policyTypes: readonly string[];
  readonly ingressRules: number;
  readonly egressRules: number;
  /** Which pods it is for, whole; left out by a view that does not show it. */
  readonly selects?: LabelSelector;
  readonly ingress?: readonly PolicyRule[];
  readonly egress?: readonly PolicyRule[];
}

/** Event of core/v1 or events.k8s.io/v1, as one shape. */
export interface KubeEvent extends ObjectBase {
  readonly kind: 'Event';
  readonly involved: {
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
    /** `spec.containers{app}` */
    readonly fieldPath?: string;
  };
  readonly type?: string;
  readonly reason?: string;
  readonly message: string;
  readonly count: number;
  /** RFC 3339, absolute or reckoned from an age when the time of the look is known. */
  readonly firstSeen?: string;
  readonly lastSeen?: string;
  /** Reporting component: `kubelet`, `replicaset-controller`. */
  readonly component?: string;
  /** Reporting host: the node. */
  readonly host?: string;
}

export interface HorizontalPodAutoscaler extends ObjectBase {
  readonly kind: 'HorizontalPodAutoscaler';
  readonly target: { readonly kind: string; readonly name: string };
  readonly min?: number;
  readonly max?: number;
  /** Replicas that it wants. */
  readonly desired?: number;
  readonly conditions: readonly Condition[];
}

/** Any other kind that was seen; kept so that coverage stays honest. */
export interface OtherObject extends ObjectBase {
  readonly kind: 'Other';
  readonly originalKind: string;
  /** Set for a run of a build system: Tekton, Shipwright, Argo Workflows. */
  readonly buildRun?: BuildRun;
  /** Set for what leads hosts to Services: Ingress, HTTPRoute, TLSRoute, OpenShift's Route, Traefik's IngressRoute. */
  readonly route?: HostRoute;
  /** Set for a PersistentVolumeClaim: `Bound`, `Pending`, `Lost`. */
  readonly claimPhase?: string;
}

/** Hosts and the Services that requests for them reach. */
export interface HostRoute {
  /** Lower case; `*.acme.example` for every name below. */
  readonly hosts: readonly string[];
  readonly backends: readonly { readonly namespace?: string; readonly service: string; readonly port?: string }[];
  /** Gateways that give it their listeners' hosts when it names none: `namespace/name`. */
  readonly parents?: readonly string[];
}

/** What a build system's own object says of one run. */
export interface BuildRun {
  /** Images that it is told to push, or says that it pushed. */
  readonly outputs: readonly string[];
  /** Steps that are written out in it, for what their command lines say. */
  readonly steps: readonly Container[];
  readonly state: 'pending' | 'running' | 'failed' | 'succeeded' | 'unknown';
  /** Why it failed, in its own words. */
  readonly message?: string;
  readonly finishedAt?: string;
}

export type KubeObject =
  | Pod
  | Workload
  | ServiceAccount
  | Secret
  | Node
  | Service
  | EndpointSlice
  | NetworkPolicy
  | KubeEvent
  | HorizontalPodAutoscaler
  | OtherObject;
