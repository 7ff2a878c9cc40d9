import type { Finding } from '../../core/node/finding.ts';

type Unnumbered = Omit<Finding, 'id'>;

/**
 * A runtime that was stopped and, as far as its log goes, never started again is down: the stop is then no restart.
 * Only possible, since a log may end before the start that came.
 */
export function withRuntimeEnd<T extends Unnumbered>(findings: readonly T[]): readonly T[] {
  return findings.map((finding) => {
    if (finding.pattern !== 'runtime-stopped' || finding.lastAt === undefined || startedAfter(findings, finding))
      return finding;
    return { ...finding, severity: 'high', cause: { id: 'runtime-unavailable', verdict: 'possible' } };
  });
}

function startedAfter(findings: readonly Unnumbered[], { node, lastAt }: Unnumbered): boolean {
  return findings.some(
    (other) =>
      other.pattern === 'runtime-started' &&
      other.node === node &&
      (other.lastAt === undefined || lastAt === undefined || other.lastAt >= lastAt),
  );
}
