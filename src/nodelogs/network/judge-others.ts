import { valueIn } from '../../core/fact.ts';
import type { NetworkSection } from '../../core/node/network-answer.ts';
import type { NodeProblem } from '../../core/node/problem.ts';
import { lineAt, sectionOf } from './section-of.ts';
import type { NetworkSightsOfNode } from './sights.ts';

/** Certificates and tokens tolerate less than this. */
const CLOCK_OFF_SECONDS = 60;
const CONNTRACK_FULL = 0.95;
/** IPv6 needs this much (RFC 8200). */
const LEAST_MTU = 1280;

export function judgeRoutes({ routes }: NetworkSightsOfNode): NetworkSection {
  const value = valueIn(routes);
  const problems: NodeProblem[] = [];
  if (value !== undefined && !value.defaultV4 && !value.defaultV6 && routes.state === 'present') {
    problems.push({
      code: 'NO_DEFAULT_ROUTE',
      severity: 'high',
      title: 'The node has no default route: only networks with a route of their own are reached',
      because: routes.because.map((path) => lineAt(path, 1, `${value.count} routes, none of them default`)),
      cause: 'no-route',
    });
  }
  const facts =
    value === undefined
      ? []
      : [
          `default route: IPv4 ${yes(value.defaultV4)}, IPv6 ${yes(value.defaultV6)}`,
          ...value.refusing.map((line) => `refuses: ${line}`),
        ];
  return sectionOf('routes', routes, false, facts, problems);
}

export function judgeMtu({ links, lines }: NetworkSightsOfNode): NetworkSection {
  const all = valueIn(links) ?? [];
  const outward = all.filter(({ name }) => /^(?:e(?:th|n|ns|np)|bond|ib|wl)/.test(name));
  const said = lines.get('tls-timeout');
  const small = outward.filter(({ mtu }) => mtu < LEAST_MTU);
  const problems: NodeProblem[] = small.map(({ name, mtu, path, line }) => ({
    code: 'MTU_SMALL',
    severity: 'medium',
    title: `${name} carries ${mtu} bytes, less than IPv6 needs`,
    because: [lineAt(path, line, `${name} mtu ${mtu}`)],
  }));
  if (said !== undefined) {
    problems.push({
      code: 'TLS_HANDSHAKE_TIMEOUTS',
      severity: 'medium',
      title: 'TLS handshakes run into a timeout: large packets may be lost on the way, or the registry is overloaded',
      because: said.newest,
      count: said.count,
      note: 'compare the MTU along the way: ping -M do -s 1472 to the registry',
    });
  }
  const facts = (outward.length > 0 ? outward : all)
    .slice(0, 10)
    .map(({ name, mtu, up }) => `${name}: MTU ${mtu}${up === false ? ', down' : ''}`);
  return sectionOf('mtu', links, said !== undefined, facts, problems);
}

export function judgeConntrack({ conntrack, lines }: NetworkSightsOfNode): NetworkSection {
  const said = lines.get('conntrack');
  const value = valueIn(conntrack);
  const { count, max, dropped, insertFailed } = value ?? {};
  const problems: NodeProblem[] = [];
  const full = count !== undefined && max !== undefined && max > 0 && count / max >= CONNTRACK_FULL;
  if (said !== undefined || full) {
    const now = count !== undefined && max !== undefined ? ` (${count} of ${max})` : '';
    problems.push({
      code: 'CONNTRACK_FULL',
      severity: 'high',
      title: `The table of tracked connections is or was full${now}: packets of new connections are dropped`,
      because:
        said?.newest ??
        (conntrack.state === 'present' ? conntrack.because.map((path) => lineAt(path, 1, `${count} of ${max}`)) : []),
      ...(said === undefined ? {} : { count: said.count }),
      cause: 'connect-timeout',
    });
  }
  const counters: readonly (readonly [string, number | undefined])[] = [
    ['entries', count],
    ['limit', max],
    ['dropped', dropped],
    ['insert_failed', insertFailed],
  ];
  const facts = counters.flatMap(([name, number]) => (number === undefined ? [] : [`${name}: ${number}`]));
  return sectionOf('conntrack', conntrack, said !== undefined, facts, problems);
}

/** Kubelet and its plugins run on the node itself: a hop limit of 1 does not stop them. */
export function judgeImds({ imds, lines }: NetworkSightsOfNode): NetworkSection {
  const said = lines.get('imds');
  const problems: NodeProblem[] =
    said === undefined
      ? []
      : [
          {
            code: 'IMDS_FAILS',
            severity: 'high',
            title: 'The instance metadata service does not answer, or refuses',
            because: said.newest,
            count: said.count,
            cause: 'instance-metadata-unreachable',
            note: 'pulls by the kubelet use the node itself; the hop limit of 1 matters only to pods that refresh secrets',
          },
        ];
  const facts = imds.state === 'present' ? [imds.value] : [];
  return sectionOf('imds', imds, said !== undefined, facts, problems);
}

/** Only registries behind a Service depend on it, so its absence is told as a fact, never as a cause. */
export function judgeKubeProxy({ kubeProxyRules }: NetworkSightsOfNode): NetworkSection {
  const facts =
    kubeProxyRules.state === 'present'
      ? [
          kubeProxyRules.value
            ? 'rules of Services are in the packet filter'
            : 'no KUBE-SERVICES rules in iptables: nftables, IPVS or eBPF may serve Services instead',
        ]
      : [];
  return sectionOf('kube_proxy', kubeProxyRules, false, facts, []);
}

export function judgeClock({ clock, lines }: NetworkSightsOfNode): NetworkSection {
  const said = lines.get('clock');
  const value = valueIn(clock);
  const because = value?.from === undefined ? [] : [lineAt(value.from.path, value.from.line, value.from.text)];
  const problems: NodeProblem[] = [];
  const { offsetSeconds, synchronized } = value ?? {};
  if (offsetSeconds !== undefined && Math.abs(offsetSeconds) >= CLOCK_OFF_SECONDS) {
    const way = offsetSeconds < 0 ? 'behind' : 'ahead';
    problems.push({
      code: 'CLOCK_OFF',
      severity: 'high',
      title: `The clock of the node is ${Math.round(Math.abs(offsetSeconds))} s ${way}: certificates and tokens look invalid`,
      because,
      cause: 'tls-expired',
    });
  } else if (synchronized === false) {
    problems.push({
      code: 'CLOCK_NOT_SYNCHRONIZED',
      severity: 'medium',
      title: 'The clock of the node is not synchronized',
      because,
    });
  }
  if (said !== undefined) {
    problems.push({
      code: 'CLOCK_LINES',
      severity: 'medium',
      title: 'Lines tell of a clock that jumped, or of certificates that are not valid yet',
      because: said.newest,
      count: said.count,
      cause: 'tls-expired',
    });
  }
  const facts =
    value === undefined
      ? []
      : [
          `synchronized: ${synchronized === undefined ? 'not told' : yes(synchronized)}`,
          ...(offsetSeconds === undefined ? [] : [`offset: ${offsetSeconds} s`]),
        ];
  return sectionOf('clock', clock, said !== undefined, facts, problems);
}

function yes(value: boolean): string {
  return value ? 'yes' : 'no';
}
