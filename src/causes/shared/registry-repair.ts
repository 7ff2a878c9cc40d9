import type { Remedy, Safety } from '../../core/cause.ts';
import { placeholder, sh } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import type { InClusterRegistry } from '../../facts/in-cluster-registry.ts';
import { ownerOf } from './manifest-owner.ts';

/** The registry of the cluster behind the image, when it was seen. */
export function clusterRegistry({ inClusterRegistry }: Facts): InClusterRegistry | undefined {
  return inClusterRegistry.state === 'present' ? inClusterRegistry.value : undefined;
}

/** What mends the pods of a registry, by what was seen to be wrong with them. */
export function repairs(seen: InClusterRegistry): readonly Remedy[] {
  return [...moreMemory(seen), ...moreSpace(seen)];
}

/** It was killed for its memory: a higher limit, or what takes the node's memory when it has none. */
function moreMemory({ namespace, backend, backendContainer, lastEnd, storage }: InClusterRegistry): readonly Remedy[] {
  if (lastEnd?.reason !== 'OOMKilled' || backend === undefined || backendContainer === undefined) return [];
  const { name, memoryLimit } = backendContainer;
  const to = doubled(memoryLimit);
  if (to === undefined) {
    return [
      {
        title: 'Find what takes the memory of the node: the registry has no limit of its own',
        safety: 'green',
        owner: 'operator',
        commands: [sh`kubectl -n ${namespace} top pods --containers`],
      },
    ];
  }
  const { kind } = backend;
  const workload = `${kind.toLowerCase()}/${backend.name}`;
  const owner = ownerOf(backend.manager, namespace);
  return [
    {
      title: `Give the registry more memory: it was killed at its limit of ${memoryLimit ?? ''}`,
      safety: replacing(storage),
      owner: 'operator',
      commands: owner?.commands ?? [
        sh`kubectl -n ${namespace} set resources ${workload} -c ${name} --limits=memory=${to}`,
      ],
      note: [
        owner === undefined ? '' : `Write limits.memory: ${to}. ${owner.note}`,
        storage?.kind === 'pod' ? 'Its pod is replaced, and with it go all images, for it keeps them in itself.' : '',
      ]
        .filter((part) => part !== '')
        .join(' '),
      change: { kind: 'memory-limit', namespace, workload: { kind, name: backend.name }, container: name, to },
    },
  ];
}

/** What replaces the pods of a registry that keeps its images in them destroys the images. */
export function replacing(storage: InClusterRegistry['storage']): Safety {
  return storage?.kind === 'pod' ? 'red' : 'yellow';
}

function doubled(limit: string | undefined): string | undefined {
  const [, amount, unit] = /^(\d{1,15})([KMGT]i?|[kmgt])?$/.exec(limit ?? '') ?? [];
  return amount === undefined ? undefined : `${Number(amount) * 2}${unit ?? ''}`;
}

function moreSpace({ namespace, storage, backend }: InClusterRegistry): readonly Remedy[] {
  if (storage?.full === undefined) return [];
  const target =
    backend === undefined ? placeholder('workload of the registry') : `${backend.kind.toLowerCase()}/${backend.name}`;
  const collect: Remedy = {
    title: 'Free space: remove what no tag refers to any more',
    safety: 'red',
    owner: 'registry',
    commands: [
      sh`kubectl -n ${namespace} exec ${target} -- registry garbage-collect --delete-untagged /etc/docker/registry/config.yml`,
    ],
    note: 'For the Distribution registry, while nothing pushes: layers of a push under way would go as well. Others have a command of their own.',
  };
  if (storage.claim === undefined) return [collect];
  return [
    {
      title: `Enlarge volume ${storage.claim}`,
      safety: 'yellow',
      owner: 'operator',
      commands: [
        sh`kubectl -n ${namespace} get pvc ${storage.claim} -o wide`,
        sh`kubectl -n ${namespace} patch pvc ${storage.claim} -p ${'{"spec":{"resources":{"requests":{"storage":"NEW-SIZE"}}}}'}`,
      ],
      note: 'NEW-SIZE as 50Gi; where the storage class allows expansion (allowVolumeExpansion).',
    },
    collect,
  ];
}
