import type { Pod, Secret } from '../../core/objects.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { NamedSecret } from '../pull-identities.ts';

/** One image in one pod. */
export interface PodImage {
  readonly image: string;
  /** `shop/api-5d7b7fc7d7-abcde` */
  readonly pod: string;
  readonly namespace: string;
  readonly node?: string;
  /** `sha256:…`, once pulled. */
  readonly digest?: string;
  /** Why it is not there yet, as the kubelet says it. */
  readonly waiting?: string;
  readonly pullSecrets: readonly string[];
}

/** Pods that ended need no image any more. */
const OVER: ReadonlySet<string | undefined> = new Set(['Succeeded', 'Failed']);

/** Every image of every pod that is not over. */
export function podImages({ objects }: Snapshot): readonly PodImage[] {
  return objects.flatMap(({ object }) =>
    object.kind === 'Pod' && !OVER.has(object.status.phase) ? imagesOf(object) : [],
  );
}

function imagesOf({ metadata, spec, status }: Pod): readonly PodImage[] {
  const namespace = metadata.namespace ?? 'default';
  return spec.containers.flatMap(({ name, image }) => {
    if (image === undefined || image === '') return [];
    const seen = status.containers.find((container) => container.name === name);
    const digest = /sha256:[0-9a-f]{64}$/.exec(seen?.imageID ?? '')?.[0];
    const waiting = seen?.state.waiting?.message;
    return [
      {
        image,
        pod: `${namespace}/${metadata.name}`,
        namespace,
        pullSecrets: (spec.imagePullSecrets ?? []).filter((secret) => secret.trim() !== ''),
        ...(spec.nodeName === undefined ? {} : { node: spec.nodeName }),
        ...(digest === undefined ? {} : { digest }),
        ...(waiting === undefined ? {} : { waiting }),
      },
    ];
  });
}

/** Secrets by `namespace/name`. */
export function secretsByName({ objects }: Snapshot): ReadonlyMap<string, Secret> {
  return new Map(
    objects.flatMap(({ object }) =>
      object.kind === 'Secret'
        ? [[`${object.metadata.namespace ?? 'default'}/${object.metadata.name}`, object] as const]
        : [],
    ),
  );
}

export function named(key: string, { type, data }: Secret): NamedSecret {
  return { name: `Secret ${key}`, secret: { type, data } };
}
