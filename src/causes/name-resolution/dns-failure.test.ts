import { describe, expect, it } from 'vitest';
import { present } from '../../core/fact.ts';
import type { Sibling, Siblings } from '../../facts/siblings.ts';
import { NO_SIBLINGS, podFacts, textFacts } from '../shared/facts-for-test.ts';
import { cause } from './dns-failure.ts';

const IMAGE = 'registry.acme.example/shop/api:1.5.0';

function pull(lookup: string, image = IMAGE): string {
  const host = image.split('/')[0];
  return `failed to pull and unpack image "${image}": failed to resolve image: failed to do request: Head "https://${host}/v2/shop/api/manifests/1.5.0": dial tcp: lookup ${lookup}`;
}

function sibling(node: string): Sibling {
  return { namespace: 'shop-prod', pod: 'web', node, image: IMAGE, evidence: 'event/ok', maybeCached: false };
}

const ONE_NODE: Siblings = { ...NO_SIBLINGS, sameHostWorks: [sibling('node-b')], oneNodeOnly: true };

describe('dns-failure', () => {
  it('knows the registry whose port the resolver is not asked for', () => {
    const text = pull(
      'registry.acme.example on 10.0.0.2:53: no such host',
      'registry.acme.example:5000/shop/api:1.5.0',
    );
    const facts = textFacts(text);
    expect(cause.statement(cause.judge(facts)?.params, facts)).toMatch(
      /^The node cannot resolve registry\.acme\.example:/,
    );
  });

  it.each([
    [
      'no such host leaves room for a mirror',
      'registry.acme.example on 10.0.0.2:53: no such host',
      'likely',
      'no-such-host',
    ],
    [
      'a server that fails is direct evidence',
      'registry.acme.example on 10.0.0.2:53: server misbehaving',
      'confirmed',
      'dns-server-failure',
    ],
    [
      'a server that is silent is direct evidence',
      'registry.acme.example on 10.0.0.2:53: read udp 10.0.0.7:4:->10.0.0.2:53: i/o timeout',
      'confirmed',
      'dns-timeout',
    ],
    [
      'a server that refuses is direct evidence',
      'registry.acme.example on 10.0.0.2:53: read udp 10.0.0.7:4->10.0.0.2:53: read: connection refused',
      'confirmed',
      'dns-server-unreachable',
    ],
  ])('%s', (_, lookup, verdict, detail) => {
    expect(cause.judge(podFacts(pull(lookup), IMAGE))).toMatchObject({ verdict, detail });
  });

  it('knows names of Services, which nodes never resolve', () => {
    const image = 'registry.tools.svc.cluster.local:5000/shop/api:1.5.0';
    const facts = podFacts(pull('registry.tools.svc.cluster.local on 10.0.0.2:53: no such host', image), image);
    const judged = cause.judge(facts);
    expect(judged).toMatchObject({ verdict: 'confirmed', detail: 'cluster-local-name' });
    expect(cause.statement(judged?.params, facts)).toContain('Service name');
  });

  it('names the host that a typo was meant to be, and the image to use', () => {
    const image = 'ghrc.io/acme/api:1.5.0';
    const facts = podFacts(pull('ghrc.io on 10.0.0.2:53: no such host', image), image);
    const judged = cause.judge(facts);
    expect(judged).toMatchObject({ verdict: 'likely', detail: 'host-typo' });
    expect(cause.statement(judged?.params, facts)).toContain('ghcr.io was probably meant');
    expect(cause.remedies(judged?.params, facts).flatMap((r) => r.commands)).toContain(
      'kubectl -n shop-prod set image deployment/api api=ghcr.io/acme/api:1.5.0',
    );
  });

  it('says when the token server is the name that does not resolve', () => {
    const facts = podFacts(
      `failed to pull and unpack image "${IMAGE}": failed to resolve image: failed to authorize: failed to fetch anonymous token: Get "https://sso.acme.example/token": dial tcp: lookup sso.acme.example on 10.0.0.2:53: no such host`,
      IMAGE,
    );
    const judged = cause.judge(facts);
    expect(judged?.verdict).toBe('confirmed');
    expect(cause.statement(judged?.params, facts)).toContain('the token server sso.acme.example');
  });

  it('says that only one node is concerned, citing the others', () => {
    const facts = podFacts(pull('registry.acme.example on 10.0.0.2:53: no such host'), IMAGE, {
      siblings: present(ONE_NODE, ['event/ok']),
    });
    const judged = cause.judge(facts);
    expect(judged?.because).toEqual(['event/1', 'event/ok']);
    expect(cause.statement(judged?.params, facts)).toMatch(/^Only node-a cannot resolve/);
  });

  it('has nothing to say on other failures', () => {
    expect(cause.judge(textFacts(`failed to resolve image: ${IMAGE}: not found`))).toBeUndefined();
  });
});
