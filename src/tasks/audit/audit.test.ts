import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject, Pod, Secret } from '../../core/objects.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { renderAudit } from '../../render/audit.ts';
import {
  CA_FILE,
  ContentBuilder,
  contentHandler,
  type FakeServer,
  serve,
  withBasic,
} from '../../sources/registry/fake-registry.fixture.ts';
import { type AuditOptions, audit } from './audit.ts';
import { openAuditMemory } from './audit-memory.ts';

const NOW = '2026-11-21T00:00:00Z';
const PASSWORD = 'canary-Passw0rd';
const RENDER = { width: 80, color: false, unicode: true, showEvidence: false, verbose: false };
const IMAGES = 200;

let server: FakeServer;
let host = '';
beforeAll(async () => {
  const content = new ContentBuilder();
  for (let index = 0; index < IMAGES; index += 1) content.image(`shop/app-${index}`, '1');
  const answer = withBasic('ci', PASSWORD, contentHandler(content));
  server = await serve('registry', (request, response, url) => {
    setTimeout(() => answer(request, response, url), 20);
  });
  host = `registry.acme.example:${server.port}`;
});
afterAll(() => server.close());

const metadata = (name: string, namespace = 'shop') => ({
  name,
  namespace,
  labels: {},
  annotations: {},
  ownerReferences: [],
});

function pod(name: string, image: string, more: { node?: string; digest?: string; namespace?: string } = {}): Pod {
  const status = { name: 'app', role: 'main' as const, image, state: {}, lastState: {} };
  return {
    kind: 'Pod',
    metadata: metadata(name, more.namespace),
    spec: {
      containers: [{ name: 'app', role: 'main', image, mounts: [] }],
      imageVolumes: [],
      imagePullSecrets: ['regcred'],
      nodeName: more.node ?? 'node-a',
    },
    status: {
      phase: 'Running',
      conditions: [],
      containers: [more.digest === undefined ? status : { ...status, imageID: `x@sha256:${more.digest.repeat(64)}` }],
    },
  };
}

function secret(key: string, username = 'ci', password = PASSWORD, namespace = 'shop'): Secret {
  const config = JSON.stringify({ auths: { [key]: { username, password } } });
  return {
    kind: 'Secret',
    metadata: metadata('regcred', namespace),
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
  };
}

function snapshot(...objects: readonly KubeObject[]): Snapshot {
  const seen = objects.map((object, index) => ({ id: `o${index}`, object, view: 'full' as const, locator: 'test' }));
  return { source: { kind: 'bundle', names: [] }, objects: seen, logs: [], texts: [], coverage: [], gaps: [] };
}

const OFFLINE: AuditOptions = { now: NOW, registry: false };
const online = (): AuditOptions => ({
  now: NOW,
  registry: true,
  allowPrivate: true,
  caFile: CA_FILE,
  env: {},
  resolve: async () => ['127.0.0.1'],
});
const rules = async (options: AuditOptions, ...objects: readonly KubeObject[]) =>
  (await audit(snapshot(...objects), options)).findings.map(({ rule, level }) => `${rule} ${level}`);

const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const ecrToken = (expiration: number) => Buffer.from(JSON.stringify({ payload: 'x', expiration })).toString('base64');

