import type { NodeFile } from '../../core/node/bundle.ts';
import { isLogKind } from '../../core/node/file-kind.ts';
import type { LogLine } from '../../core/node/finding.ts';
import { asLogLine, type FoundLine, matchingLines, type ScanCoverage } from '../scan/matching-lines.ts';

/** What a log line says of room on the node. */
export type SpaceWord =
  | 'no-space'
  | 'quota'
  | 'read-only'
  | 'io-error'
  | 'gc-started'
  | 'gc-removed'
  | 'gc-failed'
  | 'evicting'
  | 'pressure';

/** Lines of one meaning: how many, and the newest of them. */
export interface SpaceLines {
  readonly count: number;
  readonly newest: readonly LogLine[];
  readonly lastMs: number | undefined;
  /** Paths that could not be written, newest first. */
  readonly paths: readonly string[];
}

const WORDS =
  /no space left on device|disk quota exceeded|read-only file ?system|garbage collect|over the high threshold|removing image to free|freediskspacefailed|imagegcfailed|insufficient free disk space|eviction ?manager|evictionthresholdmet|diskpressure|nodehasdiskpressure|remounting filesystem|i\/o error|ext4-fs error|xfs \([^)\n]{1,40}\): |input\/output error/gi;

/** Order matters: the first that fits. kubelet image_gc_manager.go and eviction_manager.go, 1.25 to 1.36; Linux. */
const MEANINGS: readonly (readonly [RegExp, SpaceWord])[] = [
  [/no space left on device/i, 'no-space'],
  [/disk quota exceeded/i, 'quota'],
  [
    /failed to garbage collect|garbage collection failed|freediskspacefailed|imagegcfailed|insufficient free disk space|attempted to free \d+ bytes, but only found/i,
    'gc-failed',
  ],
  [/remounting filesystem read-only|read-only file ?system/i, 'read-only'],
  [/i\/o error|input\/output error|ext4-fs error|xfs \([^)]{1,40}\): .{0,80}(?:corrupt|error|shut)/i, 'io-error'],
  [/removing image to free/i, 'gc-removed'],
  [/over the high threshold/i, 'gc-started'],
  [/must evict pod|pods? evicted|evictionthresholdmet|attempting to reclaim|evicted:/i, 'evicting'],
  [/diskpressure/i, 'pressure'],
];

const KEPT = 5;

/** Everything that the logs of a node say of room, counted by meaning. */
export async function spaceLines(
  files: readonly NodeFile[],
  options: { readonly reference: number | undefined; readonly signal?: AbortSignal | undefined },
  coverage: ScanCoverage,
): Promise<ReadonlyMap<SpaceWord, SpaceLines>> {
  const found = new Map<
    SpaceWord,
    { count: number; lines: FoundLine[]; lastMs: number | undefined; paths: string[] }
  >();
  for (const file of files.filter(({ kind }) => isLogKind(kind))) {
    for await (const line of matchingLines(file, { ...options, words: new RegExp(WORDS.source, 'gi') }, coverage)) {
      const word = MEANINGS.find(([pattern]) => pattern.test(line.raw))?.[1];
      if (word === undefined || saysNone(word, line.raw)) continue;
      const same = found.get(word) ?? { count: 0, lines: [], lastMs: undefined, paths: [] };
      same.count += 1;
      same.lines = newest([...same.lines, line]);
      if (line.ms !== undefined && (same.lastMs === undefined || line.ms > same.lastMs)) same.lastMs = line.ms;
      const path = /(\/(?:var|run|opt|mnt|data)\/[\w./@:+-]{1,300}): no space left/i.exec(line.raw)?.[1];
      if (path !== undefined && same.paths.length < 20 && !same.paths.includes(path)) same.paths.unshift(path);
      found.set(word, same);
    }
  }
  return new Map([...found].map(([word, { lines, ...rest }]) => [word, { ...rest, newest: lines.map(asLogLine) }]));
}

/** The kubelet also says that there is no pressure any more. */
function saysNone(word: SpaceWord, raw: string): boolean {
  return word === 'pressure' && /NodeHasNoDiskPressure|DiskPressure\\?"?[:=]\s?\\?"?(?:false|False)/.test(raw);
}

/** The newest lines first; those without a time in the order of their file. */
function newest(lines: readonly FoundLine[]): FoundLine[] {
  return [...lines]
    .sort((a, b) => (b.ms ?? Number.NEGATIVE_INFINITY) - (a.ms ?? Number.NEGATIVE_INFINITY) || b.line - a.line)
    .slice(0, KEPT);
}
