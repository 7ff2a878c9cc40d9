import type { Report } from '../../core/report.ts';
import { sh } from '../../core/shell.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Subject } from '../../facts/facts.ts';
import type { ClusterClient } from '../../sources/cluster/client.ts';
import { type Gathering, gather } from '../../sources/cluster/gather.ts';
import type { Question } from '../../sources/cluster/question.ts';
import type { SettledPods } from '../../sources/cluster/settled-pods.ts';
import { askInCluster } from './ask-in-cluster.ts';

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
const ROUNDS = 2;
/** Requests that a question about one thing may cost in all. */
const BUDGET_OF_ONE = 12;

/** The live way: look at the pods, look further where it decides, then judge as any other evidence is judged. */
export async function diagnoseCluster(
  client: ClusterClient,
  question: Question,
  { now, select, also, settled, noRegistry = false, askFurther = async (seen) => seen }: ClusterDiagnosisOptions,
): Promise<ClusterDiagnosis> {
  // What judges is large: it is loaded while the cluster is asked.
  const judging = Promise.all([import('./look-further.ts'), import('./diagnose.ts')]);
  const gathering = await gather(client, question, now, settled);
  const [{ lookFurther }, { diagnose }] = await judging;
  const concerns = select(gathering.stuck);
  const one = question.targets.filter((target) => target.name !== undefined).length === 1;
  const limited = one && question.thorough !== true;
  const wanted = new Set<string>();
  let snapshot = gathering.snapshot();
  for (let round = 0; round < ROUNDS && gathering.unfinished() === undefined; round += 1) {
    const wants = lookFurther(snapshot, { select: concerns, thorough: question.thorough === true }).filter(
      (want) => !wanted.has(JSON.stringify(want)),
    );
    const affordable = limited ? wants.slice(0, Math.max(0, BUDGET_OF_ONE - client.requests)) : wants;
    for (const want of wants) wanted.add(JSON.stringify(want));
    // Asked for the whole namespace, there is no such limit.
    gathering.leaveOut(wants.slice(affordable.length), sh`pullwhy -n ${question.namespace ?? ''}`);
    if (affordable.length > 0) await gathering.lookFurther(affordable);
    snapshot = gathering.snapshot();
    // Only a Service that was found leads on: to what stands behind it.
    if (!affordable.some((want) => want.kind === 'Service')) break;
  }
  const whole = also === undefined ? snapshot : { ...snapshot, logs: [...snapshot.logs, ...also.logs] };
  const unfinished = gathering.unfinished();
  const asked = noRegistry || unfinished !== undefined ? whole : await askInCluster(client, whole, now(), concerns);
  const seen = await askFurther(asked, concerns);
  return {
    report: diagnose(seen, { now: now(), select: concerns }),
    snapshot: seen,
    missing: gathering.missing,
    ...(unfinished === undefined ? {} : { unfinished }),
  };
}
