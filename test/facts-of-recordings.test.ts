import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { factsFor } from '../src/facts/build-facts.ts';
import { findCases } from '../src/facts/cases.ts';
import { evidenceOf } from '../src/facts/evidence-of.ts';
import type { Facts } from '../src/facts/facts.ts';
import { indexSnapshot } from '../src/facts/snapshot-index.ts';
import { readBundle } from '../src/sources/bundle/read-bundle.ts';

const ROOT = 'fixtures/recordings';
const NAMES = readdirSync(ROOT).filter((name) => existsSync(`${ROOT}/${name}/objects.json`));

async function read(name: string, ...files: readonly string[]) {
  const paths = files.length === 0 ? [`${ROOT}/${name}`] : files.map((file) => `${ROOT}/${name}/${file}`);
  const index = indexSnapshot(await readBundle(paths));
  return { index, ...findCases(index) };
}

async function factsOf(name: string, pod: string, ...files: readonly string[]): Promise<Facts> {
  const { index, cases } = await read(name, ...files);
  const found = cases.find(({ subject }) => subject.pod?.startsWith(pod) === true);
  if (found === undefined) throw new Error(`${name} has no case for ${pod}`);
  return factsFor(index, found);
}

/** Scenarios without any failing pull; `otherwise` marks pulled images that do not run. */
const NO_FAILING_PULL = /^(?:negative-|recovered)/;

describe('recordings of a real cluster', () => {
  it('are here', () => {
    expect(NAMES.length).toBeGreaterThan(20);
  });

  it.each(NAMES)('%s: every failing pull is a case, nothing else is', async (name) => {
    const { cases } = await read(name);
    const failing = cases.filter((c) => c.otherwise === undefined);
    if (NO_FAILING_PULL.test(name)) expect(failing).toEqual([]);
    else expect(cases.length).toBeGreaterThan(0);
    expect(new Set(cases.map((c) => c.key)).size).toBe(cases.length);
  });

  it.each(NAMES)('%s: every fact cites evidence that can be shown', async (name) => {
    const { index, cases } = await read(name);
    for (const found of cases) {
      const facts = factsFor(index, found);
      const cited = Object.values(facts).flatMap((fact) => (fact as { because?: readonly string[] }).because ?? []);
      const linked = facts.passedLinks.flatMap((passed) => passed.because);
      for (const id of [...cited, ...linked, ...found.seenIn]) expect(evidenceOf(index, id), id).toBeDefined();
    }
  });
});

describe('cases of recordings', () => {
  it.each([
    ['one-of-three-containers', [{ kind: 'container', container: 'metrics' }]],
    ['init-container-tag-missing', [{ kind: 'container', container: 'migrate', role: 'init' }]],
    ['image-volume-missing', [{ kind: 'image-volume', volume: 'weights' }]],
    ['sandbox-image-not-found', [{ kind: 'sandbox', image: 'registry.acme.example/k8s/pause:3.99' }]],
    ['admission-registry-not-allowed', [{ kind: 'owner', image: 'registry.acme.example/news/api:1.4.2' }]],
    ['pull-secret-bad-auth-field', [{ kind: 'container', container: 'app' }]],
    [
      'two-causes-one-namespace',
      [{ image: 'registry.acme.example/track/api:1.6.0' }, { image: 'harbor.acme.example/track/worker:0.8.1' }],
    ],
  ])('%s', async (name, subjects) => {
    const { cases } = await read(name);
    expect(cases.map((c) => c.subject)).toMatchObject(subjects);
  });

  it('name who is stuck for another reason', async () => {
    const { notImagePull } = await read('negative-quota-exceeded');
    expect(notImagePull).toMatchObject([{ reason: 'FailedCreate' }]);
    const { cases } = await read('negative-crashloop');
    expect(cases).toMatchObject([{ otherwise: { reason: 'CrashLoopBackOff' } }]);
  });

  it.each(['describe.txt', 'kubelet.log', 'containerd.log'])('are found in %s alone', async (file) => {
    const { cases } = await read('tag-not-found', file);
    expect(cases.map((c) => c.subject.image)).toEqual(['registry.acme.example/shop/api:1.5.0']);
  });
});

