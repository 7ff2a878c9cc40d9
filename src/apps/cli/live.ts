import { ClusterError } from '../../core/cluster-error.ts';
import { didYouMean } from '../../core/nearest.ts';
import type { Report } from '../../core/report.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { Subject } from '../../facts/facts.ts';
import { openAccess } from '../../sources/cluster/access.ts';
import { ClusterClient } from '../../sources/cluster/client.ts';
import type { MissingTarget } from '../../sources/cluster/find-pods.ts';
import { namesAround } from '../../sources/cluster/names-around.ts';
import type { Question } from '../../sources/cluster/question.ts';
import { diagnoseCluster } from '../../tasks/diagnose/diagnose-cluster.ts';
import { type Alert, selectAlerts } from './alert.ts';
import { parseDuration } from './duration.ts';
import { askRegistries, type RegistryFlags } from './registry-flags.ts';
import { parseTargets, selectTargets } from './target.ts';

/** Flags that only concern a live cluster; named as kubectl names them. */
export interface LiveFlags extends RegistryFlags {
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly as?: string;
  readonly asGroup?: readonly string[];
  readonly requestTimeout?: string;
  readonly thorough?: boolean;
  readonly nodeLogs?: boolean;
}

export interface LiveDiagnosis {
  readonly report: Report;
  /** What the report was made of. */
  readonly snapshot: Snapshot;
  /** Something was asked for that does not exist, or the look ended early; told after the report. */
  readonly trouble?: Error;
}

/** The namespace that the flags, or else the context, name; none for all. */
export function scopeOf(
  { allNamespaces, namespace }: LiveFlags,
  { access }: ClusterClient,
): { readonly namespace?: string } {
  return allNamespaces === true ? {} : { namespace: namespace ?? access.namespace };
}

/** Opens the cluster that the flags name. */
export async function connect(flags: LiveFlags, signal?: AbortSignal): Promise<ClusterClient> {
  const timeout = parseDuration('--request-timeout', flags.requestTimeout);
  const access = await openAccess(flags, { suggest: didYouMean });
  return new ClusterClient(access, {
    ...(timeout === undefined ? {} : { requestTimeoutMs: timeout }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Diagnoses what the command line asks for in a live cluster. */
export async function diagnoseLive(
  words: readonly string[],
  flags: LiveFlags,
  alerts: readonly Alert[] = [],
  add: (snapshot: Snapshot) => Snapshot = (seen) => seen,
): Promise<LiveDiagnosis> {
  const targets = parseTargets(words);
  checkScope(
    targets.some((target) => target.name !== undefined),
    flags,
  );
  const client = await connect(flags);
  try {
    const question: Question = {
      targets,
      ...(alerts.length > 0 ? namespaceOf(alerts) : scopeOf(flags, client)),
      ...(flags.selector === undefined ? {} : { selector: flags.selector }),
      ...(flags.thorough === true ? { thorough: true } : {}),
    };
    const { report, snapshot, missing, unfinished } = await diagnoseCluster(client, question, {
      now: () => new Date().toISOString(),
      select: (stuck) => (alerts.length > 0 ? selectAlerts(alerts, stuck) : selectFor(question, stuck)),
      noRegistry: flags.registry === false,
      askFurther: async (snapshot, concerns) =>
        askRegistries(add(await withNodeLogs(client, snapshot, flags, concerns)), flags, concerns),
    });
    const trouble = await troubleOf(client, question, report, missing, unfinished);
    return { report, snapshot, ...(trouble === undefined ? {} : { trouble }) };
  } finally {
    client.access.close();
  }
}

/** Node logs are large: they are asked for only when wanted. */
async function withNodeLogs(
  client: ClusterClient,
  snapshot: Snapshot,
  { nodeLogs }: LiveFlags,
  concerns: (subject: Subject) => boolean,
): Promise<Snapshot> {
  if (nodeLogs !== true) return snapshot;
  const { addNodeLogs } = await import('../../tasks/diagnose/add-node-logs.ts');
  return addNodeLogs(client, snapshot, concerns);
}

/** Alerts name their namespaces themselves; those of several are looked for in all. */
function namespaceOf(alerts: readonly Alert[]): { readonly namespace?: string } {
  const [namespace, ...others] = new Set(alerts.map((alert) => alert.namespace));
  return namespace === undefined || others.length > 0 ? {} : { namespace };
}

/** Scopes that contradict each other are refused. */
export function checkScope(named: boolean, { allNamespaces, selector, namespace }: LiveFlags): void {
  if (allNamespaces === true && namespace !== undefined) {
    throw new UsageError('-n and -A contradict each other: give one of them');
  }
  if (named && allNamespaces === true) {
    throw new UsageError('a name needs one namespace: give -n NAMESPACE instead of -A, or no name');
  }
  if (named && selector !== undefined) {
    throw new UsageError('a name and a selector contradict each other: give one of them');
  }
}

/** With a selector, the cases are those of the pods that it found; else those of the targets. */
function selectFor({ targets, namespace, selector }: Question, stuck: ReadonlySet<string>) {
  if (selector === undefined) return selectTargets(targets, namespace);
  return (subject: Subject) => stuck.has(`${subject.namespace ?? ''}/${subject.pod ?? ''}`);
}

async function troubleOf(
  client: ClusterClient,
  question: Question,
  report: Report,
  missing: readonly MissingTarget[],
  unfinished: string | undefined,
): Promise<Error | undefined> {
  if (unfinished !== undefined) return new ClusterError(unfinished);
  const [first] = missing;
  if (first !== undefined) return new UsageError(await unknownName(client, first));
  const nothing = report.summary.podsExamined === 0 && report.notImagePull.length === 0;
  if (!nothing || question.namespace === undefined) return undefined;
  const { namespaces, namespaceExists } = await namesAround(client, question.namespace);
  return namespaceExists === false ? new UsageError(noNamespace(client, question.namespace, namespaces)) : undefined;
}

/** Says what is there instead: a name like it, the same name elsewhere, or that the namespace itself is missing. */
async function unknownName(client: ClusterClient, { kind, namespace, name }: MissingTarget): Promise<string> {
  const around = await namesAround(client, namespace, { kind, name });
  const what = `no ${kind} ${name} in namespace ${namespace} (context ${client.access.context})`;
  const [other] = around.elsewhere;
  if (other !== undefined) return `${what}: it is in namespace ${other}: -n ${other}`;
  if (around.namespaceExists === false) return noNamespace(client, namespace, around.namespaces);
  const near = didYouMean(name, around.names);
  const list = kind === 'Pod' ? 'pods' : kind.toLowerCase();
  return `${what}${near}; kubectl get ${list} -n ${namespace} lists what there is`;
}

function noNamespace(client: ClusterClient, namespace: string, known: readonly string[]): string {
  return `no namespace ${namespace} in context ${client.access.context}${didYouMean(namespace, known)}; kubectl get namespaces lists them`;
}
