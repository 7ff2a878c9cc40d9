import type { KubeObject, OwnerReference, Pod, Workload } from '../../core/objects.ts';
import { each, getOne, type Look, listAll } from './look.ts';
import { isKind, type Kind } from './resources.ts';

/** Beyond this many, more nodes and older revisions say the same again. */
const MAX_NODES = 30;
const MAX_REVISION_LISTS = 20;

/** Chains of owners are short; a longer one is a loop. */
const MAX_DEPTH = 4;

/** What stands around pods that are stuck: owners, ServiceAccounts, the Secrets that these name, nodes. Each is asked for once. */
export async function lookAround(look: Look, pods: readonly Pod[]): Promise<void> {
  // A pod without a node has pulled nothing yet.
  const placed = pods.filter((pod) => pod.spec.nodeName !== undefined);
  await Promise.all([owners(look, placed), accountsAndSecrets(look, placed), nodes(look, placed)]);
}

/** The owners above an object that is not a pod, and the object itself. */
export async function workloadAndOwners(
  look: Look,
  { kind, namespace, name }: { readonly kind: string; readonly namespace: string; readonly name: string },
): Promise<void> {
  await climb(look, namespace, { kind, name }, 0);
}

async function owners(look: Look, pods: readonly Pod[]): Promise<void> {
  const chains = new Map<string, { readonly namespace: string; readonly pod: Pod; readonly owner: OwnerReference }>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    const namespace = pod.metadata.namespace;
    if (owner === undefined || namespace === undefined) continue;
    chains.set(`${owner.kind}/${namespace}/${owner.name}`, { namespace, pod, owner });
  }
  const deployments = new Map<string, { readonly namespace: string; readonly name: string }>();
  await each(chains.values(), async ({ namespace, pod, owner }) => {
    const name = deploymentOf(pod, owner);
    if (name === undefined) return climb(look, namespace, owner, 0);
    deployments.set(`${namespace}/${name}`, { namespace, name });
  });
  let lists = 0;
  await each(deployments.values(), async ({ namespace, name }) => {
    const deployment = await getOne(look, 'Deployment', namespace, name);
    if (deployment === undefined || lists >= MAX_REVISION_LISTS) return;
    lists += 1;
    await revisions(look, deployment);
  });
  // Other controllers own ReplicaSets too, and selectors may be richer than labels: what is still missing is asked for by name.
  await each(chains.values(), ({ namespace, owner }) => climb(look, namespace, owner, 0));
}

/** A Deployment's ReplicaSet is named after it and the hash of its template, which its pods carry as a label. */
function deploymentOf({ metadata }: Pod, { kind, name }: OwnerReference): string | undefined {
  const hash = metadata.labels['pod-template-hash'];
  return kind === 'ReplicaSet' && hash !== undefined && name.endsWith(`-${hash}`)
    ? name.slice(0, -hash.length - 1)
    : undefined;
}

/** All ReplicaSets of a Deployment: an older one may still serve. */
async function revisions(look: Look, { metadata, selector }: Workload): Promise<void> {
  const labelSelector = selectorText(selector ?? {});
  if (labelSelector !== '') await listAll(look, 'ReplicaSet', metadata.namespace, { labelSelector });
}

export function selectorText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

async function climb(
  look: Look,
  namespace: string,
  { kind, name }: Pick<OwnerReference, 'kind' | 'name'>,
  depth: number,
): Promise<void> {
  if (!isKind(kind) || depth >= MAX_DEPTH) return;
  const object: KubeObject | undefined = await getOne(look, kind as Kind, namespace, name);
  const above = object === undefined ? undefined : controllerOf(object);
  if (above !== undefined) await climb(look, namespace, above, depth + 1);
}

function controllerOf({ metadata }: KubeObject): OwnerReference | undefined {
  return metadata.ownerReferences.find((owner) => owner.controller === true) ?? metadata.ownerReferences[0];
}

/** Secrets are read by name only, and only by the names that a stuck pod or its ServiceAccount gives. */
async function accountsAndSecrets(look: Look, pods: readonly Pod[]): Promise<void> {
  const secrets = new Map<string, { readonly namespace: string; readonly name: string }>();
  const wantSecrets = (namespace: string, names: readonly string[]) => {
    for (const name of names) if (name.trim() !== '') secrets.set(`${namespace}/${name}`, { namespace, name });
  };
  const accounts = new Map<string, { readonly namespace: string; readonly name: string }>();
  for (const { metadata, spec } of pods) {
    const { namespace } = metadata;
    if (namespace === undefined) continue;
    wantSecrets(namespace, spec.imagePullSecrets ?? []);
    const name = spec.serviceAccountName ?? 'default';
    accounts.set(`${namespace}/${name}`, { namespace, name });
  }
  await each(accounts.values(), async ({ namespace, name }) => {
    const account = await getOne(look, 'ServiceAccount', namespace, name);
    wantSecrets(namespace, account?.imagePullSecrets ?? []);
  });
  await each(secrets.values(), ({ namespace, name }) => getOne(look, 'Secret', namespace, name));
}

/** The nodes with the most stuck pods first. */
async function nodes(look: Look, pods: readonly Pod[]): Promise<void> {
  const counts = new Map<string, number>();
  for (const { spec } of pods) if (spec.nodeName) counts.set(spec.nodeName, (counts.get(spec.nodeName) ?? 0) + 1);
  const names = [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  await each(names.slice(0, MAX_NODES), (name) => getOne(look, 'Node', undefined, name));
  if (names.length > MAX_NODES) {
    look.seen.gap({ wanted: `the other ${names.length - MAX_NODES} nodes of stuck pods`, why: 'not-collected' });
  }
}
