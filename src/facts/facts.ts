import type { EvidenceId } from '../core/evidence.ts';
import type { Fact } from '../core/fact.ts';
import type { ContainerRole } from '../core/objects.ts';
import type { ParsedReference } from '../image/reference.ts';
import type { AfterPull } from './after-pull.ts';
import type { Build } from './builds.ts';
import type { CredentialProviderFailure } from './credential-provider.ts';
import type { DiskFact } from './disk.ts';
import type { PullHistory } from './history.ts';
import type { InClusterRegistry } from './in-cluster-registry.ts';
import type { CredentialOffer } from './keyring.ts';
import type { NodeFact } from './node.ts';
import type { ImageOnNode } from './node-image.ts';
import type { OtherSecret } from './other-secrets.ts';
import type { PassedLink } from './passed-links.ts';
import type { PullErrors } from './pull-error.ts';
import type { ListedSecret } from './pull-secrets.ts';
import type { RegistryAnswer } from './registry-answer.ts';
import type { RuntimeLog } from './runtime-log.ts';
import type { ServiceAccountFact } from './service-account.ts';
import type { Siblings } from './siblings.ts';
import type { UnusedMirror } from './unused-mirrors.ts';
import type { Versions } from './versions.ts';
import type { WorkloadFact } from './workload.ts';

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
