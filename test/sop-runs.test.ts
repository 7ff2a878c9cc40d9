import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Host } from '../src/apps/mcp/host.ts';
import type { SopRun } from '../src/core/sop/run.ts';
import { renderRun } from '../src/render/sop-run.ts';
import type { CallTool } from '../src/sop/call.ts';
import { findProcedure, loadProcedures } from '../src/sop/load.ts';
import { runProcedure } from '../src/sop/run.ts';
import { openLoopback } from '../src/sources/cluster/access.ts';
import { type ReplayOptions, startReplayServer } from '../src/testing/replay-server.ts';
import type { RawObject } from '../src/testing/store.ts';
import { RECORDINGS, recordedObjects } from './support/replayed-cluster.ts';

const OPTIONS = { width: 80, color: false, unicode: true, showEvidence: false, verbose: false } as const;
const NOW = '2026-11-20T22:30:00Z';

const store = mkdtempSync(join(tmpdir(), 'pullwhy-sop-runs-'));
afterAll(() => rmSync(store, { recursive: true, force: true }));

const library = await loadProcedures();

interface Accepted {
  readonly exact: readonly string[];
  readonly text: readonly string[];
}

const TRUTH = (
  JSON.parse(readFileSync(join(RECORDINGS, 'truth-map.json'), 'utf8')) as { map: Readonly<Record<string, Accepted>> }
).map;

/** The causes that a run of a recording may end in; a confirmed one has to be exact. */
function acceptedFor(scenario: string): Accepted {
  const { expected_cause: truth } = JSON.parse(readFileSync(join(RECORDINGS, scenario, 'truth.json'), 'utf8')) as {
    expected_cause: string;
  };
  return TRUTH[truth] ?? { exact: [truth], text: [] };
}

/** The pod that is stuck: one with a container that waits, and not for another. */
function stuckPod(objects: readonly RawObject[]): { readonly pod: string; readonly namespace: string } {
  const pods = objects.filter(({ kind }) => kind === 'Pod');
  const stuck = pods.find((pod) =>
    /"reason":"(?:ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull)"/.test(JSON.stringify(pod.status)),
  );
  const { name = '', namespace = '' } = (stuck ?? pods[0])?.metadata ?? {};
  return { pod: name, namespace };
}

/** The logs of the recording as the kubelet's API serves them. */
function kubeletsOf(scenario: string, objects: readonly RawObject[]): NonNullable<ReplayOptions['kubelets']> {
  const files = Object.fromEntries(
    ['kubelet.log', 'containerd.log'].map((name) => [name, readFileSync(join(RECORDINGS, scenario, name), 'utf8')]),
  );
  const nodes = objects.filter(({ kind }) => kind === 'Node').map(({ metadata }) => metadata?.name ?? '');
  return Object.fromEntries(nodes.map((name) => [name, { files }]));
}

async function run(id: string, scenario: string, more: Partial<ReplayOptions> = {}): Promise<SopRun> {
  const procedure = findProcedure(library, id)?.procedure;
  if (procedure === undefined) throw new Error(`no procedure ${id}`);
  const objects = recordedObjects(scenario);
  const server = await startReplayServer({ objects, now: NOW, kubelets: kubeletsOf(scenario, objects), ...more });
  const host = new Host({
    openAccess: async () => openLoopback(server.url, 'replay'),
    settings: { store: join(store, scenario), registries: false },
    now: () => NOW,
  });
  try {
    return await runProcedure(procedure, { inputs: stuckPod(objects), callTool: callOf(host), now: () => NOW });
  } finally {
    await host.close();
    await server.close();
  }
}

function callOf(host: Host): CallTool {
  return async (name, input, signal) => {
    const result = await host.call(name, input, { signal });
    if (result === undefined) return { ok: false, error: { code: 'unknown_tool', message: name } };
    return result.ok ? { ok: true, structured: result.structured } : { ok: false, error: result.structured.error };
  };
}

const SCENARIOS = [
  'basic-auth-no-secret',
  'basic-auth-wrong-password',
  'build-job-failed',
  'connection-refused',
  'disk-full-unpack',
  'dns-timeout',
  'expired-ecr-token',
  'forbidden-403-denied',
  'http-response-to-https',
  'init-container-tag-missing',
  'invalid-name-uppercase',
  'network-unreachable',
  'nodeport-registry-no-endpoints',
  'platform-single-arm64',
  'platform-windows-only',
  'pull-policy-never',
  'pull-secret-auth-not-base64',
  'pull-secret-name-typo',
  'pull-secret-wrong-host',
  'rate-limit-hub-manifest',
  'registry-500',
  'sandbox-image-not-found',
  'tag-not-found',
  'tls-handshake-rejected',
  'unsupported-manifest-schema1',
  'x509-expired',
  'x509-unknown-authority--containerd-1.6',
];

