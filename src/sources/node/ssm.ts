import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sh } from '../../core/shell.ts';
import type { EvidenceSink } from './evidence-sink.ts';

/** AWS's own runbook: runs the EKS log collector on an instance and uploads what it gathered. */
export const RUNBOOK = 'AWSSupport-CollectEKSInstanceLogs';

/** What is needed of AWS; the SDK behind it is loaded only when it is used. */
export interface AwsPort {
  startAutomation(start: AutomationStart): Promise<string>;
  automation(id: string): Promise<AutomationStatus>;
  stopAutomation(id: string): Promise<void>;
  /** Objects whose key begins so. */
  objects(bucket: string, prefix: string): Promise<readonly StoredObject[]>;
  download(bucket: string, key: string): Promise<AsyncIterable<Uint8Array>>;
}

export interface AutomationStart {
  readonly document: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** The same token does not start it twice. */
  readonly clientToken: string;
}

export interface AutomationStatus {
  /** `Pending`, `InProgress`, `Success`, `Failed`, `TimedOut`, `Cancelled`, … */
  readonly status: string;
  readonly step?: string;
  readonly failure?: string;
}

export interface StoredObject {
  readonly key: string;
  /** RFC 3339. */
  readonly modifiedAt: string;
  readonly size: number;
}

export interface SsmOptions {
  readonly node: string;
  readonly instanceId: string;
  readonly region: string;
  /** Where the runbook uploads to; it must be readable from here. */
  readonly bucket: string;
  /** The same token follows the execution that it began. */
  readonly token: string;
  readonly now: () => string;
  readonly signal?: AbortSignal;
  readonly pollMs?: number;
  readonly timeoutMs?: number;
}

/** What becomes of the archive that was gathered. */
export type TakeArchive = (name: string, content: AsyncIterable<Uint8Array>) => Promise<void>;

const POLL_MS = 5_000;
/** The runbook's own limit is below this. */
const TIMEOUT_MS = 30 * 60_000;
/** Clocks of buckets and of this machine. */
const CLOCK_DOUBT_MS = 5 * 60_000;
const RUNNING: ReadonlySet<string> = new Set([
  'Pending',
  'InProgress',
  'Waiting',
  'Scheduled',
  'RunbookInProgress',
  'Cancelling',
]);

/** Collects by AWS Systems Manager: needs neither a way to the node nor a working kubelet. */
export async function collectBySsm(
  aws: AwsPort,
  sink: EvidenceSink,
  take: TakeArchive,
  options: SsmOptions,
): Promise<void> {
  const { node, instanceId, region, bucket, token, now } = options;
  const begunAt = Date.parse(now());
  await sink.learn({ nodes: [node], instances: [instanceId] });
  const execution = await aws.startAutomation({
    document: RUNBOOK,
    parameters: { EKSInstanceId: [instanceId], LogDestination: [bucket] },
    clientToken: uuidOf(token),
  });
  const ended = await follow(aws, execution, sink, options);
  const wanted = `the log collection of ${instanceId} (node ${node})`;
  const look = sh`aws ssm get-automation-execution --automation-execution-id ${execution} --region ${region}`;
  if (ended.status !== 'Success') {
    const why = ended.status === 'TimedOut' ? 'timeout' : 'refused';
    return sink.addGap({
      wanted,
      why,
      how: `${RUNBOOK} ended as ${ended.status}${ended.failure === undefined ? '' : ` (${ended.failure})`}; ${look}`,
    });
  }
  const archive = await newestArchive(aws, bucket, instanceId, begunAt);
  if (archive === undefined) {
    const how = `${RUNBOOK} succeeded, but bucket ${bucket} has no new archive of it that can be seen from here: the node's role needs s3:PutObject on it; ${look}`;
    return sink.addGap({ wanted, why: 'not-collected', how });
  }
  await sink.progress({ doing: `${node}: download of ${archive.key}` });
  await take(archive.key.replace(/^.*\//, ''), await aws.download(bucket, archive.key));
}

async function follow(
  aws: AwsPort,
  execution: string,
  sink: EvidenceSink,
  options: SsmOptions,
): Promise<AutomationStatus> {
  const { node, signal, pollMs = POLL_MS, timeoutMs = TIMEOUT_MS } = options;
  const end = Date.now() + timeoutMs;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const seen = await aws.automation(execution);
      if (!RUNNING.has(seen.status)) return seen;
      if (Date.now() >= end) return { status: 'TimedOut', failure: `no end after ${timeoutMs / 60_000} min` };
      await sink.progress({ doing: `${node}: ${RUNBOOK} ${seen.step ?? seen.status}` });
      await sleep(pollMs, undefined, signal === undefined ? {} : { signal });
    }
  } catch (error) {
    // Whoever goes away does not leave work behind on the node.
    if (signal?.aborted === true) await aws.stopAutomation(execution).catch(() => undefined);
    throw error;
  }
}

/** By the names that the log collector gives its archives; only one that is new is of this run. */
async function newestArchive(
  aws: AwsPort,
  bucket: string,
  instanceId: string,
  since: number,
): Promise<StoredObject | undefined> {
  const found: StoredObject[] = [];
  for (const prefix of [`eks_${instanceId}`, instanceId]) found.push(...(await aws.objects(bucket, prefix)));
  return found
    .filter(({ key, modifiedAt }) => /\.(?:tar\.gz|tgz)$/.test(key) && Date.parse(modifiedAt) >= since - CLOCK_DOUBT_MS)
    .sort((a, b) => (a.modifiedAt < b.modifiedAt ? 1 : -1))[0];
}

/** AWS takes tokens in the form of a UUID alone. */
function uuidOf(token: string): string {
  const hex = createHash('sha256').update(token).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** The same by hand, for those without the SDK. */
export function byAwsCli(instanceId: string, region: string, bucket: string | undefined): string {
  const parameters = `EKSInstanceId=${instanceId},LogDestination=${bucket ?? 'BUCKET'}`;
  return `${sh`aws ssm start-automation-execution --document-name ${RUNBOOK} --parameters ${parameters} --region ${region}`}, download the archive from the bucket, then pullwhy node import FILE`;
}
