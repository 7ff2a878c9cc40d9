import { z } from 'zod';
import type { Incident, Report } from '../../../core/report.ts';
import type { Snapshot } from '../../../core/snapshot.ts';
import type { Subject } from '../../../facts/facts.ts';
import { reportSchema } from '../../../render/report-schema.ts';
import { renderText } from '../../../render/text.ts';
import type { ClusterClient } from '../../../sources/cluster/client.ts';
import { namesAround } from '../../../sources/cluster/names-around.ts';
import type { Question } from '../../../sources/cluster/question.ts';
import { diagnoseCluster } from '../../../tasks/diagnose/diagnose-cluster.ts';
import { probeCases } from '../../../tasks/diagnose/probe-cases.ts';
import { parseTargets, selectTargets } from '../../cli/target.ts';
import { withCollected } from '../collected-evidence.ts';
import type { ToolContext } from '../context.ts';
import { forbidden, ToolFailure } from '../failure.ts';
import { nearest } from '../nearest-names.ts';
import { coverage, input, reportGaps } from '../parts.ts';
import { defineTool, READS_CLUSTER } from '../tool.ts';

/** Pods of one incident that are listed; a thousand with one cause say no more than the first. */
const MAX_PODS = 30;

const argumentsOf = z.strictObject({
  targets: z
    .array(z.string().min(1).max(300))
    .max(20)
    .default([])
    .describe('pod/NAME, deploy/NAME, job/NAME, …; none: everything that is stuck'),
  namespace: input.namespace.optional().describe("left out: the namespace of the server's context"),
  allNamespaces: z.boolean().default(false),
  selector: z.string().max(1_000).optional().describe('label selector of pods, instead of targets'),
  thorough: z.boolean().default(false).describe('read more: all pods of the scope, and pull secrets that none names'),
  registry: z
    .boolean()
    .default(false)
    .describe('also ask the registries, with the credentials that the kubelet would offer'),
  executionIds: z
    .array(z.string().max(60))
    .max(10)
    .default([])
    .describe('collections of nodes (collect): their logs count as evidence too'),
  limit: input.limit(50, 10).describe('incidents in full; the others can be read as resources'),
});

type Arguments = z.output<typeof argumentsOf>;

export const diagnose = defineTool({
  name: 'diagnose',
  title: 'Diagnose failing image pulls',
  description:
    'The main tool: why image pulls fail, proven. One incident per root cause and scope, with verdict (confirmed, likely, possible), evidence E1…, the pull chain, causes ruled out, misleading texts overruled, fixes with safety ratings, checks to verify, and when to escalate. Never state more than the verdict says; cite evidence ids. What could not be seen is under unknowns and gaps. Each report stays readable as pullwhy://report/{reportId}, one incident as pullwhy://report/{reportId}/{incidentId}.',
  input: argumentsOf,
  output: z.strictObject({
    reportId: z.string(),
    report: reportSchema,
    moreIncidents: z
      .array(z.strictObject({ id: z.string(), cause: z.string(), statement: z.string(), pods: z.number() }))
      .readonly()
      .describe('incidents beyond limit'),
    coverage,
    gaps: reportGaps,
  }),
  hints: READS_CLUSTER,
  deadlineMs: 120_000,
  async run(args, context) {
    checkScope(args, context);
    const client = await context.cluster();
    const { report, whole } = await look(client, args, context);
    const reportId = context.reports.put(whole);
    return {
      reportId,
      report,
      moreIncidents: whole.incidents.slice(args.limit).map(({ id, cause, statement, scope }) => ({
        id,
        cause: cause.id,
        statement,
        pods: scope.pods.length,
      })),
      coverage: {
        read: [...whole.source.names, `${whole.summary.podsExamined} pods examined`],
        skipped: skipped(whole, args, reportId),
      },
      gaps: whole.unknowns,
    };
  },
  text: ({ reportId, report, moreIncidents }) =>
    [
      `report ${reportId}`,
      renderText(report, { width: 100, color: false, unicode: true, showEvidence: true, verbose: true }),
      ...moreIncidents.map(({ id, cause, pods, statement }) => `also ${id}: ${cause}, ${pods} pods: ${statement}`),
    ].join('\n'),
});

function checkScope({ targets, allNamespaces, namespace, selector, registry }: Arguments, { settings }: ToolContext) {
  const named = targets.some((target) => target.includes('/'));
  if (allNamespaces && namespace !== undefined)
    throw new ToolFailure('invalid_input', 'namespace and allNamespaces contradict each other', {
      next: ['give one of them'],
    });
  if (named && (allNamespaces || selector !== undefined))
    throw new ToolFailure('invalid_input', 'a name needs one namespace and no selector', {
      next: ['give namespace, without allNamespaces and selector'],
    });
  if (registry && !settings.registries)
    throw new ToolFailure('not_allowed', 'this server was started with --no-registry', {
      next: ['call diagnose without registry; tell the user that the registry was not asked'],
    });
}

async function look(
  client: ClusterClient,
  args: Arguments,
  context: ToolContext,
): Promise<{ readonly report: Report; readonly whole: Report }> {
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
  return { report: { ...report, incidents: report.incidents.slice(0, args.limit).map(withFewerPods) }, whole: report };
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

function withFewerPods(incident: Incident): Incident {
  const { scope } = incident;
  return { ...incident, scope: { ...scope, pods: scope.pods.slice(0, MAX_PODS) } };
}

function skipped({ incidents }: Report, { limit, registry }: Arguments, reportId: string): readonly string[] {
  const cut = incidents.slice(0, limit).filter(({ scope }) => scope.pods.length > MAX_PODS);
  return [
    ...cut.map(
      ({ id, scope }) =>
        `${scope.pods.length - MAX_PODS} of ${scope.pods.length} pods of incident ${id}: pullwhy://report/${reportId}/${id} has all`,
    ),
    ...(registry ? [] : ['registries: not asked; registry=true or probe_image asks them']),
  ];
}
