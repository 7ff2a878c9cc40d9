import type { Wanted } from '../../sources/cluster/problem.ts';
import { resourceOf } from '../../sources/cluster/resources.ts';

/** The Role (or ClusterRole, for what no namespace holds) that allows exactly these requests, as YAML. */
export function smallestRole(wanted: readonly Wanted[]): string {
  const [namespace] = wanted.map((each) => each.namespace);
  const inOne = wanted.every((each) => each.namespace === namespace && resourceOf(each.kind).namespaced);
  const isRole = inOne && namespace !== undefined;
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    `kind: ${isRole ? 'Role' : 'ClusterRole'}`,
    'metadata:',
    '  name: pullwhy-read',
    ...(isRole ? [`  namespace: ${JSON.stringify(namespace)}`] : []),
    'rules:',
    ...wanted.flatMap(ruleOf),
    '',
  ].join('\n');
}

function ruleOf({ verb, kind, name, subresource }: Wanted): readonly string[] {
  const { group, plural } = resourceOf(kind);
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  // A list cannot be limited to names (RBAC, 1.36).
  const named = name !== undefined && verb === 'get';
  return [
    `  - apiGroups: [${JSON.stringify(group)}]`,
    `    resources: [${JSON.stringify(resource)}]`,
    ...(named ? [`    resourceNames: [${JSON.stringify(name)}]`] : []),
    `    verbs: [${JSON.stringify(verb)}]`,
  ];
}
