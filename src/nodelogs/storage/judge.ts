import type { NodeProblem } from '../../core/node/problem.ts';
import type { FileSystem, GarbageCollection, NodeStorage, Room } from '../../core/node/storage-answer.ts';
import type { SpaceLines, SpaceWord } from './space-lines.ts';

/** From here on a file system counts as full: df rounds up, and the last blocks are root's. */
const FULL_PERCENT = 99;
/** nodefs.inodesFree and imagefs.inodesFree below 5 % are pressure (kubelet eviction defaults). */
const INODES_NEAR_PERCENT = 95;
/** Less than this is no room for any image. */
const FREE_ENOUGH_BYTES = 1024 ** 3;

export interface StorageSights {
  readonly systems: readonly FileSystem[];
  readonly lines: ReadonlyMap<SpaceWord, SpaceLines>;
  readonly collection: GarbageCollection;
}

/** What is wrong with the room on a node, worst first. */
export function storageProblems(sights: StorageSights): readonly NodeProblem[] {
  const { systems, lines } = sights;
  return [
    ...systems.flatMap(bytesProblem),
    ...systems.flatMap(inodeProblem),
    ...systems.flatMap((system) => readOnlyProblem(system, lines.get('read-only'))),
    ...spaceErrors(sights),
    ...lineProblems(lines),
    ...systems.flatMap((system) => nearProblem(system, sights.collection)),
  ];
}

function bytesProblem({ mount, bytes, holds }: FileSystem): NodeProblem[] {
  if (bytes === undefined || !isFull(bytes)) return [];
  return [
    {
      code: 'DISK_FULL',
      severity: 'critical',
      title: `${mount} is full (${bytes.usedPercent} % used); it holds ${holdsWords(holds)}`,
      because: [bytes.from],
      cause: 'disk-full',
      next: 'crictl rmi --prune',
    },
  ];
}

function inodeProblem({ mount, inodes, holds }: FileSystem): NodeProblem[] {
  if (inodes === undefined || !(inodes.usedPercent >= 100 || inodes.available <= 0)) return [];
  return [
    {
      code: 'INODES_EXHAUSTED',
      severity: 'critical',
      title: `${mount} has no free inodes, whatever bytes are free; it holds ${holdsWords(holds)}`,
      because: [inodes.from],
      cause: 'disk-full',
      next: 'df -i; find the folder with the most files',
    },
  ];
}

function readOnlyProblem({ mount, readOnly, holds }: FileSystem, lines: SpaceLines | undefined): NodeProblem[] {
  if (readOnly !== true) return [];
  return [
    {
      code: 'READ_ONLY',
      severity: 'critical',
      title: `${mount} is mounted read-only; it holds ${holdsWords(holds)}`,
      because: lines?.newest ?? [],
      ...(lines === undefined ? {} : { count: lines.count }),
      cause: 'filesystem-error',
      next: 'dmesg --level=err,warn',
    },
  ];
}

/** ENOSPC has one text for bytes, inodes and quotas; what df shows decides which of them it can have been. */
function spaceErrors({ systems, lines }: StorageSights): NodeProblem[] {
  const quota = lines.get('quota');
  const problems: NodeProblem[] =
    quota === undefined
      ? []
      : [
          {
            code: 'QUOTA_EXCEEDED',
            severity: 'high',
            title: 'A disk quota is exceeded',
            because: quota.newest,
            count: quota.count,
            cause: 'disk-full',
          },
        ];
  const said = lines.get('no-space');
  if (said === undefined) return problems;
  const images = systems.find(({ holds }) => holds.includes('images'));
  const full = systems.some(({ bytes, inodes }) => (bytes !== undefined && isFull(bytes)) || isUsedUp(inodes));
  return [
    ...problems,
    {
      code: 'SPACE_ERRORS',
      severity: 'high',
      title: said.count === 1 ? 'A write failed for want of room' : `${said.count} writes failed for want of room`,
      because: said.newest,
      count: said.count,
      cause: 'disk-full',
      ...(full ? {} : { note: whyStillFree(images) }),
    },
  ];
}

function whyStillFree(images: FileSystem | undefined): string {
  const bytes = images?.bytes;
  const inodes = images?.inodes;
  if (bytes === undefined) return 'df was not collected: bytes, inodes or a quota; df -h and df -i of the node tell';
  if (bytes.available < FREE_ENOUGH_BYTES) return `${images?.mount} has little room left, less than most images take`;
  if (inodes === undefined) return `${images?.mount} has bytes free: inodes or a quota; df -i was not collected`;
  return `${images?.mount} has bytes and inodes free: a quota, another file system, or room that was made since`;
}

