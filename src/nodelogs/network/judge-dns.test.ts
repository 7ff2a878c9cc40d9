import { describe, expect, it } from 'vitest';
import { present, unknown } from '../../core/fact.ts';
import { judgeDns } from './judge-dns.ts';
import { targetOf } from './network-lines.ts';
import type { NetworkSightsOfNode } from './sights.ts';

const RESOLVER = { path: 'etc/resolv.conf', servers: ['10.0.0.2'], search: [], ndots: 1, options: [], stub: false };
const FAILURE = { path: 'kubelet/kubelet.log', line: 7, text: 'lookup registry.acme.example: no such host' };

function section(sights: Partial<NetworkSightsOfNode>) {
  const nothing = unknown('not asked for');
  return judgeDns({
    targets: [],
    lines: new Map(),
    resolver: present(RESOLVER, [RESOLVER.path]),
    hostsFile: nothing,
    proxies: nothing,
    routes: nothing,
    links: nothing,
    conntrack: nothing,
    clock: nothing,
    kubeProxyRules: nothing,
    imds: nothing,
    ...sights,
  });
}

function failedAt(server: string): NetworkSightsOfNode['lines'] {
  return new Map([['dns', { count: 3, newest: [FAILURE], named: new Map([[server, 3]]) }]]);
}

function pulled(image: string) {
  return { targets: [targetOf(image, 'kubelet/kubelet.log:7')].filter((target) => target !== undefined) };
}

describe('judgeDns', () => {
  it('finds nothing wrong with a server and no failure', () => {
    expect(section({}).problems).toEqual([]);
  });

  it('says nothing of a resolver that was not collected', () => {
    const { state, problems } = section({ resolver: unknown('resolv.conf') });
    expect({ state, problems }).toEqual({ state: 'unknown', problems: [] });
  });

  it('tells of settings without a server', () => {
    const resolver = present({ ...RESOLVER, servers: [] }, [RESOLVER.path]);
    expect(section({ resolver }).problems).toMatchObject([{ code: 'DNS_NO_SERVER', severity: 'critical' }]);
  });

  it('names the server that failed, and that it is not the one of the settings', () => {
    const [problem] = section({ lines: failedAt('10.9.9.9:53') }).problems;
    expect(problem).toMatchObject({ code: 'DNS_FAILURES', title: 'Names did not resolve at 10.9.9.9', count: 3 });
    expect(problem?.note).toContain('10.9.9.9 is not in etc/resolv.conf');
  });

  it.each([
    ['the server of the settings', RESOLVER, '10.0.0.2:53'],
    ['a server behind a stub', { ...RESOLVER, servers: ['127.0.0.53'], stub: true }, '10.9.9.9:53'],
  ])('does not wonder about %s', (_, settings, server) => {
    const [problem] = section({ resolver: present(settings, [RESOLVER.path]), lines: failedAt(server) }).problems;
    expect(problem).toMatchObject({ code: 'DNS_FAILURES' });
    expect(problem?.note).toBeUndefined();
  });

  it('tells of a name of the cluster, with the line that asks for it', () => {
    const [problem] = section(pulled('registry.infra.svc.cluster.local:5000/shop/api:1')).problems;
    expect(problem).toMatchObject({
      code: 'CLUSTER_NAME_ON_NODE',
      because: [{ path: 'kubelet/kubelet.log', line: 7 }],
    });
  });

  it('tells of an entry of the hosts file only where a pull needs it', () => {
    const hostsFile = present(
      [
        { path: 'etc/hosts', line: 4, address: '192.0.2.9', names: ['registry.acme.example'] },
        { path: 'etc/hosts', line: 5, address: '192.0.2.8', names: ['other.acme.example'] },
      ],
      ['etc/hosts'],
    );
    expect(section({ hostsFile, ...pulled('registry.acme.example:5000/shop/api:1') }).problems).toMatchObject([
      { code: 'HOSTS_FILE_OVERRIDES', because: [{ path: 'etc/hosts', line: 4 }] },
    ]);
  });
});
