import { describe, expect, it } from 'vitest';
import { readBundle } from '../src/sources/bundle/read-bundle.ts';
import { diagnose } from '../src/tasks/diagnose/diagnose.ts';
import type { RawObject } from '../src/testing/store.ts';
import { askLive, namespaceOf, recordedObjects } from './support/replayed-cluster.ts';

const now = '2026-11-20T23:30:00Z';
const UNATTACHED = 'pull-secret-exists-not-attached';

function unknownsOf(report: { readonly incidents: readonly { readonly unknowns: readonly object[] }[] }) {
  return report.incidents[0]?.unknowns ?? [];
}

describe('Secrets that the pod does not name', () => {
  const objects = recordedObjects(UNATTACHED);
  const namespace = namespaceOf(objects);
  const what = `Secrets of namespace ${namespace} that the pod does not name`;

  it('are told to be unread, with the command that reads them', async () => {
    const { report } = await askLive({ namespace, targets: [] }, { objects, now });
    const how = `pullwhy -n ${namespace} --thorough`;
    expect(unknownsOf(report)).toContainEqual({ what, why: 'not-collected', how });
  });

  it('leave no gap once they were read, found or not', async () => {
    const without = objects.filter(({ kind }) => kind !== 'Secret');
    for (const seen of [objects, without]) {
      const { report } = await askLive({ namespace, targets: [], thorough: true }, { objects: seen, now });
      expect(unknownsOf(report)).not.toContainEqual(expect.objectContaining({ what }));
    }
  });

  it('are never "not there" when they may not be listed', async () => {
    const deny = [{ verb: 'list', resource: 'secrets' } as const];
    const { report } = await askLive({ namespace, targets: [], thorough: true }, { objects, now, deny });
    expect(report.incidents[0]?.cause.id).toBe('no-credentials');
    const gap = { what: `Secrets of namespace ${namespace}`, why: 'forbidden' };
    expect(unknownsOf(report)).toContainEqual(expect.objectContaining(gap));
  });

  it('are asked for with kubectl where the evidence is a bundle', async () => {
    const pod = { kind: 'List', apiVersion: 'v1', items: objects.filter(({ kind }) => kind === 'Pod') };
    const stdin = async () => new TextEncoder().encode(JSON.stringify(pod));
    const report = diagnose(await readBundle(['-'], { stdin }), { now });
    expect(unknownsOf(report)).toContainEqual({
      what,
      why: 'not-collected',
      how: `kubectl get secrets -n ${namespace} --field-selector type=kubernetes.io/dockerconfigjson`,
    });
  });

  it('do not matter where the pod offers a login, or none was wanted', async () => {
    for (const scenario of ['basic-auth-wrong-password', 'tag-not-found']) {
      const seen = recordedObjects(scenario);
      const { report } = await askLive({ namespace: namespaceOf(seen), targets: [] }, { objects: seen, now });
      expect(JSON.stringify(unknownsOf(report))).not.toContain('does not name');
    }
  });
});

describe('lists beyond the limit of a question about one pod', () => {
  const recorded = recordedObjects('tag-not-found');
  const namespace = namespaceOf(recorded);
  const name = recorded.find(({ kind }) => kind === 'Pod')?.metadata?.name ?? '';
  /** So many pull secrets cost a request each. */
  const objects = recorded.map((object): RawObject => {
    if (object.kind !== 'Pod') return object;
    const spec = { ...(object.spec as object), imagePullSecrets: [...'12345678'].map((n) => ({ name: `s${n}` })) };
    return { ...object, spec };
  });

  it('are told with the command that asks for them', async () => {
    const question = { namespace, targets: [{ kind: 'Pod', name }] };
    const { report } = await askLive(question, { objects, now });
    const gaps = report.unknowns.filter(({ what }) => what.includes('left out'));
    expect(gaps.map(({ what }) => what.split(' ')[0])).toContain('CronJobs');
    for (const gap of gaps) expect(gap).toMatchObject({ why: 'not-collected', how: `pullwhy -n ${namespace}` });
  });

  it('are asked for with the namespace, and with --thorough', async () => {
    for (const question of [
      { namespace, targets: [] },
      { namespace, targets: [{ kind: 'Pod', name }], thorough: true },
    ]) {
      const { report, paths } = await askLive(question, { objects, now });
      expect(report.unknowns.filter(({ what }) => what.includes('left out'))).toEqual([]);
      expect(paths.some((path) => path.includes('/cronjobs'))).toBe(true);
    }
  });
});
