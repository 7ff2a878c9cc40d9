import type { Cause, Shared } from './cause.ts';
import { type Correlated, correlator } from './correlate.ts';
import type { Diagnosis, EvidenceOf } from './diagnosis.ts';
import { digest } from './digest.ts';
import type { EvidenceId } from './evidence.ts';
import type { Surroundings } from './failure-sight.ts';
import type { Incident, PodRef, Reach, ReportEvidence, Scope } from './report.ts';
import { unique } from './unique.ts';

/** What the cases of one incident have in common. */
type ScopeKind = 'image' | 'host' | 'node' | 'namespace' | 'workload';

/** A cause that lies in the image concerns all who pull it; one in the network, all who ask that host. */
const SCOPE_OF_LINK: Record<Cause<unknown>['link'], ScopeKind> = {
  admission: 'workload',
  reference: 'image',
  'pull-policy': 'image',
  runtime: 'node',
  credentials: 'namespace',
  'name-resolution': 'host',
  connection: 'host',
  tls: 'host',
  registry: 'host',
  authentication: 'namespace',
  authorization: 'image',
  quota: 'host',
  manifest: 'image',
  blobs: 'image',
  storage: 'node',
  signature: 'image',
  none: 'workload',
};

/** At most so many pieces of evidence of one kind are shown; the rest says the same. */
const MAX_EVIDENCE = 40;

/** Cases that share cause and scope become one incident; those that reach furthest come first. */
export function groupIncidents<F>(
  diagnoses: readonly Diagnosis<F>[],
  evidenceOf: EvidenceOf,
  around: Surroundings = NOTHING_AROUND,
): Incident[] {
  const correlate = correlator(diagnoses, around);
  const groups = new Map<string, Diagnosis<F>[]>();
  for (const diagnosis of diagnoses) {
    const key = groupKey(diagnosis);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [diagnosis]);
    else group.push(diagnosis);
  }
  return [...groups]
    .map(([key, group]) => incidentOf(key, group, evidenceOf, correlate(group)))
    .sort((a, b) => b.scope.pods.length - a.scope.pods.length || (a.id < b.id ? -1 : 1));
}

const NOTHING_AROUND: Surroundings = {
  worked: [],
  canonical: (image) => image,
  zoneOf: () => undefined,
  isManaged: () => false,
};

function groupKey<F>(diagnosis: Diagnosis<F>): string {
  const { best, input } = diagnosis;
  const { where } = input;
  const named = sharedBy(diagnosis);
  if (named !== undefined) return [best.cause.id, best.judgement.detail ?? '', named.kind, named.name].join('\n');
  const kind = SCOPE_OF_LINK[best.cause.link];
  const shared: Record<ScopeKind, readonly (string | undefined)[]> = {
    image: [where.image ?? where.host],
    host: [where.host ?? where.image],
    node: [where.node ?? where.host],
    namespace: [where.namespace, where.host ?? where.image],
    workload: [where.namespace, where.workload ?? where.pod?.name ?? where.image],
  };
  return [best.cause.id, best.judgement.detail ?? '', ...shared[kind].map((part) => part ?? '')].join('\n');
}

/** What the cause itself names as the one thing behind its cases. */
function sharedBy<F>({ best, input }: Diagnosis<F>): Shared | undefined {
  return best.cause.shared?.(best.judgement.params, input.facts);
}

/** The one thing that all cases of a group have in common, by name. */
function sharedOf<F>(lead: Diagnosis<F>): Shared {
  const { where } = lead.input;
  const kind = SCOPE_OF_LINK[lead.best.cause.link];
  const image: Shared = { kind: 'image', name: where.image ?? where.host ?? '' };
  const registry: Shared = where.host === undefined ? image : { kind: where.hostRole ?? 'registry', name: where.host };
  const byKind: Record<ScopeKind, Shared> = {
    image,
    host: registry,
    node: where.node === undefined ? registry : { kind: 'node', name: where.node },
    namespace: where.namespace === undefined ? registry : { kind: 'namespace', name: where.namespace },
    workload: { kind: 'workload', name: where.workload ?? where.pod?.name ?? where.image ?? '' },
  };
  return sharedBy(lead) ?? byKind[kind];
}

