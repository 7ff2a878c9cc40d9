import type { EvidenceId } from '../core/evidence.ts';
import type { Fact } from '../core/fact.ts';
import type { Condition, ContainerRole } from '../core/objects.ts';
import type { ProbeAttempt, ProbeOutcomeKind, ProbeProblem } from '../core/probe.ts';
import type { Link } from '../core/pull-chain.ts';
import type { PullError } from '../core/pull-error.ts';
import type { DecodedPullSecret } from '../credentials/docker-config.ts';
import type { MismatchReason } from '../credentials/mismatch.ts';
import type { ParsedReference } from '../image/reference.ts';
import type { Manager } from './managed-by.ts';

/**
 * All that is known of one case, one fact family per file beside this one.
 * Facts are computed when first read and never judge: causes do.
 */
export interface Facts {
  readonly subject: Subject;
  /** When the evidence was taken, RFC 3339: the "now" of every reckoning. */
  readonly takenAt?: string;
  /** What was said: `pull-error.ts`. */
  readonly pullError: Fact<PullErrors>;
  /** The image string parsed: `reference.ts`. Unknown only when no image is known. */
  readonly reference: Fact<ParsedReference>;
  /** What happened when, from status and events: `history.ts`. */
  readonly history: Fact<PullHistory>;
  /** `imagePullPolicy` of the container as stored: `pull-policy.ts`. */
  readonly pullPolicy: Fact<string>;
  /** Whether the image is on the node: `node-image.ts`. */
  readonly imageOnNode: Fact<ImageOnNode>;
  /** `service-account.ts` */
  readonly serviceAccount: Fact<ServiceAccountFact>;
  /** Names in the pod's `imagePullSecrets`, blanks dropped: `pull-secrets.ts`. Present with [] when the pod lists none. */
  readonly listedSecrets: Fact<readonly string[]>;
  /** One entry per listed name, same order: `pull-secrets.ts`. Empty when `listedSecrets` is not present. */
  readonly pullSecrets: readonly ListedSecret[];
  /** Names in FailedToRetrieveImagePullSecret events of the pod: `pull-secrets.ts`. Absent when events were seen and none said so. */
  readonly unretrievedSecrets: Fact<readonly string[]>;
  /** The kubelet's keyring decision for this image from the pod's secrets: `keyring.ts`. Unknown while any listed secret is unknown. */
  readonly offer: Fact<CredentialOffer>;
  /** Pull secrets seen in the namespace that would match the image, but that the pod does not list: `other-secrets.ts`. */
  readonly unattachedSecrets: Fact<readonly OtherSecret[]>;
  /** Secrets with a listed (missing) name seen in other namespaces, and near names in this one: `other-secrets.ts`. */
  readonly similarSecrets: Fact<readonly OtherSecret[]>;
  /** Credential provider plugins as the kubelet log tells: `credential-provider.ts`. */
  readonly credentialProvider: Fact<CredentialProviderFailure>;
  /** `node.ts` */
  readonly node: Fact<NodeFact>;
  /** Kubernetes and runtime versions, from the node or from texts: `versions.ts`. */
  readonly versions: Fact<Versions>;
  /** Pods other than this with the same image, host or node: `siblings.ts`. */
  readonly siblings: Fact<Siblings>;
  /** A Service that the image's host points at: `in-cluster-registry.ts`. Absent when the host is surely not in the cluster. */
  readonly inClusterRegistry: Fact<InClusterRegistry>;
  /** What should have built the image: `builds.ts`. Absent when Jobs were seen and none builds it. */
  readonly builds: Fact<readonly Build[]>;
  /** Builds of other images that push to the same registry: `builds.ts`. */
  readonly otherBuilds?: Fact<readonly Build[]>;
  /** What node logs say about this pull beyond the error itself: `runtime-log.ts`. */
  readonly runtimeLog: Fact<RuntimeLog>;
  /** Room on the node, from conditions, events and logs: `disk.ts`. */
  readonly disk: Fact<DiskFact>;
  /** How the container fares after a pull that worked: `after-pull.ts`. Absent when it runs. */
  readonly afterPull: Fact<AfterPull>;
  /** The workload above the pod and what the failure does to it: `workload.ts`. */
  readonly workload: Fact<WorkloadFact>;
  /** What the registry answers when asked from here, with the pod's own credentials: `registry-answer.ts`. Left out: nobody asked. */
  readonly registryAnswer?: Fact<RegistryAnswer>;
  /** Mirror settings for the image's host that the runtime does not use, by the files of the node: `unused-mirrors.ts`. Left out: no such files. */
  readonly unusedMirrors?: Fact<readonly UnusedMirror[]>;
  /** The clock of the node as its time service measured it: `node-clock.ts`. Left out: no files of a node. */
  readonly nodeClock?: Fact<NodeClockFact>;
  /** Links of the chain that evidence shows to be passed: `passed-links.ts`. */
  readonly passedLinks: readonly PassedLink[];
}

