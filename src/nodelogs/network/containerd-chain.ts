import type { AnswerGap, Fact } from '../../core/fact.ts';
import type { ChainNote, ChainStep, MirrorChain } from '../../core/node/network-answer.ts';
import { parseParts } from '../../image/grammar.ts';
import { type ContainerdConfig, compareVersions, usesTransferService } from '../sections/containerd-config.ts';
import type { K3sRegistries } from '../sections/k3s-registries.ts';
import type { HostEntry, HostFolder } from '../sections/registry-hosts.ts';
import { hostStep, registryStep } from './chain-step.ts';

/** What decides where containerd pulls from. */
export interface ContainerdSettings {
  readonly config: Fact<ContainerdConfig>;
  readonly version: string | undefined;
  /** The certs.d folders that were collected; unknown when none was. */
  readonly folders: Fact<readonly HostFolder[]>;
  /** From which k3s and RKE2 write certs.d when they start. */
  readonly k3s?: K3sRegistries | undefined;
}

const DEFAULT_ROOT = '/etc/containerd/certs.d';
/** Since 2.2, where config_path is not set (containerd docs/hosts.md). */
const DEFAULT_ROOTS_2_2 = [DEFAULT_ROOT, '/etc/docker/certs.d'];

/** The hosts that containerd asks for an image: config_path and hosts.toml, else the deprecated mirrors. */
export function containerdChain(image: string, host: string, settings: ContainerdSettings): MirrorChain {
  const draft = new Draft(image, host);
  const { config } = settings;
  if (config.state !== 'present') {
    draft.gaps.push({
      what: "containerd's configuration (config_path)",
      why: 'not-collected',
      how: 'containerd config dump',
    });
    return fromFolders(draft, [DEFAULT_ROOT], settings, `if config_path is ${DEFAULT_ROOT}`);
  }
  for (const { path, what, why } of config.value.ignored)
    draft.ignored.push({ path, why: `${what} is not used: ${why}` });
  return fromConfig(draft, config.value, settings);
}

function fromConfig(draft: Draft, config: ContainerdConfig, settings: ContainerdSettings): MirrorChain {
  const path = config.paths[0] ?? "containerd's configuration";
  const roots = rootsOf(config, settings.version);
  if (config.configPath !== undefined && config.mirrors.size > 0) {
    return draft.refuse(`the CRI plugin does not load: ${path} sets both config_path and mirrors`, path);
  }
  if (roots === undefined) return fromMirrors(draft, config, settings, path);
  if (roots.length > 1 && ignoresLists(config, settings.version)) return fromUnsplitList(draft, roots, settings);
  draft.decidedBy.push({
    path,
    why:
      config.configPath === undefined ? `default config_path ${roots.join(':')}` : `config_path ${config.configPath}`,
  });
  return fromFolders(draft, roots, settings);
}

function rootsOf({ configPath, merged }: ContainerdConfig, version: string | undefined): readonly string[] | undefined {
  if (configPath !== undefined) return configPath.split(':').filter(Boolean).slice(0, 10);
  // A dump shows the default when there is one.
  const hasDefault = !merged && version !== undefined && compareVersions(version, '2.2.0') >= 0;
  return hasDefault ? DEFAULT_ROOTS_2_2 : undefined;
}

/** The list is taken for the name of one folder, which does not exist; it matters where a folder of this host lies in one of them. */
function fromUnsplitList(
  draft: Draft,
  roots: readonly string[],
  { folders, version }: ContainerdSettings,
): MirrorChain {
  const path = roots.join(':');
  const why = `containerd ${version} does not split a list of folders while it pulls through the transfer service`;
  const names = candidates(draft.host);
  if (folders.state === 'present' && folders.value.some(({ name }) => names.includes(name)))
    draft.ignored.push({ path, why });
  else draft.decidedBy.push({ path, why });
  return draft.done([registryStep(draft.host, {})]);
}

