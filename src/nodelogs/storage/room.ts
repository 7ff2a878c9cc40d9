import type { FileSystem, Room } from '../../core/node/storage-answer.ts';
import { excerpt } from '../../core/redact.ts';
import type { DfRow } from '../sections/df.ts';
import { type Mount, mountOf } from '../sections/mounts.ts';
import type { FsStats, StatsSummary } from '../sections/stats-summary.ts';

/** Folders that pulls write to. */
export interface Roots {
  readonly images: string;
  readonly kubelet: string;
}

export interface Measures {
  readonly df: readonly DfRow[];
  readonly inodes: readonly DfRow[];
  readonly mounts: readonly Mount[];
  readonly stats: StatsSummary | undefined;
  readonly statsPath: string | undefined;
}

/** The file systems that hold the roots, each once, with the room on it as far as it was measured. */
export function fileSystemsOf(roots: Roots, measures: Measures): readonly FileSystem[] {
  const holders: readonly (readonly [string, string])[] = [
    ['images', roots.images],
    ['kubelet', roots.kubelet],
  ];
  const byMount = new Map<string, { holds: string[]; system: FileSystem }>();
  for (const [what, path] of holders) {
    const system = fileSystemAt(path, what, measures);
    if (system === undefined) continue;
    const same = byMount.get(system.mount);
    if (same === undefined) byMount.set(system.mount, { holds: [what], system });
    else same.holds.push(what);
  }
  return [...byMount.values()].map(({ holds, system }) => ({ ...system, holds }));
}

function fileSystemAt(
  path: string,
  what: string,
  { df, inodes, mounts, stats, statsPath }: Measures,
): FileSystem | undefined {
  const bytesRow = rowAt(df, path);
  const inodeRow = rowAt(inodes, path);
  const mount = mountOf(mounts, path);
  const counted = what === 'images' ? (stats?.imageFs ?? stats?.nodeFs) : stats?.nodeFs;
  const target = bytesRow?.mount ?? inodeRow?.mount ?? mount?.target;
  if (target === undefined && counted === undefined) return undefined;
  const bytes = bytesRow === undefined ? statsBytes(counted, statsPath) : roomOf(bytesRow);
  const nodes = inodeRow === undefined ? statsInodes(counted, statsPath) : roomOf(inodeRow);
  const source = bytesRow?.source ?? mount?.source;
  return {
    mount: target ?? path,
    holds: [what],
    ...(source === undefined || source === '' ? {} : { source: excerpt(source, 200) }),
    ...(mount === undefined ? {} : { type: mount.type, readOnly: mount.readOnly }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(nodes === undefined ? {} : { inodes: nodes }),
  };
}

/** Overlays of containers are mounted below the image root; the row of the folder itself is wanted. */
function rowAt(rows: readonly DfRow[], path: string): DfRow | undefined {
  return mountOf(
    rows.map((row) => ({ ...row, target: row.mount })),
    path,
  );
}

function roomOf(row: DfRow): Room | undefined {
  if (row.usedPercent === undefined) return undefined;
  return {
    total: row.total,
    available: row.available,
    usedPercent: row.usedPercent,
    from: { path: row.path, line: row.line, text: excerpt(row.text, 300) },
  };
}

function statsBytes(stats: FsStats | undefined, path: string | undefined): Room | undefined {
  return counted(stats?.capacityBytes, stats?.availableBytes, path, 'bytes');
}

function statsInodes(stats: FsStats | undefined, path: string | undefined): Room | undefined {
  return counted(stats?.inodes, stats?.inodesFree, path, 'inodes');
}

function counted(
  total: number | undefined,
  free: number | undefined,
  path: string | undefined,
  what: string,
): Room | undefined {
  if (total === undefined || free === undefined || total <= 0 || path === undefined) return undefined;
  const usedPercent = Math.round((100 * (total - free)) / total);
  return { total, available: free, usedPercent, from: { path, line: 1, text: `${free} of ${total} ${what} free` } };
}
