import { SEVERITIES } from '../../core/cause.ts';
import { type AnswerGap, absent, answerGaps, type Fact, present, unknown, valueIn } from '../../core/fact.ts';
import type { NodeBundle } from '../../core/node/bundle.ts';
import type {
  MirrorChain,
  NetworkAnswer,
  NetworkSection,
  NetworkSectionName,
  NodeNetwork,
  PullTarget,
} from '../../core/node/network-answer.ts';
import { nodesOfAnswer } from '../answer.ts';
import { ScanCoverage } from '../scan/matching-lines.ts';
import { referenceOf } from '../scan/reference.ts';
import { readClock } from '../sections/clock.ts';
import { readK3sRegistries } from '../sections/k3s-registries.ts';
import { readConntrack, readLinks, readRoutes } from '../sections/network-state.ts';
import { filesByNode, type NodeFiles } from '../sections/node-files.ts';
import { containerdConfig, containerdVersion, dockerConfig, proxySettingsOf } from '../sections/node-sections.ts';
import { proxiesOfRuntime } from '../sections/proxies.ts';
import type { ProxySettings } from '../sections/proxy.ts';
import { readRegistriesConf } from '../sections/registries-conf.ts';
import { type HostFolder, readHostFolders } from '../sections/registry-hosts.ts';
import { readHostsFile, readResolver } from '../sections/resolver.ts';
import { type RuntimeKind, runtimeOf } from '../sections/runtime-kind.ts';
import { gapsOfFacts, joinCoverage, SectionReader } from '../sections/section-reader.ts';
import { containerdChain } from './containerd-chain.ts';
import { crioChain } from './crio-chain.ts';
import { dockerChain } from './docker-chain.ts';
import { judgeDns } from './judge-dns.ts';
import { judgeMirrors } from './judge-mirrors.ts';
import { judgeClock, judgeConntrack, judgeImds, judgeKubeProxy, judgeMtu, judgeRoutes } from './judge-others.ts';
import { judgeProxy } from './judge-proxy.ts';
import { networkLines, targetOf } from './network-lines.ts';
import type { NetworkSightsOfNode } from './sights.ts';

export interface NetworkOptions {
  readonly node?: string;
  readonly sections: readonly NetworkSectionName[];
  /** Images to follow; left out: those that failed in the logs. */
  readonly images?: readonly string[];
  /** This machine's clock, RFC 3339: only places log times without a year. */
  readonly now: string;
  readonly signal?: AbortSignal;
}

/** The way from the nodes of a bundle to the registries in question. */
export async function judgeNetwork(bundle: NodeBundle, options: NetworkOptions): Promise<NetworkAnswer> {
  const looks = [];
  for (const files of filesByNode(bundle, options.node)) looks.push(await lookAt(bundle, files, options));
  return {
    kind: 'NodeNetwork',
    collection: bundle.id,
    nodes: nodesOfAnswer(
      bundle,
      looks.map(({ network }) => network.node),
    ),
    coverage: { ...joinCoverage(looks.flatMap(({ coverage }) => coverage)), filesTotal: bundle.files.length },
    gaps: answerGaps(bundle.gaps),
    asked: options.sections,
    perNode: looks.map(({ network }) => network),
  };
}

/** More images than these are not followed one by one. */
const MAX_CHAINS = 20;

async function lookAt(bundle: NodeBundle, files: NodeFiles, options: NetworkOptions) {
  const { signal, now } = options;
  const reader = new SectionReader(files, signal);
  const scan = new ScanCoverage();
  const { lines, failing } = await networkLines(files.files, { reference: referenceOf(bundle, now), signal }, scan);
  const named = options.images?.flatMap((image) => targetOf(image, 'asked') ?? []) ?? [];
  const targets = named.length > 0 ? named : failing;
  const sights = { ...(await readSights(reader)), lines, targets };
  const chains = options.sections.includes('mirrors') ? await chainsOf(reader, targets) : [];
  const sections = options.sections.map((name) => SECTIONS[name](sights, chains));
  const network: NodeNetwork = {
    ...(files.node === undefined ? {} : { node: files.node }),
    targets,
    sections,
    chains,
    problems: sections
      .flatMap(({ problems }) => problems)
      .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)),
    gaps: gapsOf(sections, sights, chains),
  };
  return { network, coverage: [reader.coverage, scan.value] };
}

const SECTIONS: Readonly<
  Record<NetworkSectionName, (sights: NetworkSightsOfNode, chains: readonly MirrorChain[]) => NetworkSection>
> = {
  dns: judgeDns,
  proxy: judgeProxy,
  mirrors: judgeMirrors,
  routes: judgeRoutes,
  mtu: judgeMtu,
  conntrack: judgeConntrack,
  imds: judgeImds,
  kube_proxy: judgeKubeProxy,
  clock: judgeClock,
};

