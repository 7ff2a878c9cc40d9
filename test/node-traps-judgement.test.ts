import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memoryBundle } from '../src/nodelogs/memory-bundle.fixture.ts';
import { nodeComparison } from '../src/tasks/node/compare.ts';
import { nodeCorrelation } from '../src/tasks/node/correlate.ts';
import { nodeErrors } from '../src/tasks/node/errors.ts';
import { nodeNetwork } from '../src/tasks/node/network.ts';
import { nodeSearch } from '../src/tasks/node/search.ts';
import { nodeStorage } from '../src/tasks/node/storage.ts';
import { nodeSummary } from '../src/tasks/node/summarize.ts';

const NOW = '2026-11-21T03:00:00Z';

it('summarize takes what the text alone says, and pods that wait, for explained by the closer cause', async () => {
  const logs = (name: string) => readFileSync(`fixtures/recordings/pull-secret-not-found/${name}`, 'utf8');
  const { statement, rootCauses, findings } = await nodeSummary(
    memoryBundle({
      'kubelet/kubelet.log': logs('kubelet.log'),
      'containerd/containerd-log.txt': logs('containerd.log'),
      'namespaces/hr-dev/core/pods.json': logs('objects.json'),
    }),
    { now: NOW },
  );
  expect(rootCauses).toMatchObject([{ cause: { id: 'pull-secret-missing' } }]);
  expect(findings.map(({ cause }) => cause?.id)).toEqual(['no-credentials', 'no-credentials', undefined]);
  expect(statement).not.toContain('Not explained');
});

describe('storage', () => {
  it('reads df: a full disk and used-up inodes are told (T06)', async () => {
    const bundle = memoryBundle({
      'storage/mounts.txt': '/dev/nvme0n1p1 20G 20G 0 100% /\n',
      'storage/inodes.txt': '/dev/nvme0n1p1 1000 1000 0 100% /\n',
      'kubelet/kubelet.log':
        'E1120 21:32:59.000000     859 kuberuntime.go:1] "failed" err="write /var/lib/containerd/tmpmounts: no space left on device"\n',
    });
    const { perNode } = await nodeStorage(bundle, { now: NOW });
    expect(perNode[0]?.state).toBe('full');
    expect(perNode[0]?.problems.map(({ code }) => code)).toEqual(['DISK_FULL', 'INODES_EXHAUSTED', 'SPACE_ERRORS']);
    expect(perNode[0]?.problems[0]?.title).toContain('/ is full');
  });

  it('tells a want of room with free bytes as inodes or quota', async () => {
    const bundle = memoryBundle({
      'storage/mounts.txt':
        'Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/sda1 100000000 40000000 60000000 40% /\n',
      'containerd/containerd-log.txt':
        'time="2026-11-20T21:00:00Z" level=error msg="PullImage failed" error="write /var/lib/containerd/a: no space left on device"\n',
    });
    const { perNode } = await nodeStorage(bundle, { now: NOW });
    expect(perNode[0]?.state).toBe('failing');
    expect(perNode[0]?.problems[0]).toMatchObject({
      code: 'SPACE_ERRORS',
      note: expect.stringContaining('inodes or a quota'),
    });
  });

  it('says that nothing was collected, not that all is well', async () => {
    const { perNode } = await nodeStorage(memoryBundle({ 'kubelet/kubelet.log': 'nothing\n' }), { now: NOW });
    expect(perNode[0]?.state).toBe('unknown');
    expect(perNode[0]?.gaps.map(({ why }) => why)).toContain('not-collected');
  });
});

describe('network', () => {
  it('judges nothing from a section that was not asked for (T07)', async () => {
    const bundle = memoryBundle({ 'networking/resolv.conf': 'nameserver 172.31.0.2\n' });
    const { perNode } = await nodeNetwork(bundle, { sections: ['dns'], now: NOW });
    expect(perNode[0]?.sections.map(({ name, state }) => [name, state])).toEqual([['dns', 'ok']]);
    expect(perNode[0]?.problems).toEqual([]);
    expect(JSON.stringify(perNode)).not.toContain('kube');
  });

  it('calls a section that was asked for and not collected unknown, not broken', async () => {
    const { perNode } = await nodeNetwork(memoryBundle({ 'kubelet/kubelet.log': 'x\n' }), { now: NOW });
    expect(new Set(perNode[0]?.sections.map(({ state }) => state))).toEqual(new Set(['unknown']));
    expect(perNode[0]?.problems).toEqual([]);
  });
});

