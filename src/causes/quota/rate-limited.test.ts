import { describe, expect, it } from 'vitest';
import { credential, LISTS_NONE, lists, podFacts, textFacts } from '../shared/facts-for-test.ts';
import { cause as rateLimited } from './rate-limited.ts';

const IMAGE = 'acme/orders:3.1.0';
const URL = 'https://registry-1.docker.io/v2/acme/orders/manifests/3.1.0';
const ANONYMOUS = `Failed to pull image "${IMAGE}": failed to pull and unpack image "docker.io/${IMAGE}": failed to copy: httpReadSeeker: failed open: unexpected status code ${URL}: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit`;
const HEAD_429 = `Failed to pull image "${IMAGE}": failed to pull and unpack image "docker.io/${IMAGE}": failed to resolve image: unexpected status from HEAD request to ${URL}: 429 Too Many Requests`;

describe('rate-limited', () => {
  it.each([
    ['in words', ANONYMOUS],
    ['as a status only', HEAD_429],
  ])('is confirmed by the registry, %s', (_, message) => {
    expect(rateLimited.judge(textFacts(message))?.verdict).toBe('confirmed');
  });

  it('tells that a matching secret was not used', () => {
    const facts = podFacts(ANONYMOUS, IMAGE, lists('dockerhub', { credentials: [credential('dockerhub')] }));
    const judgement = rateLimited.judge(facts);
    expect(judgement?.note).toContain('dockerhub');
    expect(rateLimited.statement(judgement?.params, facts)).toContain('although secret dockerhub matches');
    const commands = rateLimited.remedies(judgement?.params, facts).flatMap((r) => r.commands);
    expect(commands.some((c) => c.includes('create secret'))).toBe(false);
  });

  it('offers a login where none is known', () => {
    const facts = podFacts(ANONYMOUS, IMAGE, LISTS_NONE);
    const commands = rateLimited.remedies(rateLimited.judge(facts)?.params, facts).flatMap((r) => r.commands);
    expect(commands.some((c) => c.includes('create secret docker-registry'))).toBe(true);
  });

  it('has nothing to say of a refusal', () => {
    expect(rateLimited.judge(textFacts(HEAD_429.replace('429 Too Many Requests', '403 Forbidden')))).toBeUndefined();
    expect(rateLimited.judge(textFacts(`Failed to pull image "${IMAGE}": pull QPS exceeded`))).toBeUndefined();
  });
});
