import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { CollectAnswer } from '../src/core/node/collect-answer.ts';
import type { CollectionInfo } from '../src/core/node/status.ts';
import { type ReplayOptions, type ReplayServer, startReplayServer } from '../src/testing/replay-server.ts';
import type { RawObject } from '../src/testing/store.ts';
import { pullwhy, type Ran } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'pullwhy-collect-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NODE: RawObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-a' },
  status: {
    images: [{ names: ['docker.io/library/busybox:1.37'] }],
    nodeInfo: { containerRuntimeVersion: 'containerd://2.1.9', operatingSystem: 'linux' },
  },
};
const LINE = 'I1120 21:46:24.016541     810 x.go:1] "hello"\n';
const KUBELET = { logQuery: true, journal: { kubelet: LINE, containerd: `time="2026-11-20T21:45:25Z" msg="x"\n` } };

let open: ReplayServer | undefined;
afterEach(async () => open?.close());

/** Arguments for a replayed cluster and a store of its own. */
async function place(replay: Partial<ReplayOptions> = {}): Promise<readonly string[]> {
  await open?.close();
  open = await startReplayServer({ objects: [NODE], kubelets: { 'node-a': KUBELET }, ...replay });
  const inside = mkdtempSync(join(folder, 'run-'));
  const kubeconfig = join(inside, 'kubeconfig');
  writeFileSync(kubeconfig, open.kubeconfig());
  return ['--kubeconfig', kubeconfig, '--store', join(inside, 'store')];
}

function collect(args: readonly string[]): Promise<Ran> {
  return pullwhy(['node', 'collect', ...args]);
}

describe('pullwhy node collect', () => {
  it('collects a node into the store and says what comes next', async () => {
    const where = await place();
    const { code, stdout } = await collect(['node-a', ...where]);
    expect(stdout).toMatch(/^[✓?] node-a {2}c-\d{8}-\d{6}-[0-9a-f]{6} {2}(?:partial|complete): /);
    expect(stdout).toContain('next: pullwhy node errors c-');
    expect(code).toBe(0);
    expect(readdirSync(join(where[3] ?? '', 'collections'))).toHaveLength(1);
  });

  it('ends with 3 when nothing could be had, and names the right', async () => {
    const { code, stdout } = await collect(['node-a', ...(await place({ deny: [{ resource: 'nodes/proxy' }] }))]);
    expect(stdout).toContain('nodes/proxy');
    expect(code).toBe(3);
  });

  it.each([
    [['node-z'], /no node node-z in context replay \(did you mean node-a\?\)/],
    [[], /which node\?/],
    [['node-a', '--all'], /name nodes, or give --all or -l, not both/],
    [['node-a', '--by', 'telepathy'], /no way to a node telepathy: use one of kubelet-api/],
    [['node-a', '--width', '0'], /--width 0: give a whole number/],
    [['node-a', '--by', 'ssm', '--region', 'eu-west-1'], /node node-a is no EC2 instance/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await collect([...args, ...(await place())]);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });

  it('ends with 3 when the cluster is out of reach', async () => {
    const where = await place();
    await open?.close();
    const { code, stderr } = await collect(['node-a', ...where]);
    expect(stderr).toMatch(/^pullwhy: the cluster \S+ \(context replay\) cannot be reached: TCP: [^\n]*\n$/);
    expect(code).toBe(3);
  });

  it('goes on with a collection that failed, once the right is there', async () => {
    const where = await place({ deny: [{ resource: 'nodes/proxy' }] });
    const [failed] = (JSON.parse((await collect(['node-a', '-o', 'json', ...where])).stdout) as CollectAnswer).nodes;
    expect(failed?.state).toBe('failed');
    const again = await place();
    const args = ['--resume', failed?.collection ?? '', '-o', 'json', ...again.slice(0, 2), ...where.slice(2)];
    const { code, stdout } = await collect(args);
    expect((JSON.parse(stdout) as CollectAnswer).nodes).toMatchObject([
      { node: 'node-a', collection: failed?.collection, state: 'partial' },
    ]);
    expect(code).toBe(0);
  });

  it('says what it would do, and does not', async () => {
    const where = await place();
    const { code, stdout } = await collect(['--all', '--dry-run', '--by', 'debug-pod', ...where]);
    expect(stdout).toContain('would collect by debug-pod from 1 node: node-a');
    expect(stdout).toContain('yellow');
    expect(open?.requests.some(({ path }) => path.includes('/pods'))).toBe(false);
    expect(code).toBe(0);
  });

  it('makes no pod without a yes', async () => {
    const where = await place({ runPod: () => ({ status: { phase: 'Pending' } }) });
    const { code, stderr } = await collect(['node-a', '--by', 'debug-pod', ...where]);
    expect(stderr).toMatch(/changes something on 1 node.*say --yes/);
    expect(open?.requests.some(({ verb }) => verb === 'create')).toBe(false);
    expect(code).toBe(2);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('removes its pod on %s', async (signal) => {
    let stop = () => undefined as unknown;
    const where = await place({
      runPod: () => ({ status: { phase: 'Pending' } }),
      onRequest: (verb, path) => verb === 'get' && path.includes('/pods/') && stop(),
    });
    const child = spawn(process.execPath, [
      'dist/cli.cjs',
      'node',
      'collect',
      'node-a',
      '--by',
      'debug-pod',
      '--yes',
      ...where,
    ]);
    stop = () => child.kill(signal);
    const code = await new Promise((done) => child.on('close', done));
    expect(open?.requests.filter(({ verb }) => verb === 'create' || verb === 'delete').map(({ verb }) => verb)).toEqual(
      ['create', 'delete'],
    );
    expect(open?.store.list('Pod', undefined)).toEqual([]);
    expect(code).toBe(3);
  });

  it('goes on in the background, once for a token', async () => {
    const where = await place();
    const args = ['node-a', '--background', '--token', 'case-1', '-o', 'json', ...where];
    const [started] = (JSON.parse((await collect(args)).stdout) as CollectAnswer).nodes;
    const store = where.slice(2);
    const ended = await pullwhy(['node', 'status', started?.collection ?? '', '--wait', '-o', 'json', ...store]);
    const info = JSON.parse(ended.stdout) as CollectionInfo;
    expect(info).toMatchObject({ id: started?.collection, nodes: ['node-a'], origin: 'kubelet API' });
    expect(info.files).toBeGreaterThan(2);
    const [again] = (JSON.parse((await collect(args)).stdout) as CollectAnswer).nodes;
    expect(again?.collection).toBe(started?.collection);
    expect(readdirSync(join(where[3] ?? '', 'collections'))).toHaveLength(1);
  });
});

describe('pullwhy --node-logs', () => {
  it('asks a live cluster alone', async () => {
    const { code, stderr } = await pullwhy(['--from', 'fixtures/recordings/tag-not-found', '--node-logs']);
    expect(stderr).toMatch(/--node-logs asks a live cluster/);
    expect(code).toBe(2);
  });
});
