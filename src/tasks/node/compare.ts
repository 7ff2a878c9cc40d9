import { answerGaps } from '../../core/fact.ts';
import type { NodeBundle } from '../../core/node/bundle.ts';
import type {
  CompareAnswer,
  ComparedFinding,
  ComparisonVerdict,
  ConfigDifference,
} from '../../core/node/compare-answer.ts';
import { isLogKind, type NodeFileKind } from '../../core/node/file-kind.ts';
import type { Finding } from '../../core/node/finding.ts';
import { printable } from '../../core/printable.ts';
import { UsageError } from '../../core/usage-error.ts';
import { compareConfig } from '../../nodelogs/compare/compare-config.ts';
import type { Budget } from '../../nodelogs/lines/budget.ts';
import { filesByNode } from '../../nodelogs/sections/node-files.ts';
import { joinCoverage, SectionReader } from '../../nodelogs/sections/section-reader.ts';
import { nodeIndex } from './errors.ts';

const MOST_NODES = 10;

export interface CompareQuestion {
  readonly budget?: Budget;
  readonly signal?: AbortSignal;
}

/** One node with what it logged. */
interface NodeSight {
  readonly node: string;
  readonly collection: string;
  readonly reader: SectionReader;
  readonly findings: readonly Finding[];
  /** Kinds of logs that were collected and hold something. */
  readonly logs: ReadonlySet<NodeFileKind>;
}

/** `pullwhy node compare`, and the tool `compare_nodes`: two to ten nodes, in one bundle or several. */
export async function nodeComparison(
  bundles: readonly NodeBundle[],
  { budget, signal }: CompareQuestion = {},
): Promise<CompareAnswer> {
  const sights: NodeSight[] = [];
  const coverage = [];
  for (const bundle of bundles) {
    const index = await nodeIndex(bundle, budget);
    coverage.push(index.coverage);
    for (const files of filesByNode(bundle)) {
      const node = uniqueName(files.node ?? bundle.id, sights);
      const alone = files.files.length === bundle.files.length;
      sights.push({
        node,
        collection: bundle.id,
        reader: new SectionReader(files, signal),
        findings: index.findings.filter((finding) => alone || finding.node === files.node),
        logs: new Set(files.files.filter(({ kind, size }) => isLogKind(kind) && size > 0).map(({ kind }) => kind)),
      });
    }
  }
  refuseNumber(sights.length);
  const config = await compareConfig(sights);
  const compared = compareFindings(sights);
  const common = compared.filter(({ notOn, unknownOn }) => notOn.length + unknownOn.length === 0);
  const unique = compared.filter(({ notOn }) => notOn.length > 0);
  const undecided = compared.filter(({ notOn, unknownOn }) => notOn.length === 0 && unknownOn.length > 0);
  return printable({
    kind: 'NodeComparison',
    collection: [...new Set(bundles.map(({ id }) => id))].join(' '),
    nodes: sights.map(({ node }) => node),
    // Settings are read out of files that the index has read already.
    coverage: joinCoverage(coverage),
    gaps: bundles.flatMap(({ gaps }) => answerGaps(gaps)),
    reach: verdictOf({ common, unique, undecided }, config.differences),
    common,
    unique,
    undecided,
    ...config,
  });
}

/** Two collections of one node may be compared as well: before and after. */
function uniqueName(name: string, sights: readonly NodeSight[]): string {
  const same = sights.filter(({ node }) => node === name || node.startsWith(`${name} (`)).length;
  return same === 0 ? name : `${name} (${same + 1})`;
}

function refuseNumber(count: number): void {
  if (count < 2)
    throw new UsageError(
      `comparing needs two nodes or more, the evidence holds ${count === 1 ? 'one' : 'none'}: name the failing one and a healthy one`,
    );
  if (count > MOST_NODES)
    throw new UsageError(
      `the evidence holds ${count} nodes: compare at most ${MOST_NODES}, the failing with a healthy one first`,
    );
}