/** What chronyd or systemd-timesyncd of the node says of its clock. */
export interface NodeClockFact {
  readonly synchronized?: boolean;
  /** Seconds that the clock is ahead of true time; negative: behind. Left out: not measured. */
  readonly offsetSeconds?: number;
  /** What the clock showed when that was collected, RFC 3339. */
  readonly shown?: string;
  readonly locator: string;
  readonly evidence: EvidenceId;
}

/** A registry's answer from another vantage than the node's: where both disagree, the way of the node is suspect. */
export interface RegistryAnswer {
  readonly outcome: ProbeOutcomeKind;
  /** Why, in the probe's words. */
  readonly problem?: ProbeProblem;
  readonly said: string;
  readonly host: string;
  /** `this machine`: never the node. */
  readonly vantage: string;
  /** Every credential that the kubelet would offer was tried, and no other. */
  readonly asThePod: boolean;
  readonly attempts: readonly ProbeAttempt[];
  /** Existing tags near the one that is missing, best first. */
  readonly nearTags: readonly string[];
  /** Existing repositories near the one that is missing, best first. */
  readonly nearRepositories?: readonly string[];
  /** Platforms that the image is built for, where they were read. */
  readonly platforms: readonly string[];
  /** When it was asked, RFC 3339. */
  readonly at: string;
}

/** The pull that is judged. */
export interface Subject {
  /** `owner`: a workload whose pods the API server refuses. `text`: loose text, no object. */
  readonly kind: 'container' | 'image-volume' | 'sandbox' | 'owner' | 'text';
  readonly namespace?: string;
  readonly pod?: string;
  readonly podUid?: string;
  readonly container?: string;
  readonly role?: ContainerRole;
  /** For an image volume: its volume's name. */
  readonly volume?: string;
  /** As written in the pod, else as the text names it. */
  readonly image?: string;
  readonly node?: string;
  readonly serviceAccount?: string;
  /** Nearest first: ReplicaSet, Deployment. Guessed ones (from the pod's name) are not listed. */
  readonly owners: readonly { readonly kind: string; readonly name: string }[];
  readonly podCreatedAt?: string;
}

/** A decoded message and where it stood. */
export interface Witness {
  readonly evidence: EvidenceId;
  readonly error: PullError;
  readonly at?: string;
  readonly from: 'waiting' | 'event' | 'log' | 'text';
}

export interface PullErrors {
  /** The most telling error of the latest attempts: what causes judge. */
  readonly decisive: Witness;
  /** All distinct ones, newest and most telling first, `decisive` included. */
  readonly all: readonly Witness[];
  /** True when only back-off texts are left and the reason is gone (events live 1 h; <=1.31 waiting has no reason). */
  readonly reasonLost: boolean;
}

