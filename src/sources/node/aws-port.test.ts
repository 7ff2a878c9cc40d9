import { describe, expect, it } from 'vitest';
import { UsageError } from '../../core/usage-error.ts';
import { openAws, portOf } from './aws-port.ts';

/** A class of the SDK that only remembers what it was made of. */
function commands(...names: readonly string[]) {
  return Object.fromEntries(
    names.map((name) => [
      name,
      class {
        readonly name = name;
        readonly input: unknown;
        constructor(input: unknown) {
          this.input = input;
        }
      },
    ]),
  );
}

/** An SDK whose clients answer in order. */
function sdk(answers: readonly Record<string, unknown>[]) {
  const sent: { readonly name: string; readonly input: unknown }[] = [];
  const left = [...answers];
  class Client {
    async send(command: unknown): Promise<Record<string, unknown>> {
      sent.push(command as (typeof sent)[number]);
      return left.shift() ?? {};
    }
  }
  const ssm = {
    SSMClient: Client,
    ...commands('StartAutomationExecutionCommand', 'GetAutomationExecutionCommand', 'StopAutomationExecutionCommand'),
  };
  const s3 = { S3Client: Client, ...commands('ListObjectsV2Command', 'GetObjectCommand') };
  return { port: portOf(ssm, s3, 'eu-west-1'), sent };
}

describe('the AWS SDK', () => {
  it('starts and follows an automation', async () => {
    const execution = { AutomationExecutionStatus: 'InProgress', CurrentStepName: 'runScript' };
    const { port, sent } = sdk([{ AutomationExecutionId: 'exec-1' }, { AutomationExecution: execution }, {}]);
    const start = { document: 'Doc', parameters: { EKSInstanceId: ['i-0123abcd'] }, clientToken: 't' };
    expect(await port.startAutomation(start)).toBe('exec-1');
    expect(await port.automation('exec-1')).toEqual({ status: 'InProgress', step: 'runScript' });
    await port.stopAutomation('exec-1');
    expect(sent.map(({ name }) => name)).toEqual([
      'StartAutomationExecutionCommand',
      'GetAutomationExecutionCommand',
      'StopAutomationExecutionCommand',
    ]);
    expect(sent[0]?.input).toEqual({ DocumentName: 'Doc', Parameters: start.parameters, ClientToken: 't' });
  });

  it('reads all pages of a list', async () => {
    const at = new Date('2026-11-20T23:00:00Z');
    const { port } = sdk([
      { Contents: [{ Key: 'a', LastModified: at, Size: 1 }], NextContinuationToken: 'next' },
      { Contents: [{ Key: 'b', LastModified: at, Size: 2 }, { Key: 7 }] },
    ]);
    expect((await port.objects('bucket', 'eks_')).map(({ key }) => key)).toEqual(['a', 'b']);
  });

  it('says what to install, and how to go without it', async () => {
    const opened = openAws('eu-west-1', 'aws ssm start-automation-execution …');
    await expect(opened).rejects.toThrow(UsageError);
    await expect(opened).rejects.toThrow(/npm install --global @aws-sdk\/client-.*without it: aws ssm start/);
  });
});
