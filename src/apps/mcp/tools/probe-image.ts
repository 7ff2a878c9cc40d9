import { z } from 'zod';
import type { ImageAnswer } from '../../../core/image-answer.ts';
import { PROBE_STAGES } from '../../../core/probe.ts';
import { excerpt } from '../../../core/redact.ts';
import { lastWrittenAt } from '../../../credentials/token-clock.ts';
import { hintFor } from '../../../sources/cluster/sightings.ts';
import { parseObject } from '../../../sources/objects-schema.ts';
import { WantedFailure } from '../../../tasks/cluster/wanted-failure.ts';
import { probeImage as probeReference } from '../../../tasks/probe-image.ts';
import type { NamedSecret } from '../../../tasks/pull-identities.ts';
import type { ToolContext } from '../context.ts';
import { coverage, gaps, strings, text } from '../parts.ts';
import { defineTool, READS_CLUSTER } from '../tool.ts';
import { ToolFailure } from '../tool-failure.ts';

const MAX_PLATFORMS = 30;

const output = z.strictObject({
  image: z.string(),
  reference: text.describe('normalized'),
  problem: z.strictObject({ message: z.string(), hint: z.string(), suggestion: text }).exactOptional(),
  notes: z.array(z.strictObject({ text: z.string(), suggestion: text })).readonly(),
  retired: z
    .strictObject({ what: z.string(), state: z.string(), when: z.string(), now: z.string(), replacement: text })
    .exactOptional(),
  credentials: z
    .strictObject({
      offered: strings,
      unused: z.array(z.strictObject({ from: z.string(), host: z.string(), why: z.string() })).readonly(),
    })
    .exactOptional(),
  nearTags: strings,
  nearRepositories: strings,
  meant: z.strictObject({ image: z.string(), found: z.boolean(), said: z.string() }).exactOptional(),
  outcome: z
    .strictObject({ kind: z.string().describe('pullable, tag-missing, login-wanted, …'), said: z.string() })
    .exactOptional()
    .describe('left out when the registry was not asked'),
  vantage: text.describe('from where it was asked: never the node'),
  stages: z
    .array(
      z.strictObject({
        stage: z.enum(PROBE_STAGES),
        status: z.enum(['ok', 'failed', 'skipped', 'unknown']),
        said: z.string(),
        problem: text,
        host: z.string(),
      }),
    )
    .readonly(),
  attempts: z
    .array(
      z.strictObject({
        as: z.string(),
        answer: z.string(),
        said: z.string(),
        status: z.number().exactOptional(),
        code: text,
      }),
    )
    .readonly(),
  manifest: z
    .strictObject({ kind: z.string(), mediaType: z.string(), digest: text, platforms: strings, configMediaType: text })
    .exactOptional(),
  rateLimit: z
    .strictObject({ limit: z.number().exactOptional(), remaining: z.number().exactOptional(), source: text })
    .exactOptional(),
  coverage,
  gaps,
});

export const probeImage = defineTool({
  name: 'probe_image',
  title: 'Ask the registry for an image',
  description:
    'Asks a registry for one image as a pull would, stage by stage: DNS, TCP, TLS, login, manifest, platform, layers; near-miss tags when the tag is missing. It is asked from here, not from the node: a good answer does not prove that the node can reach it. With secrets (NAMESPACE/NAME) it logs in as the kubelet would with them.',
  input: z.strictObject({
    image: z.string().min(1).max(1_000).describe('as the pod writes it'),
    secrets: z
      .array(z.string().regex(/^[^/]{1,253}\/[^/]{1,253}$/, 'write it as NAMESPACE/NAME'))
      .max(10)
      .optional(),
    platform: z
      .string()
      .regex(/^[\w.-]{1,40}(?:\/[\w.-]{1,40}){0,2}$/)
      .optional()
      .describe('of the node: linux/arm64'),
  }),
  output,
  hints: READS_CLUSTER,
  deadlineMs: 60_000,
  async run({ image, secrets, platform }, context) {
    const { settings, signal } = context;
    const logins = secrets === undefined ? undefined : await Promise.all(secrets.map((name) => login(name, context)));
    const answer = await probeReference(image, {
      registry: settings.registries,
      signal,
      // An agent may have read the name in the cluster: private addresses only when the user allowed them.
      userNamed: false,
      allowPrivate: settings.privateRegistries,
      ...(logins === undefined ? {} : { secrets: logins }),
      ...(platform === undefined ? {} : { platform }),
      ...(settings.caFile === undefined ? {} : { caFile: settings.caFile }),
    });
    return shown(answer, settings.registries);
  },
  text: ({ image, reference, problem, outcome, stages, notes, nearTags, nearRepositories, meant, retired }) =>
    [
      `${image}${reference === undefined ? '' : ` (${reference})`}`,
      ...(problem === undefined ? [] : [`${problem.message}: ${problem.hint}`]),
      outcome === undefined ? 'the registry was not asked' : `${outcome.kind}: ${outcome.said}`,
      ...stages.map(({ stage, status, said }) => `  ${stage} ${status}: ${said}`),
      ...notes.map((note) => note.text),
      ...(nearTags.length === 0 ? [] : [`near tags: ${nearTags.join(', ')}`]),
      ...(nearRepositories.length === 0 ? [] : [`near repositories: ${nearRepositories.join(', ')}`]),
      ...(meant === undefined ? [] : [`maybe meant: ${meant.image}: ${meant.said}`]),
      ...(retired === undefined
        ? []
        : [`${retired.what} is ${retired.state} since ${retired.when}; now ${retired.now}`]),
    ].join('\n'),
});

