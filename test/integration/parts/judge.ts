import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProbeResult } from '../../../src/core/probe.ts';
import { parseReference } from '../../../src/image/reference.ts';
import { readBundle } from '../../../src/sources/bundle/read-bundle.ts';
import { probe } from '../../../src/sources/registry/probe.ts';
import { diagnose } from '../../../src/tasks/diagnose/diagnose.ts';
import { probeCases } from '../../../src/tasks/diagnose/probe-cases.ts';
import { targetOf } from '../../../src/tasks/probe-target.ts';
import { eventsOf, PLAIN, podOf, secretOf, type World } from '../../support/stuck-pod.ts';
import type { Scenario } from './scenarios.ts';

export interface Setting {
  readonly folder: string;
  readonly authorities: string;
  readonly runtime: string;
}

/** The probe alone, with the credentials that a pod would offer. */
export function probeAlone({ image, login, untrusting }: Scenario, { authorities }: Setting): Promise<ProbeResult> {
  const parsed = parseReference(image);
  if (!parsed.ok) throw new Error(`${image} does not parse`);
  return probe(targetOf(parsed.reference), {
    userNamed: true,
    verify: true,
    env: {},
    platform: 'linux/amd64',
    identities: login === undefined ? [] : [{ label: 'the secret', login }],
    ...(untrusting === true ? {} : { caFile: authorities }),
  });
}

export interface Verdict {
  readonly cause: string;
  readonly verdict: string;
}

/** What a pod with this message is diagnosed with when its registry is asked as well. */
export async function bothTogether(
  { image, login, untrusting }: Scenario,
  message: string,
  { folder, authorities, runtime }: Setting,
  number: number,
): Promise<Verdict> {
  const file = join(folder, `pod-${number}.json`);
  writeFileSync(file, JSON.stringify(podWith(image, login, message, runtime)));
  const seen = await readBundle([file]);
  const snapshot = await probeCases(seen, {
    allowPrivate: true,
    env: {},
    ...(untrusting === true ? {} : { caFile: authorities }),
  });
  const [incident] = diagnose(snapshot, { now: new Date().toISOString() }).incidents;
  return { cause: incident?.cause.id ?? 'none', verdict: incident?.verdict ?? 'none' };
}

/** The pod, its secret and its events as kubectl prints them. */
function podWith(image: string, login: Scenario['login'], message: string, runtime: string): object {
  const world: World = { ...PLAIN, image, error: message };
  const waiting = { reason: 'ErrImagePull', message };
  const spec = login === undefined ? { imagePullSecrets: [] } : {};
  const pod = podOf(world, spec);
  const status = { name: world.container, image, imageID: '', ready: false, restartCount: 0, state: { waiting } };
  const config = JSON.stringify({ auths: { [image.split('/')[0] ?? '']: login } });
  const secret = secretOf(world, 'kubernetes.io/dockerconfigjson', { '.dockerconfigjson': config });
  const events = eventsOf(world).map((event) =>
    event.reason === 'Failed' ? { ...event, message: `Failed to pull image "${image}": ${message}` } : event,
  );
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: world.node },
    status: {
      nodeInfo: {
        kubeletVersion: 'v1.36.2',
        containerRuntimeVersion: `containerd://${runtime}`,
        architecture: 'amd64',
        operatingSystem: 'linux',
      },
    },
  };
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { ...pod, status: { phase: 'Pending', containerStatuses: [status] } },
      ...(login === undefined ? [] : [secret]),
      ...events,
      node,
    ],
  };
}
