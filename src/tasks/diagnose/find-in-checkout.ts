import type { ManifestChange } from '../../core/manifest-change.ts';
import { excerpt, neutralize, redact } from '../../core/redact.ts';
import type { Incident, Report, ReportRemedy } from '../../core/report.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { factsFor } from '../../facts/build-facts.ts';
import type { Case } from '../../facts/case.ts';
import { findCases } from '../../facts/cases.ts';
import type { Facts, Subject } from '../../facts/facts.ts';
import type { Manager } from '../../facts/managed-by.ts';
import { isWorkloadKind } from '../../facts/owners.ts';
import { indexSnapshot, type SnapshotIndex } from '../../facts/snapshot-index.ts';
import type { Candidate, Located } from '../../gitops/candidate.ts';
import type { LiveTarget } from '../../gitops/live-target.ts';
import { locate } from '../../gitops/locate.ts';
import { Repository, type RepositoryFile } from '../../gitops/repository.ts';
import { unifiedDiff } from '../../gitops/unified-diff.ts';
import { safeLines } from '../../nodelogs/read/safe-lines.ts';
import { openedBy, type Span, spanHides } from '../../nodelogs/read/spans.ts';

/** Pulls of one incident whose files are looked for; the patch covers them all. */
const MAX_TARGETS = 20;
const CARRIAGE_RETURNS =
  'the file ends its lines with CR LF, which a copy from a terminal or page loses: apply it by -o patch | git apply';
/** Longest patch that is printed. */
const MAX_PATCH = 20_000;

/** A report whose remedies name the file, the line and the patch in a checkout of the manifests. */
export function findInCheckout(report: Report, snapshot: Snapshot, files: readonly RepositoryFile[]): Report {
  const wanted = report.incidents.some(({ remedies }) => remedies.some(({ change }) => change !== undefined));
  if (!wanted) return report;
  const index = indexSnapshot(snapshot);
  const { cases } = findCases(index);
  const repository = new Repository(files);
  return { ...report, incidents: report.incidents.map((incident) => inCheckout(repository, index, cases, incident)) };
}

function inCheckout(
  repository: Repository,
  index: SnapshotIndex,
  cases: readonly Case[],
  incident: Incident,
): Incident {
  const targets = targetsOf(index, cases, incident);
  const remedies = incident.remedies.map((remedy) =>
    remedy.change === undefined ? remedy : withPlace(repository, remedy, remedy.change, targets),
  );
  return { ...incident, remedies };
}

/** The pulls of an incident, one for each container of a workload. */
function targetsOf(index: SnapshotIndex, cases: readonly Case[], { scope }: Incident): readonly LiveTarget[] {
  const pods = new Set(scope.pods.map((p) => `${p.namespace}/${p.name}/${p.container ?? ''}`));
  const workloads = new Set(scope.workloads);
  const mine = cases.filter(({ subject }) => {
    const { namespace = '', pod, container, volume, owners } = subject;
    const name = container ?? (volume === undefined ? '' : `volume ${volume}`);
    if (pod !== undefined) return pods.has(`${namespace}/${pod}/${name}`);
    const owner = owners.at(-1);
    return owner !== undefined && workloads.has(`${owner.kind}/${namespace}/${owner.name}`);
  });
  const targets = new Map<string, LiveTarget>();
  for (const found of mine) {
    const target = targetOf(index, factsFor(index, found));
    const { workload, namespace, container } = target;
    targets.set(JSON.stringify([namespace, workload?.kind, workload?.name, container]), target);
    if (targets.size === MAX_TARGETS) break;
  }
  return [...targets.values()];
}

function targetOf(index: SnapshotIndex, { subject, workload }: Facts): LiveTarget {
  const found = workload.state === 'present' ? workload.value : undefined;
  const owner = ownerOf(found?.manager);
  const outermost = subject.owners.at(-1);
  const name = found ?? outermost ?? (subject.pod === undefined ? undefined : { kind: 'Pod', name: subject.pod });
  const release = releaseOf(index, subject, found?.manager);
  const container = subject.container ?? subject.volume;
  return {
    ...(subject.namespace === undefined ? {} : { namespace: subject.namespace }),
    ...(name === undefined ? {} : { workload: { kind: name.kind, name: name.name } }),
    ...(container === undefined ? {} : { container }),
    ...(subject.image === undefined ? {} : { image: subject.image }),
    ...(subject.serviceAccount === undefined ? {} : { serviceAccount: subject.serviceAccount }),
    ...(owner === undefined ? {} : { owner }),
    ...(release === undefined ? {} : { release }),
  };
}

function ownerOf(manager: Manager | undefined): LiveTarget['owner'] | undefined {
  if (manager === undefined || manager.tool === 'addon-manager') return undefined;
  return { tool: manager.tool, name: manager.name };
}

/** Argo CD renders charts under a release name that only the usual label tells. */
function releaseOf(index: SnapshotIndex, { namespace, pod, owners }: Subject, manager: Manager | undefined) {
  if (manager?.tool === 'helm') return manager.name;
  const outermost = owners.at(-1);
  const seen =
    outermost !== undefined && isWorkloadKind(outermost.kind)
      ? index.find(outermost.kind, namespace, outermost.name)
      : undefined;
  const metadata =
    seen?.object.metadata ?? (pod === undefined ? undefined : index.find('Pod', namespace, pod)?.object.metadata);
  return metadata?.labels['app.kubernetes.io/instance'];
}