/** containerd 2.1 to 2.3.4 (issues 12415, 12636, 12808). */
function ignoresLists(config: ContainerdConfig, version: string | undefined): boolean {
  if (version === undefined || usesTransferService(config, version) !== true) return false;
  return compareVersions(version, '2.3.4') <= 0;
}

/** Without config_path: `registry.mirrors`, by host or `*`, the registry itself last. */
function fromMirrors(
  draft: Draft,
  config: ContainerdConfig,
  { folders }: ContainerdSettings,
  path: string,
): MirrorChain {
  const found =
    folders.state === 'present' ? folders.value.filter(({ name }) => candidates(draft.host).includes(name)) : [];
  for (const { root, name } of found)
    draft.ignored.push({ path: `${root}/${name}`, why: 'config_path is not set, so certs.d is not read' });
  const endpoints = config.mirrors.get(draft.host) ?? config.mirrors.get('*') ?? [];
  if (endpoints.length > 0)
    draft.decidedBy.push({ path, why: `mirrors of ${config.mirrors.has(draft.host) ? draft.host : '*'}` });
  else draft.decidedBy.push({ path, why: 'neither config_path nor a mirror of this host is set' });
  const steps = endpoints.map((url) => hostStep({ url, authorities: [], client: [] }, draft.host, draft.byTag));
  const last = registryStep(draft.host, {});
  return draft.done(steps.some(({ host }) => host === last.host) ? steps : [...steps, last]);
}

/** The folders that containerd tries for a host, in order: `h_p_`, `h:p`, `_default`; with a port never the bare name (hosts.go). */
function candidates(host: string): readonly string[] {
  const port = /:(\d+)$/.exec(host)?.[1];
  return port === undefined ? [host, '_default'] : [host.replace(/:(\d+)$/, '_$1_'), host, '_default'];
}

function fromFolders(
  draft: Draft,
  roots: readonly string[],
  { folders, k3s }: ContainerdSettings,
  condition?: string,
): MirrorChain {
  if (folders.state !== 'present' && k3s !== undefined) return fromK3s(draft, k3s);
  if (folders.state !== 'present') {
    draft.gaps.push({ what: `${roots.join(', ')} of the node`, why: 'not-collected', how: `grep -rn . ${roots[0]}` });
    return draft.done([registryStep(draft.host, {})]);
  }
  for (const root of roots) {
    const here = folders.value.filter((folder) => isRoot(folder.root, root));
    const folder = candidates(draft.host)
      .map((name) => here.find((each) => each.name === name))
      .find(Boolean);
    draft.ignored.push(...misnamed(draft.host, here, folder));
    if (folder === undefined) continue;
    if (condition !== undefined) draft.decidedBy.push({ path: `${folder.root}/${folder.name}`, why: condition });
    return draft.done(fromFolder(draft, folder));
  }
  draft.decidedBy.push({ path: roots.join(', '), why: `no folder for ${draft.host}` });
  return draft.done([registryStep(draft.host, {})]);
}

/** The registry itself comes last, unless k3s is started with --disable-default-registry-endpoint. */
function fromK3s(draft: Draft, { mirrors, path, problem }: K3sRegistries): MirrorChain {
  if (problem !== undefined) draft.ignored.push({ path, why: `it does not parse: ${problem}` });
  const endpoints = mirrors.get(draft.host) ?? mirrors.get('*') ?? [];
  draft.decidedBy.push({
    path,
    why:
      endpoints.length === 0
        ? `no mirror of ${draft.host}`
        : `mirrors of ${mirrors.has(draft.host) ? draft.host : '*'}`,
  });
  const steps = endpoints.map((url) => hostStep({ url, authorities: [], client: [] }, draft.host, draft.byTag));
  return draft.done([...steps, registryStep(draft.host, {})]);
}

function isRoot(collected: string, root: string): boolean {
  return collected === root || root.endsWith(`/${collected}`) || collected.endsWith(root);
}