describe('what the cluster shows by itself', () => {
  it('a tag that is different things on different nodes', async () => {
    const image = 'registry.acme.example/shop/api:main';
    const same = [pod('a', image, { digest: 'a' }), pod('b', image, { digest: 'a', node: 'node-b' })];
    expect(await rules(OFFLINE, ...same)).toEqual([]);
    expect(await rules(OFFLINE, ...same, pod('c', image, { digest: 'b', node: 'node-c' }))).toEqual([
      'digest-differs warning',
    ]);
  });

  it('credentials that ended, end soon, or serve nothing', async () => {
    const of = (expiration: number) =>
      rules(OFFLINE, pod('a', `${ECR}/api:1`), secret(ECR, 'AWS', ecrToken(expiration)));
    expect(await of(Date.parse('2026-11-20T00:00:00Z') / 1000)).toEqual(['credential-ended error']);
    expect(await of(Date.parse('2026-11-21T06:00:00Z') / 1000)).toEqual(['credential-ends-soon warning']);
    expect(await of(Date.parse('2027-11-21T06:00:00Z') / 1000)).toEqual([]);
    expect(await rules(OFFLINE, pod('a', `${ECR}/api:1`), secret('ghcr.io'))).toEqual(['secret-without-image warning']);
  });

  it('a retired image, and a secret that is no pull secret', async () => {
    const opaque = { ...secret('ghcr.io'), type: 'Opaque' };
    expect(await rules(OFFLINE, pod('a', 'bitnami/nginx:1.2'), opaque)).toEqual([
      'retired-image error',
      'secret-unusable warning',
    ]);
  });

  it('a secret that nothing lists', async () => {
    const spare = { ...secret('ghcr.io'), metadata: metadata('spare') };
    const app = pod('a', 'ghcr.io/acme/api:1');
    expect(await rules(OFFLINE, app, secret('ghcr.io'), spare)).toEqual(['secret-not-listed warning']);
    const account: KubeObject = { kind: 'ServiceAccount', metadata: metadata('default'), imagePullSecrets: ['spare'] };
    expect(await rules(OFFLINE, app, secret('ghcr.io'), spare, account)).toEqual([]);
    expect(await rules(OFFLINE, app, secret('ghcr.io'), { ...spare, type: 'Opaque' })).toEqual([]);
  });

  describe('nodes that come without a login', () => {
    const image = 'registry.acme.example/shop/api:1';
    const bare = (found: Pod): Pod => ({ ...found, spec: { ...found.spec, imagePullSecrets: [] } });
    const refused = (found: Pod): Pod => {
      const message = `Back-off pulling image "${image}": ErrImagePull: failed to pull and unpack image "${image}": failed to resolve reference "${image}": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`;
      const [status] = found.status.containers;
      if (status === undefined) throw new Error('a pod has a container');
      const waiting = { reason: 'ImagePullBackOff', message };
      return { ...found, status: { ...found.status, containers: [{ ...status, state: { waiting } }] } };
    };
    const able = bare(pod('a', image, { digest: 'a', node: 'node-a' }));
    const unable = refused(bare(pod('b', image, { node: 'node-b' })));

    it('while another runs the same without a secret', async () => {
      const { findings } = await audit(snapshot(able, unable), OFFLINE);
      expect(findings).toMatchObject([{ rule: 'node-without-login', subject: 'Node node-b', pods: ['shop/b'] }]);
      expect(findings[0]?.message).toContain('run it on node-a');
    });

    it.each<[string, KubeObject[]]>([
      ['no other node has it', [unable]],
      [
        'the other may have the copy of a pod with a secret',
        [able, pod('c', image, { digest: 'a', node: 'node-a' }), secret('registry.acme.example'), unable],
      ],
      ['the secret of the pod was not seen', [able, refused(pod('b', image, { node: 'node-b' }))]],
      [
        'the other runs another repository of the host',
        [bare(pod('a', 'registry.acme.example/public/tool:1', { digest: 'a', node: 'node-a' })), unable],
      ],
      ['it waits for another reason', [able, bare(pod('b', image, { node: 'node-b' }))]],
    ])('and not when %s', async (_, objects) => {
      expect(await rules(OFFLINE, ...objects)).not.toContain('node-without-login error');
    });
  });

  it('leaves pods that are over alone', async () => {
    const over = pod('a', 'bitnami/nginx:1.2');
    expect(await rules(OFFLINE, { ...over, status: { ...over.status, phase: 'Succeeded' } })).toEqual([]);
  });
});

