import { valueIn } from '../../core/fact.ts';
import type { NetworkSection, PullTarget } from '../../core/node/network-answer.ts';
import type { NodeProblem } from '../../core/node/problem.ts';
import { isClusterLocalName } from '../../image/registry-kind.ts';
import type { HostsEntry, Resolver } from '../sections/resolver.ts';
import type { NetworkLines } from './network-lines.ts';
import { lineAt, sectionOf } from './section-of.ts';
import type { NetworkSightsOfNode } from './sights.ts';

/** The node's resolver, never the cluster's: pulls look names up with it. */
export function judgeDns({ resolver, hostsFile, lines, targets }: NetworkSightsOfNode): NetworkSection {
  const settings = valueIn(resolver);
  const said = lines.get('dns');
  const problems = [
    ...(settings?.servers.length === 0 ? [noServer(settings)] : []),
    ...clusterNames(targets),
    ...(said === undefined ? [] : [failures(said, settings)]),
    ...overrides(valueIn(hostsFile) ?? [], targets),
  ];
  return sectionOf('dns', resolver, said !== undefined, settings === undefined ? [] : factsOf(settings), problems);
}

function noServer({ path }: Resolver): NodeProblem {
  return {
    code: 'DNS_NO_SERVER',
    severity: 'critical',
    title: `${path} names no DNS server`,
    because: [lineAt(path, 1, 'no nameserver line')],
    cause: 'dns-failure',
  };
}

function clusterNames(targets: readonly PullTarget[]): readonly NodeProblem[] {
  return hostsOf(targets)
    .filter((host) => isClusterLocalName(withoutPort(host)))
    .map((host) => ({
      code: 'CLUSTER_NAME_ON_NODE',
      severity: 'high',
      title: `${host} is a name of the cluster, and the node does not resolve with the cluster's DNS`,
      because: targets
        .filter((target) => target.host === host)
        .slice(0, 3)
        .map(({ from, image }) => lineOf(from, image)),
      cause: 'dns-failure',
      next: "name the Service's cluster IP or NodePort in a hosts.toml, or give the registry a name outside the cluster",
    }));
}

function failures(said: NetworkLines, settings: Resolver | undefined): NodeProblem {
  const servers = [...new Set([...said.named.keys()].map(withoutPort))];
  const at = servers.length === 0 ? '' : ` at ${servers.slice(0, 5).join(', ')}`;
  // A stub hides the servers that it asks: nothing follows from others in the lines.
  const strange =
    settings === undefined || settings.stub ? [] : servers.filter((server) => !settings.servers.includes(server));
  return {
    code: 'DNS_FAILURES',
    severity: 'high',
    title: `Names did not resolve${at}`,
    because: said.newest,
    count: said.count,
    cause: 'dns-failure',
    ...(strange.length === 0
      ? {}
      : {
          note: `${strange.slice(0, 3).join(', ')} is not in ${settings?.path}: it was changed since, or the program keeps an older copy`,
        }),
    next: 'resolvectl query or getent ahosts on the node, for the name in the line',
  };
}

function overrides(entries: readonly HostsEntry[], targets: readonly PullTarget[]): readonly NodeProblem[] {
  const wanted = new Set(targets.map(({ host }) => withoutPort(host)));
  return entries
    .filter(({ names }) => names.some((name) => wanted.has(name)))
    .map(({ names, address, path, line }) => ({
      code: 'HOSTS_FILE_OVERRIDES',
      severity: 'medium',
      title: `${path} sends ${names.join(', ')} to ${address}, whatever DNS says`,
      because: [lineAt(path, line, `${address} ${names.join(' ')}`)],
    }));
}

function factsOf({ servers, stub, search, ndots }: Resolver): readonly string[] {
  return [
    `servers: ${servers.join(', ') || 'none'}${stub ? ' (systemd-resolved; the real servers: resolvectl status)' : ''}`,
    `search: ${search.join(' ') || 'none'}, ndots: ${ndots}`,
  ];
}

export function hostsOf(targets: readonly PullTarget[]): readonly string[] {
  return [...new Set(targets.map(({ host }) => host))];
}

function withoutPort(host: string): string {
  return host.replace(/:\d{1,5}$/, '');
}

function lineOf(from: string, image: string) {
  const found = /^(.*):(\d+)$/.exec(from);
  return lineAt(found?.[1] ?? from, Number(found?.[2] ?? 1), image);
}