const LINE_PROBLEMS: readonly (readonly [SpaceWord, Omit<NodeProblem, 'because' | 'count'>])[] = [
  [
    'io-error',
    {
      code: 'IO_ERRORS',
      severity: 'critical',
      title: 'The kernel or the runtime reports errors of the disk',
      cause: 'filesystem-error',
      next: 'dmesg --level=err,warn',
    },
  ],
  [
    'gc-failed',
    { code: 'IMAGE_GC_FAILING', severity: 'high', title: 'The kubelet cannot free enough images', cause: 'disk-full' },
  ],
  [
    'evicting',
    { code: 'EVICTING', severity: 'high', title: 'The kubelet evicts pods for want of room', cause: 'disk-full' },
  ],
  [
    'gc-started',
    {
      code: 'IMAGE_GC_RUNS',
      severity: 'medium',
      title: 'The image file system passed the threshold of image garbage collection',
    },
  ],
  ['pressure', { code: 'DISK_PRESSURE', severity: 'medium', title: 'The kubelet reported disk pressure' }],
];

function lineProblems(lines: ReadonlyMap<SpaceWord, SpaceLines>): NodeProblem[] {
  return LINE_PROBLEMS.flatMap(([word, problem]) => {
    const said = lines.get(word);
    return said === undefined ? [] : [{ ...problem, because: said.newest, count: said.count }];
  });
}

function nearProblem({ mount, bytes, inodes }: FileSystem, { highPercent }: GarbageCollection): NodeProblem[] {
  const problems: NodeProblem[] = [];
  if (bytes !== undefined && !isFull(bytes) && bytes.usedPercent >= highPercent) {
    const title = `${mount} is ${bytes.usedPercent} % used, above the ${highPercent} % at which images are collected`;
    problems.push({ code: 'DISK_NEAR_LIMIT', severity: 'medium', title, because: [bytes.from] });
  }
  if (inodes !== undefined && !isUsedUp(inodes) && inodes.usedPercent >= INODES_NEAR_PERCENT) {
    const title = `${mount} has ${100 - inodes.usedPercent} % of its inodes left`;
    problems.push({ code: 'INODES_NEAR_LIMIT', severity: 'medium', title, because: [inodes.from] });
  }
  return problems;
}

function isFull({ available, usedPercent }: Room): boolean {
  return usedPercent >= FULL_PERCENT || available <= 0;
}

function isUsedUp(inodes: Room | undefined): boolean {
  return inodes !== undefined && (inodes.usedPercent >= 100 || inodes.available <= 0);
}

const HELD: Readonly<Record<string, string>> = { images: 'the images', kubelet: "the kubelet's pods" };

function holdsWords(holds: readonly string[]): string {
  return holds.map((what) => HELD[what] ?? what).join(' and ');
}

/** The state in one word, and one sentence. */
export function storageState(
  problems: readonly NodeProblem[],
  systems: readonly FileSystem[],
): Pick<NodeStorage, 'state' | 'summary'> {
  const [worst] = problems;
  const has = (...codes: readonly string[]) => problems.some(({ code }) => codes.includes(code));
  const measured = systems.some(({ bytes }) => bytes !== undefined);
  if (has('DISK_FULL', 'INODES_EXHAUSTED'))
    return {
      state: 'full',
      summary: problems
        .filter(({ code }) => code === 'DISK_FULL' || code === 'INODES_EXHAUSTED')
        .map(({ title }) => title)
        .join('; '),
    };
  if (worst !== undefined && has('READ_ONLY')) return { state: 'read-only', summary: worst.title };
  if (worst !== undefined && has('SPACE_ERRORS', 'QUOTA_EXCEEDED', 'IO_ERRORS', 'IMAGE_GC_FAILING', 'EVICTING'))
    return { state: 'failing', summary: worst.note === undefined ? worst.title : `${worst.title}: ${worst.note}` };
  if (worst !== undefined && has('DISK_NEAR_LIMIT', 'INODES_NEAR_LIMIT'))
    return { state: 'near-full', summary: worst.title };
  if (!measured)
    return { state: 'unknown', summary: 'room on the disk was not collected: neither df nor the kubelet statistics' };
  const images = systems.find(({ holds }) => holds.includes('images')) ?? systems[0];
  const inodes = images?.inodes === undefined ? '; inodes were not collected' : '';
  return {
    state: 'ok',
    summary: `${images?.mount ?? 'the image file system'} is ${images?.bytes?.usedPercent ?? '?'} % used${inodes}`,
  };
}
