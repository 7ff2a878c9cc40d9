import { z } from 'zod';
import { printable } from '../../../core/printable.ts';
import { readManifests } from '../../../sources/manifests/read-manifests.ts';
import { preflight as check } from '../../../tasks/preflight/preflight.ts';
import { inCluster } from '../../../tasks/preflight/preflight-cluster.ts';
import { coverage, gaps, input, strings } from '../parts.ts';
import { defineTool, READS_CLUSTER } from '../tool.ts';
import { ToolFailure } from '../tool-failure.ts';

const use = z.strictObject({ file: z.string(), line: z.number(), where: z.string() });

export const preflight = defineTool({
  name: 'preflight',
  title: 'Would these manifests pull?',
  description:
    'Checks manifests before they are deployed: would every image be pulled? References that do not parse or mean something else, retired images, pull secrets that do not serve, pull policy, platforms. Give the YAML text itself, rendered (helm template, kustomize build). cluster=true takes secrets, ServiceAccounts and nodes of the cluster into account; registry=true asks the registries.',
  input: z.strictObject({
    manifests: z.string().min(1).max(2_000_000).describe('YAML or JSON, several documents allowed'),
    namespace: input.namespace.optional().describe('of objects that name none'),
    cluster: z.boolean().default(false),
    registry: z.boolean().default(false),
    platforms: z.array(z.string().max(80)).max(8).default([]).describe('of the nodes: linux/amd64'),
  }),
  output: z.strictObject({
    summary: z.strictObject({
      images: z.number(),
      uses: z.number(),
      errors: z.number(),
      warnings: z.number(),
      unknown: z.number(),
    }),
    images: z
      .array(z.strictObject({ image: z.string(), uses: z.array(use).readonly(), answer: z.string().exactOptional() }))
      .readonly(),
    findings: z
      .array(
        z.strictObject({
          rule: z.string(),
          level: z.enum(['error', 'warning']),
          message: z.string(),
          image: z.string(),
          use,
        }),
      )
      .readonly(),
    unknowns: strings,
    coverage,
    gaps,
  }),
  hints: READS_CLUSTER,
  deadlineMs: 180_000,
  async run({ manifests, namespace, cluster, registry, platforms }, context) {
    const { settings, signal } = context;
    if (registry && !settings.registries)
      throw new ToolFailure('not_allowed', 'this server was started with --no-registry', {
        next: ['call preflight without registry'],
      });
    const read = (of: string) =>
      readManifests(['-'], { stdin: async () => new TextEncoder().encode(manifests), namespace: of });
    const client = cluster ? await context.cluster() : undefined;
    const set = await read(namespace ?? client?.access.namespace ?? 'default');
    if (set.uses.length === 0)
      throw new ToolFailure('invalid_input', 'there are no pods and no workloads in these manifests', {
        next: ['give the rendered manifests: Deployments, Jobs, Pods'],
      });
    const around =
      client === undefined
        ? { set, nodePlatforms: [] }
        : await inCluster(set, client, { nodes: registry && platforms.length === 0 });
    const { summary, images, findings, unknowns } = await check(around.set, {
      registry,
      platforms,
      nodePlatforms: around.nodePlatforms,
      allowPrivate: settings.privateRegistries,
      signal,
      ...(settings.caFile === undefined ? {} : { caFile: settings.caFile }),
      onProbe: (image, number, all) => context.progress(`asking the registry of ${image}`, number, all),
    });
    return printable({
      summary,
      images,
      findings,
      unknowns,
      coverage: {
        read: [`${summary.uses} places that name an image`],
        skipped: [...(registry ? [] : ['registries: not asked']), ...(cluster ? [] : ['the cluster: not asked'])],
      },
      gaps: unknowns.map((what) => ({ what, why: 'not-collected' as const })),
    });
  },
  text: ({ summary, findings, unknowns }) =>
    [
      `${summary.images} images in ${summary.uses} places: ${summary.errors} errors, ${summary.warnings} warnings, ${summary.unknown} unknown`,
      ...findings.map(
        ({ level, rule, image, message, use: { file, line, where } }) =>
          `${level} ${rule}: ${image}: ${message} (${file}:${line}, ${where})`,
      ),
      ...unknowns.map((what) => `not known: ${what}`),
    ].join('\n'),
});
