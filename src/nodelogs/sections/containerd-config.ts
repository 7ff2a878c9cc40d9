import type { SectionText } from './section-reader.ts';
import { parseToml } from './toml.ts';
import { at, defined, flag, number, type Table, table, text, texts } from './values.ts';

/** How the CRI plugin of containerd is told to pull. */
export interface ContainerdConfig {
  /** Of the file that decides; 1 when a file names none. */
  readonly version: number;
  /** Printed by `containerd config dump`: defaults and drop-ins are in it. */
  readonly merged: boolean;
  /** `registry.config_path` as written: a folder, or several joined by colons. Empty is unset. */
  readonly configPath?: string;
  /** `registry.mirrors`, deprecated: endpoints by host, `*` for all others. */
  readonly mirrors: ReadonlyMap<string, readonly string[]>;
  /** Hosts of `registry.configs` and `registry.auths`; their values may be secrets and are not kept. */
  readonly configuredHosts: readonly string[];
  readonly sandboxImage?: string;
  readonly snapshotter?: string;
  readonly discardUnpackedLayers?: boolean;
  readonly useLocalImagePull?: boolean;
  readonly maxConcurrentDownloads?: number;
  readonly imagePullWithSyncFs?: boolean;
  readonly disableSnapshotAnnotations?: boolean;
  readonly root?: string;
  readonly disabledPlugins: readonly string[];
  /** Files that were read, the deciding ones first. */
  readonly paths: readonly string[];
  /** Settings that containerd does not look at, and files that it cannot read. */
  readonly ignored: readonly { readonly path: string; readonly what: string; readonly why: string }[];
  /** Registry settings with their names, for comparing two nodes. */
  readonly all: Readonly<Record<string, string>>;
}

const IMAGES_V3 = 'io.containerd.cri.v1.images';
const CRI_V2 = 'io.containerd.grpc.v1.cri';
const CRI_V1 = 'cri';

/** Drop-ins come after the main file, in the order of their names. */
export function readContainerdConfig(sections: readonly SectionText[]): ContainerdConfig | undefined {
  const dumps = sections.filter(({ path }) => /containerd-config\.txt$|config-dump/i.test(path));
  const chosen = dumps.length > 0 ? dumps.slice(0, 1) : [...sections].sort(mainFirst);
  const files = chosen.map(fileOf);
  const read = files.filter((file) => file.value !== undefined);
  const ignored = files.flatMap((file) => file.ignored);
  if (read.length === 0 && ignored.length === 0) return undefined;
  const settings = read.map((file) => settingsOf(file.value ?? {}, file.version));
  const merged = Object.assign({}, ...settings.map(({ fields }) => fields)) as Partial<ContainerdConfig>;
  const all = Object.assign({}, ...settings.map(({ flat }) => flat)) as Record<string, string>;
  return {
    ...merged,
    version: read[0]?.version ?? 1,
    merged: dumps.length > 0,
    mirrors: new Map(settings.flatMap(({ mirrors }) => [...mirrors])),
    configuredHosts: [...new Set(settings.flatMap(({ hosts }) => hosts))],
    disabledPlugins: settings.flatMap(({ disabled }) => disabled),
    paths: chosen.map(({ path }) => path),
    ignored,
    all,
  };
}

function mainFirst(a: SectionText, b: SectionText): number {
  const rank = ({ path }: SectionText) => (/(?:^|\/)config\.toml$/.test(path) ? 0 : 1);
  return rank(a) - rank(b) || (a.path < b.path ? -1 : 1);
}

interface ConfigFile {
  readonly value: Table | undefined;
  readonly version: number;
  readonly ignored: ContainerdConfig['ignored'];
}

function fileOf({ path, text: content }: SectionText): ConfigFile {
  const parsed = parseToml(withoutBanner(content));
  if ('problem' in parsed) {
    return {
      value: undefined,
      version: 1,
      ignored: [{ path, what: 'the whole file', why: `not TOML: ${parsed.problem}` }],
    };
  }
  const version = number(at(parsed.value, 'version')) ?? 1;
  return { value: parsed.value, version, ignored: misplaced(parsed.value, version, path) };
}

