import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where the EKS log collector puts them. */
export const LOG_PATHS = ['kubelet/kubelet.log', 'containerd/containerd-log.txt'] as const;
const RECORDED = ['kubelet.log', 'containerd.log'] as const;
const SHARES = [0.6, 0.4] as const;
const FIRST_LINE = Date.parse('2026-11-01T00:00:00Z');
const STEP_MS = 37;
/** Of which Kubernetes makes the ends of pod names. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** Logs of about `megabytes`: the recorded lines over and over, each time with new times and pods; bytes written. */
export function generateLogs(recordings: string, folder: string, megabytes: number): number {
  return LOG_PATHS.reduce((sum, path, i) => {
    const lines = recordedLines(recordings, RECORDED[i] ?? '');
    return sum + write(join(folder, path), lines, megabytes * 1e6 * (SHARES[i] ?? 0));
  }, 0);
}

function recordedLines(recordings: string, name: string): readonly string[] {
  return readdirSync(recordings).flatMap((scenario) => {
    const path = join(recordings, scenario, name);
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
  });
}

function write(path: string, lines: readonly string[], bytes: number): number {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'w');
  let written = 0;
  for (let round = 0; written < bytes; round += 1) {
    const text = lines
      .map((line, i) => renewed(line, round, FIRST_LINE + (round * lines.length + i) * STEP_MS))
      .join('\n');
    written += writeSync(file, `${text}\n`);
  }
  closeSync(file);
  return written;
}

/** Another time, and pods of another ReplicaSet run. */
function renewed(line: string, round: number, at: number): string {
  const time = new Date(at).toISOString();
  const klog = `${time.slice(5, 7)}${time.slice(8, 10)} ${time.slice(11, 23)}000`;
  const suffix = Array.from(
    { length: 5 },
    (_, i) => LETTERS[(round * 7919 + i * 31 + (round >> i)) % LETTERS.length],
  ).join('');
  return line
    .replace(/^([IWEF])\d{4} [\d:.]+/, (_, level: string) => level + klog)
    .replace(/^time="[^"]+"/, `time="${time}"`)
    .replaceAll(/(-[a-z0-9]{8,10})-[a-z0-9]{5}"/g, (_, set: string) => `${set}-${suffix}"`);
}
