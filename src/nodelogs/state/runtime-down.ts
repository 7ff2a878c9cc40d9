import type { StateSight } from '../../core/node/node-state.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { readServices, type Service } from '../sections/services.ts';
import { type Sections, sightAt } from './sections.ts';

/** Units of runtimes that the kubelet may use. */
const RUNTIME =
  /^(?:containerd|crio|cri-o|docker|cri-docker|k3s(?:-agent)?|rke2-(?:agent|server)|snap\.\w{1,20}\.daemon-containerd)$/;
/** A list this short is no list of the services of a node. */
const LEAST_SERVICES = 3;

/**
 * The runtime of the node does not run, by the list of services: a runtime's unit that failed or is not active while no
 * other is; or none at all in the list of the EKS log collector, which also leaves out what it takes of a runtime that
 * it finds no process of (eks-log-collector.sh, get_containerd_info). Silence of a log alone proves nothing.
 */
export function runtimeDownIn(
  sections: Sections,
  snapshot: Snapshot,
  node: string | undefined,
): StateSight | undefined {
  const [list] = sections.of('services');
  if (list === undefined) return undefined;
  const services = readServices(list);
  const runtimes = services.filter(({ name }) => RUNTIME.test(name));
  if (runtimes.some(isRunning)) return undefined;
  const broken = runtimes.find(
    ({ load, active }) =>
      load === 'loaded' && (active === 'failed' || active === 'activating' || active === 'inactive'),
  );
  if (broken !== undefined) return sightAt(broken.path, broken.line, broken.text);
  const lacks =
    runtimes.length === 0 && services.length >= LEAST_SERVICES && services.some(({ name }) => name === 'kubelet');
  if (!lacks || !isSkippedByCollector(sections, snapshot, node)) return undefined;
  return sightAt(
    list.path,
    1,
    'no active containerd.service in the list of services, and the log collector found no containerd to collect of',
  );
}

function isRunning({ active }: Service): boolean {
  return active === 'active' || active === 'reloading';
}

/** The layout is that of the collector (system/services.txt beside kubelet/), and nothing lies in its folder of the runtime. */
function isSkippedByCollector({ files }: Sections, { logs }: Snapshot, node: string | undefined): boolean {
  const paths = [
    ...files.map(({ path }) => path),
    ...logs.filter((entry) => entry.node === node || entry.node === undefined).map(({ locator }) => locator),
  ];
  const isItsLayout =
    paths.some((path) => /(?:^|\/)system\/services\.txt/.test(path)) &&
    paths.some((path) => /(?:^|\/)kubelet\//.test(path));
  return isItsLayout && !paths.some((path) => /(?:^|\/)(?:containerd|docker|crio)\//.test(path));
}
