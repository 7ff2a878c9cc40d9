import { describe, expect, it } from 'vitest';
import { mayRunOn, nodeChoiceOf } from './node-choice.ts';

const affinity = (...terms: readonly object[]) => ({
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
  },
});
const term = (operator: string, ...values: readonly string[]) => ({
  matchExpressions: [{ key: 'kubernetes.io/arch', operator, values }],
});

describe('nodeChoiceOf', () => {
  it.each([
    ['nothing', {}, undefined],
    ['other labels', { nodeSelector: { disk: 'ssd' } }, undefined],
    ['a selector', { nodeSelector: { 'kubernetes.io/arch': 'arm64' } }, { architectures: ['arm64'] }],
    ['an old label', { nodeSelector: { 'beta.kubernetes.io/os': 'windows' } }, { os: ['windows'] }],
    ['an affinity', affinity(term('In', 'amd64', 'arm64')), { architectures: ['amd64', 'arm64'] }],
    ['alternatives', affinity(term('In', 'amd64'), term('In', 'arm64')), { architectures: ['amd64', 'arm64'] }],
    ['an open alternative', affinity(term('In', 'amd64'), { matchExpressions: [] }), undefined],
    ['another operator', affinity(term('NotIn', 'amd64')), undefined],
    ['nonsense', { nodeSelector: 'x', affinity: { nodeAffinity: [] } }, undefined],
  ])('%s', (_, spec, expected) => {
    expect(nodeChoiceOf(spec)).toEqual(expected);
  });
});

it('a pod may run wherever it does not ask otherwise', () => {
  expect(mayRunOn(undefined, 'linux/arm64')).toBe(true);
  expect(mayRunOn({ architectures: ['amd64'] }, 'linux/arm64')).toBe(false);
  expect(mayRunOn({ architectures: ['arm64'], os: ['linux'] }, 'linux/arm64')).toBe(true);
  expect(mayRunOn({ os: ['windows'] }, 'linux/amd64')).toBe(false);
});
