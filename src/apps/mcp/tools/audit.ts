import { z } from 'zod';
import { answerGaps } from '../../../core/fact.ts';
import { printable } from '../../../core/printable.ts';
import { audit as check } from '../../../tasks/audit/audit.ts';
import { gatherRunning } from '../../../tasks/audit/gather-running.ts';
import { coverage, gaps, input, strings } from '../parts.ts';
import { defineTool, READS_CLUSTER } from '../tool.ts';
import { ToolFailure } from '../tool-failure.ts';

export const audit = defineTool({
  name: 'audit',
  title: 'Images that run and could not be pulled again',
  description:
    'Pods that run today from a cached image that could no longer be pulled (the next drain breaks them), credentials that have ended or end soon, secrets that serve no image, nodes without the login that others have. registry=true asks the registries for every image: slow on large clusters.',
  input: z.strictObject({
    namespace: input.namespace.optional().describe("left out: the namespace of the server's context"),
    allNamespaces: z.boolean().default(false),
    registry: z.boolean().default(false),
    limit: input.limit(500, 100),
  }),
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
    coverage,
    gaps,
  }),
  hints: READS_CLUSTER,
  deadlineMs: 600_000,
  async run({ namespace, allNamespaces, registry, limit }, context) {
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
    const left = findings.length - limit;
    return printable({
      summary,
      findings: findings.slice(0, limit),
      unknowns: unknowns.slice(0, limit),
      coverage: {
        read: [scope === undefined ? 'Pods of all namespaces' : `Pods of namespace ${scope}`],
        skipped: [
          ...(registry ? [] : ['registries: not asked; registry=true asks them']),
          ...(left > 0 ? [`${left} more findings: a namespace or a larger limit shows them`] : []),
        ],
      },
      gaps: answerGaps(running.gaps),
    });
  },
  text: ({ summary, findings, unknowns }) =>
    [
      `${summary.pods} pods, ${summary.images} images: ${summary.errors} errors, ${summary.warnings} warnings, ${summary.unknown} unknown`,
      ...findings.map(
        ({ level, rule, subject, message, podCount }) => `${level} ${rule}: ${subject}: ${message} (${podCount} pods)`,
      ),
      ...unknowns.map((what) => `not known: ${what}`),
    ].join('\n'),
});
