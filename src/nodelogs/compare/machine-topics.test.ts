import { describe, expect, it } from 'vitest';
import { memoryBundle } from '../memory-bundle.fixture.ts';
import { filesByNode } from '../sections/node-files.ts';
import { SectionReader } from '../sections/section-reader.ts';
import { compareConfig } from './compare-config.ts';

function reader(files: Readonly<Record<string, string>>): SectionReader {
  const [own] = filesByNode(memoryBundle(files));
  if (own === undefined) throw new Error('no files');
  return new SectionReader(own);
}

function node(arch: string, type: string, ami: string): string {
  return JSON.stringify({
    kind: 'Node',
    metadata: {
      labels: { 'node.kubernetes.io/instance-type': type, 'eks.amazonaws.com/nodegroup-image': ami },
    },
    status: {
      nodeInfo: {
        architecture: arch,
        kernelVersion: '6.1.112',
        osImage: 'Amazon Linux 2023',
        kubeletVersion: 'v1.36.2',
      },
    },
  });
}

async function compared(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>) {
  const { differences, alike } = await compareConfig([
    { node: 'a', reader: reader(a) },
    { node: 'b', reader: reader(b) },
  ]);
  return {
    differ: Object.fromEntries(differences.map(({ topic, values }) => [topic, values.map(({ value }) => value)])),
    alike,
  };
}

describe('machines differ in', () => {
  it('what their Node objects say', async () => {
    const { differ, alike } = await compared(
      { 'node.json': node('amd64', 'm7i.large', 'ami-0aaa') },
      { 'node.json': node('arm64', 'm7g.large', 'ami-0bbb') },
    );
    expect(differ).toEqual({
      architecture: ['amd64', 'arm64'],
      'instance type': ['m7i.large', 'm7g.large'],
      'machine image (AMI)': ['ami-0aaa', 'ami-0bbb'],
    });
    expect(alike).toEqual(expect.arrayContaining(['operating system', 'kernel', 'version of the kubelet']));
  });

  it('what their own files say', async () => {
    const files = (kernel: string, arch: string, type: string) => ({
      'kernel/uname.txt': `Linux ip-10-0-1-2 ${kernel} #1 SMP ${arch} GNU/Linux\n`,
      'etc/os-release': 'NAME=x\nPRETTY_NAME="Amazon Linux 2023.6"\n',
      'system/instance-identity.json': JSON.stringify({ instanceType: type, imageId: 'ami-0aaa', region: 'eu-west-1' }),
    });
    const { differ, alike } = await compared(
      files('6.1.112', 'x86_64', 'm7i.large'),
      files('6.1.90', 'aarch64', 'm7i.large'),
    );
    expect(differ).toEqual({ kernel: ['6.1.112', '6.1.90'], architecture: ['amd64', 'arm64'] });
    expect(alike).toEqual(
      expect.arrayContaining(['operating system', 'instance type', 'machine image (AMI)', 'region']),
    );
  });

  it('a Node object and files of another node alike', async () => {
    const { alike } = await compared(
      { 'node.json': node('arm64', 'm7g.large', 'ami-0aaa') },
      { 'kernel/uname.txt': 'Linux n 6.1.112 #1 SMP aarch64\n' },
    );
    expect(alike).toEqual(['kernel', 'architecture'].toSorted().toReversed());
  });

  it('nothing where it was not collected', async () => {
    expect((await compared({ 'node.json': '{' }, { 'kubelet/kubelet.log': '' })).alike).toEqual([]);
  });
});
