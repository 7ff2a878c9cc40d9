import type { Snapshot } from '../../core/snapshot.ts';
import type { ClusterClient } from '../../sources/cluster/client.ts';
import { resourceOf } from '../../sources/cluster/resources.ts';
import { Sightings } from '../../sources/cluster/sightings.ts';

/** All pods of a namespace (undefined: of the cluster) and the pull secrets that they list, each read by its name. */
export async function gatherRunning(
  client: ClusterClient,
  namespace: string | undefined,
  now: string,
): Promise<Snapshot> {
  const sightings = new Sightings();
  const pods = await client.list('Pod', namespace, { fromCache: true });
  if (pods.ok) {
    sightings.addList(pods.value);
    if (pods.value.complete) sightings.covers('Pod', namespace);
    else sightings.cut({ verb: 'list', kind: 'Pod', namespace }, pods.value.items.length);
  } else sightings.problem({ verb: 'list', kind: 'Pod', namespace }, pods.problem);
  await Promise.all([...listedSecrets(sightings)].map((key) => readSecret(client, sightings, key)));
  return sightings.snapshot([client.access.context], now);
}

function listedSecrets(sightings: Sightings): ReadonlySet<string> {
  return new Set(
    sightings
      .all('Pod')
      .flatMap(({ metadata, spec }) =>
        (spec.imagePullSecrets ?? []).map((name) => `${metadata.namespace ?? ''}/${name}`),
      )
      .filter((key) => !key.endsWith('/')),
  );
}

async function readSecret(client: ClusterClient, sightings: Sightings, key: string): Promise<void> {
  const [namespace = '', name = ''] = key.split('/');
  const answer = await client.get('Secret', namespace, name);
  if (answer.ok) sightings.add(answer.value, { kind: 'Secret', apiVersion: resourceOf('Secret').apiVersion });
  else if (answer.problem.kind === 'not-found') sightings.absent('Secret', namespace, name);
  else sightings.problem({ verb: 'get', kind: 'Secret', namespace, name }, answer.problem);
}
