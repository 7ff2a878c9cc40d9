import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSopTools } from '../src/apps/cli/sop-tools.ts';
import type { SopRun } from '../src/core/sop/run.ts';
import { findProcedure, loadProcedures } from '../src/sop/load.ts';
import { runProcedure } from '../src/sop/run.ts';
import { RECORDINGS, recordedObjects } from './support/replayed-cluster.ts';

const NOW = '2026-11-20T22:30:00Z';
const folder = mkdtempSync(join(tmpdir(), 'pullwhy-sop-offline-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const library = await loadProcedures();

async function run(id: string, from: readonly string[], pod: string, namespace: string): Promise<SopRun> {
  const procedure = findProcedure(library, id)?.procedure;
  if (procedure === undefined) throw new Error(`no procedure ${id}`);
  const tools = await openSopTools({ from, store: join(folder, 'store') }, NOW);
  try {
    return await runProcedure(procedure, { inputs: { pod, namespace }, callTool: tools.callTool, now: () => NOW });
  } finally {
    await tools.close();
  }
}

function podOf(scenario: string): { readonly pod: string; readonly namespace: string } {
  const pods = recordedObjects(scenario).filter(({ kind }) => kind === 'Pod');
  const stuck = pods.find(({ status }) =>
    /ErrImagePull|ImagePullBackOff|InvalidImageName/.test(JSON.stringify(status)),
  );
  const { name = '', namespace = '' } = (stuck ?? pods[0])?.metadata ?? {};
  return { pod: name, namespace };
}

const files = (scenario: string, ...names: readonly string[]) => names.map((name) => join(RECORDINGS, scenario, name));
const step = ({ steps }: SopRun, id: string) => steps.find((each) => each.id === id);

describe('procedures over evidence on disk', () => {
  it.each([
    ['connection-refused', 'connection-refused'],
    ['disk-full-unpack', 'disk-full'],
    ['dns-timeout', 'dns-failure'],
    ['expired-ecr-token', 'token-expired'],
    ['invalid-name-uppercase', 'invalid-reference'],
    ['pull-secret-wrong-host', 'pull-secret-host-mismatch'],
    ['rate-limit-hub-manifest', 'rate-limited'],
    ['tag-not-found', 'tag-not-found'],
    ['x509-expired', 'tls-expired'],
    ['container-runtime-down-notready', 'runtime-unavailable'],
  ])('C1 and the decision tree find the cause of %s', async (scenario, cause) => {
    const { pod, namespace } = podOf(scenario);
    const from = files(scenario, 'objects.json', 'kubelet.log', 'containerd.log');
    for (const id of ['C1', 'TSG-POD-IMAGEPULL-001']) {
      const done = await run(id, from, pod, namespace);
      expect(done.rootCauses[0]?.cause.id, id).toBe(cause);
    }
  });

  it('works on the logs of a node alone, and says what it does not know of the cluster', async () => {
    const { pod, namespace } = podOf('dns-timeout');
    const done = await run('C1', files('dns-timeout', 'kubelet.log', 'containerd.log'), pod, namespace);
    expect(done.rootCauses[0]?.cause.id).toBe('dns-failure');
    expect(step(done, 'pods')?.tells).toEqual([]);
    expect(JSON.stringify(done.gaps)).toContain(`Pod ${namespace}/${pod}`);
    expect(step(done, 'collect')?.outcome).toBe('done');
  });

  it('says that the evidence holds no logs, and goes on without', async () => {
    const { pod, namespace } = podOf('tag-not-found');
    const done = await run('C1', files('tag-not-found', 'objects.json'), pod, namespace);
    expect(step(done, 'collect')).toMatchObject({
      outcome: 'unknown',
      why: expect.stringContaining('no log of a node'),
    });
    expect(step(done, 'errors')).toMatchObject({ outcome: 'unknown', blockedBy: 'collect' });
    expect(done.rootCauses[0]?.cause.id).toBe('tag-not-found');
  });

  it('calls a secret that was not collected unknown, and one that a whole list lacks missing', async () => {
    const { pod, namespace } = podOf('pull-secret-name-typo');
    const objects = recordedObjects('pull-secret-name-typo').filter(({ kind }) => kind === 'Pod');
    const partial = join(folder, 'pods.json');
    writeFileSync(partial, JSON.stringify({ apiVersion: 'v1', kind: 'PodList', items: objects }));
    const without = await run('TSG-POD-IMAGEPULL-001', [partial], pod, namespace);
    expect(step(without, 'pod_secrets')?.tells).toEqual([
      'a pull secret may not be read; that does not make it missing',
    ]);
    const whole = await run('TSG-POD-IMAGEPULL-001', files('pull-secret-name-typo', 'objects.json'), pod, namespace);
    expect(step(whole, 'pod_secrets')?.tells).toEqual([`a pull secret that the pod lists is not in ${namespace}`]);
  });

  it('brings the same files into the store once', async () => {
    const { pod, namespace } = podOf('x509-expired');
    const from = files('x509-expired', 'kubelet.log', 'containerd.log');
    const [first, second] = [await run('C1', from, pod, namespace), await run('C1', from, pod, namespace)];
    expect(step(first, 'collect')?.tells).toEqual(step(second, 'collect')?.tells);
  });

  it('lets no secret value of the evidence out', async () => {
    const { pod, namespace } = podOf('pull-secret-wrong-host');
    const canary = 'canary-Zm9vYmFy-hunter2';
    const objects = JSON.parse(readFileSync(join(RECORDINGS, 'pull-secret-wrong-host', 'objects.json'), 'utf8')) as {
      items: { kind: string; data?: Record<string, string> }[];
    };
    for (const secret of objects.items.filter(({ kind }) => kind === 'Secret')) {
      const auths = { 'other.acme.example': { username: 'robot', password: canary } };
      secret.data = { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') };
    }
    const file = join(folder, 'canary.json');
    writeFileSync(file, JSON.stringify(objects));
    const done = JSON.stringify(await run('C1', [file], pod, namespace));
    expect(done).toContain('other.acme.example');
    expect(done).not.toContain('hunter2');
    expect(done).not.toContain(Buffer.from(canary).toString('base64').slice(0, 12));
  });
});