function incidentOf<F>(
  key: string,
  group: readonly Diagnosis<F>[],
  evidenceOf: EvidenceOf,
  correlated: Correlated,
): Incident {
  const lead = strongest(group);
  const { cause, judgement } = lead.best;
  const { facts } = lead.input;
  const numbers = numberEvidence(group, lead, correlated);
  const cite = (ids: readonly EvidenceId[]) => [...new Set(ids)].flatMap((id) => numbers.get(id) ?? []);
  const alternatives = lead.alternatives.map(({ cause: other, judgement: said }) => ({
    cause: other.id,
    verdict: said.verdict as Incident['verdict'],
    because: cite(said.because),
    ...(said.note === undefined ? {} : { note: said.note }),
    ...(said.toDecide === undefined ? {} : { toDecide: said.toDecide }),
  }));
  const retry = group.flatMap((d) => d.input.nextRetryAt ?? []).sort()[0];
  return {
    id: `${cause.id}-${digest(key)}`,
    cause: {
      id: cause.id,
      title: cause.title,
      link: cause.link,
      class: cause.class,
      severity: cause.severity,
      ...(judgement.detail === undefined ? {} : { detail: judgement.detail }),
    },
    verdict: judgement.verdict as Incident['verdict'],
    statement: cause.statement(judgement.params, facts),
    scope: { ...scopeOf(group), shared: correlated.place ?? sharedOf(lead) },
    impact: [...new Set(group.flatMap((d) => d.input.impact))],
    evidence: [...numbers].flatMap(([id, number]) => reportEvidence(number, evidenceOf(id))),
    chain: lead.chain.map((link) => ({ ...link, because: cite(link.because) })),
    ruledOut: lead.ruledOut.map((r) => ({
      cause: r.cause.id,
      because: cite(r.judgement.because),
      note: r.judgement.note ?? r.cause.title,
    })),
    alternatives,
    overruled: (judgement.overrules ?? []).map((o) => ({ said: o.said, because: cite(o.because), note: o.note })),
    unknowns: uniqueGaps(group),
    remedies: [...cause.remedies(judgement.params, facts), ...(lead.input.stopgaps ?? [])],
    verify: cause.verify(judgement.params, facts),
    prevention: [...new Set([...group.flatMap((d) => d.input.prevention ?? []), ...cause.prevention])],
    escalate: [
      ...correlated.escalate.map((met) => ({ ...met, because: cite(met.because) })),
      ...cause.escalate(judgement.params, facts),
    ],
    correlation: correlated.notes.map((told) => ({ ...told, because: cite(told.because) })),
    context: lead.input.context,
    ...(retry === undefined ? {} : { nextRetryAt: retry }),
    ...(judgement.toDecide === undefined ? {} : { toDecide: judgement.toDecide }),
  };
}

/** The case with the strongest verdict speaks for the group; inside one verdict the one seen last. */
function strongest<F>(group: readonly Diagnosis<F>[]): Diagnosis<F> {
  const level = { confirmed: 0, likely: 1, possible: 2, 'ruled-out': 3 } as const;
  return group.reduce((lead, next) => {
    const closer = level[next.best.judgement.verdict] - level[lead.best.judgement.verdict];
    if (closer !== 0) return closer < 0 ? next : lead;
    return (next.input.lastSeen ?? '') > (lead.input.lastSeen ?? '') ? next : lead;
  });
}

/** E1, E2, … in the order in which the report speaks of them. */
function numberEvidence<F>(
  group: readonly Diagnosis<F>[],
  lead: Diagnosis<F>,
  { notes, escalate }: Correlated,
): Map<EvidenceId, string> {
  const ids = [
    ...lead.best.judgement.because,
    ...(lead.best.judgement.overrules ?? []).flatMap((o) => o.because),
    ...lead.alternatives.flatMap((a) => a.judgement.because),
    ...lead.ruledOut.flatMap((r) => r.judgement.because),
    ...lead.chain.flatMap((l) => l.because),
    ...[...notes, ...escalate].flatMap((told) => told.because),
    ...(lead.input.impactBecause ?? []),
    ...group.flatMap((d) => d.best.judgement.because),
  ];
  return new Map([...new Set(ids)].slice(0, MAX_EVIDENCE).map((id, i) => [id, `E${i + 1}`] as const));
}

function reportEvidence(number: string, evidence: ReturnType<EvidenceOf>): ReportEvidence[] {
  return evidence === undefined ? [] : [{ ...evidence, id: number }];
}

function uniqueGaps<F>(group: readonly Diagnosis<F>[]): Incident['unknowns'] {
  const byWhat = new Map(group.flatMap((d) => d.input.gaps).map((gap) => [`${gap.wanted}\n${gap.why}`, gap] as const));
  return [...byWhat.values()].map(({ wanted, why, how }) => ({
    what: wanted,
    why,
    ...(how === undefined ? {} : { how }),
  }));
}

function scopeOf<F>(group: readonly Diagnosis<F>[]): Omit<Scope, 'shared'> {
  const wheres = group.map((d) => d.input.where);
  const pods = uniquePods(wheres.flatMap((w) => w.pod ?? []));
  const workloads = unique(wheres.map((w) => w.workload));
  const nodes = unique(wheres.map((w) => w.node));
  const namespaces = unique(wheres.map((w) => w.namespace));
  const first = group.flatMap((d) => d.input.firstSeen ?? []).sort()[0];
  const last = group
    .flatMap((d) => d.input.lastSeen ?? [])
    .sort()
    .at(-1);
  return {
    pods,
    workloads,
    nodes,
    namespaces,
    ...(first === undefined ? {} : { firstSeen: first }),
    ...(last === undefined ? {} : { lastSeen: last }),
    reach: reachOf(group, pods, workloads, nodes, namespaces),
  };
}

function reachOf<F>(
  group: readonly Diagnosis<F>[],
  pods: readonly PodRef[],
  workloads: readonly string[],
  nodes: readonly string[],
  namespaces: readonly string[],
): Reach {
  if (new Set(pods.map((p) => `${p.namespace}/${p.name}`)).size <= 1) return 'pod';
  const kind = SCOPE_OF_LINK[group[0]?.best.cause.link ?? 'none'];
  if (kind === 'node' && nodes.length === 1) return 'node';
  if (workloads.length === 1) return 'workload';
  if (namespaces.length === 1) return 'namespace';
  return kind === 'host' || kind === 'image' ? 'registry' : 'cluster';
}

function uniquePods(pods: readonly PodRef[]): PodRef[] {
  return [...new Map(pods.map((p) => [`${p.namespace}/${p.name}/${p.container ?? ''}`, p] as const)).values()];
}
