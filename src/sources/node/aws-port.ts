import { UsageError } from '../../core/usage-error.ts';
import type { AutomationStatus, AwsPort, StoredObject } from './ssm.ts';

/** A client of the AWS SDK for JavaScript, version 3, as far as it is used here. */
interface SdkClient {
  send(command: unknown): Promise<Record<string, unknown>>;
}

type Constructor<T> = new (input: Readonly<Record<string, unknown>>) => T;
type SdkModule = Readonly<Record<string, Constructor<unknown>>>;

const MAX_PAGES = 10;

/** Loads the AWS SDK, which only those have who need it. Throws `UsageError` with `otherwise` when it is not installed. */
export async function openAws(region: string, otherwise: string): Promise<AwsPort> {
  const [ssm, s3] = await Promise.all([load('@aws-sdk/client-ssm', otherwise), load('@aws-sdk/client-s3', otherwise)]);
  return portOf(ssm, s3, region);
}

async function load(name: string, otherwise: string): Promise<SdkModule> {
  try {
    return (await import(name)) as SdkModule;
  } catch {
    throw new UsageError(
      `collecting by SSM needs the AWS SDK: npm install --global ${name} (beside pullwhy); without it: ${otherwise}`,
    );
  }
}

export function portOf(ssm: SdkModule, s3: SdkModule, region: string): AwsPort {
  const systems = make<SdkClient>(ssm, 'SSMClient', { region });
  const buckets = make<SdkClient>(s3, 'S3Client', { region, followRegionRedirects: true });
  return {
    startAutomation: async ({ document, parameters, clientToken }) => {
      const input = { DocumentName: document, Parameters: parameters, ClientToken: clientToken };
      const { AutomationExecutionId } = await systems.send(make(ssm, 'StartAutomationExecutionCommand', input));
      return String(AutomationExecutionId);
    },
    automation: async (id) => {
      const answer = await systems.send(make(ssm, 'GetAutomationExecutionCommand', { AutomationExecutionId: id }));
      return statusOf(answer.AutomationExecution);
    },
    stopAutomation: async (id) => {
      await systems.send(make(ssm, 'StopAutomationExecutionCommand', { AutomationExecutionId: id, Type: 'Cancel' }));
    },
    objects: (bucket, prefix) => objectsOf(buckets, s3, bucket, prefix),
    download: async (bucket, key) => {
      const { Body } = await buckets.send(make(s3, 'GetObjectCommand', { Bucket: bucket, Key: key }));
      return Body as AsyncIterable<Uint8Array>;
    },
  };
}

function make<T>(module: SdkModule, name: string, input: Readonly<Record<string, unknown>>): T {
  const Class = module[name];
  if (Class === undefined) throw new UsageError(`the AWS SDK that is installed has no ${name}: version 3 is needed`);
  return new Class(input) as T;
}

function statusOf(value: unknown): AutomationStatus {
  const { AutomationExecutionStatus, CurrentStepName, FailureMessage } = (value ?? {}) as Record<string, unknown>;
  return {
    status: typeof AutomationExecutionStatus === 'string' ? AutomationExecutionStatus : 'Unknown',
    ...(typeof CurrentStepName === 'string' ? { step: CurrentStepName } : {}),
    ...(typeof FailureMessage === 'string' ? { failure: FailureMessage } : {}),
  };
}

async function objectsOf(client: SdkClient, s3: SdkModule, bucket: string, prefix: string): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  let token: unknown;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const input = { Bucket: bucket, Prefix: prefix, ...(token === undefined ? {} : { ContinuationToken: token }) };
    const answer = await client.send(make(s3, 'ListObjectsV2Command', input));
    for (const each of Array.isArray(answer.Contents) ? (answer.Contents as Record<string, unknown>[]) : []) {
      const { Key, LastModified, Size } = each;
      if (typeof Key !== 'string' || !(LastModified instanceof Date)) continue;
      found.push({ key: Key, modifiedAt: LastModified.toISOString(), size: Number(Size ?? 0) });
    }
    token = answer.NextContinuationToken;
    if (token === undefined) break;
  }
  return found;
}
