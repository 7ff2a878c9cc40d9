import { sh } from '../../core/shell.ts';
import type { ExtensionKind } from '../../core/want.ts';
import type { Result } from './client.ts';
import type { Look } from './look.ts';
import type { Problem } from './problem.ts';

interface Extension {
  readonly group: string;
  readonly plural: string;
  /** Set for what every API server has; others are at the version that discovery prefers. */
  readonly version?: string;
}

const EXTENSIONS: Readonly<Record<ExtensionKind, Extension>> = {
  Ingress: { group: 'networking.k8s.io', plural: 'ingresses', version: 'v1' },
  PersistentVolumeClaim: { group: '', plural: 'persistentvolumeclaims', version: 'v1' },
  HTTPRoute: { group: 'gateway.networking.k8s.io', plural: 'httproutes' },
  TLSRoute: { group: 'gateway.networking.k8s.io', plural: 'tlsroutes' },
  Gateway: { group: 'gateway.networking.k8s.io', plural: 'gateways' },
  Route: { group: 'route.openshift.io', plural: 'routes' },
  IngressRoute: { group: 'traefik.io', plural: 'ingressroutes' },
  TaskRun: { group: 'tekton.dev', plural: 'taskruns' },
  PipelineRun: { group: 'tekton.dev', plural: 'pipelineruns' },
  BuildRun: { group: 'shipwright.io', plural: 'buildruns' },
  Workflow: { group: 'argoproj.io', plural: 'workflows' },
};

/** Newer objects come last in such lists only by chance, so enough are read to hold those of the last days. */
const MAX_OBJECTS = 500;

export function isExtension(kind: string): kind is ExtensionKind {
  return Object.hasOwn(EXTENSIONS, kind);
}

/**
 * Lists a kind that a cluster may lack. What it has is asked once (`/apis`); a kind that is not served was surely not
 * used, which is told as a list without objects.
 */
export async function listExtension(
  look: Look,
  kind: ExtensionKind,
  namespace: string | undefined,
  isGuess = false,
): Promise<void> {
  const { group, plural, version } = EXTENSIONS[kind];
  const served = version === undefined ? await versionOf(look, group) : { ok: true as const, value: version };
  const missed = (problem: Problem) => (isGuess ? undefined : gap(look, kind, namespace, problem));
  if (!served.ok) return missed(served.problem);
  if (served.value === undefined) return look.seen.covers(kind, undefined);
  const base = group === '' ? `/api/${served.value}` : `/apis/${group}/${served.value}`;
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const answer = await look.client.listAt(`${base}${scope}/${plural}`, { max: MAX_OBJECTS });
  if (answer.ok) {
    look.seen.asked(answer.date);
    look.seen.addList(answer.value);
    if (answer.value.complete) look.seen.covers(kind, namespace);
  } else if (answer.problem.kind === 'not-found') look.seen.covers(kind, undefined);
  else missed(answer.problem);
}

/** The version at which a group is served; undefined when it is not. */
async function versionOf(look: Look, group: string): Promise<Result<string | undefined>> {
  const key = 'api groups';
  const known = look.asked.get(key) as ReturnType<typeof look.client.groups> | undefined;
  const asked = known ?? look.client.groups();
  look.asked.set(key, asked);
  const groups = await asked;
  return groups.ok ? { ...groups, value: groups.value.get(group) } : groups;
}

function gap(look: Look, kind: ExtensionKind, namespace: string | undefined, problem: Problem): void {
  const { group, plural } = EXTENSIONS[kind];
  const resource = group === '' ? plural : `${plural}.${group}`;
  const wanted = extensionTitle(kind, namespace);
  if (problem.kind !== 'forbidden') {
    return look.seen.gap({ wanted, why: 'refused', how: `the API server: ${problem.message}; try again` });
  }
  const where = namespace === undefined ? ' -A' : sh` -n ${namespace}`;
  const role = namespace === undefined ? 'ClusterRole' : 'Role';
  const rule = `(${role} rule: apiGroups: ["${group}"], resources: [${plural}], verbs: [list])`;
  look.seen.gap({ wanted, why: 'forbidden', how: `${sh`kubectl auth can-i list ${resource}`}${where} ${rule}` });
}

/** `TaskRuns of namespace ci` */
export function extensionTitle(kind: ExtensionKind, namespace: string | undefined): string {
  const plural = kind === 'Ingress' ? 'Ingresses' : `${kind}s`;
  return namespace === undefined ? `${plural} of all namespaces` : `${plural} of namespace ${namespace}`;
}
