import { answerGaps } from '../../core/fact.ts';
import type { ManifestChange } from '../../core/manifest-change.ts';
import { excerpt, neutralize } from '../../core/redact.ts';
import type { Incident, Report, ReportRemedy } from '../../core/report.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { factsFor } from '../../facts/build-facts.ts';
import type { Case } from '../../facts/case.ts';
import { findCases } from '../../facts/cases.ts';
import type { Facts, Subject } from '../../facts/facts.ts';
import type { Manager } from '../../facts/managed-by.ts';
import { isWorkloadKind } from '../../facts/owners.ts';
import { indexSnapshot, type SnapshotIndex } from '../../facts/snapshot-index.ts';
import type { Candidate } from '../../gitops/candidate.ts';
import type { LiveTarget } from '../../gitops/live-target.ts';
import { locate } from '../../gitops/locate.ts';
import { Repository, type RepositoryFile } from '../../gitops/repository.ts';
import { patchFor } from './checkout-patch.ts';

/** Pulls of one incident whose files are looked for; the patch covers them all. */
const MAX_TARGETS = 20;
const CARRIAGE_RETURNS =
  'lines of the file end with CR LF, which a copy from a terminal or page loses: apply it by -o patch | git apply';

/** A report whose remedies name the file, the line and the patch in a checkout of the manifests. */
export function findInCheckout(
  report: Report,
  snapshot: Snapshot,
  files: readonly RepositoryFile[],
  remotes: readonly string[] = [],
): Report {
  const wanted = report.incidents.some(({ remedies }) => remedies.some(({ change }) => change !== undefined));
  if (!wanted) return report;
  const index = indexSnapshot(snapshot);
  const { cases } = findCases(index);
  const repository = new Repository(files, remotes);
  const incidents = report.incidents.map((incident) => inCheckout(repository, index, cases, incident));
  return { ...report, incidents, unknowns: [...report.unknowns, ...answerGaps(repository.unread.gaps)] };
}

function inCheckout(
  repository: Repository,
  index: SnapshotIndex,
  cases: readonly Case[],
  incident: Incident,
): Incident {
  const all = targetsOf(index, cases, incident);
  const targets = all.slice(0, MAX_TARGETS);
  const remedies = incident.remedies.map((remedy) =>
    remedy.change === undefined ? remedy : withPlace(repository, remedy, remedy.change, targets, all.length),
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
  count: number,
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
    const more = located.more === 0 ? '' : `, and ${located.more} more`;
    return { ...withNote(remedy, `These places${more} fit alike, and nothing tells which one it is.`), places };
  }
  const others = targets.slice(1).map((target) => locate(repository, target, change));
  const found = patchFor(repository, [located, ...others]);
  const patch = found !== undefined && 'text' in found ? found.text : undefined;
  const notes = [
    ...best.notes,
    ...(others.every(({ decided }) => decided) ? [] : ['Other workloads need it as well; look for their files']),
    ...(count > targets.length
      ? [`Only the files of the first ${targets.length} of ${count} pulls were looked for`]
      : []),
    ...(found !== undefined && 'why' in found ? [found.why] : []),
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
