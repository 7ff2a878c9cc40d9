import { describe, expect, it } from 'vitest';
import { absent, present, unknown } from '../../core/fact.ts';
import type { PullError } from '../../core/pull-error.ts';
import type { Build } from '../../facts/builds.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Sibling } from '../../facts/siblings.ts';
import { LISTS_NONE, lists, podFacts, textFacts } from '../shared/facts-for-test.ts';
import { PLACEHOLDER_FACTS } from '../shared/placeholder-facts.ts';
import { cause as invalidReference } from './invalid-reference.ts';
import { cause as registryHostOmitted } from './registry-host-omitted.ts';
import { cause as shortNameAmbiguous } from './short-name-ambiguous.ts';

function invalid(image: string, problem = 'invalid reference format'): string {
  return `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${problem}`;
}

describe('invalid-reference', () => {
  it.each([
    ['https://registry.acme.example/shop/api:1.5.0', 'format', 'registry.acme.example/shop/api:1.5.0'],
    ['registry.acme.example/shop/api:1.5.0:1.5.0', 'format', 'registry.acme.example/shop/api:1.5.0'],
    ['registry.acme.example/shop/api:$' + '{TAG}', 'format', undefined],
  ])('%s is confirmed as %s', (image, problem, suggestion) => {
    const judged = invalidReference.judge(podFacts(invalid(image), image));
    expect(judged).toMatchObject({ verdict: 'confirmed', detail: problem });
    expect(judged?.params).toHaveProperty('problem', problem);
    if (suggestion === undefined) expect(judged?.params).not.toHaveProperty('suggestion');
    else expect(judged?.params).toHaveProperty('suggestion', suggestion);
  });

  it('makes blanks visible in its sentence', () => {
    const facts = podFacts(invalid(' '), ' ');
    const judged = invalidReference.judge(facts);
    expect(invalidReference.statement(judged?.params, facts)).toContain('" "');
    const hidden = 'registry.acme.example/shop/api:1.5.0\u200b';
    const other = podFacts(invalid(hidden), hidden);
    expect(invalidReference.statement(invalidReference.judge(other)?.params, other)).toContain('\\u{200b}');
  });

  it('takes the status for the word of the kubelet, and the grammar for less', () => {
    const image = 'registry.acme.example/Shop/api:1.5.0';
    expect(invalidReference.judge(textFacts('Error: InvalidImageName'))?.verdict).toBe('confirmed');
    expect(invalidReference.judge(podFacts('Error: ErrImagePull', image))?.verdict).toBe('likely');
  });

  it('counts blanks that the API refuses, and no other refusal of the API', () => {
    const error: PullError = {
      text: 'spec.containers[0].image: Invalid value: "shop/api:1 ": must not have leading or trailing whitespace',
      stage: 'admission',
      leaf: { kind: 'admission', problem: 'validation' },
      attempts: [],
    };
    const witness = { evidence: 'event/1', error, from: 'event' as const };
    const pullError = present({ decisive: witness, all: [witness], reasonLost: false }, ['event/1']);
    expect(invalidReference.judge({ ...PLACEHOLDER_FACTS, pullError })).toMatchObject({
      verdict: 'confirmed',
      detail: 'whitespace',
    });
    const policy =
      'admission webhook "images.policy.acme.example" denied the request: image registry.acme.example/shop/api:1.5.0 is not from an allowed registry';
    expect(invalidReference.judge(textFacts(policy))).toBeUndefined();
  });

  it('says nothing once a registry was asked', () => {
    const text =
      'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: registry.acme.example/shop/api:1.5.0: not found';
    expect(invalidReference.judge(podFacts(text, '<redacted>/shop/api:1.5.0'))).toBeUndefined();
  });

  it('is possible for a host that does not resolve and looks misspelt', () => {
    const image = 'ghrc.io/acme-shop/api:1.5.0';
    const text = `Failed to pull image "${image}": failed to pull and unpack image "${image}": failed to resolve image: failed to do request: Head "https://ghrc.io/v2/acme-shop/api/manifests/1.5.0": dial tcp: lookup ghrc.io on 10.0.0.2:53: no such host`;
    expect(invalidReference.judge(podFacts(text, image))).toMatchObject({
      verdict: 'possible',
      params: { suggestion: 'ghcr.io/acme-shop/api:1.5.0' },
    });
  });
});

