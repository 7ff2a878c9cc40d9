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

describe('the login behind a limit', () => {
  const ACCOUNT = ANONYMOUS.replace('unauthenticated pull', 'pull');
  const commandsFor = (facts: ReturnType<typeof podFacts>) =>
    rateLimited.remedies(rateLimited.judge(facts)?.params, facts);

  it('is the one that came along', () => {
    const facts = podFacts(ACCOUNT, IMAGE, lists('hub', { credentials: [credential('hub')] }));
    const [remedy] = commandsFor(facts).filter(({ safety }) => safety === 'yellow');
    expect(remedy?.title).toContain('write hub anew');
  });

  it.each([
    ['docker-hub-slash', true],
    ['host', false],
  ] as const)('was not used for a slip in its key: %s', (reason, slipped) => {
    const mismatches = [{ secret: 'hub', host: 'https://index.docker.io/v1', why: 'the slash is missing', reason }];
    const facts = podFacts(ANONYMOUS, IMAGE, lists('hub', { mismatches }));
    const { params } = rateLimited.judge(facts) ?? {};
    expect(rateLimited.statement(params, facts).includes('secret hub does not match')).toBe(slipped);
    expect(commandsFor(facts).some(({ title }) => title.startsWith('Mend hub'))).toBe(slipped);
  });

  it('of another registry has no six hours to wait', () => {
    const image = 'registry.acme.example/shop/api:1.5.0';
    const message = `Failed to pull image "${image}": failed to pull and unpack image "${image}": failed to resolve image: unexpected status from HEAD request to https://registry.acme.example/v2/shop/api/manifests/1.5.0: 429 Too Many Requests`;
    expect(JSON.stringify(commandsFor(podFacts(message, image, LISTS_NONE)))).not.toContain('Docker Hub');
  });
});
