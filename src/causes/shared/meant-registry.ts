import type { EvidenceId } from '../../core/evidence.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Sibling } from '../../facts/siblings.ts';
import { DOCKER_HUB } from '../../image/grammar.ts';
import { type RegistryKind, registryKind } from '../../image/registry-kind.ts';
import { type ImageParts, partsOf } from './image-parts.ts';

/** A registry that was probably meant by an image without a host, and what shows it. */
export interface MeantRegistry {
  readonly host: string;
  readonly because: readonly EvidenceId[];
  readonly note: string;
  /** It points at this image; otherwise only at the habits of the namespace. */
  readonly strong: boolean;
}

/** Registries where anybody's images lie: one of them beside is no sign that another image belongs there. */
const PUBLIC: ReadonlySet<RegistryKind> = new Set<RegistryKind>(['docker-hub', 'k8s', 'mcr', 'quay', 'ecr-public']);

/** The best sign first: the build that pushes it, an image of the same name, a secret of the pod, the neighbours. */
export function meantRegistry(facts: Facts, parts: ImageParts): MeantRegistry | undefined {
  return byBuild(facts) ?? bySameName(facts, parts) ?? bySecret(facts) ?? byNeighbours(facts);
}

function byBuild(facts: Facts): MeantRegistry | undefined {
  if (facts.builds.state !== 'present') return undefined;
  for (const build of facts.builds.value) {
    const host = build.destinations
      .map((destination) => partsOf(destination)?.host)
      .find((h) => h !== undefined && h !== DOCKER_HUB);
    if (host === undefined) continue;
    const note = `${build.kind} ${build.name} pushes an image of this name to ${host}`;
    return { host, because: [build.evidence], note, strong: true };
  }
  return undefined;
}

function bySameName(facts: Facts, parts: ImageParts): MeantRegistry | undefined {
  const path = parts.path.replace(/^library\//, '');
  for (const sibling of neighbours(facts)) {
    const other = partsOf(sibling.image);
    if (other === undefined || other.host === DOCKER_HUB) continue;
    if (other.path !== path && !other.path.endsWith(`/${path}`)) continue;
    const note = `${sibling.namespace}/${sibling.pod} runs ${sibling.image}`;
    return { host: other.host, because: [sibling.evidence], note, strong: true };
  }
  return undefined;
}

/** The pod lists a secret, and what is in it is for another registry. */
function bySecret(facts: Facts): MeantRegistry | undefined {
  if (facts.offer.state !== 'present' || facts.offer.value.credentials.length > 0) return undefined;
  for (const { secret, host: key } of facts.offer.value.mismatches) {
    const host = key.replace(/^https?:\/\//, '').split('/')[0] ?? '';
    if (host === '' || registryKind(host) === 'docker-hub') continue;
    const note = `the pod's pull secret ${secret} is for ${host}`;
    return { host, because: facts.offer.because, note, strong: true };
  }
  return undefined;
}

function byNeighbours(facts: Facts): MeantRegistry | undefined {
  for (const sibling of neighbours(facts)) {
    const host = partsOf(sibling.image)?.host;
    if (host === undefined || PUBLIC.has(registryKind(host))) continue;
    const note = `${sibling.namespace}/${sibling.pod} in the same namespace pulls from ${host}`;
    return { host, because: [sibling.evidence], note, strong: false };
  }
  return undefined;
}

/** Other pods of the same namespace, whatever they run. */
function neighbours(facts: Facts): readonly Sibling[] {
  if (facts.siblings.state !== 'present') return [];
  const { sameImageWorks, sameHostWorks, sameNodeWorks, sameNodeFails } = facts.siblings.value;
  const all = new Set([...sameImageWorks, ...sameHostWorks, ...sameNodeWorks, ...sameNodeFails]);
  return [...all].filter((sibling) => sibling.namespace === facts.subject.namespace);
}
