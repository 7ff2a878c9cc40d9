import type { Piece } from './slot.ts';
import type { YamlAt } from './yaml-source.ts';

/** A container as some file writes it. */
export interface WrittenContainer {
  readonly name?: string;
  /** The image and where each part of it is written. */
  readonly image: readonly Piece[];
  /** The maps of the container: what it is written as, then each patch of it; the last says what counts. */
  readonly maps: readonly YamlAt[];
  /** Single fields that patches set, by their name. */
  readonly fields?: ReadonlyMap<string, YamlAt>;
  /** The list that it stands in, and its place there. */
  readonly list: string;
  readonly index: number;
}

/** An object with a pod template, as some files write it. */
export interface WrittenWorkload {
  readonly kind: string;
  readonly name?: string;
  /** Names before prefixes and suffixes came; patches may use them. */
  readonly formerNames?: readonly string[];
  readonly namespace?: string;
  /** The object that it is first written as. */
  readonly object: YamlAt;
  /** The pod specs: that of the object, then each patch of it; the last says what counts. */
  readonly podSpecs: readonly YamlAt[];
  readonly containers: readonly WrittenContainer[];
}

/** Lists of containers in a pod spec. */
const LISTS = ['containers', 'initContainers', 'ephemeralContainers'] as const;

/** Where the pod spec stands, by kind; kinds that are not named have it where a Deployment has it. */
const POD_SPEC: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  PodTemplate: ['template', 'spec'],
};
const USUAL = ['spec', 'template', 'spec'] as const;

/** The documents of a stream, the items of lists taken out. */
export function objectsOf(documents: readonly YamlAt[]): readonly YamlAt[] {
  return documents.flatMap((document) => {
    const isList = document.get('kind')?.string()?.endsWith('List') === true;
    return isList ? (document.get('items')?.items() ?? []) : [document];
  });
}

/** The workload that an object is; undefined when it has no pod template. */
export function workloadOf(object: YamlAt): WrittenWorkload | undefined {
  const kind = object.get('kind')?.string();
  // What it has in the place of a pod spec is the spec of an Application.
  if (kind === undefined || kind === 'ApplicationSet') return undefined;
  const podSpec = object.at(...podSpecPath(kind));
  if (podSpec?.isMap() !== true) return undefined;
  const name = object.at('metadata', 'name')?.string();
  const namespace = object.at('metadata', 'namespace')?.string();
  return {
    kind,
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
    object,
    podSpecs: [podSpec],
    containers: [...LISTS.flatMap((list) => containersIn(podSpec, list)), ...imageVolumes(podSpec)],
  };
}

export function podSpecPath(kind: string): readonly string[] {
  return POD_SPEC[kind] ?? USUAL;
}

function containersIn(podSpec: YamlAt, list: string): readonly WrittenContainer[] {
  return (podSpec.get(list)?.items() ?? []).flatMap((at, index) => {
    const image = at.get('image')?.pieces() ?? [];
    const name = at.get('name')?.string();
    return at.isMap() ? [{ ...(name === undefined ? {} : { name }), image, maps: [at], list, index }] : [];
  });
}

/** A volume that is an image pulls like a container; its name is that of the volume. */
function imageVolumes(podSpec: YamlAt): readonly WrittenContainer[] {
  return (podSpec.get('volumes')?.items() ?? []).flatMap((volume, index) => {
    const source = volume.get('image');
    const image = source?.get('reference')?.pieces();
    const name = volume.get('name')?.string();
    if (source === undefined || image === undefined) return [];
    return [{ ...(name === undefined ? {} : { name }), image, maps: [source], list: 'volumes', index }];
  });
}
