import { UsageError } from '../../core/usage-error.ts';

export interface RbacFlags {
  readonly namespace?: string;
  readonly withSecrets?: boolean;
  readonly withNodes?: boolean;
  readonly withNodeLogs?: boolean;
  readonly withRegistryProxy?: boolean;
  readonly user?: string;
  readonly group?: string;
  readonly serviceAccount?: string;
}

interface Rule {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly why: string;
}

/** What every diagnosis reads. `watch` is for following pods after a fix. */
const BASE: readonly Rule[] = [
  {
    group: '',
    resources: ['pods', 'events'],
    verbs: ['get', 'list', 'watch'],
    why: 'the pods that are stuck and what is said of them',
  },
  { group: '', resources: ['serviceaccounts'], verbs: ['get'], why: 'where pull secrets come from' },
  {
    group: '',
    resources: ['replicationcontrollers'],
    verbs: ['get'],
    why: 'the workload above a pod, where it is of the older kind',
  },
  {
    group: 'apps',
    resources: ['deployments', 'replicasets', 'statefulsets', 'daemonsets'],
    verbs: ['get', 'list'],
    why: 'the workload above a pod and its older revisions',
  },
  {
    group: 'batch',
    resources: ['jobs', 'cronjobs'],
    verbs: ['get', 'list'],
    why: 'the workload above a pod; Jobs that build images',
  },
  {
    group: 'autoscaling',
    resources: ['horizontalpodautoscalers'],
    verbs: ['list'],
    why: 'whether an autoscaler can make up for missing pods',
  },
  { group: '', resources: ['services'], verbs: ['list'], why: 'a registry that runs in the cluster' },
  { group: 'discovery.k8s.io', resources: ['endpointslices'], verbs: ['list'], why: 'whether that registry answers' },
  {
    group: 'networking.k8s.io',
    resources: ['networkpolicies', 'ingresses'],
    verbs: ['list'],
    why: 'whether that registry may be reached, and by which name',
  },
  { group: '', resources: ['pods/log'], verbs: ['get'], why: 'what that registry, or a build, says of itself' },
  { group: '', resources: ['persistentvolumeclaims'], verbs: ['list'], why: 'whether it has its storage' },
  {
    group: 'gateway.networking.k8s.io',
    resources: ['httproutes', 'tlsroutes', 'gateways'],
    verbs: ['list'],
    why: 'names that lead to that registry, where these APIs are; so the next two',
  },
  { group: 'route.openshift.io', resources: ['routes'], verbs: ['list'], why: 'see above' },
  { group: 'traefik.io', resources: ['ingressroutes'], verbs: ['list'], why: 'see above' },
  {
    group: 'tekton.dev',
    resources: ['taskruns', 'pipelineruns'],
    verbs: ['list'],
    why: 'builds of images, in clusters with these APIs; so the next two',
  },
  { group: 'shipwright.io', resources: ['buildruns'], verbs: ['list'], why: 'see above' },
  { group: 'argoproj.io', resources: ['workflows'], verbs: ['list'], why: 'see above' },
];

const SECRETS: Rule = {
  group: '',
  resources: ['secrets'],
  verbs: ['get'],
  why: 'pull secrets, by the names that a pod or its ServiceAccount gives; --thorough wants list as well',
};
/** Reaches every port of every Service, so it is never part of the rest. */
const REGISTRY_PROXY: Rule = {
  group: '',
  resources: ['services/proxy'],
  verbs: ['get'],
  why: 'asks a registry that runs in the cluster for an image; it opens every Service there to reads',
};
const NODES: Rule = {
  group: '',
  resources: ['nodes'],
  verbs: ['get', 'list'],
  why: 'versions, architecture, disk pressure; zones, by their labels',
};
/** For `node collect` and `--node-logs`. The node proxy is one right for all that a kubelet can do. */
const NODE_LOGS: Rule = {
  group: '',
  resources: ['nodes/proxy'],
  verbs: ['get'],
  why: 'logs and disk statistics of nodes; it opens all of the kubelet API, running commands in containers included: bind it for as long as needed',
};
const NAMESPACES: Rule = {
  group: '',
  resources: ['namespaces'],
  verbs: ['get', 'list'],
  why: 'only to answer a misspelt -n',
};

