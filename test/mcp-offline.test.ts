import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Host } from '../src/apps/mcp/host.ts';
import { RECORDINGS } from './support/replayed-cluster.ts';

const store = mkdtempSync(join(tmpdir(), 'pullwhy-offline-'));
afterAll(() => rmSync(store, { recursive: true }));

const host = new Host({
  openAccess: async () => Promise.reject(new Error('nobody may ask a cluster here')),
  settings: { from: [join(RECORDINGS, 'disk-full-unpack')], store, registries: false },
  now: () => '2026-11-20T23:00:00Z',
});
const NEVER = new AbortController().signal;

async function call(name: string, args: object = {}) {
  const result = await host.call(name, args, { signal: NEVER });
  if (result === undefined) throw new Error(`no tool ${name}`);
  return result;
}

describe('a server of evidence on disk', () => {
  it('diagnoses it', async () => {
    const { ok, structured } = await call('diagnose');
    expect(ok).toBe(true);
    expect(structured).toMatchObject({ report: { incidents: [{ cause: { id: 'disk-full' }, verdict: 'confirmed' }] } });
  });

  it('says of a name that the evidence does not have, that it has not', async () => {
    expect(await call('diagnose', { targets: ['pod/none'], namespace: 'shop' })).toMatchObject({
      ok: false,
      structured: { error: { code: 'not_found' } },
    });
  });

  it.each(['errors', 'validate', 'storage_diagnostics', 'network_diagnostics', 'summarize'])(
    'reads by %s what it holds of nodes',
    async (name) => {
      expect(await call(name)).toMatchObject({
        ok: true,
        structured: { coverage: { filesTotal: expect.any(Number) } },
      });
    },
  );

  it('knows no node that is not in it', async () => {
    expect(await call('errors', { node: 'node-z' })).toMatchObject({
      structured: { error: { code: 'unknown_collection' } },
    });
  });

  it('answers from it what a cluster would be asked', async () => {
    const pods = await call('list_k8s_resources', { kind: 'pods' });
    expect(pods.structured).toMatchObject({ items: [{ kind: 'Pod', pod: { status: 'ImagePullBackOff' } }] });
    const [pod] = (pods.structured as unknown as { items: { name: string; namespace: string }[] }).items;
    const events = await call('get_image_pull_events', { name: pod?.name, namespace: pod?.namespace, limit: 1 });
    expect(events.structured).toMatchObject({
      events: [{ type: 'Warning' }],
      coverage: { skipped: [expect.stringContaining('more')] },
    });
    const secret = await call('get_secret_exists', { name: 'never-collected', namespace: pod?.namespace });
    expect(secret.structured).toMatchObject({ exists: expect.toBeOneOf([false, null]) });
    expect(await call('list_k8s_resources', { kind: 'Pod', labelSelector: 'a=b' })).toMatchObject({ ok: false });
  });

  it.each([
    ['cluster_health', {}],
    ['check_credentials', { namespace: 'a', secret: 'b' }],
    ['collect', { node: 'node-a' }],
  ])('asks no cluster: %s', async (name, args) => {
    expect(await call(name, args)).toMatchObject({ ok: false, structured: { error: { code: 'no_cluster' } } });
  });
});