export interface PullHistory {
  readonly waitingReason?: string;
  /** A `Pulling` with no outcome yet is the last thing that happened. */
  readonly pulling: boolean;
  readonly pullingSince?: string;
  /** Attempts that failed, as counted by events; at least. */
  readonly failures: number;
  readonly firstFailureAt?: string;
  readonly lastFailureAt?: string;
  /** The image was pulled or found present for this container at some time. */
  readonly succeededAt?: string;
  readonly alreadyPresent?: boolean;
  /** `1m3s including waiting` much longer than the pull itself: the queue, not the network; seconds. */
  readonly waitedSeconds?: number;
  /** When the kubelet tries again, RFC 3339, reckoned from back-off rules (10 s doubling to 300 s). */
  readonly nextRetryAt?: string;
  /** Events were seen at all for this pod; false: expired or not collected. */
  readonly eventsSeen: boolean;
}

export interface ImageOnNode {
  readonly onNode: boolean;
  /** `node-status` lists at most 50 images; `event` is the kubelet's own word; `sibling` runs from it. */
  readonly shownBy: 'node-status' | 'event' | 'sibling';
}

export interface ServiceAccountFact {
  readonly name: string;
  readonly imagePullSecrets: readonly string[];
  /** Set when the ServiceAccount was last changed after the pod was created. */
  readonly changedAfterPod?: string;
}

export interface ListedSecret {
  readonly name: string;
  /** Absent only on direct evidence (the kubelet's event, a whole list of the namespace's Secrets, a 404). */
  readonly secret: Fact<PullSecretFact>;
}

export interface PullSecretFact {
  readonly namespace: string;
  readonly name: string;
  readonly type?: string;
  readonly decoded: DecodedPullSecret;
  readonly createdAt?: string;
  readonly changedAt?: string;
}

/** One credential that the kubelet would hand over, in trial order. No secret values. */
export interface OfferedCredential {
  readonly secret: string;
  /** Host key as written in the secret. */
  readonly host: string;
  readonly viaDockerHubDefault: boolean;
  readonly emptyUser: boolean;
  readonly userKind: string;
  readonly expiresAt?: string;
  /** Against `takenAt`; undefined when nothing tells. */
  readonly expired?: boolean;
}

export interface CredentialOffer {
  /** Empty: the pod's secrets offer nothing for this image (node files and provider plugins may still). */
  readonly credentials: readonly OfferedCredential[];
  /** Entries that do not match, with the reason each: `key harbor.acme.example:8443 has port 8443, the image has none`. */
  readonly mismatches: readonly {
    readonly secret: string;
    readonly host: string;
    readonly why: string;
    /** `host`: another registry altogether; anything else is a slip in naming this one. */
    readonly reason?: MismatchReason;
    readonly wouldMatch?: string;
  }[];
}

export interface OtherSecret {
  readonly namespace: string;
  readonly name: string;
  readonly type?: string;
  /** Its keyring matches the image. */
  readonly matches: boolean;
  readonly relation: 'same-namespace' | 'other-namespace' | 'near-name';
  readonly evidence: EvidenceId;
}

export interface CredentialProviderFailure {
  readonly plugin?: string;
  readonly message: string;
}

export interface NodeFact {
  readonly name: string;
  readonly architecture?: string;
  readonly operatingSystem?: string;
  readonly conditions: readonly Condition[];
  readonly ready: boolean | undefined;
  readonly diskPressure: boolean | undefined;
}

export interface Versions {
  /** `v1.36.2` */
  readonly kubelet?: string;
  readonly kubeletMinor?: number;
  readonly runtime?: 'containerd' | 'cri-o' | 'docker';
  /** `2.1.9` */
  readonly runtimeVersion?: string;
}

/** Another pull to compare with. */
export interface Sibling {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
  readonly node?: string;
  readonly image: string;
  readonly evidence: EvidenceId;
  /** RFC 3339 of the start or of the pull, when known. */
  readonly at?: string;
  /** Runs from an image that was pulled before (cache), so it proves nothing about the registry now. */
  readonly maybeCached: boolean;
}

export interface Siblings {
  readonly sameImageWorks: readonly Sibling[];
  readonly sameImageFails: readonly Sibling[];
  readonly sameHostWorks: readonly Sibling[];
  readonly sameHostFails: readonly Sibling[];
  /** Pulls of any image on the same node. */
  readonly sameNodeWorks: readonly Sibling[];
  readonly sameNodeFails: readonly Sibling[];
  /** All failing pulls of this image or host are on one node while others work elsewhere. */
  readonly oneNodeOnly: boolean;
}

