import { ClusterError } from '../../core/cluster-error.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { KubeObject, Secret } from '../../core/objects.ts';
import { UsageError } from '../../core/usage-error.ts';
import { readBundle } from '../../sources/bundle/read-bundle.ts';
import type { ClusterClient } from '../../sources/cluster/client.ts';
import { gapOf } from '../../sources/cluster/problem.ts';
import { parseObject } from '../../sources/objects-schema.ts';
import { connect, type LiveFlags } from './live.ts';
import { readStandardInput } from './stdin.ts';

export interface FoundSecret {
  readonly secret: Secret;
  /** Images of pods that list the secret, where pods were seen. */
  readonly images: readonly string[];
}

const MAX_IMAGES = 20;

/** The Secret in evidence on disk, with the images that it is listed for; without a namespace, the only one of its name. */
export async function secretFromBundle(
  namespace: string | undefined,
  name: string,
  from: readonly string[],
): Promise<FoundSecret> {
  const { objects } = await readBundle(from, { stdin: readStandardInput });
  const all = objects.map(({ object }) => object);
  const secrets = all.filter((object) => object.kind === 'Secret');
  const named = secrets.filter(({ metadata }) => metadata.name === name);
  const [secret, ...others] = namespace === undefined ? named : named.filter((each) => namespaceOf(each) === namespace);
  if (secret === undefined) throw notInEvidence(namespace, name, secrets, from.join(', '));
  if (others.some((other) => namespaceOf(other) !== namespaceOf(secret)))
    throw new UsageError(`which Secret ${name}? ${from.join(', ')} has ${placesOf(named)}: name it so`);
  return {
    secret,
    images: imagesFor(
      all.filter((object) => namespaceOf(object) === namespaceOf(secret)),
      name,
    ),
  };
}

function notInEvidence(
  namespace: string | undefined,
  name: string,
  secrets: readonly Secret[],
  evidence: string,
): UsageError {
  const collect = `collect it with  kubectl get secret ${name} -n ${namespace ?? 'NAMESPACE'} -o yaml`;
  const what = namespace === undefined ? name : `${namespace}/${name}`;
  const elsewhere = secrets.filter(({ metadata }) => metadata.name === name);
  if (elsewhere.length > 0)
    return new UsageError(
      `no Secret ${what} in ${evidence}, which has ${placesOf(elsewhere)}: name it so, or ${collect}`,
    );
  const here = secrets.filter((each) => namespace === undefined || namespaceOf(each) === namespace);
  const near = didYouMean(name, [...new Set(here.map(({ metadata }) => metadata.name))]);
  return new UsageError(`no Secret ${what} in ${evidence}${near}: ${collect}`);
}

/** Places named in a message before "and N more". */
const PLACES_SHOWN = 5;

function placesOf(secrets: readonly Secret[]): string {
  const places = [...new Set(secrets.map((each) => `${namespaceOf(each)}/${each.metadata.name}`))].sort();
  const left = places.length - PLACES_SHOWN;
  return `${places.slice(0, PLACES_SHOWN).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

/** What was printed without a namespace is taken to be of the default one. */
function namespaceOf({ metadata }: KubeObject): string {
  return metadata.namespace ?? 'default';
}

/** The Secret in the cluster that the flags name. */
export async function secretFromCluster(
  namespace: string | undefined,
  name: string,
  flags: LiveFlags,
): Promise<FoundSecret> {
  const client = await connect(flags);
  try {
    return { secret: await readSecret(client, namespace ?? client.access.namespace, name), images: [] };
  } finally {
    client.access.close();
  }
}

/** Secrets that are given as `NAMESPACE/NAME`, over one connection. */
export async function secretsFromCluster(words: readonly string[], flags: LiveFlags): Promise<readonly Secret[]> {
  const client = await connect(flags);
  try {
    const secrets: Secret[] = [];
    for (const word of words) {
      const [namespace = '', name = ''] = word.split('/');
      secrets.push(await readSecret(client, namespace, name));
    }
    return secrets;
  } finally {
    client.access.close();
  }
}

async function readSecret(client: ClusterClient, namespace: string, name: string): Promise<Secret> {
  const answer = await client.get('Secret', namespace, name);
  if (answer.ok) {
    const object = parseObject(answer.value)?.object;
    if (object?.kind === 'Secret') return object;
    throw new ClusterError(`the API server answers for Secret ${namespace}/${name} with something else`);
  }
  if (answer.problem.kind === 'not-found')
    throw new UsageError(
      `no Secret ${namespace}/${name} (context ${client.access.context}): kubectl get secrets -n ${namespace} lists them`,
    );
  const { wanted, why, how } = gapOf({ verb: 'get', kind: 'Secret', namespace, name }, answer.problem);
  throw new ClusterError(`${wanted}: ${why}${how === undefined ? '' : `; ${how}`}`);
}

function imagesFor(objects: readonly KubeObject[], secret: string): readonly string[] {
  const images = objects.flatMap((object) =>
    object.kind === 'Pod' && object.spec.imagePullSecrets?.includes(secret) === true
      ? object.spec.containers.flatMap(({ image }) => image ?? [])
      : [],
  );
  return [...new Set(images)].slice(0, MAX_IMAGES);
}
