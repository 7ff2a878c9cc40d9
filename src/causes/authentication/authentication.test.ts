import { describe, expect, it } from 'vitest';
import { present } from '../../core/fact.ts';
import { decodePullSecret } from '../../credentials/docker-config.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Cause } from '../define.ts';
import { credential, LISTS_NONE, lists, podFacts, textFacts } from '../shared/facts-for-test.ts';
import { cause as badCredentials } from './bad-credentials.ts';
import { cause as tokenExpired } from './token-expired.ts';

const IMAGE = 'harbor.acme.example/shop/api:1.5.0';
const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

function pull(image: string, inner: string): string {
  return `Failed to pull image "${image}": failed to pull and unpack image "${image}": failed to resolve image: ${inner}`;
}
function head(image: string, status: string): string {
  const [, host = '', path = '', tag = ''] = /^([^/]+)\/(.+):(.+)$/.exec(image) ?? [];
  return pull(image, `unexpected status from HEAD request to https://${host}/v2/${path}/manifests/${tag}: ${status}`);
}

const HEAD_401 = head(IMAGE, '401 Unauthorized');
const HEAD_403 = head(IMAGE, '403 Forbidden');
const OAUTH_401 = pull(
  IMAGE,
  'failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://harbor.acme.example/service/token?service=x: 401 Unauthorized',
);
const OAUTH_403_OLD = pull(IMAGE, 'failed to authorize: failed to fetch oauth token: unexpected status: 403 Forbidden');
const NO_BASIC = pull(
  IMAGE,
  'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
);
const NOT_FOUND = pull(IMAGE, `${IMAGE}: not found`);
const ECR_IMAGE = `${ECR}/shop/api:1.5.0`;
const ECR_403 = head(ECR_IMAGE, '403 Forbidden');

const MATCHING = lists('regcred', { credentials: [credential('regcred')] });
const over = { userKind: 'aws', expired: true, expiresAt: '2026-11-20T08:00:00Z' } as const;

function verdict(cause: Cause, facts: Facts): string | undefined {
  return cause.judge(facts)?.verdict;
}

describe('bad-credentials', () => {
  it.each<[string, Facts, string | undefined]>([
    ['offered and refused with 401', podFacts(HEAD_401, IMAGE, MATCHING), 'confirmed'],
    ['offered, refused by the token service', podFacts(OAUTH_401, IMAGE, MATCHING), 'confirmed'],
    ['text alone says that one was offered', textFacts(OAUTH_401), 'likely'],
    ['text alone: containerd would name a missing login', textFacts(HEAD_401), 'likely'],
    [
      'a token that may have ended',
      podFacts(HEAD_401, IMAGE, lists('gh', { credentials: [credential('gh', { userKind: 'github' })] })),
      'likely',
    ],
    [
      'a token that has ended',
      podFacts(HEAD_401, IMAGE, lists('ecr', { credentials: [credential('ecr', over)] })),
      'possible',
    ],
    ['403 of the token service, without a URL', textFacts(OAUTH_403_OLD), 'possible'],
    ['401, and the pod offers nothing', podFacts(HEAD_401, IMAGE, LISTS_NONE), 'possible'],
    ['403 to a known login', textFacts(HEAD_403), undefined],
    ['nothing was offered', textFacts(NO_BASIC), undefined],
    ['another failure', podFacts(NOT_FOUND, IMAGE, MATCHING), undefined],
  ])('%s', (_, facts, wanted) => {
    expect(verdict(badCredentials, facts)).toBe(wanted);
  });

  it('does not blame the secret for the refusal of a mirror', () => {
    const message = HEAD_401.replace('https://harbor.acme.example', 'https://mirror.acme.example');
    expect(badCredentials.judge(podFacts(message, IMAGE, MATCHING))).toMatchObject({
      verdict: 'likely',
      detail: 'at-mirror',
    });
  });
});

describe('token-expired', () => {
  const ended = lists('ecr', { credentials: [credential('ecr', over)] });
  const written = (changedAt: string): Partial<Facts> => ({
    takenAt: '2026-11-20T12:00:00Z',
    pullSecrets: [
      {
        name: 'ecr',
        secret: present({ namespace: 'shop-prod', name: 'ecr', decoded: decodePullSecret({}), changedAt }, [
          'secret/ecr',
        ]),
      },
    ],
  });

  it.each<[string, Facts, string | undefined]>([
    ['over by its own date, and refused', podFacts(ECR_403, ECR_IMAGE, ended), 'confirmed'],
    [
      'one of two is over',
      podFacts(ECR_403, ECR_IMAGE, lists('ecr', { credentials: [credential('ecr', over), credential('b')] })),
      'likely',
    ],
    [
      'the registry says so',
      textFacts(
        `Error response from daemon: pull access denied for ${ECR}/shop/api, repository does not exist or may require 'docker login': denied: Your authorization token has expired. Reauthenticate and try again.`,
      ),
      'confirmed',
    ],
    ['ECR, 403, nothing known of the secret', textFacts(ECR_403), 'possible'],
    ['ECR, 403, secret of 13 hours ago', podFacts(ECR_403, ECR_IMAGE, written('2026-11-19T23:00:00Z')), 'likely'],
    ['ECR, 403, secret of an hour ago', podFacts(ECR_403, ECR_IMAGE, written('2026-11-20T11:00:00Z')), 'possible'],
    ['ECR, 403, the pod offers nothing', podFacts(ECR_403, ECR_IMAGE, LISTS_NONE), undefined],
    [
      'still running',
      podFacts(
        ECR_403,
        ECR_IMAGE,
        lists('ecr', { credentials: [credential('ecr', { userKind: 'aws', expired: false })] }),
      ),
      undefined,
    ],
    ['another registry, 403', textFacts(HEAD_403), undefined],
    ['over, but the tag is missing', podFacts(NOT_FOUND, IMAGE, ended), 'ruled-out'],
  ])('%s', (_, facts, wanted) => {
    expect(verdict(tokenExpired, facts)).toBe(wanted);
  });

  it.each([
    ['ahead of the end of the token', 86_400, 'likely'],
    ['ahead, but less than the token is over', 600, 'confirmed'],
    ['behind', -86_400, 'confirmed'],
  ])('does not go by a clock that is %s', (_, offsetSeconds, wanted) => {
    const nodeClock = present({ locator: 'system/clock.txt:4', evidence: 'node-file/clock', offsetSeconds }, []);
    const facts = podFacts(ECR_403, ECR_IMAGE, { ...ended, nodeClock, takenAt: '2026-11-20T12:00:00Z' });
    expect(verdict(tokenExpired, facts)).toBe(wanted);
  });

  it('says which secret and since when', () => {
    const facts = podFacts(ECR_403, ECR_IMAGE, ended);
    expect(tokenExpired.statement(tokenExpired.judge(facts)?.params, facts)).toContain(
      'ecr for 123456789012.dkr.ecr.eu-west-1.amazonaws.com expired at 2026-11-20T08:00:00Z',
    );
  });
});
