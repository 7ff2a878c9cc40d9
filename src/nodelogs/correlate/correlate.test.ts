import { describe, expect, it } from 'vitest';
import { memoryBundle } from '../memory-bundle.fixture.ts';
import { type CorrelateOptions, correlate } from './correlate.ts';

const OPTIONS: CorrelateOptions = { windowSeconds: 60, components: [], limit: 100, now: '2026-11-21T00:00:00Z' };

function ask(files: Record<string, string>, options: Partial<CorrelateOptions> = {}) {
  return correlate(memoryBundle(files), { ...OPTIONS, ...options });
}

const kubelet = (clock: string, text: string) => `E1120 ${clock}.000000     859 x.go:1] "${text}"\n`;
const runtime = (clock: string, text: string, level = 'error') =>
  `time="2026-11-20T${clock}.000000000Z" level=${level} msg="${text}"\n`;
const system = (clock: string, unit: string, text: string) => `Nov 20 ${clock} node-a ${unit}[1]: ${text}\n`;

const failed = (host = 'registry.acme.example') => `failed to pull image ${host}/shop/api`;

describe('chains', () => {
  it('a full disk, image collection, the sandbox image gone', async () => {
    const { chains } = await ask({
      'kubelet/kubelet.log':
        kubelet('21:00:00', 'Disk usage on image filesystem is over the high threshold') +
        kubelet('21:00:05', 'Removing image to free bytes') +
        kubelet(
          '21:10:00',
          'Failed to create pod sandbox: failed to get sandbox image registry.acme.example/pause:3.9',
        ),
    });
    expect(chains.map(({ id, certainty }) => [id, certainty])).toEqual([['disk-gc-sandbox', 'shown']]);
    expect(chains[0]?.links.map(({ evidence }) => evidence?.line)).toEqual([1, 2, 3]);
  });

  it('a restart of the runtime before a burst, across two logs', async () => {
    const { chains } = await ask({
      'var_log/messages': system('21:00:00', 'systemd', 'containerd.service: Main process exited, code=killed'),
      'kubelet/kubelet.log': ['21:00:10', '21:00:11', '21:00:12'].map((clock) => kubelet(clock, failed())).join(''),
    });
    expect(chains).toMatchObject([{ id: 'runtime-restart-burst', certainty: 'shown' }]);
  });

  it('no burst without a restart, no restart without a burst', async () => {
    const burst = ['21:00:10', '21:00:11', '21:00:12'].map((clock) => kubelet(clock, failed())).join('');
    expect((await ask({ 'kubelet/kubelet.log': burst })).chains).toEqual([]);
    const restart = runtime('21:00:00', 'containerd successfully booted in 0.05s', 'info');
    expect((await ask({ 'containerd/containerd-log.txt': restart })).chains).toEqual([]);
  });

  it('DNS down is told when several registries do not resolve, not one', async () => {
    const lookup = (host: string, clock: string) =>
      runtime(clock, `dial tcp: lookup ${host} on 10.0.0.2:53: i/o timeout`);
    const one = lookup('a.acme.example', '21:00:00') + lookup('a.acme.example', '21:00:09');
    expect((await ask({ 'containerd/containerd-log.txt': one })).chains).toEqual([]);
    const two = one + lookup('b.acme.example', '21:00:10');
    expect((await ask({ 'containerd/containerd-log.txt': two })).chains).toMatchObject([{ id: 'dns-down' }]);
  });

  it('says which link was not seen', async () => {
    const x509 =
      'x509: certificate has expired or is not yet valid: current time 2026-01-01T00:00:00Z is before 2026-06-01T00:00:00Z';
    const { chains } = await ask({ 'containerd/containerd-log.txt': runtime('21:00:00', x509) });
    expect(chains).toMatchObject([{ id: 'clock-step', certainty: 'partly' }]);
    expect(chains[0]?.links[0]?.gap).toContain('system log');
  });
});

it('takes an entry of a unit that the system log holds as well for one', async () => {
  const entries = [kubelet('21:00:00', failed()), kubelet('21:00:01', failed()), runtime('21:00:02', failed())];
  const { events, eventsTotal } = await ask({
    'var_log/messages': entries.map((entry, i) => system(`21:00:0${i}`, 'kubelet', entry.trimEnd())).join(''),
    'kubelet/kubelet.log': entries.slice(0, 2).join(''),
    'containerd/containerd-log.txt': entries[2] ?? '',
  });
  expect(eventsTotal).toBe(3);
  expect(events.map(({ path }) => path)).toEqual([
    'kubelet/kubelet.log',
    'kubelet/kubelet.log',
    'containerd/containerd-log.txt',
  ]);
});

it('parts clusters by pauses, not by numbers', async () => {
  const clocks = ['21:00:00', '21:00:30', '21:01:00', '21:10:00', '21:10:05'];
  const { clusters } = await ask({ 'kubelet/kubelet.log': clocks.map((clock) => kubelet(clock, failed())).join('') });
  expect(clusters.map(({ events }) => events)).toEqual([3, 2]);
});

it('takes the unit of a system log as the component', async () => {
  const log =
    system('21:00:00', 'kubelet', 'E1120 21:00:00.000000 1 x.go:1] "Failed to pull image"') +
    system('21:00:01', 'kernel', 'Out of memory: Killed process 77 (java)');
  const { events } = await ask({ 'var_log/messages': log }, { components: ['kernel'] });
  expect(events.map(({ component, what }) => [component, what])).toEqual([['kernel', 'out-of-memory']]);
});

it('places Kubernetes events by their time', async () => {
  const items = [
    {
      metadata: { uid: 'u-1' },
      reason: 'Failed',
      message: 'Failed to pull image "a"',
      lastTimestamp: '2026-11-20T21:00:00Z',
    },
  ];
  const { events } = await ask({ 'events.json': JSON.stringify({ items }, null, 1) });
  expect(events).toMatchObject([{ component: 'events', what: 'pull-failed', line: 5 }]);
});

it('keeps a storm bounded and counts it', async () => {
  const second = (i: number) => new Date(Date.UTC(2026, 10, 20, 20, 0, 0) + i * 1000).toISOString().slice(11, 19);
  const storm = Array.from({ length: 5000 }, (_, i) => kubelet(second(i), failed())).join('');
  const answer = await ask({ 'kubelet/kubelet.log': kubelet('19:00:00', 'Removing image to free bytes') + storm });
  expect(answer.eventsTotal).toBe(5001);
  expect(answer.events.length).toBe(100);
  expect(answer.gaps.map(({ why }) => why)).toContain('truncated');
  expect(answer.clusters[0]?.what[0]?.what).toBe('image-removed');
});