async function readSights(reader: SectionReader): Promise<Omit<NetworkSightsOfNode, 'lines' | 'targets'>> {
  return {
    resolver: await reader.fact("the node's resolver", ['resolv-conf'], readResolver, { how: 'cat /etc/resolv.conf' }),
    hostsFile: await reader.fact("the node's hosts file", ['hosts-file'], (texts) => texts.flatMap(readHostsFile), {
      how: 'cat /etc/hosts',
    }),
    proxies: await proxiesOf(reader),
    routes: await reader.fact('routes of the node', ['routes'], readRoutes, { how: 'ip route' }),
    links: await reader.fact(
      'links of the node',
      ['links'],
      (texts) => {
        const links = texts.flatMap(readLinks);
        return links.length === 0 ? undefined : links;
      },
      { how: 'ip address' },
    ),
    conntrack: await reader.fact('connection tracking', ['conntrack'], readConntrack, {
      how: 'sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max',
    }),
    clock: await reader.fact("the node's clock", ['clock'], readClock, { how: 'timedatectl; chronyc tracking' }),
    kubeProxyRules: await reader.fact(
      'rules of kube-proxy',
      ['iptables'],
      (texts) => texts.some(({ text }) => text.includes('KUBE-SERVICES')),
      { how: 'iptables-save' },
    ),
    imds: await reader.fact(
      'the instance metadata service',
      ['imds'],
      (texts) => texts[0]?.text.trim().split('\n').slice(0, 3).join(' ').slice(0, 300),
      { how: 'curl http://169.254.169.254/ on the node' },
    ),
  };
}

/** Units that were seen without a proxy are an answer; no unit at all is none. */
async function proxiesOf(reader: SectionReader): Promise<Fact<readonly ProxySettings[]>> {
  const files = reader.of('containerd-unit', 'kubelet-unit', 'proxy', 'runtime-environment', 'docker-config');
  if (files.length === 0)
    return unknown("the proxies of the runtime's unit", 'not-collected', 'systemctl cat containerd kubelet');
  const { runtime } = await runtimeOf(reader);
  const found = proxiesOfRuntime(await proxySettingsOf(reader), runtime);
  const paths = files.map(({ path }) => path);
  if (found.length > 0) return present(found, paths);
  const hasRuntime = reader.of('containerd-unit', 'proxy').length > 0;
  return hasRuntime
    ? absent(paths)
    : unknown("the proxies of the runtime's unit", 'not-collected', `systemctl cat ${UNIT_OF[runtime]}`);
}

const UNIT_OF: Readonly<Record<RuntimeKind, string>> = { containerd: 'containerd', 'cri-o': 'crio', docker: 'docker' };

async function chainsOf(reader: SectionReader, targets: readonly PullTarget[]): Promise<readonly MirrorChain[]> {
  if (targets.length === 0) return [];
  const wanted = targets.slice(0, MAX_CHAINS);
  const { runtime } = await runtimeOf(reader);
  if (runtime === 'cri-o') {
    const conf = await reader.fact('registries.conf of the node', ['registries-conf'], readRegistriesConf);
    return wanted.map(({ image, host }) => crioChain(image, host, conf));
  }
  if (runtime === 'docker') {
    const settings = { config: await dockerConfig(reader), folders: await foldersOf(reader, '/etc/docker/certs.d') };
    return wanted.map(({ image, host }) => dockerChain(image, host, settings));
  }
  const config = await containerdConfig(reader);
  const version = await containerdVersion(reader);
  const folders = await foldersOf(reader);
  const k3s = readK3sRegistries(await reader.texts('registries-conf'));
  return wanted.map(({ image, host }) =>
    containerdChain(image, host, { config, version: valueIn(version), folders, k3s }),
  );
}

async function foldersOf(
  reader: SectionReader,
  place = '/etc/containerd/certs.d',
): Promise<Fact<readonly HostFolder[]>> {
  const files = reader.of('registry-hosts');
  if (files.length === 0) return unknown('certs.d of the node', 'not-collected', `grep -rn . ${place}`);
  const paths = files.map(({ path }) => path);
  return present(readHostFolders(await reader.texts('registry-hosts'), paths), paths);
}

/** Only of what was asked for. */
function gapsOf(
  sections: readonly NetworkSection[],
  sights: NetworkSightsOfNode,
  chains: readonly MirrorChain[],
): readonly AnswerGap[] {
  const facts: Partial<Record<NetworkSectionName, readonly Fact<unknown>[]>> = {
    dns: [sights.resolver, sights.hostsFile],
    proxy: [sights.proxies],
    routes: [sights.routes],
    mtu: [sights.links],
    conntrack: [sights.conntrack],
    imds: [sights.imds],
    kube_proxy: [sights.kubeProxyRules],
    clock: [sights.clock],
  };
  const ofSections = sections.flatMap(({ name }) => gapsOfFacts(facts[name] ?? []));
  const all = [...ofSections, ...chains.flatMap(({ gaps }) => gaps)];
  return [...new Map(all.map((gap) => [gap.what, gap] as const)).values()];
}