const NAME = 'pullwhy';

/** Roles and, when a subject is given, bindings. Nodes belong to no namespace, so they always need a ClusterRole. */
export function rbacYaml(flags: RbacFlags): string {
  const { namespace, withSecrets, withNodes, withNodeLogs, withRegistryProxy } = flags;
  const subject = subjectOf(flags);
  const base = [
    ...BASE,
    ...(withSecrets === true ? [SECRETS] : []),
    ...(withRegistryProxy === true ? [REGISTRY_PROXY] : []),
  ];
  const nodes = [
    ...(withNodes === true || withNodeLogs === true ? [NODES] : []),
    ...(withNodeLogs === true ? [NODE_LOGS] : []),
  ];
  const documents =
    namespace === undefined
      ? [
          role('ClusterRole', NAME, undefined, [...base, ...nodes, NAMESPACES]),
          ...binding('ClusterRole', NAME, undefined, subject),
        ]
      : [
          role('Role', NAME, namespace, base),
          ...binding('Role', NAME, namespace, subject),
          ...(nodes.length === 0
            ? []
            : [
                role('ClusterRole', `${NAME}-nodes`, undefined, nodes),
                ...binding('ClusterRole', `${NAME}-nodes`, undefined, subject),
              ]),
        ];
  return documents.join('---\n');
}

type RoleKind = 'Role' | 'ClusterRole';

function head(kind: string, name: string, namespace: string | undefined): string[] {
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    `kind: ${kind}`,
    'metadata:',
    `  name: ${name}`,
    ...(namespace === undefined ? [] : [`  namespace: ${quoted(namespace)}`]),
  ];
}

function role(kind: RoleKind, name: string, namespace: string | undefined, rules: readonly Rule[]): string {
  const lines = rules.flatMap(({ group, resources, verbs, why }) => [
    `  # ${why}`,
    `  - apiGroups: ["${group}"]`,
    `    resources: [${resources.join(', ')}]`,
    `    verbs: [${verbs.join(', ')}]`,
  ]);
  return `${[...head(kind, name, namespace), 'rules:', ...lines].join('\n')}\n`;
}

function binding(kind: RoleKind, name: string, namespace: string | undefined, subject: readonly string[]): string[] {
  if (subject.length === 0) return [];
  const lines = [
    ...head(`${kind}Binding`, name, namespace),
    'roleRef:',
    '  apiGroup: rbac.authorization.k8s.io',
    `  kind: ${kind}`,
    `  name: ${name}`,
    'subjects:',
    ...subject,
  ];
  return [`${lines.join('\n')}\n`];
}

function subjectOf({ user, group, serviceAccount }: RbacFlags): string[] {
  if ([user, group, serviceAccount].filter((each) => each !== undefined).length > 1) {
    throw new UsageError('give one of --user, --group and --service-account');
  }
  if (serviceAccount !== undefined) {
    const [namespace = '', name = ''] = serviceAccount.split('/');
    if (namespace === '' || name === '')
      throw new UsageError(`--service-account ${serviceAccount}: use NAMESPACE/NAME`);
    return ['  - kind: ServiceAccount', `    name: ${quoted(name)}`, `    namespace: ${quoted(namespace)}`];
  }
  const [kind, name] = user === undefined ? ['Group', group] : ['User', user];
  return name === undefined
    ? []
    : [`  - kind: ${kind}`, `    name: ${quoted(name)}`, '    apiGroup: rbac.authorization.k8s.io'];
}

/** A JSON string is a YAML string. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
