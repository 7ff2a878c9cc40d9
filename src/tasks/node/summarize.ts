import { CAUSES } from '../../causes/index.gen.ts';
import { answerGaps } from '../../core/fact.ts';
import type { NodeBundle } from '../../core/node/bundle.ts';
import type { Finding } from '../../core/node/finding.ts';
import type { RootCause, SummarizedFinding, SummaryAnswer, SummaryCheck } from '../../core/node/summary-answer.ts';
import { printable } from '../../core/printable.ts';
import type { Incident, Report } from '../../core/report.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { Budget } from '../../nodelogs/lines/budget.ts';
import { withNodeStates } from '../../nodelogs/state/node-states.ts';
import { readNodeBundle } from '../../sources/bundle/read-node-bundle.ts';
import { diagnose } from '../diagnose/diagnose.ts';
import { nodeIndex } from './errors.ts';
import { MOST_IDS, type ResolvedFindings, resolveFindings, summarized } from './summarized-findings.ts';
import { summaryChecks } from './summary-checks.ts';

export interface SummaryQuestion {
  /** `F-001` of `errors`, `S-001` of `search`; none: the unusual findings of the index. */
  readonly findingIds?: readonly string[];
  readonly now: string;
  readonly budget?: Budget;
  readonly signal?: AbortSignal;
}

const MOST_FINDINGS = 20;
const MOST_CAUSES = 5;

/** `pullwhy node summarize`, and the tool `summarize`: the same engine as `diagnose`, asked about these findings. */
export async function nodeSummary(bundle: NodeBundle, question: SummaryQuestion): Promise<SummaryAnswer> {
  return printable(await summaryOf(bundle, question));
}

/** The same, and the report behind it, for output in the format of the procedures. */
export async function nodeSummaryReport(bundle: NodeBundle, question: SummaryQuestion): Promise<Report> {
  const { report, causes } = await look(bundle, question);
  const wanted = new Set(causes.map(({ incident }) => incident.id));
  const incidents = report.incidents.filter(({ id }) => wanted.has(id));
  return { ...report, incidents, summary: { ...report.summary, incidents: incidents.length } };
}

async function summaryOf(bundle: NodeBundle, question: SummaryQuestion): Promise<SummaryAnswer> {
  const { index, resolved, causes, checks } = await look(bundle, question);
  const symptoms = new Set(index.findings.filter(isSymptom).map(({ id }) => id));
  return {
    kind: 'NodeSummary',
    collection: bundle.id,
    nodes: bundle.nodes,
    coverage: index.coverage,
    gaps: [...answerGaps(bundle.gaps), ...index.gaps, ...unknownsOf(causes)],
    statement: statementOf(resolved, causes, checks, symptoms),
    confidence: causes[0]?.incident.verdict ?? 'unknown',
    rootCauses: causes.map(rootCause),
    checks,
    findings: resolved.findings,
    unresolvedFindingIds: resolved.unresolved,
  };
}

/** An incident with the findings that it explains. */
interface Explained {
  readonly incident: Incident;
  readonly findings: readonly string[];
}

async function look(bundle: NodeBundle, { findingIds = [], now, budget, signal }: SummaryQuestion) {
  if (findingIds.length > MOST_IDS)
    throw new UsageError(`${findingIds.length} findings at once: give at most ${MOST_IDS}`);
  const index = await nodeIndex(bundle, budget);
  const resolved =
    findingIds.length > 0 ? await resolveFindings(bundle, findingIds, index.findings) : unusual(index.findings);
  const read = await readNodeBundle(bundle, { now, ...(signal === undefined ? {} : { signal }) });
  const snapshot = withNodeStates(read);
  const report = diagnose(snapshot, { now });
  const causes = explaining(report.incidents, resolved.findings, findingIds.length > 0);
  const checks = await summaryChecks(bundle, snapshot, report.incidents, { now, signal });
  return { index, resolved, report, causes, checks };
}

function unusual(findings: readonly Finding[]): ResolvedFindings {
  const own = findings.filter(({ usual }) => usual === undefined);
  return { findings: own.slice(0, MOST_FINDINGS).map(summarized), unresolved: [] };
}

/**
 * Incidents that the findings are about, the one that explains most of them first. A runtime that does not run comes
 * before all: nothing else can be judged until it does. Asked about named findings, other incidents are left out.
 */
function explaining(
  incidents: readonly Incident[],
  findings: readonly SummarizedFinding[],
  named: boolean,
): readonly Explained[] {
  const all = incidents.map((incident) => ({
    incident,
    findings: findings.filter((finding) => explains(incident, finding)).map(({ id }) => id),
  }));
  const about = all.filter((each) => each.findings.length > 0 || !named || isRuntimeDown(each.incident));
  return about
    .sort(
      (a, b) =>
        Number(isRuntimeDown(b.incident)) - Number(isRuntimeDown(a.incident)) ||
        Number(hasPod(b.incident)) - Number(hasPod(a.incident)) ||
        b.findings.length - a.findings.length,
    )
    .slice(0, MOST_CAUSES);
}