describe('short-name-ambiguous', () => {
  it('is confirmed by the word of the runtime', () => {
    const text =
      'Failed to pull image "shop/api:1": short name mode is enforcing, but image name shop/api:1 returns ambiguous list';
    expect(shortNameAmbiguous.judge(textFacts(text))).toMatchObject({
      verdict: 'confirmed',
      params: { severalRegistries: true },
    });
  });
});

describe('registry-host-omitted', () => {
  const IMAGE = 'payments-team/api:1.5.0';
  const refusal = (image: string, path: string) =>
    `Failed to pull image "${image}": failed to pull and unpack image "docker.io/${path}": failed to resolve image: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
  const judge = (more: Partial<Facts>, image = IMAGE, path = IMAGE) =>
    registryHostOmitted.judge(podFacts(refusal(image, path), image, more));
  const neighbour = (image: string, namespace = 'shop-prod'): Partial<Facts> => {
    const sibling: Sibling = { namespace, pod: 'web-1', image, evidence: 'pod/2', maybeCached: true };
    const none = { sameImageWorks: [], sameImageFails: [], sameHostWorks: [], sameHostFails: [], sameNodeFails: [] };
    return { siblings: present({ ...none, sameNodeWorks: [sibling], oneNodeOnly: false }, ['pods/list']) };
  };

  it('is possible from the text alone', () => {
    expect(registryHostOmitted.judge(textFacts(refusal(IMAGE, IMAGE)))?.verdict).toBe('possible');
    expect(judge({ siblings: unknown('pods'), offer: unknown('secrets') })?.verdict).toBe('possible');
    expect(judge(LISTS_NONE)?.verdict).toBe('possible');
  });

  it('is likely when a secret, a neighbour of the same name or a build points at another registry', () => {
    const mismatch = { secret: 'regcred', host: 'https://harbor.acme.example', why: 'the image is of docker.io' };
    expect(judge(lists('regcred', { mismatches: [mismatch] }))).toMatchObject({
      verdict: 'likely',
      params: { meant: 'harbor.acme.example' },
    });
    expect(judge(neighbour('harbor.acme.example/payments-team/api:1.4.0'))?.verdict).toBe('likely');
    const build: Build = {
      kind: 'Job',
      namespace: 'ci',
      name: 'build',
      destinations: ['harbor.acme.example/payments-team/api:1.5.0'],
      match: 'same-name',
      state: 'succeeded',
      evidence: 'job/1',
    };
    const judged = judge({ builds: present([build], ['jobs/list']) });
    expect(judged).toMatchObject({ verdict: 'likely', because: ['event/1', 'job/1'] });
    expect(judged?.overrules).toHaveLength(1);
  });

  it('is only possible when the namespace merely uses another registry', () => {
    expect(judge(neighbour('harbor.acme.example/web/frontend:2'))).toMatchObject({
      verdict: 'possible',
      params: { meant: 'harbor.acme.example' },
    });
    expect(judge(neighbour('harbor.acme.example/payments-team/api:1', 'elsewhere'))).not.toHaveProperty('params.meant');
  });

  it('leaves written hosts, official images and their misspellings alone', () => {
    expect(judge({}, `docker.io/${IMAGE}`)).toBeUndefined();
    expect(judge({}, 'nginx:1.99', 'library/nginx:1.99')).toBeUndefined();
    expect(judge({}, 'ngnix:1.27', 'library/ngnix:1.27')).toBeUndefined();
    expect(judge({ builds: absent(['jobs/list']) }, 'grafana/grafana:0', 'grafana/grafana:0')).toBeUndefined();
  });

  it('writes the whole image into its remedy', () => {
    const mismatch = { secret: 'regcred', host: 'harbor.acme.example', why: 'the image is of docker.io' };
    const facts = podFacts(refusal(IMAGE, IMAGE), IMAGE, lists('regcred', { mismatches: [mismatch] }));
    const judged = registryHostOmitted.judge(facts);
    expect(registryHostOmitted.remedies(judged?.params, facts)[0]?.commands).toEqual([
      'kubectl -n shop-prod set image deployment/api api=harbor.acme.example/payments-team/api:1.5.0',
    ]);
  });
});