/** `config dump` may warn on the same stream before it prints. */
function withoutBanner(content: string): string {
  const start = content.search(/^(?:\s{0,20}\[|\s{0,20}["']?[A-Za-z_][\w."' -]{0,80}["']?\s{0,4}=)/m);
  return start <= 0 ? content : content.slice(content.lastIndexOf('\n', start) + 1);
}

/** Registry settings in a section that this version does not read (containerd docs/cri/registry.md). */
function misplaced(value: Table, version: number, path: string): ContainerdConfig['ignored'] {
  const right = imageSection(version);
  return [CRI_V1, CRI_V2, IMAGES_V3].flatMap((section) => {
    if (section === right || at(value, 'plugins', section, 'registry') === undefined) return [];
    const why = `a file of version ${version} keeps registry settings under plugins."${right}".registry`;
    return [{ path, what: `plugins."${section}".registry`, why }];
  });
}

function imageSection(version: number): string {
  if (version >= 3) return IMAGES_V3;
  return version === 2 ? CRI_V2 : CRI_V1;
}

interface Settings {
  readonly fields: Partial<ContainerdConfig>;
  readonly mirrors: ReadonlyMap<string, readonly string[]>;
  readonly hosts: readonly string[];
  readonly disabled: readonly string[];
  readonly flat: Readonly<Record<string, string>>;
}

function settingsOf(value: Table, version: number): Settings {
  const images = table(at(value, 'plugins', imageSection(version))) ?? {};
  const registry = table(images.registry) ?? {};
  // Up to version 2 the snapshotter and what goes with it stand one level deeper.
  const unpack = version >= 3 ? images : (table(images.containerd) ?? {});
  const fields = defined({
    configPath: text(registry.config_path) || undefined,
    sandboxImage: version >= 3 ? text(at(images, 'pinned_images', 'sandbox')) : text(images.sandbox_image),
    snapshotter: text(unpack.snapshotter),
    discardUnpackedLayers: flag(unpack.discard_unpacked_layers),
    disableSnapshotAnnotations: flag(unpack.disable_snapshot_annotations),
    useLocalImagePull: flag(images.use_local_image_pull),
    maxConcurrentDownloads: number(images.max_concurrent_downloads),
    imagePullWithSyncFs: flag(images.image_pull_with_sync_fs),
    root: text(value.root),
  });
  const mirrors = Object.entries(table(registry.mirrors) ?? {}).map(
    ([host, mirror]) => [host, texts(at(mirror, 'endpoint')).slice(0, 50)] as const,
  );
  return {
    fields,
    mirrors: new Map(mirrors.slice(0, 500)),
    hosts: [...Object.keys(table(registry.configs) ?? {}), ...Object.keys(table(registry.auths) ?? {})].slice(0, 500),
    disabled: texts(value.disabled_plugins).slice(0, 100),
    flat: {
      ...Object.fromEntries(Object.entries(fields).map(([key, each]) => [key, String(each)])),
      ...Object.fromEntries(mirrors.map(([host, endpoints]) => [`mirrors.${host}`, endpoints.join(' ')])),
    },
  };
}

/** `containerd github.com/containerd/containerd/v2 v2.1.9 1c4457e`, `Version: v1.7.24`, `containerd.io 1.6.20`: the numbers. */
export function readContainerdVersion(sections: readonly SectionText[]): string | undefined {
  const lines = sections.flatMap(({ text: content }) => content.slice(0, 4000).split('\n'));
  // One file may hold the versions of several programs.
  const named = lines.filter((line) => /containerd/i.test(line));
  for (const line of named.length > 0 ? named : lines.filter((each) => /^\s*Version:/i.test(each))) {
    const found = /(?:^|[\sv])(\d{1,3}\.\d{1,4}\.\d{1,5}(?:-[\w.]{1,20})?)(?:\s|$|[,+~])/.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  return lines.map((line) => /^\s*Version:\s*v?(\d{1,3}\.\d{1,4}\.\d{1,5})/i.exec(line)?.[1]).find(Boolean);
}

/** `2.1.9` as [2, 1, 9]. */
function versionParts(version: string): readonly [number, number, number] {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
  return [major, minor, patch];
}

/** Negative, zero or positive as `a` is older than, the same as or newer than `b`. */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [versionParts(a), versionParts(b)];
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}

/**
 * Whether pulls go through the transfer service: from 2.1 on, unless a setting asks for what only the old way can
 * (containerd internal/cri/config). Undefined where the version is not known.
 */
export function usesTransferService(config: ContainerdConfig, version: string | undefined): boolean | undefined {
  if (version === undefined) return undefined;
  if (compareVersions(version, '2.1.0') < 0) return false;
  const { useLocalImagePull, discardUnpackedLayers, maxConcurrentDownloads, imagePullWithSyncFs } = config;
  const oldWay =
    useLocalImagePull === true ||
    discardUnpackedLayers === true ||
    imagePullWithSyncFs === true ||
    (maxConcurrentDownloads !== undefined && maxConcurrentDownloads !== 3) ||
    config.mirrors.size > 0 ||
    config.configuredHosts.length > 0 ||
    config.disableSnapshotAnnotations === false;
  return !oldWay;
}
