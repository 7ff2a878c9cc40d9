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

describe('a diagnosis in pages', () => {
  const two = new Host({
    openAccess: async () => Promise.reject(new Error('nobody may ask a cluster here')),
    settings: { from: [join(RECORDINGS, 'two-causes-one-namespace')], store, registries: false },
    now: () => '2026-11-20T23:00:00Z',
  });
  const diagnose = async (args: object) =>
    (await two.call('diagnose', args, { signal: NEVER }))?.structured as {
      readonly reportId: string;
      readonly report: { readonly incidents: readonly { readonly id: string }[] };
      readonly moreIncidents: readonly { readonly id: string }[];
      readonly nextPageToken?: string;
    };

  it('tells each incident once, of one report', async () => {
    const whole = await diagnose({});
    expect(whole.report.incidents.length).toBeGreaterThan(1);
    expect(whole.nextPageToken).toBeUndefined();
    const told: string[] = [];
    const first = await diagnose({ limit: 1 });
    let page = first;
    for (;;) {
      told.push(...page.report.incidents.map(({ id }) => id));
      expect([...told, ...page.moreIncidents.map(({ id }) => id)]).toEqual(whole.report.incidents.map(({ id }) => id));
      if (page.nextPageToken === undefined) break;
      page = await diagnose({ limit: 1, pageToken: page.nextPageToken });
      expect(page.reportId).toBe(first.reportId);
    }
    expect(told).toHaveLength(whole.report.incidents.length);
  });

  it.each([
    [
      'of other arguments',
      async () => ({ limit: 1, thorough: true, pageToken: (await diagnose({ limit: 1 })).nextPageToken }),
    ],
    ['of a report that is gone', async () => ({ pageToken: 'R-0123456789ab.p1-abc' })],
    ['that is none', async () => ({ pageToken: 'p1-abc' })],
  ])('refuses a page token %s', async (_, args) => {
    expect(await diagnose(await args())).toMatchObject({
      error: { code: expect.toBeOneOf(['invalid_input', 'not_found']), next: [expect.any(String)] },
    });
  });
});
