import type { Fact } from '../../core/fact.ts';
import type { ChainNote, ChainStep, MirrorChain } from '../../core/node/network-answer.ts';
import type { DockerConfig, DockerSetting } from '../sections/docker-config.ts';
import type { HostFolder } from '../sections/registry-hosts.ts';
import { gapsOfFacts } from '../sections/section-reader.ts';

/** What decides where dockerd pulls from. */
export interface DockerSettings {
  readonly config: Fact<DockerConfig>;
  readonly folders: Fact<readonly HostFolder[]>;
}

const HUB = 'docker.io';
const HUB_REGISTRY = 'registry-1.docker.io';
const CERTS = /(?:^|\/)docker\/certs\.d$/;

/**
 * The hosts that dockerd asks for an image (moby registry/service_v2.go, 23.0): the mirrors of daemon.json for Docker Hub
 * and for no other registry, then the registry itself; plain HTTP after HTTPS for an insecure one.
 */
export function dockerChain(image: string, host: string, { config, folders }: DockerSettings): MirrorChain {
  const common = { image, host, runtime: 'docker' as const };
  if (config.state === 'present' && config.value.problem !== undefined) {
    const { path, why } = config.value.problem;
    const refused = `dockerd does not start with ${path}: ${why}`;
    return { ...common, steps: [], refused, certainty: 'known', decidedBy: [{ path, why }], ignored: [], gaps: [] };
  }
  const known = config.state === 'present' ? config.value : undefined;
  const certificates = folders.state === 'present' ? folders.value.filter(({ root }) => CERTS.test(root)) : [];
  const isHub = host === HUB || host === 'index.docker.io';
  const step = (role: ChainStep['role'], url: string) => stepOf(role, url, insecureRule(url, known), certificates);
  const mirrors = isHub ? (known?.mirrors ?? []) : [];
  const steps = [
    ...mirrors.map(({ value }) => step('mirror', /^https?:\/\//.test(value) ? value : `https://${value}`)),
    // For Docker Hub itself dockerd takes the trust of the system alone.
    isHub ? stepOf('registry', `https://${HUB_REGISTRY}`, undefined, []) : step('registry', `https://${host}`),
  ];
  const gaps = [...gapsOfFacts([config, folders]), ...(known?.gaps ?? [])];
  return {
    ...common,
    steps,
    certainty: gaps.length === 0 ? 'known' : 'partly',
    decidedBy: decidedBy(host, isHub, known),
    ignored: ignoredFor(host, isHub, known, certificates),
    gaps,
  };
}

function stepOf(
  role: ChainStep['role'],
  url: string,
  insecure: DockerSetting | 'loopback' | undefined,
  folders: readonly HostFolder[],
): ChainStep {
  const plain = url.replace(/\/+$/, '');
  const host = hostOf(plain);
  const folder = folders.find(({ name }) => name === host);
  const notes = plain.startsWith('http://') ? ['plain HTTP'] : [];
  if (insecure !== undefined) notes.push('insecure: certificates are not checked, and plain HTTP is tried');
  return {
    role,
    url: `${plain}/v2`,
    host,
    capabilities: role === 'mirror' ? ['pull', 'resolve'] : ['pull', 'resolve', 'push'],
    skipVerify: insecure !== undefined,
    authorities: folder?.authorities ?? [],
    clientCertificates: folder?.clientCertificates ?? [],
    notes,
  };
}

function hostOf(url: string): string {
  return url.replace(/^https?:\/\//, '').split('/', 1)[0] ?? url;
}

/** Exactly the host with its port, or a network that holds its address; 127.0.0.0/8 always (moby registry/config.go). */
function insecureRule(url: string, config: DockerConfig | undefined): DockerSetting | 'loopback' | undefined {
  const host = hostOf(url);
  const address = host.replace(/:\d+$/, '');
  if (address === 'localhost' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address)) return 'loopback';
  return config?.insecure.find(
    ({ value }) => hostOf(value).toLowerCase() === host.toLowerCase() || holds(value, address),
  );
}

function holds(network: string, address: string): boolean {
  const [, base = '', bits = ''] = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(network) ?? [];
  const [inside, outside] = [numberOf(address), numberOf(base)];
  if (inside === undefined || outside === undefined || Number(bits) > 32) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(inside / size) === Math.floor(outside / size);
}

function numberOf(address: string): number | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(address)) return undefined;
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function decidedBy(host: string, isHub: boolean, config: DockerConfig | undefined): ChainNote[] {
  if (config === undefined) return [];
  const path = config.paths[0] ?? 'daemon.json';
  const insecure = insecureRule(host, config);
  const [first] = config.mirrors;
  return [
    isHub && first !== undefined
      ? { path: first.path, why: 'registry-mirrors' }
      : { path, why: isHub ? 'no registry-mirrors' : 'dockerd has mirrors for Docker Hub only' },
    ...(insecure === undefined || insecure === 'loopback' || isHub
      ? []
      : [{ path: insecure.path, why: `insecure-registries: ${insecure.value}` }]),
  ];
}

/** What looks as if it were meant for this host, and dockerd does not use for it. */
function ignoredFor(
  host: string,
  isHub: boolean,
  config: DockerConfig | undefined,
  folders: readonly HostFolder[],
): ChainNote[] {
  const bare = host.replace(/:\d+$/, '');
  const own = folders.find(({ name }) => name === host);
  const notes = folders.flatMap(({ root, name, authorities }): ChainNote[] => {
    const path = `${root}/${name}`;
    const isMeant = isHub ? /^(?:index\.|registry-1\.)?docker\.io$/.test(name) : false;
    if (isMeant && authorities.length > 0)
      return [{ path, why: 'for Docker Hub dockerd trusts what the system trusts, and reads no folder' }];
    if (own !== undefined || isHub || name === host) return [];
    if (name.replace(/[:_]\d+_?$/, '') === bare) return [{ path, why: `the folder of this registry is ${host}` }];
    return [];
  });
  const toml = own?.file === undefined ? [] : [{ path: own.file.path, why: 'dockerd reads no hosts.toml' }];
  const nearly = (config?.insecure ?? []).filter(
    ({ value }) => hostOf(value) !== host && hostOf(value).replace(/:\d+$/, '') === bare && !holds(value, bare),
  );
  const unfit =
    insecureRule(host, config) !== undefined
      ? []
      : nearly.map(({ path, value }) => ({ path, why: `insecure-registries names ${value}, and the image ${host}` }));
  return [...notes, ...toml, ...unfit];
}
