import { z } from 'zod';
import { SEVERITIES } from '../core/cause.ts';
import { GAP_REASONS } from '../core/fact.ts';
import { LINKS } from '../core/pull-chain.ts';
import type { Report } from '../core/report.ts';

/** The published shape of `-o json`. `_holds` fails to compile when it and the code's own types part. */
const strings = z.array(z.string()).readonly();
const verdict = z.enum(['confirmed', 'likely', 'possible']);
const link = z.enum(LINKS);

const sharedKind = z.enum([
  'image',
  'registry',
  'mirror',
  'token-server',
  'layer-store',
  'secret',
  'service-account',
  'node',
  'zone',
  'namespace',
  'workload',
]);
const correlationKind = z.enum([
  'node-local',
  'several-nodes',
  'zone',
  'node-wide',
  'image-exists',
  'registry-works',
  'node-works',
  'secret-works',
  'last-worked',
]);

const podRef = z.strictObject({
  namespace: z.string(),
  name: z.string(),
  uid: z.string().exactOptional(),
  container: z.string().exactOptional(),
  image: z.string().exactOptional(),
  node: z.string().exactOptional(),
});

const unknownItem = z.strictObject({ what: z.string(), why: z.enum(GAP_REASONS), how: z.string().exactOptional() });

const filePlace = { path: z.string(), line: z.number(), column: z.number().exactOptional() };

const manifestChange = z.union([
  z.strictObject({ kind: z.literal('image'), to: z.string().exactOptional() }),
  z.strictObject({ kind: z.literal('pull-secret'), name: z.string(), replaces: z.string().exactOptional() }),
  z.strictObject({ kind: z.literal('service-account'), account: z.string(), name: z.string() }),
  z.strictObject({
    kind: z.literal('secret-namespace'),
    name: z.string(),
    from: z.string().exactOptional(),
    to: z.string(),
  }),
  z.strictObject({ kind: z.literal('build'), image: z.string(), model: z.string() }),
  z.strictObject({
    kind: z.literal('memory-limit'),
    namespace: z.string(),
    workload: z.strictObject({ kind: z.string(), name: z.string() }),
    container: z.string(),
    to: z.string(),
  }),
  z.strictObject({ kind: z.literal('pull-policy'), to: z.enum(['Always', 'IfNotPresent', 'Never']) }),
]);

const incident = z.strictObject({
  id: z.string().describe('stable across runs for the same cause and scope'),
  cause: z.strictObject({
    id: z.string(),
    title: z.string(),
    link: z.union([link, z.literal('none')]),
    class: z.enum(['auth', 'network', 'disk', 'config', 'none']),
    severity: z.enum(SEVERITIES),
    detail: z.string().exactOptional(),
  }),
  verdict,
  statement: z.string(),
  scope: z.strictObject({
    pods: z.array(podRef).readonly(),
    workloads: strings,
    nodes: strings,
    namespaces: strings,
    firstSeen: z.string().exactOptional(),
    lastSeen: z.string().exactOptional(),
    reach: z.enum(['pod', 'workload', 'node', 'namespace', 'registry', 'cluster']),
    shared: z.strictObject({ kind: sharedKind, name: z.string() }),
  }),
  impact: strings,
  evidence: z
    .array(
      z.strictObject({
        id: z.string(),
        source: z.enum(['event', 'waiting', 'object', 'log', 'registry', 'node', 'file', 'text']),
        locator: z.string(),
        observedAt: z.string().exactOptional(),
        excerpt: z.string().describe('redacted'),
      }),
    )
    .readonly(),
  chain: z
    .array(
      z.strictObject({
        link,
        status: z.enum(['ok', 'broken', 'suspect', 'unknown', 'skipped']),
        because: strings,
        note: z.string().exactOptional(),
      }),
    )
    .readonly(),
  ruledOut: z.array(z.strictObject({ cause: z.string(), because: strings, note: z.string() })).readonly(),
  alternatives: z
    .array(
      z.strictObject({
        cause: z.string(),
        verdict,
        because: strings,
        note: z.string().exactOptional(),
        toDecide: z.string().exactOptional(),
      }),
    )
    .readonly(),
  overruled: z.array(z.strictObject({ said: z.string(), because: strings, note: z.string() })).readonly(),
  unknowns: z.array(unknownItem).readonly(),
  remedies: z
    .array(
      z.strictObject({
        title: z.string(),
        safety: z.enum(['green', 'yellow', 'red']),
        owner: z.enum(['developer', 'operator', 'registry', 'security']),
        commands: strings,
        note: z.string().exactOptional(),
        change: manifestChange.exactOptional().describe('what it changes in a manifest'),
        file: z.strictObject(filePlace).exactOptional(),
        places: z
          .array(z.strictObject({ ...filePlace, why: z.string() }))
          .readonly()
          .exactOptional()
          .describe('the places of the checkout that fit, best first'),
        patch: z.string().exactOptional().describe('unified diff for git apply'),
      }),
    )
    .readonly(),
  verify: z.array(z.strictObject({ command: z.string(), expect: z.string() })).readonly(),
  prevention: strings,
  escalate: z
    .array(
      z.strictObject({
        when: z.string(),
        to: z.string(),
        collect: strings,
        met: z.literal(true).exactOptional().describe('the condition was evaluated, and holds'),
        because: strings.exactOptional(),
      }),
    )
    .readonly(),
  correlation: z.array(z.strictObject({ kind: correlationKind, note: z.string(), because: strings })).readonly(),
  context: z.strictObject({
    image: z.string().exactOptional(),
    runtime: z.string().exactOptional(),
    kubelet: z.string().exactOptional(),
    pullPolicy: z.string().exactOptional(),
    serviceAccount: z.strictObject({ name: z.string(), imagePullSecrets: strings.exactOptional() }).exactOptional(),
    imagePullSecrets: z
      .array(
        z.strictObject({
          name: z.string(),
          state: z.enum(['present', 'absent', 'unknown']),
          type: z.string().exactOptional(),
          hosts: strings.exactOptional(),
          note: z.string().exactOptional(),
        }),
      )
      .readonly()
      .exactOptional(),
  }),
  nextRetryAt: z.string().exactOptional(),
  toDecide: z.string().exactOptional(),
});

export const reportSchema = z.strictObject({
  apiVersion: z.literal('pullwhy/v1'),
  kind: z.literal('Report'),
  generatedAt: z.string(),
  source: z.strictObject({
    kind: z.enum(['cluster', 'bundle', 'text']),
    names: strings,
    takenAt: z.string().exactOptional(),
  }),
  summary: z.strictObject({ podsExamined: z.number(), podsFailing: z.number(), incidents: z.number() }),
  incidents: z.array(incident).readonly(),
  notImagePull: z.array(z.strictObject({ pod: podRef, reason: z.string(), because: z.string() })).readonly(),
  unknowns: z.array(unknownItem).readonly(),
});

type Schema = z.infer<typeof reportSchema>;
type Same<A, B> = A extends B ? (B extends A ? true : never) : never;
const _holds: Same<Schema, Report> = true;
void _holds;

/** JSON Schema of the report, draft 2020-12. */
export function reportJsonSchema(): object {
  return { title: 'pullwhy report', ...z.toJSONSchema(reportSchema) };
}
