import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CA_FILE,
  ContentBuilder,
  contentHandler,
  type FakeServer,
  serve,
  withBasic,
} from '../src/sources/registry/fake-registry.fixture.ts';
import { startReplayServer } from '../src/testing/replay-server.ts';
import { pullwhy } from './run-cli.ts';
import { namespaceOf, recordedObjects } from './support/replayed-cluster.ts';

const PASSWORD = 'canary-Passw0rd';
const TRUST = ['--ca-file', CA_FILE];
const PRIVATE = ['--registry', '--allow-private-registries', ...TRUST];

let folder: string;
let server: FakeServer;
let host = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pullwhy-registry-'));
  const content = new ContentBuilder();
  for (const tag of ['1.4.2', '1.4.3']) content.image('shop/api', tag);
  server = await serve('registry', withBasic('ci', PASSWORD, contentHandler(content)));
  host = `localhost:${server.port}`;
  file('config.json', JSON.stringify(dockerConfig()));
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function dockerConfig(): object {
  return { auths: { [host]: { auth: Buffer.from(`ci:${PASSWORD}`).toString('base64') } } };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const config = () => join(folder, 'config.json');

function manifests(image: string): string {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'regcred', namespace: 'shop' },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(JSON.stringify(dockerConfig())).toString('base64') },
  };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'api', namespace: 'shop' },
    spec: { imagePullSecrets: [{ name: 'regcred' }], containers: [{ name: 'api', image }] },
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'api', image, imageID: '', ready: true, restartCount: 0, state: {} }],
    },
  };
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [secret, pod] });
}

describe('pullwhy image', () => {
  it('answers for people and for scripts, and ends with 0', async () => {
    const text = await pullwhy(['image', `${host}/shop/api:1.4.4`, '--secret', config(), ...TRUST]);
    expect([text.code, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toMatch(/^✗ \S+: the repository is there, the tag 1\.4\.4 is not/);
    expect(text.stdout).toMatch(/^ {2}near {6}1\.4\.3/m);
    const json = await pullwhy(['image', `${host}/shop/api:1.4.3`, '--secret', config(), ...TRUST, '-o', 'json']);
    expect(JSON.parse(json.stdout).probe.outcome.kind).toBe('pullable');
    expect(text.stdout + json.stdout).not.toMatch(/canary|Y2k6/);
  });

  it('sends nothing with --no-registry', async () => {
    const before = server.seen.length;
    const { code } = await pullwhy(['image', `${host}/shop/api:1.4.3`, '--no-registry']);
    expect([code, server.seen.length]).toEqual([0, before]);
  });
});

describe('pullwhy secret', () => {
  it('explains a secret of a bundle against the images of the pods that list it', async () => {
    const from = file('objects.json', manifests(`registry.acme.example/shop/api:1`));
    const { code, stdout } = await pullwhy(['secret', 'shop/regcred', '--from', from]);
    expect(code).toBe(0);
    expect(stdout).toContain('registry.acme.example/shop/api:1: nothing is offered for it');
    expect(stdout).toContain('--docker-server=registry.acme.example --docker-username=ci --docker-password=<password>');
    expect(stdout).not.toMatch(/canary|Y2k6/);
  });

  it('explains a secret of a live cluster', async () => {
    const objects = recordedObjects('pull-secret-wrong-port');
    const cluster = await startReplayServer({ objects, now: '2026-11-20T22:00:00Z' });
    try {
      const kubeconfig = file('kubeconfig', cluster.kubeconfig(namespaceOf(objects)));
      const { code, stdout } = await pullwhy([
        'secret',
        'regcred',
        '--image',
        'harbor.acme.example/shop/api:1',
        '--kubeconfig',
        kubeconfig,
      ]);
      expect(code).toBe(0);
      expect(stdout).toContain('the key names port 8443');
      const missing = await pullwhy(['secret', 'nothing', '--kubeconfig', kubeconfig]);
      expect(missing.code).toBe(2);
      expect(missing.stderr).toMatch(/^pullwhy: no Secret \S+\/nothing [^\n]+\n$/);
    } finally {
      await cluster.close();
    }
  });
});

describe('a Secret of the live cluster', () => {
  const secretOnly = () => JSON.parse(manifests(`${host}/shop/api:1.4.3`)).items.slice(0, 1);

  it('logs in to the registry, asked for as somebody else where told so', async () => {
    const cluster = await startReplayServer({ objects: secretOnly(), now: '2026-11-20T22:00:00Z' });
    const kubeconfig = file('kubeconfig-image', cluster.kubeconfig('shop'));
    const access = ['--kubeconfig', kubeconfig];
    try {
      const image = ['image', `${host}/shop/api:1.4.3`, ...TRUST, '-o', 'json'];
      const { stdout, code } = await pullwhy([...image, '--secret', 'shop/regcred', ...access]);
      expect(code).toBe(0);
      expect(JSON.parse(stdout).probe).toMatchObject({ outcome: { kind: 'pullable' } });
      expect(JSON.parse(stdout).credentials.offered).toEqual([`Secret shop/regcred (${host})`]);
      expect(stdout).not.toMatch(/canary|Y2k6/);
      const none = await pullwhy([...image, '--secret', 'shop/nothing', ...access]);
      expect([none.code, none.stdout]).toEqual([2, '']);
      expect(none.stderr).toMatch(/^pullwhy: no Secret shop\/nothing [^\n]+\n$/);
      const asked = await pullwhy(['secret', 'shop/regcred', ...access, '--as', 'system:serviceaccount:shop:ci']);
      expect([asked.code, asked.stdout.includes(host)]).toEqual([0, true]);
    } finally {
      await cluster.close();
    }
  });

  it('serves preflight, with the nodes and what is missing there', async () => {
    const node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'node-a' },
      status: { nodeInfo: { architecture: 'arm64', operatingSystem: 'linux' } },
    };
    const cluster = await startReplayServer({ objects: [...secretOnly(), node], now: '2026-11-20T22:00:00Z' });
    const kubeconfig = file('kubeconfig-preflight', cluster.kubeconfig('shop'));
    try {
      const pods = JSON.stringify(JSON.parse(manifests(`${host}/shop/api:1.4.3`)).items[1]);
      const run = (...args: readonly string[]) =>
        pullwhy(['preflight', '-f', '-', ...PRIVATE, '-o', 'json', ...args], pods);
      expect(JSON.parse((await run()).stdout).findings).toMatchObject([{ rule: 'not-pullable', level: 'warning' }]);
      const { stdout, code } = await run('--kubeconfig', kubeconfig);
      expect(JSON.parse(stdout).findings).toMatchObject([{ rule: 'platform', level: 'error' }]);
      expect([code, /canary|Y2k6/.test(stdout)]).toEqual([1, false]);
    } finally {
      await cluster.close();
    }
  });
});