describe('what the registry adds', () => {
  it('an image that only its copies on nodes keep running', async () => {
    const report = await audit(snapshot(pod('a', `${host}/shop/app-1:2`, { digest: 'a' }), secret(host)), online());
    expect(report.findings).toMatchObject([{ rule: 'not-pullable', level: 'error', pods: ['shop/a'] }]);
    expect(report.findings[0]?.message).toContain('copies on their nodes');
    expect(JSON.stringify(report)).not.toMatch(/canary|Y2k6/);
  });

  it('a login that is refused is an error, one that was not seen is not known', async () => {
    const image = `${host}/shop/app-1:1`;
    expect(await rules(online(), pod('a', image), secret(host, 'ci', 'wrong-canary'))).toEqual(['not-pullable error']);
    const report = await audit(snapshot(pod('a', image)), online());
    expect(report.summary).toMatchObject({ errors: 0, unknown: 1 });
  });

  it('a thousand pods with two hundred images: each asked once, within 20 seconds', async () => {
    const before = server.seen.length;
    const pods = Array.from({ length: 1_000 }, (_, index) =>
      pod(`p-${index}`, `${host}/shop/app-${index % IMAGES}:1`, { namespace: index % 2 === 0 ? 'shop' : 'stock' }),
    );
    const started = Date.now();
    const { summary } = await audit(snapshot(...pods, secret(host), secret(host, 'ci', PASSWORD, 'stock')), online());
    expect(Date.now() - started).toBeLessThan(20_000);
    expect(summary).toMatchObject({ pods: 1_000, images: IMAGES, asked: IMAGES, errors: 0, unknown: 0 });
    const heads = server.seen.slice(before).filter(({ method }) => method === 'HEAD');
    expect(heads).toHaveLength(IMAGES);
  });

  it('stops where the registry counts down to nothing', async () => {
    const counted = await serve('counted', (_, response) =>
      response.writeHead(200, { 'RateLimit-Limit': '100;w=21600', 'RateLimit-Remaining': '0;w=21600' }).end('{}'),
    );
    try {
      const at = `registry.acme.example:${counted.port}`;
      const pods = Array.from({ length: 50 }, (_, i) => pod(`p-${i}`, `${at}/app-${i}:1`));
      const report = await audit(snapshot(...pods), online());
      expect(counted.seen.length).toBeLessThanOrEqual(16);
      expect(report.unknowns.filter((text) => text.includes('has had enough')).length).toBeGreaterThanOrEqual(42);
    } finally {
      await counted.close();
    }
  });

  it('goes on where an earlier run ended', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'pullwhy-audit-')), 'answers.jsonl');
    const run = async (now: string, ...objects: readonly KubeObject[]) =>
      audit(snapshot(...objects), { ...online(), memory: await openAuditMemory(file, now) });
    const objects = [pod('a', `${host}/shop/app-1:1`), pod('b', `${host}/shop/app-1:2`), secret(host)];
    const first = await run(NOW, ...objects);
    expect(first.summary).toMatchObject({ asked: 2, recalled: 0, errors: 1 });
    // The end of a run that was cut off.
    appendFileSync(file, '{"key":"half');
    const before = server.seen.length;
    const second = await run('2026-11-21T05:00:00Z', ...objects);
    expect(second).toEqual({ ...first, summary: { ...first.summary, asked: 0, recalled: 2 } });
    expect(server.seen.length).toBe(before);
    expect((await run('2026-11-22T05:00:00Z', ...objects)).summary.asked).toBe(2);
    expect(readFileSync(file, 'utf8')).not.toMatch(/canary|Y2k6|regcred/);
  });

  it('asks again for what may be another in a moment, and with another secret', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'pullwhy-audit-')), 'answers.jsonl');
    const memory = await openAuditMemory(file, NOW);
    const down = pod('a', 'registry.acme.example:1/app:1');
    for (const _ of [1, 2]) {
      const { summary } = await audit(snapshot(down), { ...online(), memory: await openAuditMemory(file, NOW) });
      expect(summary).toMatchObject({ asked: 1, recalled: 0 });
    }
    const written = (creationTimestamp: string): Secret => {
      const plain = secret(host);
      return { ...plain, metadata: { ...plain.metadata, creationTimestamp } };
    };
    const app = pod('b', `${host}/shop/app-1:1`);
    await audit(snapshot(app, written('2026-11-01T00:00:00Z')), { ...online(), memory });
    const again = await openAuditMemory(file, NOW);
    const renewed = await audit(snapshot(app, written('2026-11-20T00:00:00Z')), { ...online(), memory: again });
    expect(renewed.summary).toMatchObject({ asked: 1, recalled: 0 });
  });

  it('takes no other file for its own', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'pullwhy-audit-')), 'notes.txt');
    appendFileSync(file, 'shopping list\n');
    await expect(openAuditMemory(file, NOW)).rejects.toThrow(/no file of an earlier audit/);
    await expect(openAuditMemory('/does/not/exist', NOW)).rejects.toThrow(/cannot be written/);
    expect(readFileSync(file, 'utf8')).toBe('shopping list\n');
  });

  it('stops at a registry that has had enough', async () => {
    const limited = await serve('limited', (_, response) => response.writeHead(429, { 'Retry-After': '600' }).end());
    try {
      const at = `registry.acme.example:${limited.port}`;
      const report = await audit(
        snapshot(...Array.from({ length: 50 }, (_, i) => pod(`p-${i}`, `${at}/app-${i}:1`))),
        online(),
      );
      expect(limited.seen.length).toBeLessThanOrEqual(8);
      expect(report.summary.unknown).toBe(50);
    } finally {
      await limited.close();
    }
  });
});

it('prints the worst first, in 80 columns', async () => {
  const report = await audit(
    snapshot(pod('a', 'bitnami/nginx:1.2'), pod('b', `${ECR}/api:1`), secret('ghcr.io')),
    OFFLINE,
  );
  const text = await renderAudit(report, 'text', RENDER);
  expect(text).toMatch(/^2 images in 2 pods: 1 error, 1 warning/);
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(JSON.parse(await renderAudit(report, 'json', RENDER)).findings[0].level).toBe('error');
});