describe('facts of recordings', () => {
  it('follow a registry in the cluster to the pod that is down', async () => {
    const { inClusterRegistry } = await factsOf('nodeport-registry-no-endpoints', 'api-');
    expect(inClusterRegistry).toMatchObject({
      value: {
        by: 'node-port',
        readyEndpoints: 0,
        backend: { name: 'registry', ready: 0 },
        // A node reaches the pods that it runs whatever the policies say.
        networkPolicies: [],
      },
    });
  });

  it('find the build that should have pushed the image, and why it did not', async () => {
    const { builds } = await factsOf('build-job-own-image-missing', 'checkout-');
    expect(builds).toMatchObject({
      value: [{ match: 'exact', state: 'pending', problem: expect.stringContaining('cannot be pulled') }],
    });
  });

  it('see a blocked rollout', async () => {
    const { workload } = await factsOf('rollout-blocked', 'frontend-');
    expect(workload).toMatchObject({ value: { kind: 'Deployment', rolloutBlocked: true, oldPodsReady: 2 } });
  });

  it('see that one node only fails', async () => {
    const { siblings } = await factsOf('one-node-untrusted-ca', 'agent-');
    expect(siblings).toMatchObject({
      value: { oneNodeOnly: true, sameImageWorks: [{ node: 'node-a', maybeCached: false }] },
    });
  });

  it('know what the kubelet offers', async () => {
    const wrongPort = await factsOf('pull-secret-wrong-port', 'api-');
    expect(wrongPort.offer).toMatchObject({
      value: { credentials: [], mismatches: [{ wouldMatch: 'harbor.acme.example' }] },
    });
    const notAttached = await factsOf('pull-secret-exists-not-attached', 'api-');
    expect(notAttached.unattachedSecrets).toMatchObject({ value: [{ name: 'regcred', matches: true }] });
    const missing = await factsOf('pull-secret-not-found', 'api-');
    expect(missing.pullSecrets).toMatchObject([{ name: 'regcred', secret: { state: 'absent' } }]);
    const wrongPassword = await factsOf('basic-auth-wrong-password', 'api-');
    expect(wrongPassword.offer).toMatchObject({ value: { credentials: [{ host: 'harbor.acme.example' }] } });
  });

  it('know less from a describe text, and say so', async () => {
    const facts = await factsOf('pull-secret-not-found', 'api-', 'describe.txt');
    expect(facts.unretrievedSecrets).toMatchObject({ state: 'present', value: ['regcred'] });
    expect([facts.listedSecrets.state, facts.offer.state, facts.pullPolicy.state]).toEqual([
      'unknown',
      'unknown',
      'unknown',
    ]);
    const lost = await factsOf('events-expired', 'api-', 'describe.txt');
    expect(lost.pullError).toMatchObject({ value: { reasonLost: true } });
  });

  it('read what only node logs tell', async () => {
    const provider = await factsOf('credential-provider-failing', 'fin-');
    expect(provider.credentialProvider).toMatchObject({ value: { plugin: 'acr-credential-provider' } });
    const broken = await factsOf('mirror-hosts-toml-syntax', 'api-');
    expect(broken.runtimeLog).toMatchObject({
      value: { mirrorProblems: [{ file: expect.stringMatching(/hosts\.toml$/) }] },
    });
    const queued = await factsOf('pull-queue-blocked', 'web-');
    expect(queued).toMatchObject({
      history: { value: { pulling: true, failures: 0 } },
      runtimeLog: { value: { openOthers: ['registry.acme.example/video/transcoder:3.2'] } },
    });
  });

  it('tell how a pulled image fares', async () => {
    const crashed = await factsOf('platform-single-arm64', 'gateway');
    expect(crashed.afterPull).toMatchObject({
      value: { kind: 'crash-loop', exitCode: 255, ranSeconds: 0, imageSize: 783 },
    });
    const chart = await factsOf('artifact-helm-chart', 'chart-');
    expect(chart.afterPull).toMatchObject({ value: { kind: 'create-error', noCommand: true } });
  });

  it('tell of a full disk though the node reports no pressure', async () => {
    const { disk } = await factsOf('disk-full-unpack', 'model-');
    expect(disk).toMatchObject({ state: 'present', value: { pressure: false } });
  });
});
