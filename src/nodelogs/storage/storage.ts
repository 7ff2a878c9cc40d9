import { answerGaps, type Fact, valueIn } from '../../core/fact.ts';
import type { NodeBundle } from '../../core/node/bundle.ts';
import type { GarbageCollection, NodeStorage, StorageAnswer } from '../../core/node/storage-answer.ts';
import { nodesOfAnswer } from '../answer.ts';
import { ScanCoverage } from '../scan/matching-lines.ts';
import { referenceOf } from '../scan/reference.ts';
import { readDf } from '../sections/df.ts';
import type { KubeletSettings } from '../sections/kubelet-settings.ts';
import { readMounts } from '../sections/mounts.ts';
import { filesByNode, type NodeFiles } from '../sections/node-files.ts';
import { containerdConfig, kubeletSettings } from '../sections/node-sections.ts';
import { runtimeOf } from '../sections/runtime-kind.ts';
import { gapsOfFacts, joinCoverage, SectionReader } from '../sections/section-reader.ts';
import { readStatsSummary } from '../sections/stats-summary.ts';
import { storageProblems, storageState } from './judge.ts';
import { fileSystemsOf, type Measures } from './room.ts';
import { type SpaceLines, type SpaceWord, spaceLines } from './space-lines.ts';

export interface StorageOptions {
  /** One node of several. */
  readonly node?: string;
  /** This machine's clock, RFC 3339: only places log times without a year. */
  readonly now: string;
  readonly signal?: AbortSignal;
}

/** Is there room for images on the nodes of a bundle. */
export async function judgeStorage(bundle: NodeBundle, options: StorageOptions): Promise<StorageAnswer> {
  const looks = [];
  for (const files of filesByNode(bundle, options.node)) looks.push(await lookAt(bundle, files, options));
  return {
    kind: 'NodeStorage',
    collection: bundle.id,
    nodes: nodesOfAnswer(
      bundle,
      looks.map(({ storage }) => storage.node),
    ),
    coverage: { ...joinCoverage(looks.flatMap(({ coverage }) => coverage)), filesTotal: bundle.files.length },
    gaps: answerGaps(bundle.gaps),
    perNode: looks.map(({ storage }) => storage),
  };
}

async function lookAt(bundle: NodeBundle, files: NodeFiles, { now, signal }: StorageOptions) {
  const reader = new SectionReader(files, signal);
  const scan = new ScanCoverage();
  const [settings, imageRoot, measures] = [
    await kubeletSettings(reader),
    await imageRootOf(reader),
    await measure(reader),
  ];
  const reference = referenceOf(bundle, now);
  const lines = await spaceLines(files.files, { reference, signal }, scan);
  const kubelet = rootOfKubelet(settings);
  const filesystems = fileSystemsOf({ images: imageRoot.path, kubelet }, measures);
  const collection = collectionOf(settings, lines);
  const problems = storageProblems({ systems: filesystems, lines, collection });
  const storage: NodeStorage = {
    ...(files.node === undefined ? {} : { node: files.node }),
    ...storageState(problems, filesystems),
    imageRoot,
    filesystems,
    garbageCollection: collection,
    problems,
    gaps: gapsOf(measures, settings),
  };
  return { storage, coverage: [reader.coverage, scan.value] };
}

const ROOTS = { containerd: '/var/lib/containerd', 'cri-o': '/var/lib/containers', docker: '/var/lib/docker' } as const;

async function imageRootOf(reader: SectionReader): Promise<NodeStorage['imageRoot']> {
  const guess = await runtimeOf(reader);
  const config = valueIn(await containerdConfig(reader));
  if (guess.runtime === 'containerd' && config?.root !== undefined)
    return { path: config.root, because: `root in ${config.paths[0] ?? "containerd's configuration"}` };
  return {
    path: ROOTS[guess.runtime],
    because:
      guess.because === undefined
        ? 'usual place of containerd; nothing tells the runtime'
        : `${guess.runtime}: ${guess.because}`,
  };
}

async function measure(reader: SectionReader): Promise<Measures> {
  const [mountTexts, inodeTexts, statTexts] = await Promise.all([
    reader.texts('mounts'),
    reader.texts('inodes'),
    reader.texts('stats-summary'),
  ]);
  const rows = [
    ...mountTexts.flatMap((text) => readDf(text, 'bytes')),
    ...inodeTexts.flatMap((text) => readDf(text, 'inodes')),
  ];
  return {
    df: rows.filter(({ what }) => what === 'bytes'),
    inodes: rows.filter(({ what }) => what === 'inodes'),
    mounts: mountTexts.flatMap(readMounts),
    stats: readStatsSummary(statTexts),
    statsPath: statTexts[0]?.path,
  };
}

function rootOfKubelet(settings: Fact<KubeletSettings>): string {
  const flag = valueIn(settings)?.all['--root-dir'];
  return flag?.startsWith('/') === true ? flag : '/var/lib/kubelet';
}

/** kubelet defaults: 85 and 80 percent. */
function collectionOf(settings: Fact<KubeletSettings>, lines: ReadonlyMap<SpaceWord, SpaceLines>): GarbageCollection {
  const set = valueIn(settings);
  const isSet = set?.imageGcHighPercent !== undefined || set?.imageGcLowPercent !== undefined;
  return {
    highPercent: set?.imageGcHighPercent ?? 85,
    lowPercent: set?.imageGcLowPercent ?? 80,
    thresholdsFrom: isSet ? 'kubelet settings' : 'default',
    ...(set?.imageMinimumGcAge === undefined ? {} : { minimumAge: set.imageMinimumGcAge }),
    ...(set?.evictionHard === undefined ? {} : { evictionHard: set.evictionHard }),
    removals: lines.get('gc-removed')?.count ?? 0,
    failures: lines.get('gc-failed')?.count ?? 0,
    evictions: lines.get('evicting')?.count ?? 0,
  };
}

function gapsOf({ df, inodes, mounts, stats }: Measures, settings: Fact<unknown>): NodeStorage['gaps'] {
  const missing = (what: string, how: string) => ({ what, why: 'not-collected' as const, how });
  return [
    ...(df.length === 0 && stats === undefined ? [missing('room on the file systems', 'df -P')] : []),
    ...(inodes.length === 0 && stats?.imageFs?.inodes === undefined
      ? [missing('inodes of the file systems', 'df -Pi')]
      : []),
    ...(mounts.length === 0 ? [missing('mount options (read-only?)', 'mount')] : []),
    ...gapsOfFacts([settings]),
  ];
}
