import type { Remedy } from '../../core/cause.ts';
import type { ManifestChange } from '../../core/manifest-change.ts';
import { type Placeholder, sh } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { splitVersion } from '../../image/split-version.ts';
import { imageParts } from './image-parts.ts';
import { manifestOwner } from './manifest-owner.ts';
import { namesOf, nodeWords } from './names.ts';

/** An image whose parts the reader may have to fill in. */
export interface WantedImage {
  readonly repository: string | Placeholder;
  /** With what separates it: `:` before a tag, `@` before a digest. Left out, the repository stands alone. */
  readonly version?: { readonly separator: ':' | '@'; readonly value: string | Placeholder };
}

/** A remedy that makes the workload name another image. */
export function changeImage(facts: Facts, title: string, image: WantedImage, note?: string): Remedy {
  const obstacle = obstacleInPlace(facts);
  const owner = manifestOwner(facts);
  const wanted = owner === undefined ? undefined : `Write ${imageText(image)}.`;
  const notes = [note, obstacle, wanted, owner?.note].filter((part) => part !== undefined);
  return {
    title,
    safety: 'yellow',
    owner: 'developer',
    commands: owner?.commands ?? (obstacle === undefined ? [setImage(facts, image)] : []),
    ...(notes.length > 0 ? { note: notes.join(' ') } : {}),
    change: manifestChange(facts, image),
  };
}

function setImage(facts: Facts, image: WantedImage): string {
  const { namespace, workload, container } = namesOf(facts);
  return `${sh`kubectl -n ${namespace} set image ${workload} ${container}`}=${imageText(image)}`;
}

function imageText({ repository, version }: WantedImage): string {
  return version === undefined ? sh`${repository}` : `${sh`${repository}`}${version.separator}${sh`${version.value}`}`;
}

/** A repository that stays is written as it is: `nginx`, not `docker.io/library/nginx`. */
function manifestChange(facts: Facts, { repository, version }: WantedImage): ManifestChange {
  if (typeof repository !== 'string' || (version !== undefined && typeof version.value !== 'string')) {
    return { kind: 'image' };
  }
  const parts = imageParts(facts);
  const name = parts !== undefined && repository === parts.repository ? splitVersion(parts.written).name : repository;
  return { kind: 'image', to: version === undefined ? name : `${name}${version.separator}${version.value}` };
}

/** Why `kubectl set image` cannot make the change. */
function obstacleInPlace(facts: Facts): string | undefined {
  if (facts.subject.kind === 'image-volume') return 'The reference stands under spec.volumes[].image: edit it there.';
  if (facts.subject.role === 'ephemeral')
    return 'A debug container cannot be changed: start another with kubectl debug.';
  if (facts.subject.owners.at(-1)?.kind === 'Node') {
    return `A static pod: edit its manifest on ${nodeWords(facts)}, mostly in /etc/kubernetes/manifests.`;
  }
  if (facts.subject.owners.at(-1)?.kind === 'Job') {
    return 'The pod template of a Job cannot be changed: delete the Job and create it anew with the right image.';
  }
  return undefined;
}