describe('pullwhy diagnose --registry', () => {
  const said = (image: string) =>
    `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve image: ${image}: not found`;

  it('asks only when told to, and in this network only when allowed', async () => {
    const content = new ContentBuilder();
    content.image('shop/api', '1.4.3');
    const open = await serve('open', contentHandler(content));
    const text = said(`localhost:${open.port}/shop/api:1.5.0`);
    try {
      for (const args of [[], ['--no-registry'], ['--registry', ...TRUST]]) {
        const { stdout } = await pullwhy(['--from', '-', '-o', 'json', ...args], text);
        expect(JSON.parse(stdout).incidents[0].verdict).toBe('likely');
        expect(open.seen).toEqual([]);
      }
      const { stdout } = await pullwhy(['--from', '-', '-o', 'json', ...PRIVATE], text);
      expect(JSON.parse(stdout).incidents[0]).toMatchObject({ cause: { id: 'tag-not-found' }, verdict: 'confirmed' });
    } finally {
      await open.close();
    }
  });
});

describe('pullwhy preflight', () => {
  it.each([
    ['0 when all is well', '1.4.3', PRIVATE, 0],
    ['1 when an image is missing', '1.5.0', PRIVATE, 1],
    ['3 when a registry could not be asked', '1.4.3', ['--registry', ...TRUST], 3],
    ['0 when nothing is wrong with the manifests alone', '1.5.0', [], 0],
  ])('ends with %s', async (_, tag, args, code) => {
    const result = await pullwhy(['preflight', '-f', '-', ...args], manifests(`${host}/shop/api:${tag}`));
    expect(result.stderr).toBe('');
    expect(result.code).toBe(code);
  });

  it.each([
    ['nothing to check', ['-f', '-'], 'kind: ConfigMap\n'],
    ['no such file', ['-f', 'does/not/exist'], ''],
    ['no path', [], ''],
    ['an unknown format', ['-f', '-', '-o', 'xml'], ''],
  ])('2 in one line: %s', async (_, args, stdin) => {
    const { code, stdout, stderr } = await pullwhy(['preflight', ...args], stdin);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^pullwhy: [^\n]+\n$/);
  });

  it('annotates the line in SARIF', async () => {
    const path = file(
      'pod.yaml',
      'kind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - name: c\n      image: Bad/Name:1:2\n',
    );
    const { stdout, code } = await pullwhy(['preflight', '-f', path, '-o', 'sarif']);
    const [result] = JSON.parse(stdout).runs[0].results;
    expect([code, result.locations[0].physicalLocation.region.startLine]).toEqual([1, 6]);
  });
});

describe('pullwhy audit', () => {
  it('finds an image that is gone from its registry, on disk and live', async () => {
    const text = manifests(`${host}/shop/api:1.4.1`);
    const offline = await pullwhy(['audit', '--from', file('running.json', text), ...PRIVATE]);
    expect(offline.stdout).toContain('not-pullable');
    expect(offline.code).toBe(1);
    const cluster = await startReplayServer({ objects: JSON.parse(text).items, now: '2026-11-20T22:00:00Z' });
    try {
      const kubeconfig = file('kubeconfig-audit', cluster.kubeconfig('shop'));
      const live = await pullwhy(['audit', '--kubeconfig', kubeconfig, ...PRIVATE, '-o', 'json']);
      expect(JSON.parse(live.stdout).findings).toMatchObject([{ rule: 'not-pullable', pods: ['shop/api'] }]);
      expect(live.code).toBe(1);
      expect(live.stdout).not.toMatch(/canary|Y2k6/);
    } finally {
      await cluster.close();
    }
  });

  it('goes on where an earlier run ended', async () => {
    const from = file('resume.json', manifests(`${host}/shop/api:1.4.3`));
    const state = join(folder, 'audit-state.jsonl');
    const run = (...args: readonly string[]) => pullwhy(['audit', '--from', from, '-o', 'json', ...args]);
    const first = await run(...PRIVATE, '--resume', state);
    expect([first.code, JSON.parse(first.stdout).summary.asked]).toEqual([0, 1]);
    const second = await run(...PRIVATE, '--resume', state);
    expect(JSON.parse(second.stdout).summary).toMatchObject({ asked: 0, recalled: 1 });
    const wrong = await run('--resume', state);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/^pullwhy: --resume [^\n]+\n$/)]);
  });

  it('asks no registry unless told to', async () => {
    const before = server.seen.length;
    const { code, stdout } = await pullwhy(['audit', '--from', file('ok.json', manifests(`${host}/shop/api:1.4.3`))]);
    expect([code, server.seen.length]).toEqual([0, before]);
    expect(stdout).toContain('no registry was asked');
  });
});
