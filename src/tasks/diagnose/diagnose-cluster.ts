import type { Report } from '../../core/report.ts';
import { sh } from '../../core/shell.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Want } from '../../core/want.ts';
import type { Subject } from '../../facts/facts.ts';
import type { ClusterClient } from '../../sources/cluster/client.ts';
import { type Gathering, gather } from '../../sources/cluster/gather.ts';
import type { Question } from '../../sources/cluster/question.ts';
import type { SettledPods } from '../../sources/cluster/settled-pods.ts';

export interface ClusterDiagnosisOptions {
  /** This machine's clock, RFC 3339. */
  readonly now: () => string;
  /** Which cases the question is about; given the pods that were found to be stuck. */
  readonly select: (stuck: ReadonlySet<string>) => (subject: Subject) => boolean;
  /** Evidence from elsewhere about the same cluster: node logs. */
  readonly also?: Snapshot;
  /** For those who look again and again at one cluster. */
  readonly settled?: SettledPods;
  /** Registries that run in the cluster are not asked through the API server's service proxy. */
  readonly noRegistry?: boolean;
  /** Adds evidence from outside the cluster once the pulls are known: what registries answer. */
  readonly askFurther?: (snapshot: Snapshot, concerns: (subject: Subject) => boolean) => Promise<Snapshot>;
}

export interface ClusterDiagnosis {
  readonly report: Report;
  /** What the report was made of. */
  readonly snapshot: Snapshot;
  readonly missing: Gathering['missing'];
  /** Why it could not be finished; the report holds what was seen until then. */
  readonly unfinished?: string;
}

/** Looks further than the stuck pods themselves at most so often. */
const ROUNDS = 4;
/** What these lists show leads on: to what stands behind a Service, to the pods and logs of a build. */
const LEADING: ReadonlySet<Want['kind']> = new Set([
  'Service',
  'Ingress',
  'HTTPRoute',
  'TLSRoute',
  'Route',
  'IngressRoute',
  'Pod',
  'Job',
  'TaskRun',
  'PipelineRun',
  'BuildRun',
  'Workflow',
]);
/** Requests that a question about one thing may cost in all. */
const BUDGET_OF_ONE = 12;

/** The live way: look at the pods, look further where it decides, then judge as any other evidence is judged. */
export async function diagnoseCluster(
  client: ClusterClient,
  question: Question,
  { now, select, also, settled, noRegistry = false, askFurther = async (seen) => seen }: ClusterDiagnosisOptions,
): Promise<ClusterDiagnosis> {
  // What judges is large: it is loaded while the cluster is asked.
  const judging = Promise.all([
    import('../../facts/snapshot-index.ts'),
    import('./look-further.ts'),
    import('./ask-in-cluster.ts'),
    import('./diagnose.ts'),
  ]);
  const gathering = await gather(client, question, now, settled);
  const [{ indexSnapshot }, { lookFurther }, { askInCluster, decidesByAsking, MOST_REQUESTS }, { diagnose }] =
    await judging;
  const concerns = select(gathering.stuck);
  const one = question.targets.filter((target) => target.name !== undefined).length === 1;
  const limited = one && question.thorough !== true;
  const asked = new Set<string>();
  let snapshot = gathering.snapshot();
  for (let round = 0; round < ROUNDS && gathering.unfinished() === undefined; round += 1) {
    const wants = lookFurther(snapshot, {
      select: concerns,
      thorough: question.thorough === true,
      wide: !limited,
    }).filter((want) => !asked.has(JSON.stringify(want)));
    if (wants.length === 0) break;
    // Only a Service that was found leads on, to what stands behind it: that tells more than anything else.
    const leads = wants.filter((want) => want.kind === 'Service');
    const next = limited && leads.length > 0 ? leads : wants;
    const kept = limited && !noRegistry && decidesByAsking(snapshot, concerns) ? MOST_REQUESTS : 0;
    const affordable = limited ? next.slice(0, Math.max(0, BUDGET_OF_ONE - kept - client.requests)) : next;
    for (const want of next) asked.add(JSON.stringify(want));
    // Asked for the whole namespace, there is no such limit.
    gathering.leaveOut(next.slice(affordable.length), sh`pullwhy -n ${question.namespace ?? ''}`);
    if (affordable.length > 0) await gathering.lookFurther(affordable);
    const before = indexSnapshot(snapshot);
    snapshot = gathering.snapshot();
    // What texts mean is remembered from look to look.
    indexSnapshot(snapshot, before);
    if (!affordable.some(({ kind }) => LEADING.has(kind))) break;
  }
  const whole = also === undefined ? snapshot : { ...snapshot, logs: [...snapshot.logs, ...also.logs] };
  const unfinished = gathering.unfinished();
  const affordsAsking = !limited || client.requests + MOST_REQUESTS <= BUDGET_OF_ONE;
  const asksInside = !noRegistry && unfinished === undefined && affordsAsking;
  const inside = asksInside ? await askInCluster(client, whole, now(), concerns) : whole;
  const seen = await askFurther(inside, concerns);
  indexSnapshot(seen, indexSnapshot(snapshot));
  const report = diagnose(seen, { now: now(), select: concerns });
  const ended = unfinished ?? (hasFound(report) ? undefined : unseenTarget(gathering, report));
  return { report, snapshot: seen, missing: gathering.missing, ...(ended === undefined ? {} : { unfinished: ended }) };
}

function hasFound({ incidents, notImagePull }: Report): boolean {
  return incidents.length + notImagePull.length > 0;
}

/** Where what was asked for may not be seen, and nothing stuck is known to belong to it, nothing can be said of it. */
function unseenTarget({ unseen: [first] }: Gathering, { unknowns }: Report): string | undefined {
  if (first === undefined) return undefined;
  const { kind, namespace, name } = first;
  const gap = unknowns.find(({ what }) => what === `${kind} ${namespace}/${name}`);
  const why = gap === undefined ? '' : `: ${gap.why}${gap.how === undefined ? '' : `: ${gap.how}`}`;
  return `${kind} ${name} in namespace ${namespace} could not be looked at${why}`;
}