function fromFolder(
  draft: Draft,
  { root, name, file, otherFiles, authorities, clientCertificates }: HostFolder,
): ChainStep[] {
  const place = `${root}/${name}`;
  const certificates = { authorities, clientCertificates };
  if (file === undefined) {
    for (const other of otherFiles)
      draft.ignored.push({ path: `${place}/${other}`, why: 'only a file named hosts.toml is read' });
    draft.decidedBy.push({ path: place, why: 'no hosts.toml: only its certificates are used' });
    return [registryStep(draft.host, certificates)];
  }
  if ('problem' in file) {
    const why = `containerd cannot read it (${file.problem}); it logs that and goes on without the mirror`;
    draft.ignored.push({ path: `${place}/hosts.toml`, why });
    return [registryStep(draft.host, certificates)];
  }
  draft.decidedBy.push({
    path: `${place}/hosts.toml`,
    why: name === '_default' ? 'the folder for all hosts without their own' : 'the folder of this host',
  });
  for (const crt of authorities) {
    const named = [file.config.serverEntry, ...file.config.hosts].some((entry) =>
      entry.authorities.some((ca) => ca.endsWith(crt)),
    );
    if (!named)
      draft.ignored.push({
        path: `${place}/${crt}`,
        why: 'beside a hosts.toml, only files that a `ca` names are read',
      });
  }
  const mirrors = file.config.hosts.map((entry) => hostStep(entry, draft.host, draft.byTag));
  return [...mirrors, lastStep(file.config.serverEntry, file.config.server, draft)];
}

/** `server`, else the registry itself, which then has all capabilities. */
function lastStep(entry: HostEntry, server: string | undefined, draft: Draft): ChainStep {
  if (server === undefined || server === '') {
    return registryStep(draft.host, {
      authorities: entry.authorities,
      clientCertificates: entry.client,
      skipVerify: entry.skipVerify === true,
    });
  }
  return hostStep({ ...entry, url: server }, draft.host, draft.byTag);
}

/** Folders that are meant for this host and are not tried for it. */
function misnamed(host: string, folders: readonly HostFolder[], used: HostFolder | undefined): ChainNote[] {
  const tried = new Set(candidates(host));
  const bare = host.replace(/:\d+$/, '');
  const reasons = folders.flatMap(({ root, name }): ChainNote[] => {
    if (tried.has(name)) return [];
    const path = `${root}/${name}`;
    if (host !== bare && name === bare)
      return [{ path, why: `the image names a port: the folder is ${candidates(host)[0]}` }];
    if (host !== bare && /^(.+)_\d+$/.exec(name)?.[1] === bare)
      return [{ path, why: `one underscore is missing: the folder is ${candidates(host)[0]}` }];
    if (host === 'docker.io' && /^(?:index\.|registry-1\.|hub\.)?docker\.(?:io|com)$/.test(name))
      return [{ path, why: 'the folder of Docker Hub is docker.io' }];
    if (host === bare && name.startsWith(`${bare}_`))
      return [{ path, why: `the image names no port: the folder is ${bare}` }];
    return [];
  });
  return used === undefined || used.name === '_default' ? reasons : [];
}

/** What is found out about one image, step by step. */
class Draft {
  readonly image: string;
  readonly host: string;
  /** The image is named by tag: hosts that cannot resolve are passed over. */
  readonly byTag: boolean;
  readonly decidedBy: ChainNote[] = [];
  readonly ignored: ChainNote[] = [];
  readonly gaps: AnswerGap[] = [];

  constructor(image: string, host: string) {
    this.image = image;
    this.host = host;
    const parsed = parseParts(image);
    this.byTag = parsed.ok && parsed.parts.digest === undefined;
  }

  done(steps: readonly ChainStep[]): MirrorChain {
    return { ...this.#common(), steps, certainty: this.gaps.length === 0 ? 'known' : 'partly' };
  }

  refuse(why: string, path: string): MirrorChain {
    this.decidedBy.push({ path, why });
    return { ...this.#common(), steps: [], refused: why, certainty: 'known' };
  }

  #common() {
    const { image, host, decidedBy, ignored, gaps } = this;
    return { image, host, runtime: 'containerd' as const, decidedBy, ignored, gaps };
  }
}
