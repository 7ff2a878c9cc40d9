import type { NetworkSection } from '../../core/node/network-answer.ts';
import type { NodeProblem } from '../../core/node/problem.ts';
import { isPrivateNetworkHost } from '../../image/registry-kind.ts';
import type { ProxySettings } from '../sections/proxy.ts';
import { hostsOf } from './judge-dns.ts';
import { bypassesProxy } from './no-proxy.ts';
import { lineAt, sectionOf } from './section-of.ts';
import type { NetworkSightsOfNode } from './sights.ts';

const METADATA = '169.254.169.254';

/** The proxy of the runtime's unit, and which of the registries in question go through it. */
export function judgeProxy({ proxies, lines, targets }: NetworkSightsOfNode): NetworkSection {
  const all = proxies.state === 'present' ? proxies.value : [];
  const said = lines.get('proxy');
  const problems: NodeProblem[] = [];
  if (said !== undefined) {
    problems.push({
      code: 'PROXY_FAILS',
      severity: 'high',
      title: `Requests fail at the proxy${said.named.size === 0 ? '' : `: ${[...said.named.keys()][0]}`}`,
      because: said.newest,
      count: said.count,
      cause: 'proxy-failure',
    });
  }
  const runtime = all.find(({ of }) => of !== 'kubelet');
  const kubelet = all.find(({ of }) => of === 'kubelet');
  if (runtime?.https !== undefined) problems.push(...throughProxy(runtime, hostsOf(targets)));
  if (kubelet?.http !== undefined && !bypassesProxy(METADATA, kubelet.none, '80')) {
    problems.push({
      code: 'METADATA_THROUGH_PROXY',
      severity: 'medium',
      title: `NO_PROXY of the kubelet lacks ${METADATA}: credential plugins ask the proxy for the node's identity`,
      because: [lineAt(kubelet.path, 1, `NO_PROXY=${kubelet.none.join(',')}`)],
      cause: 'instance-metadata-unreachable',
    });
  }
  if (runtime === undefined && kubelet?.https !== undefined && proxies.state === 'present') {
    problems.push({
      code: 'PROXY_ONLY_FOR_KUBELET',
      severity: 'medium',
      title: 'A proxy is set for the kubelet and for no runtime; it is the runtime that pulls',
      because: [lineAt(kubelet.path, 1, `HTTPS_PROXY=${kubelet.https}`)],
      note: "a runtime's drop-in that was not collected may set it",
    });
  }
  const facts = all.flatMap((proxy) => factsOf(proxy, hostsOf(targets)));
  if (proxies.state === 'absent') facts.push('no proxy is set in the units that were collected');
  return sectionOf('proxy', proxies, said !== undefined, facts, problems);
}

/** A registry of the private network behind a proxy is usually a NO_PROXY that lacks it; a public one is meant to go there. */
function throughProxy(proxy: ProxySettings, hosts: readonly string[]): NodeProblem[] {
  const inside = hosts.filter((host) => isPrivateNetworkHost(host) && !bypassesProxy(host, proxy.none));
  return inside.slice(0, 5).map((host) => ({
    code: 'PRIVATE_REGISTRY_THROUGH_PROXY',
    severity: 'medium',
    title: `${host} is asked through the proxy ${proxy.https}: NO_PROXY of ${proxy.of} lacks it`,
    because: [lineAt(proxy.path, 1, `NO_PROXY=${proxy.none.join(',')}`)],
    cause: 'proxy-failure',
  }));
}

function factsOf(proxy: ProxySettings, hosts: readonly string[]): string[] {
  const { of, http, https, none } = proxy;
  const way = (host: string) =>
    `${host} ${https !== undefined && !bypassesProxy(host, none) ? 'through the proxy' : 'directly'}`;
  return [
    `${of}: HTTPS_PROXY ${https ?? 'not set'}, HTTP_PROXY ${http ?? 'not set'}, NO_PROXY ${none.join(',') || 'empty'}`,
    ...(of === 'kubelet' ? [] : hosts.slice(0, 20).map(way)),
  ];
}
