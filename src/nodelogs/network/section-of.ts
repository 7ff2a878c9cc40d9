import type { Fact } from '../../core/fact.ts';
import type { LogLine } from '../../core/node/finding.ts';
import type { NetworkSection, NetworkSectionName } from '../../core/node/network-answer.ts';
import type { NodeProblem } from '../../core/node/problem.ts';

/**
 * A section as judged. Without any evidence it is unknown, never fine: `logsSpoke` says that log lines tell of it although
 * its own file was not collected.
 */
export function sectionOf(
  name: NetworkSectionName,
  evidence: Fact<unknown>,
  logsSpoke: boolean,
  facts: readonly string[],
  problems: readonly NodeProblem[],
): NetworkSection {
  const wrong = problems.filter(({ severity }) => severity !== 'info');
  if (wrong.length > 0) return { name, state: 'problem', summary: wrong[0]?.title ?? '', facts, problems };
  if (evidence.state === 'unknown' && !logsSpoke) {
    const { wanted, why } = evidence.gap;
    return { name, state: 'unknown', summary: `${wanted}: ${why.replaceAll('-', ' ')}`, facts, problems };
  }
  return { name, state: 'ok', summary: facts[0] ?? 'nothing wrong is seen', facts, problems };
}

export function lineAt(path: string, line: number, text: string): LogLine {
  return { path, line, text };
}
