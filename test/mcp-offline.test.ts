import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Host } from '../src/apps/mcp/host.ts';
import { BundleFolder } from '../src/sources/node/bundle-folder.ts';
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

  it('collects for a procedure what it holds of nodes, and says that nothing names the node', async () => {
    const { structured } = await call('collect', { node: 'node-a' });
    expect(structured).toMatchObject({
      executionId: expect.stringMatching(/^c-/),
      gaps: [{ what: expect.stringContaining('node-a') }],
    });
    const { executionId } = structured as unknown as { readonly executionId: string };
    expect(await call('status', { executionId })).toMatchObject({ structured: { done: true } });
  });

  it('follows a procedure that collects, to its end', async () => {
    const pods = await call('list_k8s_resources', { kind: 'pods' });
    const [pod] = (pods.structured as unknown as { items: { name: string; namespace: string }[] }).items;
    const inputs = { pod: pod?.name, namespace: pod?.namespace };
    const { structured } = await call('run_sop', { id: 'C1', inputs });
    const { steps, rootCauses } = structured as unknown as {
      readonly steps: readonly { readonly id: string; readonly outcome: string }[];
      readonly rootCauses: readonly object[];
    };
    expect(rootCauses).toMatchObject([{ cause: { id: 'disk-full' }, verdict: 'confirmed' }]);
    const outcomes = Object.fromEntries(steps.map(({ id, outcome }) => [id, outcome]));
    expect(outcomes).toMatchObject({ collect: 'done', status: 'done', errors: 'done', storage: 'done' });
  });

  it.each([
    ['cluster_health', {}],
    ['check_credentials', { namespace: 'a', secret: 'b' }],
    ['collect', { failing: 2 }],
  ])('asks no cluster: %s', async (name, args) => {
    expect(await call(name, args)).toMatchObject({ ok: false, structured: { error: { code: 'no_cluster' } } });
  });
});

it('serves a collection of the store, to procedures as well', async () => {
  const { executionId } = (await call('collect')).structured as unknown as { readonly executionId: string };
  const kept = new Host({
    openAccess: async () => Promise.reject(new Error('nobody may ask a cluster here')),
    settings: { from: [executionId], store, registries: false },
    now: () => '2026-11-20T23:00:00Z',
  });
  const ask = async (name: string) => (await kept.call(name, {}, { signal: NEVER }))?.structured;
  expect(await ask('collect')).toMatchObject({ executionId });
  expect(await ask('diagnose')).toMatchObject({ report: { incidents: [{ cause: { id: 'disk-full' } }] } });
  expect(await ask('storage_diagnostics')).toMatchObject({ collection: executionId });
});

describe('a folder of bundles', () => {
  const outside = join(store, 'outside');
  const bundles = join(store, 'bundles');
  mkdirSync(join(bundles, 'node-7'), { recursive: true });
  mkdirSync(outside);
  for (const name of ['kubelet.log', 'objects.json'])
    for (const folder of [outside, join(bundles, 'node-7')])
      cpSync(join(RECORDINGS, 'disk-full-unpack', name), join(folder, name));
  symlinkSync(outside, join(bundles, 'linked'));
  symlinkSync(join(outside, 'kubelet.log'), join(bundles, 'linked.log'));
  const served = new Host({
    openAccess: async () => Promise.reject(new Error('no cluster here')),
    settings: { bundles, store: join(store, 'kept'), registries: false },
  });
  const ask = async (name: string, args: object) => (await served.call(name, args, { signal: NEVER }))?.structured;

  it('is listed, without links', async () => {
    expect(await ask('history', {})).toMatchObject({ bundles: [{ name: 'node-7', kind: 'folder' }] });
  });

  it('gives collections that the other tools read, and that are judged without a cluster', async () => {
    const { executionId } = (await ask('collect', { bundle: 'node-7' })) as { readonly executionId: string };
    const isDone = async () => (await ask('status', { executionId })) as { readonly done: boolean };
    while (!(await isDone()).done);
    expect(await ask('errors', { executionId })).toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({ cause: expect.objectContaining({ id: 'disk-full' }) }),
      ]),
    });
    expect(await ask('diagnose', { executionIds: [executionId], collectedOnly: true })).toMatchObject({
      report: { incidents: [{ cause: { id: 'disk-full' } }] },
    });
    expect(await ask('collect', { bundle: 'node-7' })).toMatchObject({ executionId });
  });

  it.each([
    '../outside',
    'node-7/../../outside',
    outside,
    'linked',
    'linked.log',
    'linked/kubelet.log',
    'node-8',
    '..\\outside',
    '.',
  ])('leads to nothing else: %s', async (bundle) => {
    expect(await ask('collect', { bundle })).toMatchObject({ error: { code: 'not_found' } });
  });

  it('lists only what can be brought in by its name', async () => {
    const folder = join(store, 'odd');
    mkdirSync(join(folder, 'node-9'), { recursive: true });
    mkdirSync(join(folder, 'a\\b'));
    expect(await new BundleFolder(folder).list()).toMatchObject([{ name: 'node-9' }]);
  });

  it('hides no collection when it is gone', async () => {
    const host = new Host({
      openAccess: async () => Promise.reject(new Error('no cluster here')),
      settings: { bundles: join(store, 'gone'), store, registries: false },
    });
    const answers = ['history', 'collect'].map((name) =>
      host.call(name, name === 'collect' ? { bundle: 'x' } : {}, { signal: NEVER }),
    );
    const [history, collected] = (await Promise.all(answers)).map((answer) => answer?.structured);
    expect(history).toMatchObject({ collections: expect.anything(), gaps: [{ why: 'unreadable' }] });
    expect(collected).toMatchObject({ error: { code: 'not_found' } });
  });

  it('is needed: without it nothing is brought in', async () => {
    expect(await call('collect', { bundle: 'node-7' })).toMatchObject({
      ok: false,
      structured: { error: { code: 'not_allowed' } },
    });
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