export interface InClusterRegistry {
  readonly namespace: string;
  readonly service: string;
  /** How the image's host names it. */
  readonly by: 'cluster-ip' | 'node-port' | 'service-name' | 'load-balancer' | 'external-ip' | 'route';
  /** The Ingress or route whose host it is: `Ingress infra/registry`. */
  readonly via?: string;
  readonly portMatches: boolean;
  /** The port of the Service that is reached. */
  readonly port?: number;
  /** By its name or number that port speaks TLS. */
  readonly secure?: true;
  /** Port of the pods behind it, number or name. */
  readonly targetPort?: string;
  /** Whether a container declares that port; left out while no container says what it serves. */
  readonly targetServed?: boolean;
  readonly readyEndpoints: number | undefined;
  readonly notReadyEndpoints: number | undefined;
  /** The Service hands traffic to pods of the same node only, and this node has none of them. */
  readonly noLocalPod?: true;
  /** Workload behind the Service and its state, when seen. */
  readonly backend?: {
    readonly kind: string;
    readonly name: string;
    readonly desired?: number;
    readonly ready?: number;
    /** Who brings its manifest. */
    readonly manager?: Manager;
  };
  readonly backendPodProblem?: string;
  /** The pod behind it that was made last; what it keeps in itself is not older. */
  readonly backendSince?: string;
  /** The container that holds the registry, and what it may use of memory. */
  readonly backendContainer?: { readonly name: string; readonly memoryLimit?: string };
  /** How that container ended last, when it did. */
  readonly lastEnd?: { readonly reason: string; readonly at?: string };
  /** Where it keeps its images. */
  readonly storage?: RegistryStorage;
  /** Of the container behind the Service that was restarted most. */
  readonly backendRestarts?: number;
  /** Policies that isolate the pods behind it and do not surely let this node in. */
  readonly networkPolicies: readonly string[];
  /** Address of the node that pulls, by which policies know it. */
  readonly nodeAddress?: string;
  /** Set beside such policies: whether their rules keep this node out, or cannot be decided. */
  readonly fromNode?: 'blocked' | 'unknown';
  readonly because: readonly EvidenceId[];
}

export interface RegistryStorage {
  /** `pod`: in the pod itself (an emptyDir, or no volume at all), gone when the pod is replaced. */
  readonly kind: 'pod' | 'claim' | 'node';
  /** PersistentVolumeClaim. */
  readonly claim?: string;
  /** `Bound`, `Pending`, `Lost`. */
  readonly claimPhase?: string;
  /** The registry or the kubelet said that there is no space left. */
  readonly full?: EvidenceId;
}

export interface Build {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Where it pushes, as written. */
  readonly destinations: readonly string[];
  /** Same repository and tag; same repository, other tag; same name on another host or path. */
  readonly match: 'exact' | 'same-repository' | 'same-name';
  /** `written`: a file of a checkout has it, and the cluster was not seen to. */
  readonly state: 'pending' | 'running' | 'failed' | 'succeeded' | 'unknown' | 'written';
  /** Why it failed, when seen: `its own image cannot be pulled`, condition reason. */
  readonly problem?: string;
  /** The line of its log that says so. */
  readonly problemFrom?: EvidenceId;
  /** The file of the checkout that has it. */
  readonly path?: string;
  /** It is told not to push. */
  readonly pushes?: false;
  /** Platforms that it is told to build for. */
  readonly platforms?: readonly string[];
  readonly finishedAt?: string;
  readonly evidence: EvidenceId;
}

