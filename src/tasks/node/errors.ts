import { CAUSES } from '../../causes/index.ts';
import { SEVERITIES, type Severity } from '../../core/cause.ts';
import { answerGaps } from '../../core/fact.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { NodeBundle } from '../../core/node/bundle.ts';
import type { ErrorsAnswer } from '../../core/node/errors-answer.ts';
import type { Finding } from '../../core/node/finding.ts';
import { pageOf } from '../../core/node/page.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { NodeIndex } from '../../nodelogs/index/build-index.ts';
import { indexOf } from '../../nodelogs/index/stored-index.ts';
import type { Budget } from '../../nodelogs/lines/budget.ts';
import { PATTERNS } from '../../nodelogs/patterns/all.ts';
import { lineJudge } from './judge-lines.ts';
import { bounded } from './question.ts';

/** What of the findings is wanted; nothing given: all, the first page. */
export interface ErrorsQuestion {
  /** This severity and what is worse. */
  readonly severity?: Severity;
  /** Name of a pattern (`no-space`), or of a cause. */
  readonly pattern?: string;
  readonly node?: string;
  /** Leave out what healthy nodes log as well; it is counted all the same. */
  readonly hideUsual?: boolean;
  readonly limit?: number;
  readonly page?: string;
  readonly budget?: Budget;
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

/** The findings of a bundle's logs. Numbers are given over all findings, whatever the question leaves out. */
export async function nodeErrors(bundle: NodeBundle, question: ErrorsQuestion = {}): Promise<ErrorsAnswer> {
  const index = await nodeIndex(bundle, question.budget);
  const { severity, pattern, node, hideUsual, page } = question;
  const fitting = index.findings.filter((finding) => fits(finding, question));
  if (fitting.length === 0) {
    refuseUnknown(bundle.nodes, node);
    refuseUnknownPattern(index.findings, pattern);
  }
  const { items, nextPage } = pageOf(fitting, {
    limit: bounded('a limit', question.limit ?? DEFAULT_LIMIT, 1, MAX_LIMIT),
    token: page,
    question: JSON.stringify([bundle.id, severity, pattern, node, hideUsual, fitting.map(({ id }) => id)]),
  });
  return {
    kind: 'NodeErrors',
    collection: bundle.id,
    nodes: bundle.nodes,
    findings: items,
    total: fitting.length,
    bySeverity: bySeverity(index.findings),
    ...(nextPage === undefined ? {} : { nextPage }),
    coverage: index.coverage,
    gaps: [...answerGaps(bundle.gaps), ...index.gaps],
  };
}

/** The whole index; made once per state of the collection, and kept in its notes. */
export function nodeIndex(bundle: NodeBundle, budget?: Budget): Promise<NodeIndex> {
  return indexOf(bundle, lineJudge(), budget);
}

function fits(finding: Finding, { severity, pattern, node, hideUsual }: ErrorsQuestion): boolean {
  if (severity !== undefined && SEVERITIES.indexOf(finding.severity) > SEVERITIES.indexOf(severity)) return false;
  if (pattern !== undefined && finding.pattern !== pattern && finding.cause?.id !== pattern) return false;
  if (node !== undefined && finding.node !== node) return false;
  return hideUsual !== true || finding.usual === undefined;
}

/** A node that is not in the collection is a mistake of the question, not a clean node. */
function refuseUnknown(nodes: readonly string[], node: string | undefined): void {
  if (node === undefined || nodes.length === 0 || nodes.includes(node)) return;
  throw new UsageError(`the collection has nothing of node ${node}: it holds ${nodes.slice(0, 5).join(', ')}`);
}

/** A name that nothing has is a slip, not a clean log. */
function refuseUnknownPattern(findings: readonly Finding[], pattern: string | undefined): void {
  const known = [...PATTERNS.map(({ id }) => id), ...CAUSES.map(({ id }) => id), ...findings.map((f) => f.pattern)];
  if (pattern === undefined || known.includes(pattern)) return;
  throw new UsageError(
    `no pattern and no cause is called ${pattern}${didYouMean(pattern, known)}: node errors shows those that were found, pullwhy causes lists causes`,
  );
}

function bySeverity(findings: readonly Finding[]): ErrorsAnswer['bySeverity'] {
  const count = (severity: Severity) => findings.filter((f) => f.severity === severity).length;
  return {
    critical: count('critical'),
    high: count('high'),
    medium: count('medium'),
    low: count('low'),
    info: count('info'),
  };
}