function withPlace(
  repository: Repository,
  remedy: ReportRemedy,
  change: ManifestChange,
  targets: readonly LiveTarget[],
): ReportRemedy {
  const [lead] = targets;
  if (lead === undefined) return remedy;
  const located = locate(repository, lead, change);
  const [best] = located.candidates;
  if (best === undefined) return withNote(remedy, sentences(['no file of the checkout writes it', ...located.missed]));
  const places = located.candidates.map((candidate) => ({
    ...placeOf(candidate),
    why: excerpt(candidate.reason, 400),
  }));
  if (!located.decided) {
    return { ...withNote(remedy, 'These places fit alike, and nothing tells which one it is.'), places };
  }
  const others = targets.slice(1).map((target) => locate(repository, target, change));
  const patch = patchFor(repository, [located, ...others]);
  const notes = [
    ...best.notes,
    ...(others.every(({ decided }) => decided) ? [] : ['Other workloads need it as well; look for their files']),
    ...(patch?.includes('\r\n') === true ? [CARRIAGE_RETURNS] : []),
  ];
  return {
    ...withNote(remedy, sentences([best.reason, ...notes])),
    file: placeOf(best),
    places,
    ...(patch === undefined ? {} : { patch }),
  };
}

function placeOf({ path, line, column }: Candidate): {
  readonly path: string;
  readonly line: number;
  readonly column: number;
} {
  return { path: neutralize(path), line, column };
}

function withNote(remedy: ReportRemedy, note: string): ReportRemedy {
  return { ...remedy, note: excerpt(remedy.note === undefined ? note : `${ended(remedy.note)} ${note}`, 2000) };
}

/** A note that another follows. */
function ended(note: string): string {
  return /[.!?:]$/.test(note) ? note : `${note}.`;
}

function sentences(clauses: readonly string[]): string {
  return clauses.map((clause) => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`).join(' ');
}

/** One patch for all pulls of the incident; undefined where a file cannot be patched safely, for half of it would mislead. */
function patchFor(repository: Repository, all: readonly Located[]): string | undefined {
  const edits = all.flatMap(({ candidates, decided }) => (decided ? (candidates[0]?.edits ?? []) : []));
  if (all[0]?.candidates[0]?.edits === undefined || edits.length === 0) return undefined;
  const distinct = [...new Map(edits.map((edit) => [JSON.stringify(edit), edit] as const)).values()];
  const paths = [...new Set(distinct.map(({ path }) => path))];
  const diffs = paths.map((path) => {
    const text = repository.text(path) ?? '';
    const holdsSecret = /^\s*["']?kind["']?\s*:\s*["']?Secret\b/m.test(text);
    const closed = closedLines(text, holdsSecret);
    return unifiedDiff({
      path,
      text,
      edits: distinct.filter((edit) => edit.path === path),
      mayShow: (line, as) => mayPrint(line) && (as === 'change' || (!closed.has(line) && isOpen(line, holdsSecret))),
    });
  });
  const patch = diffs.every((diff) => diff !== undefined) ? `${diffs.join('\n')}\n` : undefined;
  return patch === undefined || patch.length > MAX_PATCH ? undefined : patch;
}

/** A line that redaction or a terminal would change is neither shown nor changed. */
function mayPrint(line: string): boolean {
  const plain = line.replaceAll('\t', ' ');
  return redact(line) === line && neutralize(plain) === plain;
}

/** Keys whose values are no secrets, in files that hold some. */
const OPEN_KEYS =
  /^[\s-]*(?:---|(?:apiVersion|kind|metadata|name|namespace|type|spec|template|containers|image|imagePullPolicy|imagePullSecrets):|(?:data|stringData):\s*$)/;

const DATA_KEY = /^([\s-]*)["']?data["']?\s*:\s*$/;

/** Lines that are safe alone but not where they stand: in a value of several lines, behind the flag of a password. */
function closedLines(text: string, holdsSecret: boolean): ReadonlySet<string> {
  const lines = text.split(/\r?\n/);
  const safe = safeLines(lines, '', Number.POSITIVE_INFINITY);
  const closed = new Set<string>();
  let span: Span | undefined;
  for (const [i, line] of lines.entries()) {
    const verdict = span === undefined ? undefined : spanHides(span, line);
    if (verdict === 'more' || verdict === 'last' || safe[i] !== neutralize(line)) closed.add(line);
    if (verdict === undefined) span = valueOpenedBy(line, holdsSecret);
    else if (verdict === 'last') span = undefined;
  }
  return closed;
}

/** The values of variables are nobody's business, whatever their names. */
function valueOpenedBy(line: string, holdsSecret: boolean): Span | undefined {
  const data = holdsSecret ? DATA_KEY.exec(line)?.[1] : undefined;
  return data === undefined ? openedBy(line, true) : { kind: 'block', depth: data.length, quote: '' };
}

/** Lines around a change: values of variables are nobody's business, nor is anything unknown beside a Secret. */
function isOpen(line: string, holdsSecret: boolean): boolean {
  return !/^\s*(?:- )?["']?value["']?\s*:/.test(line) && (!holdsSecret || OPEN_KEYS.test(line));
}
