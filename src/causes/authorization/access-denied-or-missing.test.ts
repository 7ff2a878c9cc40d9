import { describe, expect, it } from 'vitest';
import { present } from '../../core/fact.ts';
import { podFacts, textFacts } from '../shared/facts-for-test.ts';
import { cause } from './access-denied-or-missing.ts';

const IMAGE = 'acme-shop/api:1.5.0';
const OPEN = `Failed to pull image "${IMAGE}": failed to pull and unpack image "docker.io/${IMAGE}": failed to resolve image: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
const pull = (image: string, tail: string) =>
  `Failed to pull image "${image}": failed to pull and unpack image "${image}": failed to resolve image: ${tail}`;
const anonymous = (realm: string) =>
  `failed to authorize: failed to fetch anonymous token: unexpected status from GET request to ${realm}: 401 Unauthorized`;

describe('access-denied-or-missing', () => {
  it.each([
    ['words that leave it open', OPEN, 'likely'],
    ['a registry that hides', pull('ghcr.io/acme-shop/api:1', anonymous('https://ghcr.io/token')), 'likely'],
    [
      'a registry of unknown habits',
      pull('harbor.acme.example/shop/api:1', anonymous('https://harbor.acme.example/token')),
      'possible',
    ],
    [
      'a Basic challenge',
      pull('harbor.acme.example/shop/api:1', 'unexpected status: authorization failed: no basic auth credentials'),
      undefined,
    ],
    ['a missing tag', pull('harbor.acme.example/shop/api:1', 'harbor.acme.example/shop/api:1: not found'), undefined],
  ] as const)('%s', (_, text, verdict) => {
    expect(cause.judge(textFacts(text))?.verdict).toBe(verdict);
  });

  it('knows that the repository exists when another pod pulled from it', () => {
    const none = { sameImageWorks: [], sameImageFails: [], sameHostFails: [], sameNodeWorks: [], sameNodeFails: [] };
    const sibling = {
      namespace: 'other',
      pod: 'api-1',
      image: 'acme-shop/api:1.4.0',
      evidence: 'pod/2',
      maybeCached: false,
    };
    const siblings = present({ ...none, sameHostWorks: [sibling], oneNodeOnly: false }, ['pods/list']);
    const facts = podFacts(OPEN, IMAGE, { siblings });
    const judged = cause.judge(facts);
    expect(judged).toMatchObject({ verdict: 'likely', detail: 'private-repository', because: ['event/1', 'pod/2'] });
    expect(cause.statement(judged?.params, facts)).toContain('is private');
  });
});
