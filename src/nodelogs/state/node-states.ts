import { type Fact, present, unknown } from '../../core/fact.ts';
import type { NodeState, SeenNodeFile } from '../../core/node/node-state.ts';
import { excerpt } from '../../core/redact.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { type ContainerdSettings, containerdChain } from '../network/containerd-chain.ts';
import { readClock } from '../sections/clock.ts';
import { readContainerdConfig, readContainerdVersion } from '../sections/containerd-config.ts';
import { readDf } from '../sections/df.ts';
import { readMounts } from '../sections/mounts.ts';
import { type HostFolder, readHostFolders } from '../sections/registry-hosts.ts';
import type { SectionText } from '../sections/section-reader.ts';
import { readStatsSummary } from '../sections/stats-summary.ts';
import { fileSystemsOf } from '../storage/room.ts';
import { runtimeDownIn } from './runtime-down.ts';
import { Sections, sightAt } from './sections.ts';

const made = new WeakMap<Snapshot, Snapshot>();

/** The same snapshot with what the files of its nodes show; itself when there are none. */
export function withNodeStates(snapshot: Snapshot): Snapshot {
  if (snapshot.nodeFiles === undefined || snapshot.nodeFiles.length === 0 || snapshot.nodeStates !== undefined)
    return snapshot;
  const known = made.get(snapshot);
  if (known !== undefined) return known;
  const result = { ...snapshot, nodeStates: nodeStatesOf(snapshot.nodeFiles, snapshot) };
  made.set(snapshot, result);
  return result;
}

function nodeStatesOf(files: readonly SeenNodeFile[], snapshot: Snapshot): readonly NodeState[] {
  const nodes = [...new Set(files.map(({ node }) => node))];
  return nodes.map((node) => {
    const sections = new Sections(files.filter((file) => file.node === node));
    const down = runtimeDownIn(sections, snapshot, node);
    const clock = clockIn(sections);
    return {
      ...(node === undefined ? {} : { node }),
      ...(down === undefined ? {} : { runtimeDown: down }),
      full: fullSystems(sections),
      ...(clock === undefined ? {} : { clock }),
      unusedMirrors: unusedMirrors(sections),
    };
  });
}

const IMAGE_ROOTS = ['/var/lib/containerd', '/var/lib/containers', '/var/lib/docker'];

/** File systems of images and of the kubelet on which nothing can be written any more. */
function fullSystems(sections: Sections): NodeState['full'] {
  const mountTexts = sections.of('mounts');
  const rows = [
    ...mountTexts.flatMap((text) => readDf(text, 'bytes')),
    ...sections.of('inodes').flatMap((text) => readDf(text, 'inodes')),
  ];
  const stats = sections.of('stats-summary');
  const measures = {
    df: rows.filter(({ what }) => what === 'bytes'),
    inodes: rows.filter(({ what }) => what === 'inodes'),
    mounts: mountTexts.flatMap(readMounts),
    stats: readStatsSummary(stats),
    statsPath: stats[0]?.path,
  };
  const systems = IMAGE_ROOTS.flatMap((images) => fileSystemsOf({ images, kubelet: '/var/lib/kubelet' }, measures));
  const full = systems.flatMap(({ mount, bytes, inodes }) => [
    ...(bytes !== undefined && bytes.available <= 0 ? [{ mount, what: 'bytes' as const, from: bytes.from }] : []),
    ...(inodes !== undefined && inodes.available <= 0 ? [{ mount, what: 'inodes' as const, from: inodes.from }] : []),
  ]);
  const sights = full.map(({ mount, what, from }) => ({ mount, what, ...sightAt(from.path, from.line, from.text) }));
  return [...new Map(sights.map((sight) => [`${sight.id} ${sight.what}`, sight] as const)).values()];
}

/** Only what a time service says: the time that a node shows proves nothing without another to compare with. */
function clockIn(sections: Sections): NodeState['clock'] {
  const clock = readClock(sections.of('clock'));
  if (clock?.from === undefined) return undefined;
  const { synchronized, offsetSeconds, utc, from } = clock;
  return {
    ...sightAt(from.path, from.line, from.text),
    ...(synchronized === undefined ? {} : { synchronized }),
    ...(offsetSeconds === undefined ? {} : { offsetSeconds }),
    ...(utc === undefined ? {} : { shown: utc }),
  };
}

/** What stands in certs.d or the configuration for a host, and is not used. */
function unusedMirrors(sections: Sections): NodeState['unusedMirrors'] {
  const texts = sections.of('registry-hosts');
  const configs = sections.of('containerd-config');
  const folders = readHostFolders(
    texts,
    texts.map(({ path }) => path),
  );
  const settings: ContainerdSettings = {
    config: factOf(readContainerdConfig(configs), configs, 'the configuration of containerd'),
    version: readContainerdVersion(sections.of('containerd-version')),
    folders: factOf<readonly HostFolder[]>(folders.length === 0 ? undefined : folders, texts, 'certs.d'),
  };
  const hosts = [...new Set(folders.map(({ name }) => name.replace(/_(\d+)_$/, ':$1')))].slice(0, 200);
  return hosts.flatMap((host) => {
    const isDefault = host === '_default';
    const chain = containerdChain(
      `${isDefault ? 'registry.invalid' : host}/any/image:any`,
      isDefault ? 'registry.invalid' : host,
      settings,
    );
    if (chain.steps.some(({ role, skipped }) => role === 'mirror' && skipped === undefined)) return [];
    // A certificate that is not read keeps no mirror from being asked.
    const unused = chain.ignored.filter(({ path }) => !path.endsWith('.crt'));
    return unused.map(({ path, why }) => ({
      host,
      file: path,
      why: excerpt(why, 300),
      ...sightAt(path, 1, why),
    }));
  });
}

function factOf<T>(value: T | undefined, texts: readonly SectionText[], wanted: string): Fact<T> {
  return value === undefined
    ? unknown(wanted)
    : present(
        value,
        texts.map(({ path }) => path),
      );
}