async function login(word: string, context: ToolContext): Promise<NamedSecret> {
  const [namespace = '', name = ''] = word.split('/');
  const client = await context.cluster();
  const answer = await client.get('Secret', namespace, name);
  if (!answer.ok) throw new WantedFailure({ verb: 'get', kind: 'Secret', namespace, name }, answer.problem);
  const secret = parseObject(answer.value, hintFor('Secret'))?.object;
  if (secret?.kind !== 'Secret')
    throw new ToolFailure('unreadable', `the API server answers for Secret ${word} with something else`);
  const { metadata, type, data } = secret;
  const writtenAt = lastWrittenAt(metadata);
  return { name: `Secret ${word}`, secret: { type, data, ...(writtenAt === undefined ? {} : { writtenAt }) } };
}

function shown(answer: ImageAnswer, allowed: boolean): z.output<typeof output> {
  const { apiVersion: _, kind: __, probe, ...rest } = answer;
  const limit = probe?.rateLimit;
  const { manifest } = probe ?? {};
  return {
    ...rest,
    ...(probe === undefined
      ? {}
      : { outcome: { kind: probe.outcome.kind, said: excerpt(probe.outcome.said) }, vantage: excerpt(probe.vantage) }),
    stages: (probe?.stages ?? []).map(({ stage, status, said, problem, host }) => ({
      stage,
      status,
      said: excerpt(said),
      host: excerpt(host, 300),
      ...(problem === undefined ? {} : { problem }),
    })),
    attempts: (probe?.attempts ?? []).map(({ as, answer: answered, said, status, code }) => ({
      as: excerpt(as, 300),
      answer: answered,
      said: excerpt(said),
      ...(status === undefined ? {} : { status }),
      ...(code === undefined ? {} : { code: excerpt(code, 100) }),
    })),
    ...(manifest === undefined ? {} : { manifest: manifestOf(manifest) }),
    ...(limit === undefined
      ? {}
      : {
          rateLimit: {
            ...(limit.limit === undefined ? {} : { limit: limit.limit }),
            ...(limit.remaining === undefined ? {} : { remaining: limit.remaining }),
            ...(limit.source === undefined ? {} : { source: excerpt(limit.source, 100) }),
          },
        }),
    coverage: {
      read: probe === undefined ? ['the reference itself'] : [`the registry ${excerpt(probe.host, 300)}`],
      skipped: probe === undefined ? [allowed ? 'the registry: nothing to ask' : 'the registry: --no-registry'] : [],
    },
    gaps:
      probe === undefined && !allowed
        ? [
            {
              what: `the answer of the registry for ${excerpt(answer.image, 300)}`,
              why: 'refused',
              how: 'let registries be asked: the server without --no-registry, sop run with --registry',
            },
          ]
        : [],
  };
}

function manifestOf({
  kind,
  mediaType,
  digest,
  platforms,
  configMediaType,
}: NonNullable<NonNullable<ImageAnswer['probe']>['manifest']>) {
  return {
    kind,
    mediaType: excerpt(mediaType, 200),
    platforms: platforms.slice(0, MAX_PLATFORMS).map(({ platform }) => excerpt(platform, 100)),
    ...(digest === undefined ? {} : { digest: excerpt(digest, 200) }),
    ...(configMediaType === undefined ? {} : { configMediaType: excerpt(configMediaType, 200) }),
  };
}
