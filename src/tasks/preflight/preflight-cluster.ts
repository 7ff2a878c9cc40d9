import type { Node, Secret, ServiceAccount } from '../../core/objects.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { ClusterClient } from '../../sources/cluster/client.ts';
import { hintFor, Sightings } from '../../sources/cluster/sightings.ts';
import type { ImageUse, ManifestSet } from '../../sources/manifests/manifest-set.ts';
import { listedSecrets, secretNamed } from './preflight-rules.ts';

/** Manifests together with what their cluster has already. */
export interface InCluster {
  readonly set: ManifestSet;
  /** Platforms of its nodes, `linux/arm64`; empty when they were not asked for or not seen. */
  readonly nodePlatforms: readonly string[];
}

export interface InClusterOptions {
  readonly nodes: boolean;
}

type Kind = 'Secret' | 'ServiceAccount';

/**
 * Reads from the cluster what the manifests rely on and do not bring: ServiceAccounts of pods without pull secrets of
 * their own, and the secrets that these or the pods list, each by its name. Manifests win, for they will be applied.
 */
export async function inCluster(
  set: ManifestSet,
  client: ClusterClient,
  options: InClusterOptions,
): Promise<InCluster> {
  const sightings = new Sightings();
  await readAll(client, sightings, 'ServiceAccount', accountsWanted(set));
  const withAccounts = {
    ...set,
    serviceAccounts: [...set.serviceAccounts, ...sightings.all('ServiceAccount').map(accountOf)],
  };
  await readAll(client, sightings, 'Secret', secretsWanted(withAccounts));
  if (options.nodes) await readNodes(client, sightings);
  const { coverage, gaps } = sightings.snapshot([client.access.context], new Date().toISOString());
  return {
    set: {
      ...withAccounts,
      secrets: [...set.secrets, ...sightings.all('Secret').map(secretOf)],
      absent: coverage.flatMap(absentIn),
      problems: [
        ...set.problems,
        ...gaps.map(({ wanted, why, how }) => `${wanted}: ${why}${how === undefined ? '' : ` (${how})`}`),
      ],
    },
    nodePlatforms: [...new Set(sightings.all('Node').flatMap(platformOf))].sort(),
  };
}

/** A pod with a list of its own gets none from its ServiceAccount (admission plugin, 1.36). */
function accountsWanted({ uses, serviceAccounts }: ManifestSet): ReadonlySet<string> {
  const brought = new Set(serviceAccounts.map(({ namespace, name }) => `${namespace}/${name}`));
  const wanted = uses.filter(hasPod).map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`);
  return new Set(wanted.filter((key) => !brought.has(key)));
}

/** A bare `image:` field tells nothing about the pod that will be made of it. */
function hasPod({ container }: ImageUse): boolean {
  return container !== undefined;
}

function secretsWanted(set: ManifestSet): ReadonlySet<string> {
  return new Set(
    set.uses.flatMap((use) =>
      listedSecrets(use, set)
        .filter((name) => secretNamed(set, use.namespace, name) === undefined)
        .map((name) => `${use.namespace}/${name}`),
    ),
  );
}

async function readAll(client: ClusterClient, sightings: Sightings, kind: Kind, keys: ReadonlySet<string>) {
  await Promise.all(
    [...keys].map(async (key) => {
      const [namespace = '', name = ''] = key.split('/');
      const answer = await client.get(kind, namespace, name);
      if (answer.ok) sightings.add(answer.value, hintFor(kind));
      else if (answer.problem.kind === 'not-found') sightings.absent(kind, namespace, name);
      else sightings.problem({ verb: 'get', kind, namespace, name }, answer.problem);
    }),
  );
}

async function readNodes(client: ClusterClient, sightings: Sightings): Promise<void> {
  const nodes = await client.list('Node', undefined, { fromCache: true });
  if (nodes.ok) sightings.addList(nodes.value);
  else sightings.problem({ verb: 'list', kind: 'Node' }, nodes.problem);
}

function absentIn({ kind, namespace, name }: Snapshot['coverage'][number]): readonly string[] {
  return name === undefined ? [] : [`${kind} ${namespace ?? ''}/${name}`];
}

function accountOf({ metadata, imagePullSecrets }: ServiceAccount) {
  return { namespace: metadata.namespace ?? 'default', name: metadata.name, pullSecrets: imagePullSecrets };
}

function secretOf({ metadata, type, data }: Secret) {
  return {
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    ...(type === undefined ? {} : { type }),
    ...(data === undefined ? {} : { data }),
  };
}

function platformOf({ info }: Node): readonly string[] {
  return info.architecture === undefined ? [] : [`${info.operatingSystem ?? 'linux'}/${info.architecture}`];
}
