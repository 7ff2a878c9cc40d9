import type { Built } from './built.ts';
import { type ImageEntry, withImages } from './kustomize-images.ts';
import { type Patch, whyNotUnderstood, withObjectPatch, withPatch } from './kustomize-patches.ts';
import type { YamlAt } from './yaml-source.ts';

/** What a kustomization changes on all that it takes in; Argo CD and Flux can add the same from outside. */
export interface Overrides {
  readonly namespace?: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly images?: readonly ImageEntry[];
}

export function overridesIn(at: YamlAt): Overrides {
  const field = (key: string) => at.get(key)?.string();
  const namespace = field('namespace');
  const namePrefix = field('namePrefix');
  const nameSuffix = field('nameSuffix');
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(namePrefix === undefined ? {} : { namePrefix }),
    ...(nameSuffix === undefined ? {} : { nameSuffix }),
  };
}

export function transformed(
  built: Built,
  { namespace, namePrefix = '', nameSuffix = '', images = [] }: Overrides,
): Built {
  const moved = namespace === undefined ? {} : { namespace };
  const renamed = (name: string) => `${namePrefix}${name}${nameSuffix}`;
  const isRenamed = namePrefix !== '' || nameSuffix !== '';
  return {
    ...built,
    workloads: built.workloads.map((workload) => {
      const { name, formerNames = [] } = workload;
      const names =
        name === undefined || !isRenamed ? {} : { name: renamed(name), formerNames: [...formerNames, name] };
      return withImages({ ...workload, ...names, ...moved }, images);
    }),
    objects: built.objects.map((object) => {
      const { name, formerNames = [] } = object;
      const names = isRenamed ? { name: renamed(name), formerNames: [...formerNames, name] } : {};
      return { ...object, ...names, ...moved, ...(namespace === undefined ? {} : { isMoved: true as const }) };
    }),
  };
}

export function withPatches(built: Built, patches: readonly Patch[]): Built {
  return {
    ...built,
    workloads: built.workloads.map((workload) => patches.reduce((w, patch) => withPatch(w, patch), workload)),
    objects: built.objects.map((object) => patches.reduce((o, patch) => withObjectPatch(o, patch), object)),
    unfollowed: [...built.unfollowed, ...patches.flatMap((patch) => whyNotUnderstood(patch) ?? [])],
  };
}