/** What containerd, CRI-O and the kubelet wrote about this image or host, decoded. */
export interface RuntimeLog {
  /** hosts.toml or registries.conf problems of the image's host. */
  readonly mirrorProblems: readonly { readonly text: string; readonly file?: string; readonly evidence: EvidenceId }[];
  /** Hosts tried for this image (`trying next host`, `fetch failed` host=…), with what each answered. */
  readonly hostsTried: readonly { readonly host: string; readonly error?: PullError; readonly evidence: EvidenceId }[];
  /** `cancel pulling image … because of no progress`. */
  readonly noProgress: readonly EvidenceId[];
  /** The runtime started (or died) near the failure. */
  readonly runtimeRestarts: readonly EvidenceId[];
  /** CRI plugin failed to load, invalid configuration. */
  readonly configProblems: readonly { readonly text: string; readonly evidence: EvidenceId }[];
  /** `active requests=N, bytes read=M` of the newest `stop pulling image`. */
  readonly bytesRead?: number;
  /** A pull of this image was started and has no end in the log. */
  readonly openSince?: string;
  /** Other pulls open at the same time on the node (serial queue). */
  readonly openOthers: readonly string[];
  /** HTML or a non-registry answered somewhere. */
  readonly htmlAnswers: readonly EvidenceId[];
}

/** A setting that looks as if it led to a mirror, and does not. */
export interface UnusedMirror {
  readonly file: string;
  readonly why: string;
  readonly evidence: EvidenceId;
}

export interface DiskFact {
  readonly pressure: boolean | undefined;
  /** Events and log lines about space: FreeDiskSpaceFailed, EvictionThresholdMet, no space left on device. */
  readonly signs: readonly {
    readonly what: 'bytes' | 'inodes' | 'quota' | 'unsaid';
    readonly text: string;
    readonly evidence: EvidenceId;
  }[];
}

export interface AfterPull {
  readonly kind: 'crash-loop' | 'create-error' | 'exited';
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode?: number;
  /** Seconds between start and end of the last run; 0 is "at once". */
  readonly ranSeconds?: number;
  readonly restarts?: number;
  /** Bytes, from `Image size: N bytes.` */
  readonly imageSize?: number;
  /** `no command specified` and relatives: an artifact, a chart, or an image without command. */
  readonly noCommand: boolean;
  /** The kubelet or runtime said `exec format error`. */
  readonly execFormat: boolean;
}

export interface WorkloadFact {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly desired?: number;
  readonly ready?: number;
  readonly updated?: number;
  /** The autoscaler of the workload, when seen. */
  readonly autoscaler?: Autoscaler;
  /** The runs of a CronJob or Job. */
  readonly runs?: Runs;
  /** Its pods start one after the other. */
  readonly inOrder?: boolean;
  /** Pods of an older revision that still serve. */
  readonly oldPodsReady?: number;
  readonly rolloutBlocked: boolean;
  /** RFC 3339. */
  readonly createdAt?: string;
  /** `Argo CD (app shop)`, `Helm (release api)`, `Flux (kustomization apps)`: the owner of the manifest, from labels and annotations. */
  readonly managedBy?: string;
  /** The same, taken apart. */
  readonly manager?: Manager;
  /** Sentences for the report's impact section. */
  readonly impact: readonly string[];
}

export interface Autoscaler {
  readonly name: string;
  /** Pods that it wants. */
  readonly wants?: number;
  readonly max?: number;
  /** It would want more than it may have. */
  readonly atLimit: boolean;
}

/** How the work of a Job or CronJob fares in time. */
export interface Runs {
  /** Seconds that a run may take; undefined: no deadline. */
  readonly deadlineSeconds?: number;
  /** When the run is given up, RFC 3339. */
  readonly givenUpAt?: string;
  /** The run has been given up. */
  readonly givenUp: boolean;
  readonly lastSuccessAt?: string;
  /** Runs since then that did not end, at least. */
  readonly unfinished: number;
  /** Runs that were not started because an earlier one still hangs, at least. */
  readonly skipped: number;
  /** `Forbid`, `Replace`, `Allow`. */
  readonly concurrency?: string;
}

export interface PassedLink {
  readonly link: Link;
  readonly because: readonly EvidenceId[];
  readonly note: string;
}
