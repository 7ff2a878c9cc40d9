import { z } from 'zod';
import { serviceAccountDetails } from '../../../tasks/cluster/service-account-details.ts';
import { serviceAccountDetails as answer } from '../answers/cluster.ts';
import { input } from '../parts.ts';
import { defineTool, READS_CLUSTER } from '../tool.ts';

export const getServiceAccountDetails = defineTool({
  name: 'get_service_account_details',
  title: 'Secrets of a ServiceAccount',
  description:
    'Which secrets and imagePullSecrets a ServiceAccount lists. They reach a pod only when it is created and only if it lists none itself, so compare with the imagePullSecrets of the pod (list_k8s_resources). state is unknown when it may not be read: that is not missing.',
  input: z.strictObject({ name: input.name, namespace: input.namespace }),
  output: answer,
  hints: READS_CLUSTER,
  deadlineMs: 20_000,
  async run({ name, namespace }, context) {
    const evidence = await context.evidence();
    return evidence?.serviceAccount(namespace, name) ?? serviceAccountDetails(await context.cluster(), namespace, name);
  },
  text: ({ name, namespace, state, secrets, imagePullSecrets, note, gaps }) =>
    [
      `ServiceAccount ${namespace}/${name}: ${state}`,
      ...(state === 'exists'
        ? [`secrets: ${secrets.join(', ') || 'none'}`, `imagePullSecrets: ${imagePullSecrets.join(', ') || 'none'}`]
        : []),
      ...(note === undefined ? [] : [note]),
      ...gaps.map(({ what, why, how = '' }) => `not known: ${what}: ${why} ${how}`),
    ].join('\n'),
});
