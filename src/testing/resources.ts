/** A resource that the replayed API serves. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Of an API that is served only where such objects are: installed by somebody, not part of Kubernetes. */
  readonly installed?: true;
  /** Field selectors beside metadata.name and metadata.namespace. */
  readonly fields?: readonly string[];
}

const POD_FIELDS = [
  'status.phase',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.serviceAccountName',
  'status.podIP',
];
const EVENT_FIELDS = [
  'involvedObject.kind',
  'involvedObject.namespace',
  'involvedObject.name',
  'involvedObject.uid',
  'involvedObject.apiVersion',
  'involvedObject.resourceVersion',
  'involvedObject.fieldPath',
  'reason',
  'reportingComponent',
  'source',
  'type',
];

export const RESOURCES: readonly Resource[] = [
  { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true, fields: POD_FIELDS },
  { group: '', version: 'v1', plural: 'events', kind: 'Event', namespaced: true, fields: EVENT_FIELDS },
  { group: '', version: 'v1', plural: 'secrets', kind: 'Secret', namespaced: true, fields: ['type'] },
  { group: '', version: 'v1', plural: 'serviceaccounts', kind: 'ServiceAccount', namespaced: true },
  {
    group: '',
    version: 'v1',
    plural: 'services',
    kind: 'Service',
    namespaced: true,
    fields: ['spec.clusterIP', 'spec.type'],
  },
  { group: '', version: 'v1', plural: 'endpoints', kind: 'Endpoints', namespaced: true },
  { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', namespaced: true },
  { group: '', version: 'v1', plural: 'resourcequotas', kind: 'ResourceQuota', namespaced: true },
  { group: '', version: 'v1', plural: 'replicationcontrollers', kind: 'ReplicationController', namespaced: true },
  { group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false, fields: ['spec.unschedulable'] },
  { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', namespaced: false, fields: ['status.phase'] },
  { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment', namespaced: true },
  { group: 'apps', version: 'v1', plural: 'replicasets', kind: 'ReplicaSet', namespaced: true },
  { group: 'apps', version: 'v1', plural: 'statefulsets', kind: 'StatefulSet', namespaced: true },
  { group: 'apps', version: 'v1', plural: 'daemonsets', kind: 'DaemonSet', namespaced: true },
  { group: 'batch', version: 'v1', plural: 'jobs', kind: 'Job', namespaced: true, fields: ['status.successful'] },
  { group: 'batch', version: 'v1', plural: 'cronjobs', kind: 'CronJob', namespaced: true },
  {
    group: 'autoscaling',
    version: 'v2',
    plural: 'horizontalpodautoscalers',
    kind: 'HorizontalPodAutoscaler',
    namespaced: true,
  },
  { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices', kind: 'EndpointSlice', namespaced: true },
  { group: 'networking.k8s.io', version: 'v1', plural: 'networkpolicies', kind: 'NetworkPolicy', namespaced: true },
  { group: 'networking.k8s.io', version: 'v1', plural: 'ingresses', kind: 'Ingress', namespaced: true },
  { group: '', version: 'v1', plural: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim', namespaced: true },
  installed('tekton.dev', 'v1', 'taskruns', 'TaskRun'),
  installed('tekton.dev', 'v1', 'pipelineruns', 'PipelineRun'),
  installed('shipwright.io', 'v1beta1', 'buildruns', 'BuildRun'),
  installed('argoproj.io', 'v1alpha1', 'workflows', 'Workflow'),
  installed('gateway.networking.k8s.io', 'v1', 'httproutes', 'HTTPRoute'),
  installed('gateway.networking.k8s.io', 'v1', 'gateways', 'Gateway'),
  installed('route.openshift.io', 'v1', 'routes', 'Route'),
  installed('traefik.io', 'v1alpha1', 'ingressroutes', 'IngressRoute'),
];

function installed(group: string, version: string, plural: string, kind: string): Resource {
  return { group, version, plural, kind, namespaced: true, installed: true };
}

/** What a path of the API names. */
export interface Target {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly name?: string;
  /** `log`, `status`: the part behind the name. */
  readonly subresource?: string;
}

/** `/api/v1/namespaces/shop/pods/x/log`, `/apis/apps/v1/deployments`; undefined for anything not served. */
export function targetOf(path: string): Target | undefined {
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  const [root, ...rest] = parts;
  const group = root === 'api' ? '' : root === 'apis' ? rest.shift() : undefined;
  const version = rest.shift();
  if (group === undefined || version === undefined) return undefined;
  const namespace = rest[0] === 'namespaces' && rest.length > 2 ? rest[1] : undefined;
  const [plural, name, subresource] = namespace === undefined ? rest : rest.slice(2);
  const resource = RESOURCES.find((r) => r.group === group && r.version === version && r.plural === plural);
  if (resource === undefined || (namespace !== undefined && !resource.namespaced)) return undefined;
  return {
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}
