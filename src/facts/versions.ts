import { type Fact, present, unknown } from '../core/fact.ts';
import type { CaseContext } from './case-context.ts';
import type { Facts } from './facts.ts';
import { decisiveEvidence } from './pull-error.ts';

export interface Versions {
  /** `v1.36.2` */
  readonly kubelet?: string;
  readonly kubeletMinor?: number;
  readonly runtime?: 'containerd' | 'cri-o' | 'docker';
  /** `2.1.9` */
  readonly runtimeVersion?: string;
}

const RUNTIMES: Readonly<Record<string, NonNullable<Versions['runtime']>>> = {
  containerd: 'containerd',
  'cri-o': 'cri-o',
  crio: 'cri-o',
  docker: 'docker',
};

/** Versions of the kubelet and runtime: from the node, else the runtime that the error text gives away. */
export function versionsOf({ index, subject }: CaseContext, facts: Facts): Fact<Versions> {
  const node = subject.node === undefined ? undefined : index.find('Node', undefined, subject.node);
  if (node !== undefined) {
    const { kubeletVersion, containerRuntimeVersion } = node.object.info;
    const minor = kubeletMinor(kubeletVersion);
    return present(
      {
        ...(kubeletVersion === undefined ? {} : { kubelet: kubeletVersion }),
        ...(minor === undefined ? {} : { kubeletMinor: minor }),
        ...runtimeOf(containerRuntimeVersion),
      },
      [node.id],
    );
  }
  const said = facts.pullError.state === 'present' ? facts.pullError.value.decisive.error.runtime : undefined;
  const runtime = said === undefined ? undefined : RUNTIMES[said];
  return runtime === undefined
    ? unknown('versions of kubelet and runtime')
    : present({ runtime }, decisiveEvidence(facts.pullError));
}

/** 36 of `v1.36.2`. */
function kubeletMinor(version: string | undefined): number | undefined {
  const minor = /^v?1\.(\d{1,3})\b/.exec(version ?? '')?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/** `containerd://2.1.9` */
function runtimeOf(version: string | undefined): Pick<Versions, 'runtime' | 'runtimeVersion'> {
  const [, name = '', number] = /^([a-z-]{1,20}):\/\/(\S{1,60})$/.exec(version ?? '') ?? [];
  const runtime = RUNTIMES[name];
  return {
    ...(runtime === undefined ? {} : { runtime }),
    ...(number === undefined ? {} : { runtimeVersion: number }),
  };
}
