import { CAUSES } from '../../causes/index.gen.ts';
import { type HostRole, hostRole } from '../../causes/shared/failing-host.ts';
import { preventionFound } from '../../causes/shared/prevention-found.ts';
import { stopgaps } from '../../causes/shared/stopgap.ts';
import { type CaseInput, type CaseWhere, type Diagnosis, diagnoseCase } from '../../core/diagnosis.ts';
import type { EvidenceId } from '../../core/evidence.ts';
import { answerGaps, becauseOf } from '../../core/fact.ts';
import { groupIncidents } from '../../core/incident.ts';
import { printable } from '../../core/printable.ts';
import type { NotImagePull, PodRef, Report } from '../../core/report.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { factsFor } from '../../facts/build-facts.ts';
import type { Case } from '../../facts/case.ts';
import { findCases } from '../../facts/cases.ts';
import { evidenceOf } from '../../facts/evidence-of.ts';
import type { Facts, Subject } from '../../facts/facts.ts';
import { indexSnapshot, type SnapshotIndex } from '../../facts/snapshot-index.ts';
import { withNodeStates } from '../../nodelogs/state/node-states.ts';
import { gapsOf } from './case-gaps.ts';
import { pullContext } from './pull-context.ts';
import { surroundingsOf } from './surroundings.ts';

/** Causes that explain a pod without being an incident of its own. */
const NO_INCIDENT: ReadonlySet<string> = new Set(['pull-in-progress', 'not-image-pull']);

export interface DiagnoseOptions {
  /** RFC 3339; only stamps the report. */
  readonly now: string;
  /** Which cases to judge; all when left out. Facts still see the whole snapshot. */
  readonly select?: (subject: Subject) => boolean;
}

/** The one engine: what was seen, to what is wrong. Pure; the same snapshot gives the same report. */
export function diagnose(snapshot: Snapshot, { now, select = () => true }: DiagnoseOptions): Report {
  const index = indexSnapshot(withNodeStates(snapshot));
  const { cases, notImagePull, podsExamined } = findCases(index);
  const failing: Diagnosis<Facts>[] = [];
  const others: NotImagePull[] = [...notImagePull];
  for (const found of cases.filter((c) => select(c.subject))) {
    const diagnosis = diagnoseCase(caseInput(index, found), CAUSES);
    if (diagnosis === undefined || NO_INCIDENT.has(diagnosis.best.cause.id)) others.push(...stuckFor(found, diagnosis));
    else failing.push(diagnosis);
  }
  const incidents = groupIncidents(failing, (id) => evidenceOf(index, id), surroundingsOf(index));
  const pods = new Set(incidents.flatMap((i) => i.scope.pods.map((p) => `${p.namespace}/${p.name}`)));
  return printable({
    apiVersion: 'pullwhy/v1',
    kind: 'Report',
    generatedAt: now,
    source: { ...snapshot.source, ...(snapshot.takenAt === undefined ? {} : { takenAt: snapshot.takenAt }) },
    summary: { podsExamined, podsFailing: pods.size, incidents: incidents.length },
    incidents,
    notImagePull: uniqueOthers(others, pods),
    unknowns: answerGaps(snapshot.gaps),
  });
}

function caseInput(index: SnapshotIndex, found: Case): CaseInput<Facts> {
  const facts = factsFor(index, found);
  const history = facts.history.state === 'present' ? facts.history.value : undefined;
  const workload = facts.workload.state === 'present' ? facts.workload.value : undefined;
  return {
    facts,
    where: whereOf(facts),
    passed: facts.passedLinks,
    impact: workload?.impact ?? [],
    impactBecause: becauseOf(facts.workload),
    prevention: preventionFound(facts),
    stopgaps: stopgaps(facts),
    exists: existsBy(facts),
    gaps: gapsOf(index, facts),
    context: pullContext(facts),
    ...(history?.firstFailureAt === undefined ? {} : { firstSeen: history.firstFailureAt }),
    ...(history?.lastFailureAt === undefined ? {} : { lastSeen: history.lastFailureAt }),
    ...(history?.nextRetryAt === undefined ? {} : { nextRetryAt: history.nextRetryAt }),
  };
}

/** The registry, asked from here, has the image for this pull. */
function existsBy({ registryAnswer }: Facts): readonly EvidenceId[] {
  return registryAnswer?.state === 'present' && registryAnswer.value.outcome === 'pullable'
    ? registryAnswer.because
    : [];
}

function whereOf(facts: Facts): CaseWhere {
  const { subject } = facts;
  const pod = podOf(subject);
  const outermost = subject.owners.at(-1);
  const error = facts.pullError.state === 'present' ? facts.pullError.value.decisive.error : undefined;
  const parsed = facts.reference.state === 'present' ? facts.reference.value : undefined;
  const registry = parsed?.ok === true ? parsed.reference.domain : undefined;
  const host = error?.host ?? registry;
  const role = error === undefined ? undefined : ROLE[hostRole(facts, error)];
  return {
    ...(pod === undefined ? {} : { pod }),
    ...(outermost === undefined ? {} : { workload: `${outermost.kind}/${subject.namespace ?? ''}/${outermost.name}` }),
    ...(subject.image === undefined ? {} : { image: subject.image }),
    ...(host === undefined ? {} : { host }),
    ...(role === undefined ? {} : { hostRole: role }),
    ...(registry === undefined ? {} : { registry }),
    ...(subject.namespace === undefined ? {} : { namespace: subject.namespace }),
    ...(subject.node === undefined ? {} : { node: subject.node }),
  };
}

const ROLE: Partial<Record<HostRole, NonNullable<CaseWhere['hostRole']>>> = {
  registry: 'registry',
  mirror: 'mirror',
  token: 'token-server',
  blob: 'layer-store',
};

function podOf(subject: Subject): PodRef | undefined {
  if (subject.pod === undefined) return undefined;
  const container = subject.container ?? (subject.volume === undefined ? undefined : `volume ${subject.volume}`);
  return {
    namespace: subject.namespace ?? '',
    name: subject.pod,
    ...(subject.podUid === undefined ? {} : { uid: subject.podUid }),
    ...(container === undefined ? {} : { container }),
    ...(subject.image === undefined ? {} : { image: subject.image }),
    ...(subject.node === undefined ? {} : { node: subject.node }),
  };
}

/** A case that is no incident: what the pod waits for instead. */
function stuckFor({ subject, otherwise }: Case, diagnosis: Diagnosis<Facts> | undefined): NotImagePull[] {
  if (diagnosis === undefined) return otherwise === undefined ? [] : [otherwise];
  const { cause, judgement } = diagnosis.best;
  const pod = podOf(subject) ?? otherwise?.pod;
  if (pod === undefined) return [];
  const reason = cause.id === 'pull-in-progress' ? 'Pulling' : (otherwise?.reason ?? judgement.detail ?? 'other');
  return [{ pod, reason, because: otherwise?.because ?? cause.statement(judgement.params, diagnosis.input.facts) }];
}

/** A pod that is part of an incident is not told again; one line per pod and reason. */
function uniqueOthers(others: readonly NotImagePull[], failing: ReadonlySet<string>): NotImagePull[] {
  const told = new Map<string, NotImagePull>();
  for (const other of others) {
    const pod = `${other.pod.namespace}/${other.pod.name}`;
    if (!failing.has(pod)) told.set(`${pod} ${other.reason}`, other);
  }
  return [...told.values()];
}
