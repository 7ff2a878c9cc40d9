import { z } from 'zod';
import type { Incident, Report } from '../../../core/report.ts';
import { reportSchema } from '../../../render/report-schema.ts';
import { renderText } from '../../../render/text.ts';
import type { ToolContext } from '../context.ts';
import { answerOfPage, type KeptPage, pageOfAnswer } from '../kept-page.ts';
import { type Look, lookLive } from '../looks/live.ts';
import { coverage, gaps, input, nextPageToken } from '../parts.ts';
import { defineTool, READS_CLUSTER } from '../tool.ts';
import { ToolFailure } from '../tool-failure.ts';

/** Pods of one incident that are listed; a thousand with one cause say no more than the first. */
const MAX_PODS = 30;
/** Incidents that are told in a line each, beyond those in full. */
const MAX_MORE = 200;
/** Pods that are stuck for other reasons. */
const MAX_OTHERS = 200;

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
  collectedOnly: z
    .boolean()
    .default(false)
    .describe('judge executionIds alone and ask no cluster: bundles of other clusters'),
  limit: input.limit(50, 10).describe('incidents in full; the others on further pages, or as resources'),
  pageToken: input.pageToken.describe(
    'nextPageToken of the page before, with the same arguments: goes on in its report',
  ),
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
      .describe('incidents after those of this page, a line each'),
    nextPageToken,
    coverage,
    gaps,
  }),
  hints: READS_CLUSTER,
  deadlineMs: 120_000,
  async run(args, context) {
    checkScope(args, context);
    const { reportId, report: whole, token } = await reportFor(args, context);
    const page = pageOfAnswer(whole.incidents.length, reportId, {
      limit: args.limit,
      token,
      question: questionOf(args),
    });
    return {
      reportId,
      report: {
        ...whole,
        incidents: whole.incidents.slice(page.from, page.to).map(withFewerPods),
        notImagePull: whole.notImagePull.slice(0, MAX_OTHERS),
      },
      moreIncidents: whole.incidents.slice(page.to, page.to + MAX_MORE).map(({ id, cause, statement, scope }) => ({
        id,
        cause: cause.id,
        statement,
        pods: scope.pods.length,
      })),
      ...(page.nextPageToken === undefined ? {} : { nextPageToken: page.nextPageToken }),
      coverage: {
        read: [...whole.source.names, `${whole.summary.podsExamined} pods examined`],
        skipped: skipped(whole, page, args, reportId),
      },
      gaps: whole.unknowns,
    };
  },
  text: ({ reportId, report, moreIncidents, nextPageToken: next }) =>
    [
      `report ${reportId}`,
      renderText(report, { width: 100, color: false, unicode: true, showEvidence: true, verbose: true }),
      ...moreIncidents.map(({ id, cause, pods, statement }) => `also ${id}: ${cause}, ${pods} pods: ${statement}`),
      ...(next === undefined ? [] : [`next page: pageToken ${next}`]),
    ].join('\n'),
});

function checkScope(args: Arguments, { settings }: ToolContext) {
  const { targets, allNamespaces, namespace, selector, registry, executionIds, collectedOnly } = args;
  if (collectedOnly && executionIds.length === 0)
    throw new ToolFailure('invalid_input', 'collectedOnly needs executionIds', {
      next: ['give the ids of collect or history, or leave collectedOnly out'],
    });
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

interface Found {
  readonly reportId: string;
  readonly report: Report;
  /** Where in the report the page begins. */
  readonly token?: string;
}

/** A new look, or the report that a page token goes on with. */
async function reportFor(args: Arguments, context: ToolContext): Promise<Found> {
  if (args.pageToken !== undefined) {
    const { answer, id, token } = answerOfPage(args.pageToken, context.reports);
    return { report: answer, reportId: id, token };
  }
  const report = told(await lookAt(args, context));
  return { report, reportId: context.reports.put(report) };
}

/** That a look ended early is part of its report: further pages and resources tell it too. */
function told({ report, unfinished }: Look): Report {
  if (unfinished === undefined) return report;
  const rest = { what: 'the rest of the look', why: 'unreachable', how: unfinished } as const;
  return { ...report, unknowns: [...report.unknowns, rest] };
}

/** A page token goes with the arguments that its report was made by. */
function questionOf({ limit: _limit, pageToken: _pageToken, ...asked }: Arguments): string {
  return JSON.stringify(asked);
}

/** One engine for both: a cluster, or the evidence on disk that the server was started with. */
async function lookAt(args: Arguments, context: ToolContext): Promise<Look> {
  if (context.settings.from.length === 0 && !args.collectedOnly) return lookLive(args, context);
  const { lookOffline } = await import('../looks/offline.ts');
  return lookOffline(args, context);
}

function withFewerPods(incident: Incident): Incident {
  const { scope } = incident;
  return { ...incident, scope: { ...scope, pods: scope.pods.slice(0, MAX_PODS) } };
}

function skipped(
  { incidents, notImagePull }: Report,
  { from, to }: KeptPage,
  { registry }: Arguments,
  reportId: string,
): readonly string[] {
  const untold = incidents.length - to - MAX_MORE;
  const others = notImagePull.length - MAX_OTHERS;
  const cut = incidents.slice(from, to).filter(({ scope }) => scope.pods.length > MAX_PODS);
  return [
    ...cut.map(
      ({ id, scope }) =>
        `${scope.pods.length - MAX_PODS} of ${scope.pods.length} pods of incident ${id}: pullwhy://report/${reportId}/${id} has all`,
    ),
    ...(untold > 0 ? [`${untold} more incidents: on further pages; pullwhy://report/${reportId} has all`] : []),
    ...(others > 0
      ? [`${others} more pods that are stuck for other reasons: pullwhy://report/${reportId} has all`]
      : []),
    ...(registry ? [] : ['registries: not asked; registry=true or probe_image asks them']),
  ];
}
