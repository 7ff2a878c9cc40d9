import { z } from 'zod';
import type {
  ClusterHealth,
  EventList,
  ResourceList,
  SecretExistence,
  ServiceAccountDetails,
} from '../../../core/cluster-answer.ts';
import { coverage, gaps, nextPageToken, number, strings, text } from '../parts.ts';

/** Schemas of the answers about objects of a cluster; `holds` fails to compile when they and the types part. */

const condition = z.strictObject({ type: z.string(), status: z.string(), reason: text, message: text, since: text });

export const event = z.strictObject({
  type: z.string(),
  reason: z.string(),
  message: z.string(),
  count: z.number(),
  firstTimestamp: text,
  lastTimestamp: text,
  object: z.string().describe('what it is about: Pod shop/api-1'),
  container: text.describe('from the field path'),
  source: text.describe('who said it: kubelet'),
  node: text,
});

const container = z.strictObject({
  name: z.string(),
  role: z.string().describe('main, init, sidecar, ephemeral'),
  image: text,
  imagePullPolicy: text,
  state: z.enum(['waiting', 'running', 'terminated', 'unknown']),
  reason: text.describe('ErrImagePull, ImagePullBackOff, …; free text when a pull secret is malformed'),
  message: text,
  ready: z.boolean().exactOptional(),
  restarts: number,
  imageID: text.describe('set once the image is on the node'),
});

const conditions = z.array(condition).readonly();

const item = z.strictObject({
  kind: z.string(),
  namespace: text,
  name: z.string(),
  createdAt: text,
  labels: z.record(z.string(), z.string()).readonly(),
  owners: strings,
  pod: z
    .strictObject({
      status: z.string().describe('as kubectl prints STATUS'),
      phase: text,
      node: text,
      serviceAccount: text,
      imagePullSecrets: strings,
      containers: z.array(container).readonly(),
      conditions,
    })
    .exactOptional(),
  node: z
    .strictObject({
      ready: z.string().describe('True, False, Unknown'),
      conditions,
      schedulable: z.boolean(),
      instanceId: text,
      kubelet: text,
      runtime: text,
      os: text,
      architecture: text,
    })
    .exactOptional(),
  workload: z
    .strictObject({
      desired: number,
      ready: number,
      updated: number,
      unavailable: number,
      images: strings,
      serviceAccount: text,
      imagePullSecrets: strings.exactOptional(),
      conditions,
    })
    .exactOptional(),
  serviceAccount: z.strictObject({ imagePullSecrets: strings }).exactOptional(),
  service: z.strictObject({ type: text, ports: strings, clusterIPs: strings }).exactOptional(),
  endpoints: z.strictObject({ ready: z.number(), notReady: z.number() }).exactOptional(),
  event: event.exactOptional(),
});

export const resourceList = z.strictObject({
  kind: z.string(),
  items: z.array(item).readonly(),
  nextPageToken,
  coverage,
  gaps,
});

export const eventList = z.strictObject({
  events: z.array(event).readonly().describe('newest first'),
  nextPageToken,
  coverage,
  gaps,
});

const state = z.enum(['exists', 'missing', 'unknown']);

export const serviceAccountDetails = z.strictObject({
  name: z.string(),
  namespace: z.string(),
  state,
  secrets: strings,
  imagePullSecrets: strings,
  note: text,
  coverage,
  gaps,
});

export const secretExistence = z.strictObject({
  name: z.string(),
  namespace: z.string(),
  exists: z.boolean().nullable().describe('null: it could not be seen; never read that as missing'),
  state,
  reason: z.string(),
  coverage,
  gaps,
});

const counts = z.array(z.strictObject({ name: z.string(), count: z.number() })).readonly();

export const clusterHealth = z.strictObject({
  nodes: z.strictObject({
    total: z.number(),
    ready: z.number(),
    troubled: z.array(z.strictObject({ name: z.string(), problems: strings })).readonly(),
    runtimes: counts,
    kubelets: counts,
  }),
  pods: z.strictObject({ examined: z.number(), stuckOnImages: z.number(), waiting: counts }),
  registries: z.array(z.strictObject({ registry: z.string(), containers: z.number(), failing: z.number() })).readonly(),
  coverage,
  gaps,
});

type Same<A, B> = A extends B ? (B extends A ? true : never) : never;
const holds: readonly [
  Same<z.infer<typeof resourceList>, ResourceList>,
  Same<z.infer<typeof eventList>, EventList>,
  Same<z.infer<typeof serviceAccountDetails>, ServiceAccountDetails>,
  Same<z.infer<typeof secretExistence>, SecretExistence>,
  Same<z.infer<typeof clusterHealth>, ClusterHealth>,
] = [true, true, true, true, true];
void holds;
