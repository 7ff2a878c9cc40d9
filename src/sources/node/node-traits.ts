import type { Node } from '../../core/objects.ts';

/** Which logs a node has, by what it says of itself. */
export interface UnitNames {
  /** Units that the kubelet may run in; the first that has a log is the one. */
  readonly kubelet: readonly string[];
  readonly runtimes: readonly RuntimeUnit[];
}

export interface RuntimeUnit {
  readonly unit: string;
  /** Where its log is kept, by the names of the EKS log collector. */
  readonly path: string;
}

const RUNTIMES: Readonly<Record<string, readonly RuntimeUnit[]>> = {
  containerd: [{ unit: 'containerd', path: 'containerd/containerd-log.txt' }],
  'cri-o': [{ unit: 'crio', path: 'crio/crio.log' }],
  docker: [
    { unit: 'docker', path: 'docker/docker.log' },
    { unit: 'cri-docker', path: 'docker/cri-dockerd.log' },
  ],
};

/** Distributions that run the kubelet inside a unit of their own, by the suffix of its version. */
const KUBELET_UNITS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\+k3s/, ['k3s-agent', 'k3s']],
  [/\+rke2/, ['rke2-agent', 'rke2-server']],
  [/\+k0s/, ['k0sworker', 'k0scontroller']],
];

/** All runtimes when the node does not say which it runs. */
export function unitNames(info: Partial<Node['info']>): UnitNames {
  const runtime = /^([a-z-]+):\/\//.exec(info.containerRuntimeVersion ?? '')?.[1] ?? '';
  const special = KUBELET_UNITS.find(([suffix]) => suffix.test(info.kubeletVersion ?? ''))?.[1] ?? [];
  return {
    kubelet: ['kubelet', ...special],
    runtimes: RUNTIMES[runtime] ?? Object.values(RUNTIMES).flat(),
  };
}

/** `aws:///eu-west-1a/i-0abc…`: which machine of which zone a node is. */
export interface CloudInstance {
  readonly instanceId: string;
  readonly zone?: string;
  readonly region?: string;
}

const INSTANCE_ID = /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;

export function isInstanceId(word: string): boolean {
  return INSTANCE_ID.test(word);
}

/** Undefined for nodes of other clouds. */
export function awsInstance(providerID: string | undefined): CloudInstance | undefined {
  const [, zone = '', instanceId = ''] = /^aws:\/\/[^/]*\/([^/]*)\/([^/]+)$/.exec(providerID ?? '') ?? [];
  if (!isInstanceId(instanceId)) return undefined;
  // Local zones are named after their region: us-west-2-lax-1a.
  const region = /^[a-z]{2,4}(?:-[a-z]+)+-\d/.exec(zone)?.[0];
  return {
    instanceId,
    ...(zone === '' ? {} : { zone }),
    ...(region === undefined ? {} : { region }),
  };
}
