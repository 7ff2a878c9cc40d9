import { isPublicRegistry } from '../../causes/shared/failing-host.ts';
import type { Surroundings, WorkingPull } from '../../core/failure-sight.ts';
import { hostOf } from '../../facts/image-name.ts';
import { pullSights } from '../../facts/pull-sights.ts';
import type { Sibling } from '../../facts/siblings.ts';
import type { SnapshotIndex } from '../../facts/snapshot-index.ts';

/** The label that the cloud provider's node controller writes (well-known labels, 1.36), and the one before it. */
const ZONE_LABELS = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'];

/** What incidents are compared with: pulls that worked, zones of nodes. */
export function surroundingsOf(index: SnapshotIndex): Surroundings {
  return {
    worked: pullSights(index)
      .works.flatMap((pull) => workingPull(index, pull) ?? [])
      .sort((a, b) => Date.parse(b.at) - Date.parse(a.at)),
    canonical: index.canonical,
    zoneOf: (node) => {
      const labels = index.find('Node', undefined, node)?.object.metadata.labels ?? {};
      return ZONE_LABELS.map((label) => labels[label]).find((zone) => zone !== undefined);
    },
    isManaged: isPublicRegistry,
  };
}

/** Only a pull that surely asked the registry, at a known time, shows that it works. */
function workingPull(index: SnapshotIndex, pull: Sibling): WorkingPull | undefined {
  const { namespace, pod, node, image, at, evidence, maybeCached } = pull;
  if (maybeCached || at === undefined) return undefined;
  const registry = hostOf(image);
  return {
    namespace,
    pod,
    image: index.canonical(image),
    secrets: index.find('Pod', namespace, pod)?.object.spec.imagePullSecrets ?? [],
    at,
    evidence,
    ...(node === undefined ? {} : { node }),
    ...(registry === undefined ? {} : { registry }),
  };
}
