import type { LooseImage } from './loose.ts';
import type { WrittenContainer, WrittenWorkload } from './pod-template.ts';
import { cutPieces, textOf } from './slot.ts';
import type { YamlAt } from './yaml-source.ts';

/** A host or path, then a version: what else is told apart only by comparing it with what runs. */
const IMAGE = /^(?:--?[\w.-]{1,100}=)?([a-z0-9][\w.:-]{0,253}\/[\w./-]{1,253}(?::[\w.-]{1,128}|@sha256:[a-f0-9]{64}))$/;

/** Images that a workload is handed to run them: operators get them in variables (`RELATED_IMAGE_…`) or options. */
export function handedOn({ kind, name = '', containers }: WrittenWorkload): readonly LooseImage[] {
  return containers.flatMap(({ maps }) => maps).flatMap((map) => imagesIn(map, `${kind} ${name}`));
}

function imagesIn(map: WrittenContainer['maps'][number], owner: string): readonly LooseImage[] {
  const variables = (map.get('env')?.items() ?? []).flatMap((entry) =>
    imageAt(entry.get('value'), `the variable ${entry.get('name')?.string() ?? ''} of ${owner}`),
  );
  const options = ['args', 'command'].flatMap((key) =>
    (map.get(key)?.items() ?? []).flatMap((at) => imageAt(at, `an option of ${owner}`)),
  );
  return [...variables, ...options];
}

function imageAt(at: YamlAt | undefined, keys: string): readonly LooseImage[] {
  const pieces = at?.pieces() ?? [];
  const text = textOf(pieces);
  const image = IMAGE.exec(text)?.[1];
  if (image === undefined) return [];
  return [{ image: cutPieces(pieces, text.length - image.length, text.length), keys, versionOnly: false }];
}
