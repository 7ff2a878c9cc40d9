import { rm } from 'node:fs/promises';
import { UsageError } from '../../core/usage-error.ts';
import type { ClusterClient } from '../../sources/cluster/client.ts';
import type { PodWriter } from '../../sources/cluster/pod-writer.ts';
import { collectByDebugPod } from '../../sources/node/debug-pod.ts';
import { collectByKubeletApi } from '../../sources/node/kubelet-api.ts';
import { collectLocally } from '../../sources/node/local.ts';
import { type AwsPort, collectBySsm } from '../../sources/node/ssm.ts';
import { unpackArchive } from '../../sources/node/unpack/unpack.ts';
import type { NodeCollector } from './collect.ts';

/** Of each log: its end. */
const KEEP_BYTES = 32 * 2 ** 20;
/** A pod's own log is rotated after 10 MiB. */
const KEEP_OF_POD = 1.5 * 2 ** 20;

export interface TimeSpan {
  /** RFC 3339. */
  readonly since: string;
}

export function kubeletApiCollector(client: ClusterClient, { since }: TimeSpan): NodeCollector {
  return ({ name }, sink) => collectByKubeletApi(client, name, sink, { since, keepBytes: KEEP_BYTES });
}

export function localCollector({ since, root }: TimeSpan & { readonly root?: string }): NodeCollector {
  return ({ name }, sink, _, signal) =>
    collectLocally(sink, { node: name, since, keepBytes: KEEP_BYTES, signal, ...(root === undefined ? {} : { root }) });
}

export function debugPodCollector(
  client: ClusterClient,
  writer: PodWriter,
  { since, namespace, image }: TimeSpan & { readonly namespace: string; readonly image?: string },
): NodeCollector {
  return ({ name }, sink, _, signal) =>
    collectByDebugPod(client, writer, name, sink, {
      namespace,
      since,
      keepBytes: KEEP_OF_POD,
      signal,
      ...(image === undefined ? {} : { image }),
    });
}

export interface SsmChoice {
  readonly region: string;
  readonly bucket: string;
  readonly now: () => string;
  /** Between two looks at the runbook. */
  readonly pollMs?: number;
}

/** The archive that the runbook uploads is unpacked into the collection. */
export function ssmCollector(aws: AwsPort, choice: SsmChoice): NodeCollector {
  return async ({ name, cloud }, sink, writer, signal) => {
    if (cloud === undefined)
      throw new UsageError(`node ${name} is no EC2 instance (spec.providerID): SSM cannot reach it`);
    const { instanceId } = cloud;
    const take = async (archive: string, content: AsyncIterable<Uint8Array>) => {
      const path = await writer.keepAside(content);
      try {
        await unpackArchive(path, archive, writer, { signal });
      } finally {
        await rm(path, { force: true });
      }
    };
    await collectBySsm(aws, sink, take, { node: name, instanceId, ...choice, signal, token: writer.id });
  };
}
