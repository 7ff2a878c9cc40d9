import type { Facts } from '../../facts/facts.ts';
import { registryKind } from '../../image/registry-kind.ts';
import { imageParts } from './image-parts.ts';

/** Tags that name no version: what is behind them changes, and nobody can tell which one runs. */
const MUTABLE = /^(?:latest|stable|main|master|dev|develop|edge|nightly|canary|head|current|prod|production|staging)$/i;

/** What would keep this very failure from coming back, by what was seen of this case; the first are the surest. */
export function preventionFound(facts: Facts): readonly string[] {
  return [...aboutTag(facts), ...aboutRegistry(facts), ...aboutMirror(facts)];
}

function aboutTag(facts: Facts): readonly string[] {
  const parts = imageParts(facts);
  const { tag } = parts ?? {};
  if (parts === undefined || tag === undefined || !MUTABLE.test(tag)) return [];
  const written = parts.implicitLatest ? 'No tag is written, so latest is asked for' : `Tag ${tag} says no version`;
  return [`${written}: let the build of ${parts.path} push a tag of its own, and deploy that.`];
}

/** A registry of the cluster: where it keeps images, what it may use, how many there are. */
function aboutRegistry({ inClusterRegistry }: Facts): readonly string[] {
  if (inClusterRegistry.state !== 'present') return [];
  const { storage, backend, backendContainer, by, service, namespace } = inClusterRegistry.value;
  const name = backend === undefined ? `${namespace}/${service}` : `${backend.kind} ${namespace}/${backend.name}`;
  const found: string[] = [];
  if (storage?.kind === 'pod') {
    found.push(
      `${name} keeps its images in its pod (emptyDir): give it a PersistentVolumeClaim, or every new pod begins empty.`,
    );
  }
  if (backendContainer !== undefined && backendContainer.memoryLimit === undefined) {
    found.push(
      `${name} has no memory limit: set requests and limits, so that the node does not choose it to be killed.`,
    );
  }
  if (backend?.desired === 1) found.push(`${name} is one pod: while it is replaced, no node can pull from it.`);
  if (by === 'cluster-ip') {
    found.push(
      `Images name it by its ClusterIP, which is another when Service ${namespace}/${service} is made anew: fix clusterIP in the manifest, or give it a name that nodes can resolve.`,
    );
  }
  return found;
}

function aboutMirror(facts: Facts): readonly string[] {
  const parts = imageParts(facts);
  if (parts === undefined || registryKind(parts.host) !== 'docker-hub') return [];
  const tried = facts.runtimeLog.state === 'present' ? facts.runtimeLog.value.hostsTried : [];
  if (tried.some(({ host }) => !/(?:^|\.)docker\.(?:io|com)$/.test(host))) return [];
  return [
    'No mirror of Docker Hub was seen to be asked: a pull-through cache near the nodes spares its limits and its outages.',
  ];
}
