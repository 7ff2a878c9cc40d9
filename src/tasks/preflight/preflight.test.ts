import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPreflight } from '../../render/preflight.ts';
import { readManifests } from '../../sources/manifests/read-manifests.ts';
import {
  CA_FILE,
  ContentBuilder,
  contentHandler,
  type FakeServer,
  serve,
  withBasic,
} from '../../sources/registry/fake-registry.fixture.ts';
import { type PreflightOptions, preflight } from './preflight.ts';

const PASSWORD = 'canary-Passw0rd';
const OFFLINE: PreflightOptions = { registry: false, platforms: [] };
const RENDER = { width: 80, color: false, unicode: true, showEvidence: false, verbose: false };

let server: FakeServer;
let host = '';
beforeAll(async () => {
  const content = new ContentBuilder();
  content.image('shop/api', '1.4.3');
  content.index('shop/multi', '1.0', ['linux/amd64', 'linux/arm64']);
  server = await serve('registry', withBasic('ci', PASSWORD, contentHandler(content)));
  host = `registry.acme.example:${server.port}`;
});
afterAll(() => server.close());

const online = (more: Partial<PreflightOptions> = {}): PreflightOptions => ({
  registry: true,
  platforms: [],
  allowPrivate: true,
  caFile: CA_FILE,
  env: {},
  resolve: async () => ['127.0.0.1'],
  ...more,
});

function pod(image: string, more: object = {}): object {
  return {
    kind: 'Pod',
    metadata: { name: 'api', namespace: 'shop' },
    spec: { containers: [{ name: 'api', image }], ...more },
  };
}

function secret(key: string, type = 'kubernetes.io/dockerconfigjson'): object {
  const auths = { [key]: { username: 'ci', password: PASSWORD } };
  return {
    kind: 'Secret',
    metadata: { name: 'regcred', namespace: 'shop' },
    type,
    stringData: { '.dockerconfigjson': JSON.stringify({ auths }) },
  };
}

const LISTED = { imagePullSecrets: [{ name: 'regcred' }] };

function setOf(...items: readonly object[]) {
  const text = JSON.stringify({ kind: 'List', items });
  return readManifests(['-'], { stdin: async () => new TextEncoder().encode(text) });
}

const rules = async (options: PreflightOptions, ...items: readonly object[]) =>
  (await preflight(await setOf(...items), options)).findings.map(({ rule, level }) => `${rule} ${level}`);

describe('without asking a registry', () => {
  it.each([
    ['a good image', pod('registry.acme.example/shop/api:1.4.3'), []],
    ['no image', pod(''), ['invalid-reference error']],
    ['two tags', pod('registry.acme.example/shop/api:1:2'), ['invalid-reference error']],
    ['a mistyped host', pod('ghrc.io/acme/api:1.2.3'), ['suspicious-reference warning']],
    ['latest', pod('registry.acme.example/shop/api:latest'), ['mutable-tag warning']],
    ['no tag', pod('registry.acme.example/shop/api'), ['mutable-tag warning']],
    ['a retired image', pod('docker.io/bitnami/nginx:1.2.3'), ['retired-image error']],
  ])('%s', async (_, object, expected) => {
    expect(await rules(OFFLINE, object)).toEqual(expected);
  });

  it('judges the pull secrets that come along, and no others', async () => {
    const image = 'registry.acme.example/shop/api:1.4.3';
    expect(await rules(OFFLINE, pod(image, LISTED), secret('registry.acme.example'))).toEqual([]);
    expect(await rules(OFFLINE, pod(image, LISTED), secret('registry.acme.example', 'Opaque'))).toEqual([
      'pull-secret error',
    ]);
    expect(await rules(OFFLINE, pod(image, LISTED), secret('other.example'))).toEqual(['pull-secret warning']);
    expect(await rules(OFFLINE, pod(image, LISTED))).toEqual([]);
  });

  it('takes the list of the ServiceAccount where the pod has none', async () => {
    const account = { kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'shop' }, ...LISTED };
    expect(await rules(OFFLINE, pod('registry.acme.example/a:1'), account, secret('other.example'))).toEqual([
      'pull-secret warning',
    ]);
  });

  it('asks no registry', async () => {
    const before = server.seen.length;
    await rules(OFFLINE, pod(`${host}/shop/api:1.4.3`));
    expect(server.seen).toHaveLength(before);
  });
});