describe('correlate', () => {
  const bundle = memoryBundle({
    'kubelet/kubelet.log':
      'E1120 21:00:00.000000     859 x.go:1] "Failed to pull image" image="registry.acme.example/a:1"\n' +
      'E1120 21:05:00.000000     859 x.go:1] "something else failed"\n',
    'containerd/containerd-log.txt':
      'time="2026-11-20T21:00:20.000000000Z" level=error msg="PullImage failed" error="not found"\n',
    'kernel/dmesg.current': '[Fri Nov 20 21:00:10 2026] Out of memory: Killed process 77 (java)\n',
  });

  it('is empty, with the reason, when the pivot is absent (T10)', async () => {
    const answer = await nodeCorrelation(bundle, { pivot: 'zzz-no-such-event', windowSeconds: 1, now: NOW });
    expect(answer).toMatchObject({ events: [], clusters: [], chains: [], pivots: { count: 0 } });
    expect(answer.empty).toContain('does not occur');
  });

  it('gives what happened within the window of the pivot, of the components that were asked for', async () => {
    const around = async (windowSeconds: number, components?: string[]) => {
      const question = { pivot: 'failed to pull', windowSeconds, now: NOW };
      const answer = await nodeCorrelation(bundle, components === undefined ? question : { ...question, components });
      return answer.events.map(({ component }) => component);
    };
    expect(await around(60)).toEqual(['kubelet', 'kernel', 'containerd']);
    expect(await around(15)).toEqual(['kubelet', 'kernel']);
    expect(await around(600, ['kubelet'])).toEqual(['kubelet', 'kubelet']);
    expect(await around(60, ['kubelet', 'runtime'])).toEqual(['kubelet', 'containerd']);
  });
});

describe('compare', () => {
  const failing =
    'E1120 21:00:00.000000     859 remote_image.go:250] "PullImage from image service failed" err="dial tcp: lookup registry.acme.example on 10.0.0.2:53: no such host" image="registry.acme.example/a:1"\n';
  const quiet = 'I1120 21:00:00.000000     859 kubelet.go:1] "all is well"\n';

  it('does not take two files of one node for two nodes (T08)', async () => {
    const a = memoryBundle(
      { 'kubelet/kubelet.log': failing, 'var_log/messages': failing },
      { id: 'a', nodes: ['node-a'] },
    );
    const b = memoryBundle({ 'kubelet/kubelet.log': quiet, 'var_log/messages': quiet }, { id: 'b', nodes: ['node-b'] });
    const { unique, common, reach } = await nodeComparison([a, b]);
    expect(common).toEqual([]);
    expect(unique.length).toBeGreaterThan(0);
    for (const finding of unique) {
      expect(finding.on.map(({ node }) => node)).toEqual(['node-a']);
      expect(finding.notOn).toEqual(['node-b']);
    }
    expect(reach.is).toBe('node-local');
  });

  it('knows nothing of a node whose logs were not collected', async () => {
    const a = memoryBundle({ 'kubelet/kubelet.log': failing }, { id: 'a', nodes: ['node-a'] });
    const b = memoryBundle({ 'networking/resolv.conf': 'nameserver 10.0.0.2\n' }, { id: 'b', nodes: ['node-b'] });
    const { unique, undecided, reach } = await nodeComparison([a, b]);
    expect(unique).toEqual([]);
    expect(undecided[0]?.unknownOn).toEqual(['node-b']);
    expect(reach.is).toBe('undecided');
  });

  it('lists the configuration files that differ, and what was not compared (T14)', async () => {
    const files = (high: number) => ({
      'kubelet/kubelet-config.json': JSON.stringify({ imageGCHighThresholdPercent: high }),
      'kubelet/config.json': JSON.stringify({ registryPullQPS: high }),
      'containerd/containerd-config.txt': `version = 2\n[plugins."io.containerd.grpc.v1.cri"]\nsandbox_image = "acme.example/pause:${high}"\n`,
    });
    const a = memoryBundle(files(85), { id: 'a', nodes: ['node-a'] });
    const b = memoryBundle(files(90), { id: 'b', nodes: ['node-b'] });
    const { differences, notCompared, alike } = await nodeComparison([a, b]);
    expect(differences.map(({ topic }) => topic)).toEqual(
      expect.arrayContaining([
        'file kubelet/kubelet-config.json',
        'file kubelet/config.json',
        'file containerd/containerd-config.txt',
        'kubelet settings for pulls',
      ]),
    );
    expect(notCompared.map(({ topic }) => topic)).toEqual(expect.arrayContaining(['resolver', 'certs.d']));
    expect(alike).not.toContain('resolver');
  });
});

