/** A kind that pullwhy reads, and where the API server keeps it. */
export interface Resource {
  readonly kind: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly apiVersion: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const TABLE = [
  ['Pod', '', 'pods'],
  ['Event', '', 'events'],
  ['Secret', '', 'secrets'],
  ['ServiceAccount', '', 'serviceaccounts'],
  ['Service', '', 'services'],
  ['ReplicationController', '', 'replicationcontrollers'],
  ['Node', '', 'nodes'],
  ['Namespace', '', 'namespaces'],
  ['Deployment', 'apps', 'deployments'],
  ['ReplicaSet', 'apps', 'replicasets'],
  ['StatefulSet', 'apps', 'statefulsets'],
  ['DaemonSet', 'apps', 'daemonsets'],
  ['Job', 'batch', 'jobs'],
  ['CronJob', 'batch', 'cronjobs'],
  ['EndpointSlice', 'discovery.k8s.io', 'endpointslices'],
  ['NetworkPolicy', 'networking.k8s.io', 'networkpolicies'],
  ['HorizontalPodAutoscaler', 'autoscaling', 'horizontalpodautoscalers'],
] as const;

export type Kind = (typeof TABLE)[number][0];

const CLUSTER_SCOPED: ReadonlySet<string> = new Set(['Node', 'Namespace']);

/** All others are at `v1`. */
const VERSION_OF_GROUP: Readonly<Record<string, string>> = { autoscaling: 'v2' };

const RESOURCES = new Map<string, Resource>(
  TABLE.map(([kind, group, plural]) => [
    kind,
    {
      kind,
      group,
      apiVersion: group === '' ? 'v1' : `${group}/${VERSION_OF_GROUP[group] ?? 'v1'}`,
      plural,
      namespaced: !CLUSTER_SCOPED.has(kind),
    },
  ]),
);

/** Every kind that is read. */
export const KINDS: readonly Kind[] = TABLE.map(([kind]) => kind);

export function isKind(kind: string): kind is Kind {
  return RESOURCES.has(kind);
}

export function resourceOf(kind: Kind): Resource {
  // Every Kind is a row of the table.
  return RESOURCES.get(kind) as Resource;
}

/** `/api/v1/namespaces/shop/pods/x`; names are escaped, for they come from flags and from other objects. */
export function pathOf(kind: Kind, namespace: string | undefined, name?: string, subresource?: string): string {
  const { group, apiVersion, plural, namespaced } = resourceOf(kind);
  const parts = [
    group === '' ? 'api' : 'apis',
    apiVersion,
    ...(namespaced && namespace !== undefined ? ['namespaces', encodeURIComponent(namespace)] : []),
    plural,
    ...(name === undefined ? [] : [encodeURIComponent(name)]),
    ...(subresource === undefined ? [] : [subresource]),
  ];
  return `/${parts.join('/')}`;
}
