import { z } from 'zod';
import { answerGaps } from '../../../core/fact.ts';
import { printable } from '../../../core/printable.ts';
import { audit as check } from '../../../tasks/audit/audit.ts';
import { gatherRunning } from '../../../tasks/audit/gather-running.ts';
import type { ToolContext } from '../context.ts';
import type { KeptAudit } from '../kept-audit.ts';
import { answerOfPage, pageOfAnswer } from '../kept-page.ts';
import { coverage, gaps, input, nextPageToken, strings } from '../parts.ts';
import { defineTool, READS_CLUSTER } from '../tool.ts';
import { ToolFailure } from '../tool-failure.ts';

/** Beyond these nobody reads them one by one. */
const MAX_UNKNOWNS = 100;

const argumentsOf = z.strictObject({
  namespace: input.namespace.optional().describe("left out: the namespace of the server's context"),
  allNamespaces: z.boolean().default(false),
  registry: z.boolean().default(false),
  limit: input.limit(500, 100),
  pageToken: input.pageToken.describe(
    'nextPageToken of the page before, with the same arguments: goes on in its audit',
  ),
});

type Arguments = z.output<typeof argumentsOf>;

export const audit = defineTool({
  name: 'audit',
  title: 'Images that run and could not be pulled again',
  description:
    'Pods that run today from a cached image that could no longer be pulled (the next drain breaks them), credentials that have ended or end soon, secrets that serve no image, nodes without the login that others have. registry=true asks the registries for every image: slow on large clusters.',
  input: argumentsOf,
  output: z.strictObject({
    summary: z.strictObject({
      pods: z.number(),
      images: z.number(),
      asked: z.number(),
      recalled: z.number(),
      errors: z.number(),
      warnings: z.number(),
      unknown: z.number(),
    }),
    findings: z
      .array(
        z.strictObject({
          rule: z.string(),
          level: z.enum(['error', 'warning']),
          subject: z.string(),
          message: z.string(),
          pods: strings,
          podCount: z.number(),
        }),
      )
      .readonly(),
    unknowns: strings,
    nextPageToken,
    coverage,
    gaps,
  }),
  hints: READS_CLUSTER,
  deadlineMs: 600_000,
  async run(args, context) {
    const { id, audited, token } = await auditFor(args, context);
    const { limit, pageToken: _, ...question } = args;
    const { summary, findings, unknowns, read, gaps: unseen } = audited;
    const page = pageOfAnswer(findings.length, id, { limit, token, question: JSON.stringify(question) });
    const left = findings.length - page.to;
    const untold = unknowns.length - MAX_UNKNOWNS;
    return printable({
      summary,
      findings: findings.slice(page.from, page.to),
      unknowns: unknowns.slice(0, MAX_UNKNOWNS),
      ...(page.nextPageToken === undefined ? {} : { nextPageToken: page.nextPageToken }),
      coverage: {
        read: [read],
        skipped: [
          ...(args.registry ? [] : ['registries: not asked; registry=true asks them']),
          ...(left > 0 ? [`${left} more findings: on further pages`] : []),
          ...(untold > 0 ? [`${untold} more things that are not known: a namespace shows fewer`] : []),
        ],
      },
      gaps: unseen,
    });
  },
  text: ({ summary, findings, unknowns, nextPageToken: next }) =>
    [
      `${summary.pods} pods, ${summary.images} images: ${summary.errors} errors, ${summary.warnings} warnings, ${summary.unknown} unknown`,
      ...findings.map(
        ({ level, rule, subject, message, podCount }) => `${level} ${rule}: ${subject}: ${message} (${podCount} pods)`,
      ),
      ...unknowns.map((what) => `not known: ${what}`),
      ...(next === undefined ? [] : [`next page: pageToken ${next}`]),
    ].join('\n'),
});

interface Found {
  readonly id: string;
  readonly audited: KeptAudit;
  readonly token?: string;
}

/** A new audit, or the one that a page token goes on with. */
async function auditFor(args: Arguments, context: ToolContext): Promise<Found> {
  if (args.pageToken !== undefined) {
    const { answer, id, token } = answerOfPage(args.pageToken, context.audits);
    return { audited: answer, id, token };
  }
  const audited = await newAudit(args, context);
  return { audited, id: context.audits.put(audited) };
}

async function newAudit({ namespace, allNamespaces, registry }: Arguments, context: ToolContext): Promise<KeptAudit> {
  const { settings, signal } = context;
  if (registry && !settings.registries)
    throw new ToolFailure('not_allowed', 'this server was started with --no-registry', {
      next: ['call audit without registry'],
    });
  const client = await context.cluster();
  const scope = allNamespaces ? undefined : (namespace ?? client.access.namespace);
  context.progress('reading running pods');
  const running = await gatherRunning(client, scope, context.now());
  const { summary, findings, unknowns } = await check(running, {
    now: context.now(),
    registry,
    allowPrivate: settings.privateRegistries,
    signal,
    ...(settings.caFile === undefined ? {} : { caFile: settings.caFile }),
    onProbe: (image, number, all) => context.progress(`asking the registry of ${image}`, number, all),
  });
  const read = scope === undefined ? 'Pods of all namespaces' : `Pods of namespace ${scope}`;
  return { summary, findings, unknowns, read, gaps: answerGaps(running.gaps) };
}
