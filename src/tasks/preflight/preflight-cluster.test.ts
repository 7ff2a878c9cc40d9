import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLoopback } from '../../sources/cluster/access.ts';
import { ClusterClient } from '../../sources/cluster/client.ts';
import { readManifests } from '../../sources/manifests/read-manifests.ts';
import {
  CA_FILE,
  ContentBuilder,
  contentHandler,
  type FakeServer,
  serve,
  withBasic,
} from '../../sources/registry/fake-registry.fixture.ts';
import { type ReplayOptions, startReplayServer } from '../../testing/replay-server.ts';
import type { RawObject } from '../../testing/store.ts';
import { preflight } from './preflight.ts';
import { inCluster } from './preflight-cluster.ts';

const PASSWORD = 'canary-Passw0rd';
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

function pod(image: string, spec: object = {}): object {
  return {
    kind: 'Pod',
    metadata: { name: 'api', namespace: 'shop' },
    spec: { containers: [{ name: 'api', image }], ...spec },
  };
}

const LISTED = { imagePullSecrets: [{ name: 'regcred' }] };

function secret(key: string): RawObject & object {
  const config = JSON.stringify({ auths: { [key]: { username: 'ci', password: PASSWORD } } });
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'regcred', namespace: 'shop' },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
  };
}

function account(name: string, more: object = {}): RawObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'shop' }, ...more };
}

function node(name: string, architecture: string): RawObject {
  const nodeInfo = { architecture, operatingSystem: 'linux', kubeletVersion: 'v1.36.2' };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name }, status: { nodeInfo } };
}

async function check(item: object, objects: readonly RawObject[], more: Partial<ReplayOptions> = {}) {
  const cluster = await startReplayServer({ objects, ...more });
  const access = openLoopback(cluster.url, 'test');
  try {
    const set = await readManifests(['-'], { stdin: async () => new TextEncoder().encode(JSON.stringify(item)) });
    const around = await inCluster(set, new ClusterClient(access), { nodes: true });
    const report = await preflight(around.set, {
      registry: true,
      platforms: [],
      nodePlatforms: around.nodePlatforms,
      allowPrivate: true,
      caFile: CA_FILE,
      env: {},
      resolve: async () => ['127.0.0.1'],
    });
    return {
      rules: report.findings.map(({ rule, level }) => `${rule} ${level}`),
      report,
      paths: cluster.requests.map(({ path }) => path),
    };
  } finally {
    access.close();
    await cluster.close();
  }
}

describe('preflight with the cluster', () => {
  it('logs in with the secret of the cluster, listed by the pod or by its ServiceAccount', async () => {
    const api = `${host}/shop/api:1.4.3`;
    const listed = await check(pod(api, LISTED), [secret(host), node('a', 'amd64')]);
    expect([listed.rules, listed.report.unknowns]).toEqual([[], []]);
    const merged = await check(pod(api), [secret(host), account('default', LISTED), node('a', 'amd64')]);
    expect([merged.rules, merged.report.unknowns]).toEqual([[], []]);
    expect(JSON.stringify(listed.report) + JSON.stringify(merged.report)).not.toMatch(/canary|Y2k6/);
  });

  it('reads by name only what the manifests rely on', async () => {
    const { paths } = await check(pod(`${host}/shop/api:1.4.3`, LISTED), [secret(host), account('other')]);
    expect([...new Set(paths.map((path) => path.replace(/\?.*/, '')))].sort()).toEqual([
      '/api/v1/namespaces/shop/secrets/regcred',
      '/api/v1/namespaces/shop/serviceaccounts/default',
      '/api/v1/nodes',
    ]);
  });

  it('knows that a secret or a ServiceAccount is missing', async () => {
    const { rules, report } = await check(
      pod(`${host}/shop/api:1.4.3`, { ...LISTED, serviceAccountName: 'deployer' }),
      [],
    );
    expect(rules).toEqual(['service-account warning', 'pull-secret warning', 'not-pullable error']);
    expect(report.findings[1]?.message).toContain('Secret shop/regcred is neither here nor in the cluster');
  });

  it('judges a secret of the cluster that serves another host', async () => {
    const { rules } = await check(pod(`${host}/shop/api:1.4.3`, LISTED), [secret('other.example')]);
    expect(rules).toEqual(['pull-secret warning', 'not-pullable error']);
  });

  it('compares with the nodes that the pod may run on', async () => {
    const nodes = [secret(host), node('a', 'amd64'), node('b', 'arm64')];
    const api = `${host}/shop/api:1.4.3`;
    expect((await check(pod(`${host}/shop/multi:1.0`, LISTED), nodes)).rules).toEqual([]);
    expect((await check(pod(api, LISTED), nodes)).rules).toEqual(['platform warning']);
    const on = (architecture: string) => ({ ...LISTED, nodeSelector: { 'kubernetes.io/arch': architecture } });
    expect((await check(pod(api, on('amd64')), nodes)).rules).toEqual([]);
    expect((await check(pod(api, on('arm64')), nodes)).rules).toEqual(['platform error']);
  });

  it('does not take forbidden for missing', async () => {
    const deny = [{ resource: 'secrets' }, { resource: 'nodes' }];
    const { rules, report } = await check(pod(`${host}/shop/api:1.4.3`, LISTED), [secret(host)], { deny });
    expect(rules).toEqual(['not-pullable warning']);
    expect(report.unknowns.join('\n')).toMatch(/Secret shop\/regcred: forbidden[\s\S]*Nodes of the cluster: forbidden/);
  });
});
