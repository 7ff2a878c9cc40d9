import { parseJson } from './parsed.ts';
import type { SectionText } from './section-reader.ts';
import { at, defined, number } from './values.ts';

/** Room of one file system as the kubelet counts it. */
export interface FsStats {
  readonly capacityBytes?: number;
  readonly availableBytes?: number;
  readonly inodes?: number;
  readonly inodesFree?: number;
}

/** What `/stats/summary` of the kubelet says of file systems (kubelet apis/stats v1alpha1). */
export interface StatsSummary {
  /** Kubelet root. */
  readonly nodeFs?: FsStats;
  /** Where the runtime keeps images; the same device as nodeFs, or its own. */
  readonly imageFs?: FsStats;
  /** Writable layers, where they are split from images. */
  readonly containerFs?: FsStats;
}

export function readStatsSummary(texts: readonly SectionText[]): StatsSummary | undefined {
  for (const { text } of texts) {
    const parsed = parseJson(text);
    if (!('value' in parsed)) continue;
    const stats = defined({
      nodeFs: fsOf(at(parsed.value, 'node', 'fs')),
      imageFs: fsOf(at(parsed.value, 'node', 'runtime', 'imageFs')),
      containerFs: fsOf(at(parsed.value, 'node', 'runtime', 'containerFs')),
    });
    if (Object.keys(stats).length > 0) return stats;
  }
  return undefined;
}

function fsOf(value: unknown): FsStats | undefined {
  const stats = defined({
    capacityBytes: number(at(value, 'capacityBytes')),
    availableBytes: number(at(value, 'availableBytes')),
    inodes: number(at(value, 'inodes')),
    inodesFree: number(at(value, 'inodesFree')),
  });
  return Object.keys(stats).length === 0 ? undefined : stats;
}
