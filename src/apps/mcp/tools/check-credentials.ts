import { z } from 'zod';
import { credentialsOf } from '../../../tasks/cluster/credentials-of.ts';
import { pullSecret } from '../answers/pull-secret.ts';
import { coverage, gaps, input, strings } from '../parts.ts';
import { defineTool, READS_CLUSTER } from '../tool.ts';
import { ToolFailure } from '../tool-failure.ts';

export const checkCredentials = defineTool({
  name: 'check_credentials',
  title: 'Check pull secrets',
  description:
    'What the kubelet would make of pull secrets: usable or not and why, host keys, kind of user, expiry, which entry it would offer for an image and why the others do not match, and how to write the secret right. Give a secret by name, or a pod: then all secrets that the pod lists and its images. Values never leave the server; only derived facts do.',
  input: z.strictObject({
    namespace: input.namespace,
    secret: input.name.optional(),
    pod: input.name.optional().describe('check all that this pod lists, for its images'),
    images: z.array(z.string().min(1).max(1_000)).max(20).default([]).describe('image references to match'),
  }),
  output: z.strictObject({
    secrets: z.array(pullSecret).readonly(),
    listed: strings.describe('secrets that the pod lists, in its order'),
    images: strings,
    notes: strings,
    coverage,
    gaps,
  }),
  hints: READS_CLUSTER,
  deadlineMs: 30_000,
  async run({ namespace, secret, pod, images }, context) {
    if ((secret === undefined) === (pod === undefined))
      throw new ToolFailure('invalid_input', 'check_credentials needs either secret or pod', {
        next: ['give the name of one of them'],
      });
    const client = await context.cluster();
    const named = secret === undefined ? { pod: pod ?? '' } : { secret };
    return credentialsOf(client, { namespace, images, ...named }, context.now());
  },
  text: ({ secrets, notes, gaps }) =>
    [
      ...secrets.flatMap(({ namespace, name, usable, type = '', problem, entries, images }) => [
        `Secret ${namespace}/${name} (${type}): ${usable ? 'usable' : `not usable: ${problem?.note ?? ''}`}`,
        ...entries.map(
          ({ host, userKind, expiresAt, expired }) =>
            `  entry ${host}, user kind ${userKind}${expiresAt === undefined ? '' : `, ${expired === true ? 'ended' : 'ends'} ${expiresAt}`}`,
        ),
        ...images.map(
          ({ image, offered, unused }) =>
            `  for ${image}: ${offered.length > 0 ? `offers ${offered.join(', ')}` : `offers nothing${unused.map(({ host, why }) => `; ${host}: ${why}`).join('')}`}`,
        ),
      ]),
      ...notes,
      ...gaps.map(({ what, why, how = '' }) => `not known: ${what}: ${why} ${how}`),
    ].join('\n'),
});
