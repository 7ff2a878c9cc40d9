import { describe, expect, it } from 'vitest';
import { present } from '../../core/fact.ts';
import type { Facts } from '../../facts/facts.ts';
import { podFacts, textFacts } from '../shared/facts-for-test.ts';
import { cause as cachedImageNotAuthorized } from './cached-image-not-authorized.ts';
import { cause as pullPolicyNever } from './pull-policy-never.ts';

const IMAGE = 'registry.acme.example/shop/api:1.5.0';
const NEVER = `Container image "${IMAGE}" is not present with pull policy of Never`;
const REFUSED = `Failed to pull image "${IMAGE}": failed to pull and unpack image "${IMAGE}": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://auth.acme.example/token: 401 Unauthorized`;

const kubelet = (kubeletMinor: number): Partial<Facts> => ({ versions: present({ kubeletMinor }, ['node/1']) });
const policy = (value: string): Partial<Facts> => ({ pullPolicy: present(value, ['pod/1']) });
const onNode = (value: boolean): Partial<Facts> => ({
  imageOnNode: present({ onNode: value, shownBy: 'node-status' }, ['node/1']),
});

describe('pull-policy-never', () => {
  it.each([
    [{}, 'likely'],
    [kubelet(34), 'confirmed'],
    [kubelet(36), 'likely'],
    [{ ...kubelet(36), ...onNode(true) }, 'possible'],
  ] as const)('%j: %s', (more, verdict) => {
    expect(pullPolicyNever.judge(podFacts(NEVER, IMAGE, more))?.verdict).toBe(verdict);
  });

  it('says nothing about pulls that failed', () => {
    expect(pullPolicyNever.judge(podFacts(REFUSED, IMAGE))).toBeUndefined();
  });
});

describe('cached-image-not-authorized', () => {
  it.each([
    ['old kubelet', { ...kubelet(32), ...onNode(true), ...policy('IfNotPresent') }, undefined],
    ['gate may be on', { ...kubelet(34), ...onNode(true), ...policy('IfNotPresent') }, 'possible'],
    ['on by default', { ...kubelet(36), ...onNode(true), ...policy('IfNotPresent') }, 'likely'],
    ['version unknown', { ...onNode(true), ...policy('IfNotPresent') }, 'possible'],
    ['policy unknown', { ...kubelet(36), ...onNode(true) }, 'possible'],
    ['always pulls', { ...kubelet(36), ...onNode(true), ...policy('Always') }, undefined],
    ['not on the node', { ...kubelet(36), ...onNode(false), ...policy('IfNotPresent') }, undefined],
    ['nobody looked', { ...kubelet(36), ...policy('IfNotPresent') }, undefined],
  ] as const)('refused pull, %s: %s', (_, more, verdict) => {
    expect(cachedImageNotAuthorized.judge(podFacts(REFUSED, IMAGE, more))?.verdict).toBe(verdict);
  });

  it('overrules "not present" when the image is on the node', () => {
    const judged = cachedImageNotAuthorized.judge(podFacts(NEVER, IMAGE, { ...kubelet(36), ...onNode(true) }));
    expect(judged?.verdict).toBe('likely');
    expect(judged?.overrules).toMatchObject([{ because: ['node/1'] }]);
  });

  it('stays possible for policy Never where nobody looked, and goes when the image is not there', () => {
    expect(cachedImageNotAuthorized.judge(textFacts(NEVER))?.verdict).toBe('possible');
    expect(cachedImageNotAuthorized.judge(podFacts(NEVER, IMAGE, onNode(false)))).toBeUndefined();
  });

  it('takes a pod that runs the image on the same node for proof, and none elsewhere', () => {
    const none = {
      sameImageFails: [],
      sameHostWorks: [],
      sameHostFails: [],
      sameNodeWorks: [],
      sameNodeFails: [],
      oneNodeOnly: false,
    };
    const running = (node: string) => {
      const sibling = { namespace: 'other', pod: 'api-1', node, image: IMAGE, evidence: 'pod/2', maybeCached: true };
      return {
        siblings: present({ ...none, sameImageWorks: [sibling] }, ['pods/list']),
        ...kubelet(36),
        ...policy('IfNotPresent'),
      };
    };
    expect(cachedImageNotAuthorized.judge(podFacts(REFUSED, IMAGE, running('node-a')))?.verdict).toBe('likely');
    expect(cachedImageNotAuthorized.judge(podFacts(REFUSED, IMAGE, running('node-b')))).toBeUndefined();
  });
});
