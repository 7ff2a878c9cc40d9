import type { Condition, Container, KubeObject, Node, Pod, Workload } from '../core/objects.ts';

/** One line on an object for the evidence list: what of it bears on pulls. Never a secret value. */
export function objectWords(object: KubeObject): string {
  const { namespace, name } = object.metadata;
  const kind = object.kind === 'Other' ? object.originalKind : object.kind;
  const title = objectTitle(kind, namespace, name);
  const details = detailsOf(object).filter((detail) => detail !== '');
  return details.length === 0 ? title : `${title}: ${details.join(', ')}`;
}

/** `Pod shop/api-1`; `Node node-a`. */
export function objectTitle(kind: string, namespace: string | undefined, name: string): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

function detailsOf(object: KubeObject): readonly string[] {
  switch (object.kind) {
    case 'Event':
      return [`${object.reason ?? ''} ${object.message}`.trim()];
    case 'Pod':
      return podDetails(object);
    case 'Secret':
      return [
        `type ${object.type ?? 'unknown'}`,
        object.data === undefined ? '' : `keys ${list(Object.keys(object.data))}`,
      ];
    case 'ServiceAccount':
      return [`imagePullSecrets ${list(object.imagePullSecrets)}`];
    case 'Node':
      return nodeDetails(object);
    case 'Service':
      return [
        object.type ?? '',
        list(object.clusterIPs),
        object.ports.map((p) => `port ${p.port}${p.nodePort === undefined ? '' : ` nodePort ${p.nodePort}`}`).join(' '),
      ];
    case 'EndpointSlice':
      return [`service ${object.service}`, `${object.ready.length} ready`, `${object.notReady.length} not ready`];
    case 'NetworkPolicy':
      return [
        `${list(object.policyTypes)}`,
        `${object.ingressRules} ingress rules`,
        `${object.egressRules} egress rules`,
      ];
    case 'HorizontalPodAutoscaler':
      return [
        `for ${object.target.kind} ${object.target.name}`,
        `wants ${object.desired ?? 'an unknown number'} of at most ${object.max ?? 'an unknown number'}`,
        ...conditionWords(object.conditions),
      ];
    case 'Other':
      return [];
    default:
      return workloadDetails(object);
  }
}

function podDetails({ spec, status }: Pod): readonly string[] {
  return [
    status.phase ?? '',
    spec.nodeName === undefined ? '' : `node ${spec.nodeName}`,
    spec.containers.map(containerWords).join('; '),
    spec.imagePullSecrets === undefined ? '' : `imagePullSecrets ${list(spec.imagePullSecrets)}`,
  ];
}

/** `container app: image shop/api:1.4, imagePullPolicy IfNotPresent`. */
export function containerWords({ name, image, imagePullPolicy }: Container): string {
  const policy = imagePullPolicy === undefined ? '' : `, imagePullPolicy ${imagePullPolicy}`;
  return `container ${name}: image ${image ?? 'not shown'}${policy}`;
}

function nodeDetails({ info, conditions }: Node): readonly string[] {
  const bad = conditions.filter((c) => (c.type === 'Ready' ? c.status !== 'True' : c.status === 'True'));
  return [
    [info.operatingSystem, info.architecture].filter(Boolean).join('/'),
    info.kubeletVersion === undefined ? '' : `kubelet ${info.kubeletVersion}`,
    info.containerRuntimeVersion ?? '',
    ...bad.map((c) => `${c.type} ${c.status}`),
  ];
}

function workloadDetails({ desired, schedule, status }: Workload): readonly string[] {
  return [
    desired === undefined ? '' : `${status.ready ?? 0} of ${desired} ready`,
    schedule === undefined ? '' : `schedule "${schedule}"`,
    ...conditionWords(status.conditions),
  ];
}

function conditionWords(conditions: readonly Condition[]): readonly string[] {
  return conditions
    .filter((c) => c.reason !== undefined)
    .slice(0, 4)
    .map((c) => `${c.type} ${c.status} (${c.reason ?? ''})`);
}

function list(values: readonly string[]): string {
  return values.length === 0 ? 'none' : `[${values.join(', ')}]`;
}
