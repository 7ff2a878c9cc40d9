import { nearest } from '../../../core/nearest.ts';
import type { Report } from '../../../core/report.ts';
import type { Snapshot } from '../../../core/snapshot.ts';
import type { Subject } from '../../../facts/facts.ts';
import type { ClusterClient } from '../../../sources/cluster/client.ts';
import { namesAround } from '../../../sources/cluster/names-around.ts';
import type { Question } from '../../../sources/cluster/question.ts';
import { diagnoseCluster } from '../../../tasks/diagnose/diagnose-cluster.ts';
import { probeCases } from '../../../tasks/diagnose/probe-cases.ts';
import { parseTargets, selectTargets } from '../../cli/target.ts';
import { withCollected } from '../collected-evidence.ts';
import type { ToolContext } from '../context.ts';
import { forbidden } from '../failure.ts';
import { ToolFailure } from '../tool-failure.ts';

/** What a diagnosis was asked. */
export interface LookArguments {
  readonly targets: readonly string[];
  readonly namespace?: string | undefined;
  readonly allNamespaces: boolean;
  readonly selector?: string | undefined;
  readonly thorough: boolean;
  readonly registry: boolean;
  readonly executionIds: readonly string[];
  /** Those alone: the evidence that the server serves, or its cluster, does not count. */
  readonly collectedOnly: boolean;
}

export interface Look {
  readonly report: Report;
  /** Why it ended early; the report holds what was seen until then. */
  readonly unfinished?: string;
}

/** Looks at the cluster. Throws `ToolFailure` when nothing of what was asked for could be seen. */
export async function lookLive(args: LookArguments, context: ToolContext): Promise<Look> {
  const client = await context.cluster();
  const targets = parseTargets(args.targets);
  const namespace = args.allNamespaces ? undefined : (args.namespace ?? client.access.namespace);
  const question: Question = {
    targets,
    ...(namespace === undefined ? {} : { namespace }),
    ...(args.selector === undefined ? {} : { selector: args.selector }),
    ...(args.thorough ? { thorough: true } : {}),
  };
  context.progress('reading the cluster');
  const { report, missing, unfinished } = await diagnoseCluster(client, question, {
    now: context.now,
    select: (stuck) =>
      args.selector === undefined
        ? selectTargets(targets, namespace)
        : ({ namespace: of = '', pod = '' }: Subject) => stuck.has(`${of}/${pod}`),
    askFurther: async (snapshot, concerns) => {
      const known = await withCollected(snapshot, args.executionIds, context);
      return args.registry ? askRegistries(known, concerns, context) : known;
    },
  });
  const nothing = report.incidents.length + report.notImagePull.length === 0;
  const [gone] = missing;
  if (gone !== undefined && nothing) throw await notFound(client, gone);
  if (unfinished !== undefined && nothing) throw cutShort(unfinished, report, namespace);
  return { report, ...(unfinished === undefined ? {} : { unfinished }) };
}

async function askRegistries(
  snapshot: Snapshot,
  select: (subject: Subject) => boolean,
  { settings, signal, progress }: ToolContext,
): Promise<Snapshot> {
  return probeCases(snapshot, {
    select,
    signal,
    allowPrivate: settings.privateRegistries,
    ...(settings.caFile === undefined ? {} : { caFile: settings.caFile }),
    onProbe: (image, number, all) => progress(`asking the registry of ${image}`, number, all),
  });
}

/** A refusal to show pods is no report of health. */
function cutShort(why: string, { unknowns }: Report, namespace: string | undefined): ToolFailure {
  if (!unknowns.some((unknown) => unknown.why === 'forbidden')) return new ToolFailure('unreachable', why);
  return forbidden(why, [
    { verb: 'list', kind: 'Pod', namespace },
    { verb: 'list', kind: 'Event', namespace },
  ]);
}

async function notFound(
  client: ClusterClient,
  { kind, namespace, name }: { readonly kind: string; readonly namespace: string; readonly name: string },
): Promise<ToolFailure> {
  const around = await namesAround(client, namespace, { kind, name });
  const elsewhere = around.elsewhere.map((other) => `call again with namespace ${other}: it is there`);
  return new ToolFailure('not_found', `there is no ${kind} ${name} in namespace ${namespace}`, {
    near: [...nearest(name, around.names), ...nearest(namespace, around.namespaces)],
    next:
      elsewhere.length > 0 ? elsewhere : [`list_k8s_resources kind=${kind} namespace=${namespace} shows what there is`],
  });
}