describe('summarize', () => {
  const missing =
    'E1120 21:32:59.000000     859 pod_workers.go:1301] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"app\\" with ErrImagePull: \\"failed to pull and unpack image \\\\\\"registry.acme.example/x/y:1\\\\\\": failed to resolve reference \\\\\\"registry.acme.example/x/y:1\\\\\\": registry.acme.example/x/y:1: not found\\"" pod="shop/api-1" podUID="u"\n';
  const services = (containerd: string) =>
    `UNIT LOAD ACTIVE SUB DESCRIPTION\n${containerd}kubelet.service loaded active running Kubernetes Kubelet\nsshd.service loaded active running OpenSSH\nchronyd.service loaded active running NTP\n`;
  const checkOf = (answer: Awaited<ReturnType<typeof nodeSummary>>, name: string) =>
    answer.checks.find(({ check }) => check === name)?.answer;

  it('resolves ids of errors and of searches, and lists those that it cannot (T09)', async () => {
    const bundle = memoryBundle({ 'kubelet/kubelet.log': missing });
    const { findings } = await nodeErrors(bundle);
    const { matches } = await nodeSearch([bundle], { query: 'not found' });
    const ids = [findings[0]?.id ?? '', matches[0]?.id ?? '', 'F-999', 'S-042', 'nonsense'];
    const answer = await nodeSummary(bundle, { findingIds: ids, now: NOW });
    expect(answer.findings.map(({ id }) => id)).toEqual(['F-001', 'S-001']);
    expect(answer.unresolvedFindingIds).toEqual(['F-999', 'S-042', 'nonsense']);
    expect(answer.rootCauses[0]?.findings).toEqual(['F-001', 'S-001']);
    expect(answer.statement).toContain('F-001');
  });

  it("takes containerd's own words for a missing image (T12)", async () => {
    const answer = await nodeSummary(memoryBundle({ 'kubelet/kubelet.log': missing }), { now: NOW });
    expect(['tag-not-found', 'repository-not-found']).toContain(answer.rootCauses[0]?.cause.id);
    expect(answer.confidence).not.toBe('confirmed');
    expect(checkOf(answer, 'IMAGE_FOUND')).toBe('no');
    expect(checkOf(answer, 'RUNTIME_RUNNING')).toBe('unknown');
  });

  it('does not call a runtime dead whose list of services says that it runs (T05)', async () => {
    const bundle = memoryBundle({
      'system/services.txt': services('containerd.service loaded active running containerd container runtime\n'),
      'containerd/containerd-log.txt':
        'Nov 18 01:00:02 ip containerd[2891]: level=info msg="containerd successfully booted in 0.052s"\n',
      'kubelet/kubelet.log': missing,
    });
    const answer = await nodeSummary(bundle, { now: NOW });
    expect(checkOf(answer, 'RUNTIME_RUNNING')).toBe('yes');
    expect(answer.rootCauses.map(({ cause }) => cause.id)).not.toContain('runtime-unavailable');
  });

  it.each([
    ['its unit failed', '● containerd.service loaded failed failed containerd container runtime\n'],
    ['the collector found none to collect of', ''],
  ])('tells a stopped runtime: %s (T15)', async (_, line) => {
    const bundle = memoryBundle({ 'system/services.txt': services(line), 'kubelet/kubelet.log': missing });
    const answer = await nodeSummary(bundle, { now: NOW });
    expect(answer.rootCauses[0]).toMatchObject({ cause: { id: 'runtime-unavailable' }, verdict: 'confirmed' });
    expect(answer.rootCauses[0]?.evidence[0]?.locator).toContain('system/services.txt');
    expect(checkOf(answer, 'RUNTIME_RUNNING')).toBe('no');
  });

  it('knows nothing of the runtime where something of it was collected', async () => {
    const bundle = memoryBundle({
      'system/services.txt': services(''),
      'kubelet/kubelet.log': missing,
      'containerd/containerd-version.txt': 'containerd 1.7.24',
    });
    const answer = await nodeSummary(bundle, { now: NOW });
    expect(checkOf(answer, 'RUNTIME_RUNNING')).toBe('unknown');
    expect(answer.rootCauses.map(({ cause }) => cause.id)).not.toContain('runtime-unavailable');
  });

  it('says so when the findings show no cause', async () => {
    const answer = await nodeSummary(memoryBundle({ 'kubelet/kubelet.log': 'all is well\n' }), { now: NOW });
    expect(answer).toMatchObject({ confidence: 'unknown', rootCauses: [] });
  });
});