/** A pull that only the runtime tells of may be nobody's any more. */
function hasPod({ scope }: Incident): boolean {
  return scope.pods.some(({ name }) => name !== '');
}

function isRuntimeDown({ cause, verdict }: Incident): boolean {
  return cause.id === 'runtime-unavailable' && verdict === 'confirmed';
}

/** The line is among the evidence, or names the image; or its words lead to this cause or one that was weighed against it. */
function explains(
  { cause, evidence, alternatives, scope, ruledOut, overruled }: Incident,
  finding: SummarizedFinding,
): boolean {
  const place = `${finding.line.path}:${finding.line.line}`;
  if (evidence.some(({ locator }) => locator === place)) return true;
  const images = scope.pods.flatMap(({ image }) => image ?? []);
  const named = images.some(
    (image) => finding.line.text.includes(image) || finding.line.text.includes(repositoryPath(image)),
  );
  const said = finding.cause?.id;
  if (said === undefined) return named;
  // Where the text was overruled for this pull, its own cause is not this one.
  if (named && overruled.length > 0) return true;
  const weighed = [
    cause.id,
    ...refinedBy(cause.id),
    ...alternatives.map((each) => each.cause),
    ...ruledOut.map((each) => each.cause),
  ];
  return weighed.includes(said) && (said === cause.id || named || images.length === 0);
}

/** Causes of which this one is the closer description: what a text alone says. */
function refinedBy(id: string): readonly string[] {
  return CAUSES.find((cause) => cause.id === id)?.refines ?? [];
}

/** How requests for an image name it: `/v2/shop/api/`. */
function repositoryPath(image: string): string {
  const path = image.replace(/[:@][^/]*$/, '').replace(/^[^/]*[.:][^/]*\//, '');
  return `/v2/${path}/`;
}

function rootCause({ incident, findings }: Explained): RootCause {
  const { cause, verdict, statement, evidence, toDecide, scope, remedies, verify, prevention, escalate } = incident;
  const { id, title, class: causeClass, severity, detail } = cause;
  const pods = scope.pods.map(({ namespace, name }) => (namespace === '' ? name : `${namespace}/${name}`));
  return {
    cause: { id, title, class: causeClass, severity, ...(detail === undefined ? {} : { detail }) },
    verdict,
    statement,
    findings,
    evidence: evidence.map(({ id: evidenceId, locator, excerpt }) => ({ id: evidenceId, locator, excerpt })),
    ...(toDecide === undefined ? {} : { toDecide }),
    pods: [...new Set(pods)].slice(0, 50),
    images: [...new Set(scope.pods.flatMap(({ image }) => image ?? []))].slice(0, 50),
    remedies,
    verify,
    prevention,
    escalate,
  };
}

function unknownsOf(causes: readonly Explained[]): SummaryAnswer['gaps'] {
  return causes.flatMap(({ incident }) => incident.unknowns);
}

/** That a pod waits, with no word of why or for what: every failing pull shows so, and no cause explains it better. */
function isSymptom({ pattern, cause }: Finding): boolean {
  return pattern === 'image-pull-back-off' && cause === undefined;
}

/** Nothing is stated that no finding or evidence shows. */
function statementOf(
  { findings, unresolved }: ResolvedFindings,
  causes: readonly Explained[],
  checks: readonly SummaryCheck[],
  symptoms: ReadonlySet<string>,
): string {
  const [first] = causes;
  const unknownIds = unresolved.length === 0 ? '' : ` Not in this collection: ${unresolved.join(', ')}.`;
  if (first === undefined) {
    const failed = checks.find(({ answer }) => answer === 'no');
    const about =
      findings.length === 0
        ? 'No finding was given or found'
        : `No cause of a failing pull is shown by ${findings.map(({ id }) => id).join(', ')}`;
    return `${about}.${failed === undefined ? '' : ` ${failed.because}.`}${unknownIds}`;
  }
  const shownBy = first.findings.length === 0 ? '' : ` (${first.findings.join(', ')})`;
  const explained = new Set(causes.flatMap((each) => each.findings));
  const rest = findings.filter(({ id }) => !explained.has(id) && !symptoms.has(id)).map(({ id }) => id);
  const unexplained = rest.length === 0 ? '' : ` Not explained by it: ${rest.join(', ')}.`;
  const others =
    causes.length === 1
      ? ''
      : ` ${causes.length - 1} more cause${causes.length === 2 ? '' : 's'}: ${causes
          .slice(1)
          .map(({ incident, findings: ids }) => `${incident.cause.id}${ids.length === 0 ? '' : ` (${ids.join(', ')})`}`)
          .join(', ')}.`;
  return `${first.incident.statement}, ${first.incident.verdict}${shownBy}.${others}${unexplained}${unknownIds}`;
}
