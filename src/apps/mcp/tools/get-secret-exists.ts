import { z } from 'zod';
import { secretExists } from '../../../tasks/cluster/secret-exists.ts';
import { secretExistence } from '../answers/cluster.ts';
import { input } from '../parts.ts';
import { defineTool, READS_CLUSTER } from '../tool.ts';

export const getSecretExists = defineTool({
  name: 'get_secret_exists',
  title: 'Does a Secret exist?',
  description:
    'Whether a Secret exists in a namespace: exists is true, false or null. null means that it could not be seen (forbidden, timeout): never report that as missing. Its content is not read; check_credentials says whether it serves an image.',
  input: z.strictObject({ name: input.name, namespace: input.namespace }),
  output: secretExistence,
  hints: READS_CLUSTER,
  deadlineMs: 20_000,
  async run({ name, namespace }, context) {
    const evidence = await context.evidence();
    return evidence?.secretExists(namespace, name) ?? secretExists(await context.cluster(), namespace, name);
  },
  text: ({ name, namespace, state, reason, gaps }) =>
    [`Secret ${namespace}/${name}: ${state} (${reason})`, ...gaps.map(({ how = '' }) => how)].join('\n'),
});