const every = (n: number, from = 0) => SCENARIOS.filter((_, i) => i % n === from);

describe.each([
  ['C1', every(2)],
  ['TSG-POD-IMAGEPULL-001', every(2, 1)],
  ['KubePodImagePullBackOff', every(5)],
  ['GITOPS-IMAGE-PULL', every(5, 1)],
  ['IMAGE-PULL-PROMPT', every(5, 2)],
])('%s', (id, scenarios) => {
  it.each(scenarios)('finds the cause of %s', async (scenario) => {
    const done = await run(id, scenario);
    const { exact, text } = acceptedFor(scenario);
    const [first] = done.rootCauses;
    expect(first?.verdict === 'confirmed' ? exact : [...exact, ...text]).toContain(first?.cause.id);
    expect(['finished', 'stopped']).toContain(done.ended);
    expect(done.report.text).toContain(first?.statement.slice(0, 30));
    const known = new Set(done.evidence.map(({ ref }) => ref));
    expect(
      [...done.steps, ...done.rootCauses].flatMap(({ evidence }) => evidence).filter((ref) => !known.has(ref)),
    ).toEqual([]);
    expect(done.report.text).not.toMatch(/undefined|\[object Object\]|\$\{/);
  });
});

describe('a run', () => {
  it('ends at the prerequisite when the runtime is down', async () => {
    const done = await run('C1', 'container-runtime-down-notready');
    expect(done).toMatchObject({
      ended: 'stopped',
      stoppedBy: { step: 'runtime_runs' },
      rootCauses: [{ cause: { id: 'runtime-unavailable' } }],
    });
    expect(done.steps.find(({ id }) => id === 'auth_errors')?.outcome).toBe('skipped');
  });

  it('calls a secret that may not be read unknown, never missing', async () => {
    const done = await run('TSG-POD-IMAGEPULL-001', 'pull-secret-wrong-host', { deny: [{ resource: 'secrets' }] });
    const secrets = done.steps.find(({ id }) => id === 'pod_secrets');
    expect(secrets?.tells).toEqual(['a pull secret may not be read; that does not make it missing']);
    expect(JSON.stringify(done.gaps)).toContain('forbidden');
    expect(JSON.stringify(done)).not.toMatch(/"pull-secret-missing","[^}]*confirmed/);
  });

  it.each(['negative-healthy', 'negative-crashloop'])('finds no root cause in %s', async (scenario) => {
    const done = await run('C1', scenario);
    expect(done).toMatchObject({ rootCauses: [], confidence: 'none' });
    expect(done.report.text).toContain('none — no image pull failure was found for pod ');
    // That nothing waits for an image is known, so nothing is open.
    expect(done.steps.find(({ id }) => id === 'right_procedure')).toMatchObject({ outcome: 'done', holds: false });
  });

  it('hands a pod that runs over to nobody', async () => {
    const done = await run('TSG-POD-IMAGEPULL-001', 'negative-healthy');
    expect(done.escalation.map(({ state }) => state)).not.toContain('met');
    expect(done.steps.find(({ id }) => id === 'pod_status')?.tells).toEqual(['status Running']);
  });

  it('reads well', async () => {
    const done = await run('C1', 'tag-not-found');
    const text = (await renderRun(done, 'text', OPTIONS)).replaceAll(/c-\d{8}-\d{6}-[0-9a-f]{6}/g, 'c-COLLECTION');
    await expect(text).toMatchFileSnapshot('golden/sop-run-C1-tag-not-found.txt');
    const steps = text.slice(0, text.indexOf('root_cause:')).split('\n');
    expect(steps.filter((line) => line.length > 80)).toEqual([]);
  });

  it.each(['json', 'yaml', 'markdown', 'report'])('is printed as %s', async (format) => {
    const done = await run('KubePodImagePullBackOff', 'tls-handshake-rejected');
    const text = await renderRun(done, format, OPTIONS);
    expect(text).toContain('tls-handshake-failure');
    expect(text).not.toMatch(/undefined|\[object Object\]/);
  });
});
