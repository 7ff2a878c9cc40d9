import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBundle } from '../../sources/bundle/read-bundle.ts';
import {
  CA_FILE,
  ContentBuilder,
  contentHandler,
  type FakeServer,
  serve,
  withBasic,
} from '../../sources/registry/fake-registry.fixture.ts';
import { diagnose } from './diagnose.ts';
import { type ProbeCasesOptions, probeCases } from './probe-cases.ts';

const PASSWORD = 'canary-Passw0rd';
const folder = mkdtempSync(join(tmpdir(), 'pullwhy-'));

let server: FakeServer;
beforeAll(async () => {
  const content = new ContentBuilder();
  content.image('shop/api', '1.4.3');
  server = await serve('registry', withBasic('ci', PASSWORD, contentHandler(content)));
});
afterAll(() => server.close());

const OPTIONS: ProbeCasesOptions = { allowPrivate: true, caFile: CA_FILE, env: {}, resolve: async () => ['127.0.0.1'] };

/** Pods that fail with "not found", each listing a pull secret for the registry. */
async function snapshotOf(images: readonly string[]) {
  const auths = { [`registry.acme.example:${server.port}`]: { username: 'ci', password: PASSWORD } };
  const items = [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'regcred', namespace: 'shop' },
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
    },
    ...images.map((image, index) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `api-${index}`, namespace: 'shop', creationTimestamp: '2026-11-20T00:00:00Z' },
      spec: {
        nodeName: 'node-a',
        imagePullSecrets: [{ name: 'regcred' }],
        containers: [{ name: 'api', image, imagePullPolicy: 'IfNotPresent' }],
      },
      status: {
        phase: 'Pending',
        containerStatuses: [
          {
            name: 'api',
            image,
            ready: false,
            restartCount: 0,
            state: {
              waiting: {
                reason: 'ImagePullBackOff',
                message: `Back-off pulling image "${image}": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve image: ${image}: not found`,
              },
            },
          },
        ],
      },
    })),
  ];
  const file = join(folder, 'objects.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  return readBundle([file]);
}

const image = (reference: string) => `registry.acme.example:${server.port}/${reference}`;
const judged = (snapshot: Awaited<ReturnType<typeof snapshotOf>>) =>
  diagnose(snapshot, { now: '2026-11-21T00:00:00Z' });

describe('diagnose with the registry asked', () => {
  it('turns a likely missing tag into a confirmed one, with the pod’s own credentials', async () => {
    const before = await snapshotOf([image('shop/api:1.5.0')]);
    expect(judged(before).incidents[0]).toMatchObject({ cause: { id: 'tag-not-found' }, verdict: 'likely' });
    const report = judged(await probeCases(before, OPTIONS));
    expect(report.incidents[0]).toMatchObject({ cause: { id: 'tag-not-found' }, verdict: 'confirmed' });
    const evidence = report.incidents[0]?.evidence.find(({ source }) => source === 'registry');
    expect(evidence?.locator).toContain('from this machine');
    expect(JSON.stringify(report)).not.toMatch(/canary|Y2k6/);
  });

  it('asks once for pods that differ in nothing', async () => {
    const before = server.seen.length;
    await probeCases(await snapshotOf([image('shop/api:1.5.0'), image('shop/api:1.5.0')]), OPTIONS);
    expect(server.seen.slice(before).filter(({ url }) => url === '/v2/')).toHaveLength(1);
  });

  it('asks nobody in this network unless that is allowed, and concludes nothing from it', async () => {
    const before = server.seen.length;
    const snapshot = await probeCases(await snapshotOf([image('shop/api:1.5.0')]), { ...OPTIONS, allowPrivate: false });
    expect(server.seen).toHaveLength(before);
    expect(judged(snapshot).incidents[0]).toMatchObject({ cause: { id: 'tag-not-found' }, verdict: 'likely' });
  });
});
