import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KubeEvent, Pod } from '../../core/objects.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { readBundle } from './read-bundle.ts';

const RECORDINGS = join(import.meta.dirname, '../../../fixtures/recordings');

/** Recordings whose pods did not change between the two looks. */
const STILL = [
  'tag-not-found',
  'connection-refused',
  'init-container-tag-missing',
  'rate-limit-hub-blob',
  'two-causes-one-namespace',
  'negative-crashloop',
  'build-job-own-image-missing',
  'artifact-helm-chart',
  'invalid-name-uppercase',
].filter((name) => existsSync(join(RECORDINGS, name, 'describe.txt')));

function pods(snapshot: Snapshot): Map<string, Pod> {
  const found = snapshot.objects.flatMap(({ object }) => (object.kind === 'Pod' ? [object] : []));
  return new Map(found.map((pod) => [`${pod.metadata.namespace}/${pod.metadata.name}`, pod]));
}

/** What describe prints of a pod. */
function printedPart({ metadata, spec, status }: Pod) {
  return {
    labels: metadata.labels,
    owners: metadata.ownerReferences.map(({ kind, name }) => `${kind}/${name}`),
    containers: spec.containers.map(({ name, role, image, args, mounts }) => ({
      name,
      role,
      image,
      args,
      mounts: [...mounts].sort(),
    })),
    imageVolumes: spec.imageVolumes,
    node: spec.nodeName,
    serviceAccount: spec.serviceAccountName,
    phase: status.phase,
    startTime: status.startTime,
    statuses: status.containers
      .map(({ name, role, imageID, ready, restartCount, state, lastState }) => ({
        ...{ name, role, imageID, ready, restartCount, running: state.running, waiting: state.waiting?.reason },
        ended: [state.terminated, lastState.terminated].map((t) => t && [t.reason, t.exitCode, t.finishedAt]),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function podEvents(snapshot: Snapshot): KubeEvent[] {
  return snapshot.objects.flatMap(({ object }) =>
    object.kind === 'Event' && object.involved.kind === 'Pod' ? [object] : [],
  );
}

describe('recordings of a real cluster', () => {
  it('are there', () => {
    expect(STILL.length).toBeGreaterThan(5);
  });

  it.each(STILL)('%s: describe text tells the same as the objects', async (name) => {
    const objects = await readBundle([join(RECORDINGS, name, 'objects.json')]);
    const described = await readBundle([join(RECORDINGS, name, 'describe.txt')]);
    const full = pods(objects);
    expect([...pods(described).keys()].sort()).toEqual([...full.keys()].sort());
    for (const [key, pod] of pods(described)) {
      expect(printedPart(pod)).toEqual(printedPart(full.get(key) as Pod));
    }
    const known = podEvents(objects);
    for (const event of podEvents(described)) {
      const same = known.find(
        (e) =>
          e.involved.name === event.involved.name &&
          e.reason === event.reason &&
          e.message.trim() === event.message &&
          e.involved.fieldPath === event.involved.fieldPath,
      );
      expect(same, event.message).toMatchObject({
        count: event.count,
        involved: { namespace: event.involved.namespace },
      });
      const seconds = (Date.parse(event.lastSeen ?? '') - Date.parse(same?.lastSeen ?? '')) / 1000;
      expect(Math.abs(seconds)).toBeLessThan(15);
    }
  });

  it.each(
    readdirSync(RECORDINGS, { withFileTypes: true })
      .filter((e) => e.isDirectory())
      .map((e) => e.name),
  )('%s: the whole folder gives each object once, logs with times, and no gap', async (name) => {
    const folder = join(RECORDINGS, name);
    const snapshot = await readBundle([folder]);
    const ids = snapshot.objects.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(snapshot.gaps).toEqual([]);
    expect(snapshot.texts).toEqual([]);
    expect(snapshot.logs.filter(({ at }) => at === undefined)).toEqual([]);
    expect(snapshot.objects.filter(({ object, view }) => object.kind === 'Pod' && view !== 'full')).toEqual([]);
    expect(snapshot.coverage.length).toBeGreaterThan(3);
  });
});
