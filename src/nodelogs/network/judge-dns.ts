import type { NetworkSection } from '../../core/node/network-answer.ts';
import type { NodeProblem } from '../../core/node/problem.ts';
import { isClusterLocalName } from '../../image/registry-kind.ts';
import { lineAt, sectionOf } from './section-of.ts';
import type { NetworkSightsOfNode } from './sights.ts';

/** The node's resolver, never the cluster's: pulls look names up with it (FACTS 6). */
export function judgeDns({ resolver, hostsFile, lines, targets }: NetworkSightsOfNode): NetworkSection {
  const settings = resolver.state === 'present' ? resolver.value : undefined;
  const said = lines.get('dns');
  const problems: NodeProblem[] = [];
  if (settings !== undefined && settings.servers.length === 0) {
    problems.push({
      code: 'DNS_NO_SERVER',
      severity: 'critical',
      title: `${settings.path} names no DNS server`,
      because: [lineAt(settings.path, 1, 'no nameserver line')],
      cause: 'dns-failure',
    });
  }
  for (const host of hostsOf(targets).filter((each) => isClusterLocalName(withoutPort(each)))) {
    problems.push({
      code: 'CLUSTER_NAME_ON_NODE',
      severity: 'high',
      title: `${host} is a name of the cluster, and the node does not resolve with the cluster's DNS`,
      because: targets
        .filter((target) => target.host === host)
        .slice(0, 3)
        .map(({ from, image }) => lineOf(from, image)),
      cause: 'dns-failure',
      next: "name the Service's cluster IP or NodePort in a hosts.toml, or give the registry a name outside the cluster",
    });
  }
  if (said !== undefined) {
    const servers = [...said.named.keys()].map((server) => server.replace(/:\d{1,5}$/, ''));
    const strange = settings === undefined ? [] : servers.filter((server) => !settings.servers.includes(server));
    problems.push({
      code: 'DNS_FAILURES',
      severity: 'high',
      title: `Names did not resolve${servers.length === 0 ? '' : ` at ${[...new Set(servers)].slice(0, 5).join(', ')}`}`,
      because: said.newest,
      count: said.count,
      cause: 'dns-failure',
      ...(strange.length === 0 || settings?.stub === true
        ? {}
        : {
            note: `${[...new Set(strange)].slice(0, 3).join(', ')} is not in ${settings?.path}: it was changed since, or the program keeps an older copy`,
          }),
      next: 'resolvectl query or getent ahosts on the node, for the name in the line',
    });
  }
  const overridden =
    hostsFile.state === 'present'
      ? hostsFile.value.filter(({ names }) =>
          names.some((name) => targets.some(({ host }) => withoutPort(host) === name)),
        )
      : [];
  for (const { names, address, path, line } of overridden) {
    problems.push({
      code: 'HOSTS_FILE_OVERRIDES',
      severity: 'medium',
      title: `${path} sends ${names.join(', ')} to ${address}, whatever DNS says`,
      because: [lineAt(path, line, `${address} ${names.join(' ')}`)],
    });
  }
  const facts =
    settings === undefined
      ? []
      : [
          `servers: ${settings.servers.join(', ') || 'none'}${settings.stub ? ' (systemd-resolved; the real servers: resolvectl status)' : ''}`,
          `search: ${settings.search.join(' ') || 'none'}, ndots: ${settings.ndots}`,
        ];
  return sectionOf('dns', resolver, said !== undefined, facts, problems);
}

export function hostsOf(targets: NetworkSightsOfNode['targets']): readonly string[] {
  return [...new Set(targets.map(({ host }) => host))];
}

export function withoutPort(host: string): string {
  return host.replace(/:\d{1,5}$/, '');
}

function lineOf(from: string, image: string) {
  const found = /^(.*):(\d+)$/.exec(from);
  return lineAt(found?.[1] ?? from, Number(found?.[2] ?? 1), image);
}
