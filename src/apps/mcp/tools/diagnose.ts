import { z } from 'zod';
import type { Incident, Report } from '../../../core/report.ts';
import { reportSchema } from '../../../render/report-schema.ts';
import { renderText } from '../../../render/text.ts';
import type { ToolContext } from '../context.ts';
import { type Look, lookLive } from '../looks/live.ts';
import { coverage, gaps, input } from '../parts.ts';
import { defineTool, READS_CLUSTER } from '../tool.ts';
import { ToolFailure } from '../tool-failure.ts';

/** Pods of one incident that are listed; a thousand with one cause say no more than the first. */
const MAX_PODS = 30;
/** Incidents that are told in a line each, beyond those in full. */
const MAX_MORE = 200;

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
    gaps,
  }),
  hints: READS_CLUSTER,
  deadlineMs: 120_000,
  async run(args, context) {
    checkScope(args, context);
    const { report: whole, unfinished } = await lookAt(args, context);
    const reportId = context.reports.put(whole);
    return {
      reportId,
      report: { ...whole, incidents: whole.incidents.slice(0, args.limit).map(withFewerPods) },
      moreIncidents: whole.incidents
        .slice(args.limit, args.limit + MAX_MORE)
        .map(({ id, cause, statement, scope }) => ({
          id,
          cause: cause.id,
          statement,
          pods: scope.pods.length,
        })),
      coverage: {
        read: [...whole.source.names, `${whole.summary.podsExamined} pods examined`],
        skipped: skipped(whole, args, reportId),
      },
      gaps: [
        ...whole.unknowns,
        ...(unfinished === undefined
          ? []
          : [{ what: 'the rest of the look', why: 'unreachable' as const, how: unfinished }]),
      ],
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

/** One engine for both: a cluster, or the evidence on disk that the server was started with. */
async function lookAt(args: Arguments, context: ToolContext): Promise<Look> {
  if (context.settings.from.length === 0) return lookLive(args, context);
  const { lookOffline } = await import('../looks/offline.ts');
  return lookOffline(args, context);
}

function withFewerPods(incident: Incident): Incident {
  const { scope } = incident;
  return { ...incident, scope: { ...scope, pods: scope.pods.slice(0, MAX_PODS) } };
}

function skipped({ incidents }: Report, { limit, registry }: Arguments, reportId: string): readonly string[] {
  const untold = incidents.length - limit - MAX_MORE;
  const cut = incidents.slice(0, limit).filter(({ scope }) => scope.pods.length > MAX_PODS);
  return [
    ...cut.map(
      ({ id, scope }) =>
        `${scope.pods.length - MAX_PODS} of ${scope.pods.length} pods of incident ${id}: pullwhy://report/${reportId}/${id} has all`,
    ),
    ...(untold > 0 ? [`${untold} more incidents: pullwhy://report/${reportId} has all`] : []),
    ...(registry ? [] : ['registries: not asked; registry=true or probe_image asks them']),
  ];
}
