import type { SeenOf } from './seen-objects.ts';
import { isAfter } from './time.ts';

/** What an event about a pod says of its pulls. */
export type PodEventKind =
  | 'pulling'
  | 'pulled'
  | 'present'
  | 'failed'
  | 'back-off'
  /** `Error: ErrImagePull`: the name of the error only. */
  | 'named'
  | 'created'
  | 'started'
  | 'crash'
  | 'sandbox'
  | 'mount'
  | 'unscheduled'
  | 'secret'
  | 'other';

/** An event about a pod, read. */
export interface PodEvent {
  readonly seen: SeenOf<'Event'>;
  readonly kind: PodEventKind;
  /** The message without the prefixes of kubectl and of event aggregation. */
  readonly message: string;
  readonly image?: string;
  readonly container?: string;
  readonly at?: string;
}

/** Waiting reasons that the kubelet uses for pulls (images/types.go, 1.36). */
export const PULL_REASONS: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ImageInspectError',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

/** Event aggregation (client-go events_cache.go) puts this before the newest of the merged messages. */
const COMBINED = '(combined from similar events): ';
/** kubectl 1.35 and later print the field path before the message. */
const PRINTED_PATH = /^spec\.(?:containers|initContainers|ephemeralContainers)\{([^}]{1,63})\}: /;
const FIELD_PATH = /^spec\.(?:containers|initContainers|ephemeralContainers)\{([^}]{1,63})\}$/;
/** Up to 1.35 the kubelet wrote `Created container app`, and describe texts below 1.35 have no field path. */
const IN_PROSE = /^(?:Created|Started) container:? ([a-z0-9-]{1,63})$/;
const QUOTED = /"([^"]{1,1000})"/;

/** Reads one event of a pod. */
export function readPodEvent(seen: SeenOf<'Event'>): PodEvent {
  const { object } = seen;
  const printed = PRINTED_PATH.exec(object.message);
  const rest = printed === null ? object.message : object.message.slice(printed[0].length);
  const message = rest.startsWith(COMBINED) ? rest.slice(COMBINED.length) : rest;
  const kind = kindOf(object.reason ?? '', message);
  const container =
    FIELD_PATH.exec(object.involved.fieldPath ?? '')?.[1] ?? printed?.[1] ?? IN_PROSE.exec(message)?.[1];
  const image = WITH_IMAGE.has(kind) ? QUOTED.exec(message)?.[1] : undefined;
  const at = object.lastSeen ?? object.firstSeen;
  return {
    seen,
    kind,
    message,
    ...(image === undefined ? {} : { image }),
    ...(container === undefined ? {} : { container }),
    ...(at === undefined ? {} : { at }),
  };
}

const WITH_IMAGE: ReadonlySet<PodEventKind> = new Set(['pulling', 'pulled', 'present', 'failed', 'back-off']);

const BY_REASON: Readonly<Record<string, PodEventKind>> = {
  Pulling: 'pulling',
  InspectFailed: 'failed',
  ErrImageNeverPull: 'failed',
  Created: 'created',
  Started: 'started',
  FailedCreatePodSandBox: 'sandbox',
  FailedMount: 'mount',
  FailedAttachVolume: 'mount',
  FailedMapVolume: 'mount',
  FailedScheduling: 'unscheduled',
  FailedToRetrieveImagePullSecret: 'secret',
};

function kindOf(reason: string, message: string): PodEventKind {
  if (reason === 'Pulled') return message.includes('already present on machine') ? 'present' : 'pulled';
  if (reason === 'BackOff') return /^Back-off pulling image/i.test(message) ? 'back-off' : 'crash';
  if (reason === 'Failed') return failedKind(message);
  return BY_REASON[reason] ?? 'other';
}

/** The kubelet makes the pod's folders before its sandbox, and calls it `Failed` when it cannot (kubelet.go SyncPod, 1.36). */
const BEFORE_SANDBOX = 'error making pod data directories';

function failedKind(message: string): PodEventKind {
  if (message.startsWith(BEFORE_SANDBOX)) return 'sandbox';
  if (!message.startsWith('Error: ')) return 'failed';
  return PULL_REASONS.has(message.slice('Error: '.length).trim()) ? 'named' : 'other';
}

/** The event that happened last among those of some kinds. */
export function newest(events: readonly PodEvent[], ...kinds: readonly PodEventKind[]): PodEvent | undefined {
  return events
    .filter((event) => kinds.includes(event.kind))
    .reduce<PodEvent | undefined>(
      (last, event) => (last === undefined || isAfter(event.at, last.at) ? event : last),
      undefined,
    );
}

/**
 * Where a pull stands by its events alone. Event times are whole seconds, so a `Pulling` of the same second
 * as an outcome counts as ended: the next attempt would come 10 s later at the earliest.
 */
export type PullState = 'failing' | 'pulling' | 'succeeded' | 'silent';

export function pullState(events: readonly PodEvent[]): PullState {
  const failed = newest(events, 'failed', 'back-off', 'named');
  const succeeded = newest(events, 'pulled', 'present', 'created', 'started', 'crash');
  const pulling = newest(events, 'pulling');
  const outcome = later(failed, succeeded);
  if (outcome === undefined) return pulling === undefined ? 'silent' : 'pulling';
  if (pulling !== undefined && isAfter(pulling.at, outcome.at)) return 'pulling';
  return outcome === failed ? 'failing' : 'succeeded';
}

/** On a tie the success stands: a container that started within the second of a failure has its image. */
function later(failed: PodEvent | undefined, succeeded: PodEvent | undefined): PodEvent | undefined {
  if (failed === undefined || succeeded === undefined) return failed ?? succeeded;
  return isAfter(failed.at, succeeded.at) ? failed : succeeded;
}
