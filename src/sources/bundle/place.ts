import { logOfUnit } from './logs/entry.ts';
import type { Place } from './reading.ts';

/** Kinds by the plural that layouts use as file or folder name. */
const KIND_OF_PLURAL: ReadonlyMap<string, string> = new Map([
  ['pods', 'Pod'],
  ['secrets', 'Secret'],
  ['serviceaccounts', 'ServiceAccount'],
  ['events', 'Event'],
  ['services', 'Service'],
  ['endpoints', 'Endpoints'],
  ['endpointslices', 'EndpointSlice'],
  ['networkpolicies', 'NetworkPolicy'],
  ['networkpolicy', 'NetworkPolicy'],
  ['deployments', 'Deployment'],
  ['replicasets', 'ReplicaSet'],
  ['statefulsets', 'StatefulSet'],
  ['daemonsets', 'DaemonSet'],
  ['jobs', 'Job'],
  ['cronjobs', 'CronJob'],
  ['horizontalpodautoscalers', 'HorizontalPodAutoscaler'],
  ['replicationcontrollers', 'ReplicationController'],
  ['replication-controllers', 'ReplicationController'],
  ['nodes', 'Node'],
]);

const NAME = '([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)';

/** Layouts whose paths name the namespace, and the plural of a list that holds all of its objects. */
const LAYOUTS: readonly RegExp[] = [
  // must-gather and `oc adm inspect`: namespaces/<ns>/<group>/<plural>.yaml
  new RegExp(`(?:^|/)namespaces/(?<namespace>${NAME})/[a-z.]+/(?<plural>[a-z]+)\\.(?:ya?ml|json)$`),
  // Troubleshoot's support bundles: cluster-resources/<plural>/<ns>.json
  new RegExp(`(?:^|/)cluster-resources/(?<plural>[a-z-]+)/(?<namespace>${NAME})\\.json$`),
];

/** `kubectl cluster-info dump --output-directory`: <ns>/<plural>.json, and nodes.json. */
const DUMP = new RegExp(`(?:^|/)(?<namespace>${NAME})/(?<plural>[a-z-]+)\\.(?:json|ya?ml)$`);
const INSIDE_NAMESPACE = new RegExp(`(?:^|/)namespaces/(?<namespace>${NAME})/`);

/** `kubelet.node-b.log`, `containerd_ip-10-0-1-2.txt`. */
const NODE_IN_FILE =
  /(?:^|\/)(?:kubelet|containerd|crio|cri-o|dockerd?|journal|messages|syslog)[._](?<node>[a-z0-9][a-z0-9.-]*?)\.(?:log|txt)(?:\.\d+)?$/i;
/** `nodes/node-b/kubelet.log`, `node-logs/node-b/…`. */
const NODE_IN_FOLDER = /(?:^|\/)(?:nodes?|node-logs|node_logs)\/(?<node>[a-z0-9][a-z0-9.-]*)\/[^/]+/i;

/**
 * Words of collectors and of people, and dates of rotation, stand where names of nodes do: `kubelet_service.log`,
 * `messages.20261101.log`, `kubelet.err.log` of Windows nodes.
 */
const NO_NODE =
  /^(?:service|logs?|unit|current|prev(?:ious)?|old|new|last|recent|full|tail|boot|all|err(?:ors?)?|out(?:put)?|std(?:err|out)|json|export|(?:last)?\d[\d-]*[smhd]?)$/i;

function nodeInFile(path: string): string | undefined {
  const node = NODE_IN_FILE.exec(path)?.groups?.node;
  return node === undefined || NO_NODE.test(node) ? undefined : node;
}

/** What the path tells; only names inside it are used, never its place on this machine. */
export function placeOf(path: string): Place {
  const listed = LAYOUTS.map((layout) => layout.exec(path)?.groups).find((groups) => groups !== undefined);
  const dumped = listed === undefined ? DUMP.exec(path)?.groups : undefined;
  const namespace = listed?.namespace ?? INSIDE_NAMESPACE.exec(path)?.groups?.namespace;
  const listKind = KIND_OF_PLURAL.get((listed ?? dumped)?.plural ?? '');
  const node = nodeInFile(path) ?? NODE_IN_FOLDER.exec(path)?.groups?.node;
  const log = logOfUnit(/[^/]*$/.exec(path)?.[0].toLowerCase());
  const dumpNamespace = listKind === undefined || listKind === 'Node' ? undefined : dumped?.namespace;
  return {
    ...((namespace ?? dumpNamespace) === undefined ? {} : { namespace: namespace ?? dumpNamespace ?? '' }),
    ...(listKind === undefined ? {} : { listKind }),
    ...(node === undefined ? {} : { node }),
    ...(log === undefined ? {} : { log }),
  };
}
