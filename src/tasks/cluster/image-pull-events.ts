import type { EventList } from '../../core/cluster-answer.ts';
import type { KubeEvent } from '../../core/objects.ts';
import type { ClusterClient } from '../../sources/cluster/client.ts';
import { listEvents } from './list-events.ts';

/** Reasons that only ever come from pulling, or from what a pull needs (kubelet events/event.go, 1.36). */
const PULL_REASONS: ReadonlySet<string> = new Set([
  'Pulling',
  'Pulled',
  'InspectFailed',
  'ErrImageNeverPull',
  'FailedToRetrieveImagePullSecret',
]);

/** `Failed` and `BackOff` come from elsewhere too: the words decide. A crash loop backs off from restarting. */
const PULL_WORDS =
  /\bpull(?:ing|ed)?\b|ImagePull|ErrImage|InvalidImageName|ImageInspect|RegistryUnavailable|SignatureValidation|sandbox image|image pull intent|base64|parse auth field/i;

/** Events of one pod that tell of its pulls, newest first, back-off included. */
export async function imagePullEvents(
  client: ClusterClient,
  question: { readonly namespace: string; readonly name: string; readonly limit: number; readonly pageToken?: string },
): Promise<EventList> {
  return listEvents(client, { ...question, kind: 'Pod', keep: isAboutPull });
}

/** Whether an event is about a pull. */
export function isAboutPull({ reason = '', message }: KubeEvent): boolean {
  if (PULL_REASONS.has(reason)) return true;
  if (!['Failed', 'BackOff', 'FailedCreatePodSandBox'].includes(reason)) return PULL_WORDS.test(reason);
  return PULL_WORDS.test(message.slice(0, 4_000)) || /^Error: (?:json:|illegal |unable to parse )/.test(message);
}
