import type { AnswerGap } from '../fact.ts';
import type { NodeAnswer } from './answer.ts';
import type { NodeProblem } from './problem.ts';

/** Parts of the way from a node to a registry that can be asked for. */
export const NETWORK_SECTIONS = [
  'dns',
  'proxy',
  'mirrors',
  'routes',
  'mtu',
  'conntrack',
  'imds',
  'kube_proxy',
  'clock',
] as const;

export type NetworkSectionName = (typeof NETWORK_SECTIONS)[number];

/** `pullwhy node network`: the way from the nodes to the registries in question. */
export interface NetworkAnswer extends NodeAnswer {
  readonly kind: 'NodeNetwork';
  readonly asked: readonly NetworkSectionName[];
  readonly perNode: readonly NodeNetwork[];
}

export interface NodeNetwork {
  readonly node?: string;
  /** Images whose way is judged: those that were named, else those that failed in the logs. */
  readonly targets: readonly PullTarget[];
  /** Only those that were asked for. */
  readonly sections: readonly NetworkSection[];
  /** Which hosts are asked for each image, and in which order; only when `mirrors` was asked for. */
  readonly chains: readonly MirrorChain[];
  /** Of the sections that were asked for and collected, worst first. Empty is not "healthy": see the sections. */
  readonly problems: readonly NodeProblem[];
  readonly gaps: readonly AnswerGap[];
}

export interface PullTarget {
  readonly image: string;
  /** Registry host, with its port. */
  readonly host: string;
  /** `asked`, or where it failed: `containerd.log:12`. */
  readonly from: string;
}

export interface NetworkSection {
  readonly name: NetworkSectionName;
  /** `unknown`: asked for, and nothing that tells was collected. */
  readonly state: 'ok' | 'problem' | 'unknown';
  readonly summary: string;
  /** What was read, as short `name: value` lines. */
  readonly facts: readonly string[];
  readonly problems: readonly NodeProblem[];
}

/** The hosts that a runtime asks for one image. */
export interface MirrorChain {
  readonly image: string;
  readonly host: string;
  readonly runtime: 'containerd' | 'cri-o' | 'docker';
  /** In the order in which they are asked. Empty: nobody is asked, see `refused`. */
  readonly steps: readonly ChainStep[];
  /** Why no host is asked at all: blocked, the plugin does not load, no search registry. */
  readonly refused?: string;
  /** `known`: every file that decides was read. `partly`: it holds if the missing file changes nothing. */
  readonly certainty: 'known' | 'partly' | 'unknown';
  /** Files and settings that decide, and how. */
  readonly decidedBy: readonly ChainNote[];
  /** Files and settings that look as if they decide, and are not used. */
  readonly ignored: readonly ChainNote[];
  readonly gaps: readonly AnswerGap[];
}

export interface ChainNote {
  readonly path: string;
  readonly why: string;
}

export interface ChainStep {
  readonly role: 'mirror' | 'registry';
  /** Where requests begin: `https://mirror.acme.example/v2`. */
  readonly url: string;
  readonly host: string;
  /** What it is used for; `resolve` finds a tag, `pull` fetches content. */
  readonly capabilities: readonly string[];
  /** Why it is passed over for this image. */
  readonly skipped?: string;
  readonly skipVerify: boolean;
  readonly authorities: readonly string[];
  readonly clientCertificates: readonly string[];
  /** The name of the registry is told as `?ns=`, as mirrors are (containerd). */
  readonly namespace?: string;
  /** What may surprise: the path that is asked, plain HTTP. */
  readonly notes: readonly string[];
}