/** Lines of one pattern and cause on all nodes; a node without any counts only where its logs of that kind were collected. */
function compareFindings(sights: readonly NodeSight[]): readonly ComparedFinding[] {
  const byMeaning = new Map<string, { finding: Finding; on: { sight: NodeSight; finding: Finding }[] }>();
  for (const sight of sights) {
    for (const finding of sight.findings) {
      const key = [finding.pattern, finding.cause?.id ?? '', finding.usual === undefined ? '' : 'usual'].join(' ');
      const same = byMeaning.get(key) ?? { finding, on: [] };
      same.on.push({ sight, finding });
      byMeaning.set(key, same);
    }
  }
  return [...byMeaning.values()].map(({ finding, on }) => {
    const without = sights.filter((sight) => !on.some((each) => each.sight === sight));
    const kinds = new Set(on.flatMap((each) => kindsOf(each.sight, each.finding)));
    const isRead = ({ logs }: NodeSight) =>
      [...kinds].some((kind) => logs.has(kind)) || (kinds.size === 0 && logs.size > 0);
    const { pattern, title, severity, cause, usual } = finding;
    return {
      pattern,
      title,
      severity,
      ...(cause === undefined ? {} : { cause }),
      ...(usual === undefined ? {} : { usual }),
      on: on.map(({ sight, finding: { id, count, sample } }) => ({
        node: sight.node,
        collection: sight.collection,
        id,
        count,
        sample,
      })),
      notOn: without.filter(isRead).map(({ node }) => node),
      unknownOn: without.filter((sight) => !isRead(sight)).map(({ node }) => node),
    };
  });
}

function kindsOf({ reader }: NodeSight, { places }: Finding): NodeFileKind[] {
  const paths = new Set(places.map(({ path }) => path));
  return reader.files.files.filter(({ path, kind }) => paths.has(path) && isLogKind(kind)).map(({ kind }) => kind);
}

interface Findings {
  readonly common: readonly ComparedFinding[];
  readonly unique: readonly ComparedFinding[];
  readonly undecided: readonly ComparedFinding[];
}

/** Only what keeps pulls from working decides: findings with a cause that are not usual on healthy nodes. */
function verdictOf(
  { common, unique, undecided }: Findings,
  differences: readonly ConfigDifference[],
): ComparisonVerdict {
  const [everywhere, somewhere, unknown] = [common, unique, undecided].map((all) => all.filter(isAboutPulls)) as [
    ComparedFinding[],
    ComparedFinding[],
    ComparedFinding[],
  ];
  const ids = (all: readonly ComparedFinding[]) =>
    all.flatMap(({ on }) => on.map(({ id, node }) => `${id} on ${node}`));
  const topics = differences.slice(0, 10).map(({ topic }) => topic);
  if (everywhere.length > 0 && somewhere.length > 0) {
    const statement = `${causesOf(everywhere)} on every node; ${causesByNodes(somewhere)}`;
    return { is: 'mixed', statement, because: [...ids(everywhere), ...ids(somewhere)] };
  }
  if (everywhere.length > 0)
    return {
      is: 'cluster-wide',
      statement: `${causesOf(everywhere)} on every node that was compared`,
      because: ids(everywhere),
    };
  if (somewhere.length > 0) {
    const suspects =
      topics.length === 0 ? 'no setting that was collected differs' : `what differs: ${topics.slice(0, 4).join(', ')}`;
    return {
      is: 'node-local',
      statement: `${causesByNodes(somewhere)}; ${suspects}`,
      because: [...ids(somewhere), ...topics],
    };
  }
  if (unknown.length > 0)
    return {
      is: 'undecided',
      statement: `${causesOf(unknown)} on ${nodesOf(unknown)}; the logs of the other nodes were not collected`,
      because: ids(unknown),
    };
  return { is: 'none', statement: 'no node logged a failing pull', because: [] };
}

function isAboutPulls({ cause, usual }: ComparedFinding): boolean {
  return cause !== undefined && usual === undefined;
}

function causesOf(findings: readonly ComparedFinding[]): string {
  return [...new Set(findings.map(({ cause }) => cause?.id ?? ''))].slice(0, 4).join(', ');
}

/** Two nodes may each have a cause of their own. */
function causesByNodes(findings: readonly ComparedFinding[]): string {
  const byNodes = new Map<string, ComparedFinding[]>();
  for (const finding of findings) {
    const nodes = nodesOf([finding]);
    byNodes.set(nodes, [...(byNodes.get(nodes) ?? []), finding]);
  }
  return [...byNodes].map(([nodes, here]) => `${causesOf(here)} only on ${nodes}`).join(', ');
}

function nodesOf(findings: readonly ComparedFinding[]): string {
  return [...new Set(findings.flatMap(({ on }) => on.map(({ node }) => node)))].join(', ');
}
