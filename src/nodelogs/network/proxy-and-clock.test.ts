import { describe, expect, it } from 'vitest';
import { memoryBundle } from '../memory-bundle.fixture.ts';
import { judgeNetwork } from './network.ts';

const PROXY = 'http://proxy.acme.example:3128';
const INSIDE = 'registry.internal/shop/api:1';

async function proxySection(files: Readonly<Record<string, string>>) {
  const answer = await judgeNetwork(memoryBundle(files), {
    sections: ['proxy'],
    images: [INSIDE],
    now: '2026-11-21T00:00:00Z',
  });
  const [section] = answer.perNode[0]?.sections ?? [];
  if (section === undefined) throw new Error('no section');
  return { ...section, codes: section.problems.map(({ code }) => code) };
}

describe('the proxy of the runtime', () => {
  it.each([
    ['CRI-O', { 'crio/crio.log': '', 'etc/sysconfig/crio': `HTTPS_PROXY=${PROXY}\n` }],
    [
      'CRI-O by its drop-in',
      {
        'crio/crio.log': '',
        'etc/systemd/system/crio.service.d/p.conf': `Environment=HTTPS_PROXY=${PROXY}\n`,
      },
    ],
    ['dockerd', { 'docker/docker.log': '', 'etc/docker/daemon.json': `{"proxies":{"https-proxy":"${PROXY}"}}` }],
  ])('is seen for %s', async (_, files: Record<string, string>) => {
    expect((await proxySection(files)).codes).toEqual(['PRIVATE_REGISTRY_THROUGH_PROXY']);
  });

  it('is not that of another runtime on the node', async () => {
    const section = await proxySection({
      'crio/crio.log': '',
      'usr/lib/systemd/system/crio.service': 'ExecStart=/usr/bin/crio\n',
      'etc/systemd/system/docker.service.d/p.conf': `Environment=HTTPS_PROXY=${PROXY}\n`,
    });
    expect(section).toMatchObject({ state: 'ok', codes: [] });
  });

  it('is unknown, not unset, where only the environment file of the runtime was collected', async () => {
    const files = { 'crio/crio.log': '', 'etc/sysconfig/crio': 'CRIO_CONFIG_OPTIONS=\n' };
    expect((await proxySection(files)).state).toBe('unknown');
  });

  it('is not hidden by a unit that sets none, in one answer of systemctl', async () => {
    const text = [
      `$ systemctl show kubelet --property=Environment\nId=kubelet.service\nEnvironment=\n`,
      `$ systemctl show containerd --property=Environment\nId=containerd.service\nEnvironment=HTTPS_PROXY=${PROXY}\n`,
      `$ systemctl show docker --property=Environment\nId=docker.service\nEnvironment=\n`,
    ].join('\n');
    const section = await proxySection({ 'containerd/containerd-log.txt': '', 'system/proxy.txt': text });
    expect(section.codes).toEqual(['PRIVATE_REGISTRY_THROUGH_PROXY']);
  });
});

describe('the clock', () => {
  it('is told with the line that measured it', async () => {
    const files = { 'system/clock.txt': 'x\nSystem time     : 412.5 seconds slow of NTP time\n' };
    const answer = await judgeNetwork(memoryBundle(files), { sections: ['clock'], now: '2026-11-21T00:00:00Z' });
    expect(answer.perNode[0]?.problems).toMatchObject([
      { code: 'CLOCK_OFF', because: [{ path: 'system/clock.txt', line: 2 }] },
    ]);
  });
});
