import { readMachine } from '../sections/machine.ts';
import type { SectionReader } from '../sections/section-reader.ts';
import type { Topic } from './topic.ts';

/** What the node is: system, kernel, architecture, machine image and type. Nodes of one group are alike in all of it. */
export async function machineTopics(reader: SectionReader): Promise<readonly Topic[]> {
  const machine = readMachine({
    nodes: await reader.texts('node-object'),
    osRelease: await reader.texts('os-release'),
    kernel: await reader.texts('kernel-version'),
    versions: await reader.texts('containerd-version'),
    instance: await reader.texts('instance'),
  });
  return [
    { topic: 'operating system', value: machine.osImage },
    { topic: 'kernel', value: machine.kernel },
    { topic: 'architecture', value: machine.architecture },
    { topic: 'version of the kubelet', value: machine.kubelet },
    { topic: 'version of the runtime by the node', value: machine.runtime },
    { topic: 'instance type', value: machine.instanceType },
    { topic: 'machine image (AMI)', value: machine.image },
    { topic: 'node group', value: machine.nodeGroup },
    { topic: 'region', value: machine.region },
    { topic: 'zone', value: machine.zone },
  ];
}