describe('with the registry asked', () => {
  it('finds existing images with the login of the manifests', async () => {
    const report = await preflight(await setOf(pod(`${host}/shop/api:1.4.3`, LISTED), secret(host)), online());
    expect(report.summary).toMatchObject({ errors: 0, unknown: 0 });
    expect(report.images[0]?.answer).toBe('it can be pulled from here');
  });

  it('names a missing tag with the near ones', async () => {
    const { findings } = await preflight(await setOf(pod(`${host}/shop/api:1.4.4`, LISTED), secret(host)), online());
    expect(findings).toMatchObject([
      { rule: 'not-pullable', level: 'error', message: expect.stringContaining('near: 1.4.3') },
    ]);
  });

  it('calls a private image without a login an error, with a login elsewhere a warning', async () => {
    expect(await rules(online(), pod(`${host}/shop/api:1.4.3`))).toEqual(['not-pullable error']);
    expect(await rules(online(), pod(`${host}/shop/api:1.4.3`, LISTED))).toEqual(['not-pullable warning']);
  });

  it('compares with the platforms of the nodes', async () => {
    const platforms = ['linux/amd64', 'linux/arm64'];
    expect(await rules(online({ platforms }), pod(`${host}/shop/multi:1.0`, LISTED), secret(host))).toEqual([]);
    expect(await rules(online({ platforms }), pod(`${host}/shop/api:1.4.3`, LISTED), secret(host))).toEqual([
      'platform error',
    ]);
  });

  it('does not take silence for absence', async () => {
    const { summary, unknowns } = await preflight(
      await setOf(pod(`${host}/shop/api:1.4.3`)),
      online({ allowPrivate: false }),
    );
    expect(summary).toMatchObject({ errors: 0, unknown: 1 });
    expect(unknowns[0]).toContain('not asked');
  });

  it('asks once for many uses of one image', async () => {
    const before = server.seen.length;
    const items = Array.from({ length: 5 }, () => pod(`${host}/shop/api:1.4.3`, LISTED));
    await rules(online(), ...items, secret(host));
    expect(server.seen.slice(before).filter(({ url }) => url === '/v2/')).toHaveLength(1);
  });
});

describe('outputs', () => {
  const report = async () => preflight(await setOf(pod('ghrc.io/acme/<api>:1:2'), pod('app:latest')), OFFLINE);

  it('SARIF points at the line of the manifest', async () => {
    const sarif = JSON.parse(await renderPreflight(await report(), 'sarif', RENDER));
    expect(sarif.version).toBe('2.1.0');
    const [result] = sarif.runs[0].results;
    expect(result).toMatchObject({ ruleId: 'invalid-reference', level: 'error' });
    expect(result.locations[0].physicalLocation.region.startLine).toBe(1);
  });

  it('JUnit has one case per image, and is well-formed for any name', async () => {
    const xml = await renderPreflight(await report(), 'junit', RENDER);
    expect(xml).toContain('<testsuite name="pullwhy preflight" tests="2" failures="1" errors="0">');
    expect(xml).toContain('ghrc.io/acme/&lt;api&gt;:1:2');
    expect(xml).not.toContain('<api>');
  });

  it('text tells the count first and the place of each finding', async () => {
    const text = await renderPreflight(await report(), 'text', RENDER);
    expect(text).toMatch(/^2 images in 2 places: 1 error, 2 warnings\.\n/);
    expect(text).toContain('standard input:1 (Pod shop/api, container api)');
  });

  it('no format prints a password', async () => {
    const withSecret = await preflight(await setOf(pod(`${host}/shop/api:9`, LISTED), secret(host)), online());
    for (const format of ['text', 'json', 'yaml', 'sarif', 'junit'])
      expect(await renderPreflight(withSecret, format, RENDER)).not.toMatch(/canary|Y2k6/);
  });
});
