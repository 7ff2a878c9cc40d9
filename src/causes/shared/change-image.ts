import type { Remedy } from '../../core/cause.ts';
import { type Placeholder, sh } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
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
  const notes = [note, obstacle, ownerNote(facts)].filter((part) => part !== undefined);
  return {
    title,
    safety: 'yellow',
    owner: 'developer',
    commands: obstacle === undefined ? [setImage(facts, image)] : [],
    ...(notes.length > 0 ? { note: notes.join(' ') } : {}),
  };
}

function setImage(facts: Facts, { repository, version }: WantedImage): string {
  const { namespace, workload, container } = namesOf(facts);
  const image =
    version === undefined ? sh`${repository}` : `${sh`${repository}`}${version.separator}${sh`${version.value}`}`;
  return `${sh`kubectl -n ${namespace} set image ${workload} ${container}`}=${image}`;
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

/** Where the change belongs when a tool owns the manifest. */
function ownerNote(facts: Facts): string | undefined {
  const managedBy = facts.workload.state === 'present' ? facts.workload.value.managedBy : undefined;
  return managedBy === undefined
    ? undefined
    : `${managedBy} owns the manifest: make the change in its source, or it is undone.`;
}
