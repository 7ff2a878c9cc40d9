import { describe, expect, it } from 'vitest';
import { awsInstance, isInstanceId, unitNames } from './node-traits.ts';

describe('awsInstance', () => {
  it.each([
    [
      'aws:///eu-west-1a/i-0123456789abcdef0',
      { instanceId: 'i-0123456789abcdef0', zone: 'eu-west-1a', region: 'eu-west-1' },
    ],
    ['aws:///us-gov-east-1b/i-0123abcd', { instanceId: 'i-0123abcd', zone: 'us-gov-east-1b', region: 'us-gov-east-1' }],
    ['aws:///us-west-2-lax-1a/i-0123abcd', { instanceId: 'i-0123abcd', zone: 'us-west-2-lax-1a', region: 'us-west-2' }],
    ['aws:////i-0123abcd', { instanceId: 'i-0123abcd' }],
    ['aws:///eu-west-1a/fargate-ip-10-0-0-1', undefined],
    ['gce://project/zone/name', undefined],
    ['kind://docker/kind/node', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (providerID, expected) => {
    expect(awsInstance(providerID)).toEqual(expected);
  });

  it.each(['i-0123abcd', 'i-0123456789abcdef0'])('%s is an instance id', (word) =>
    expect(isInstanceId(word)).toBe(true),
  );
  it.each(['i-1', 'i-0123ABCD', 'node-a', 'i-0123456789abcdef', 'mi-0123abcd'])('%s is none', (word) =>
    expect(isInstanceId(word)).toBe(false),
  );
});

describe('unitNames', () => {
  it.each([
    [{ containerRuntimeVersion: 'containerd://2.1.9', kubeletVersion: 'v1.36.2' }, ['kubelet'], ['containerd']],
    [{ containerRuntimeVersion: 'cri-o://1.36.0', kubeletVersion: 'v1.36.2' }, ['kubelet'], ['crio']],
    [
      { containerRuntimeVersion: 'containerd://2.1.9-k3s1', kubeletVersion: 'v1.36.2+k3s1' },
      ['kubelet', 'k3s-agent', 'k3s'],
      ['containerd'],
    ],
    [{ containerRuntimeVersion: 'docker://28.0.0' }, ['kubelet'], ['docker', 'cri-docker']],
    [{}, ['kubelet'], ['containerd', 'crio', 'docker', 'cri-docker']],
  ])('%j', (info, kubelet, runtimes) => {
    const found = unitNames(info);
    expect(found.kubelet).toEqual(kubelet);
    expect(found.runtimes.map(({ unit }) => unit)).toEqual(runtimes);
  });
});
