import { describe, expect, it } from 'vitest';
import { absent, present } from '../../core/fact.ts';
import type { Facts } from '../../facts/facts.ts';
import type { PullHistory } from '../../facts/history.ts';
import { cause as inCluster } from '../registry/in-cluster-registry-down.ts';
import { NO_SIBLINGS, podFacts, textFacts } from '../shared/facts-for-test.ts';
import { cause as timeout } from './connect-timeout.ts';
import { cause as refused } from './connection-refused.ts';
import { cause as reset } from './connection-reset.ts';
import { cause as noRoute } from './no-route.ts';

const IMAGE = 'registry.acme.example/shop/api:1.5.0';

function head(failure: string, host = 'registry.acme.example'): string {
  return `failed to pull and unpack image "${host}/shop/api:1.5.0": failed to resolve image: failed to do request: Head "https://${host}/v2/shop/api/manifests/1.5.0": ${failure}`;
}

describe('causes of a connection that is not made', () => {
  it.each([
    ['timeout', timeout, 'dial tcp 192.0.2.10:443: i/o timeout'],
    ['refused', refused, 'dial tcp 192.0.2.10:443: connect: connection refused'],
    ['no route', noRoute, 'dial tcp 192.0.2.10:443: connect: no route to host'],
    ['unreachable network', noRoute, 'dial tcp 192.0.2.10:443: connect: network is unreachable'],
  ])('%s: likely while the host may be a Service, confirmed when it is not', (_, cause, failure) => {
    expect(cause.judge(podFacts(head(failure), IMAGE))?.verdict).toBe('likely');
    const outside = podFacts(head(failure), IMAGE, { inClusterRegistry: absent(['services/list']) });
    expect(cause.judge(outside)?.verdict).toBe('confirmed');
    expect(cause.judge(outside)?.because).toContain('event/1');
  });

  it('confirms for a public registry, which is in no cluster', () => {
    const facts = podFacts(head('dial tcp 192.0.2.10:443: i/o timeout', 'quay.io'), 'quay.io/shop/api:1.5.0');
    expect(timeout.judge(facts)?.verdict).toBe('confirmed');
  });

  it.each([
    ['IPv6 on a node without it', noRoute, 'dial tcp [2001:db8::10]:443: connect: network is unreachable', 'ipv6'],
    [
      'a packet filter of the node',
      noRoute,
      'dial tcp 192.0.2.10:443: connect: operation not permitted',
      'local-filter',
    ],
    ['the node itself', refused, 'dial tcp 127.0.0.1:30500: connect: connection refused', 'loopback'],
  ])('tells apart: %s', (_, cause, failure, detail) => {
    expect(cause.judge(podFacts(head(failure), IMAGE))).toMatchObject({ verdict: 'likely', detail });
  });

  it.each(['127.0.0.1:443', '0.0.0.0:443', '[::]:443'])('tells a name that leads the node to itself: %s', (address) => {
    const facts = podFacts(
      head(`dial tcp ${address}: connect: connection refused`, 'quay.io'),
      'quay.io/shop/api:1.5.0',
    );
    const judged = refused.judge(facts);
    expect(judged).toMatchObject({ verdict: 'likely', detail: 'loopback' });
    expect(refused.statement(judged?.params, facts)).toBe(
      `The name quay.io leads node-a to itself (${address}), where nothing listens`,
    );
    expect(inCluster.judge(facts)).toBeUndefined();
  });

  it('takes no page outside of the registry API for a mirror', () => {
    const facts = podFacts(
      `failed to pull and unpack image "${IMAGE}": failed to resolve image: failed to do request: Head "https://sso.acme.example/login": dial tcp 192.0.2.9:443: connect: connection refused`,
      IMAGE,
    );
    expect(refused.statement(refused.judge(facts)?.params, facts)).toBe(
      'sso.acme.example (192.0.2.9:443) refuses the connection of node-a: nothing listens there',
    );
  });

  it('names the mirror when the failing host is not the one of the image', () => {
    const facts = podFacts(
      `failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": failed to do request: Head "http://192.0.2.9:30020/v2/shop/api/manifests/1.5.0?ns=registry.acme.example": dial tcp 192.0.2.9:30020: connect: connection refused`,
      IMAGE,
    );
    const judged = refused.judge(facts);
    expect(judged?.verdict).toBe('likely');
    expect(refused.statement(judged?.params, facts)).toBe(
      'The mirror 192.0.2.9:30020 refuses the connection of node-a: nothing listens there',
    );
  });

  it.each(['net/http: timeout awaiting response headers', 'net/http: TLS handshake timeout'])(
    'keeps a timeout of the connection possible: %s',
    (failure) => {
      expect(timeout.judge(textFacts(head(failure)))?.verdict).toBe('possible');
    },
  );

  it('does not take silence in the middle of a layer for a missing connection', () => {
    const text = `failed to pull and unpack image "${IMAGE}": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://registry.acme.example/v2/shop/api/blobs/sha256:${'a'.repeat(64)}": context deadline exceeded`;
    expect(timeout.judge(textFacts(text))).toBeUndefined();
  });
});

describe('connection-reset', () => {
  it.each([
    ['a reset by the peer', 'read tcp 10.0.0.7:4->192.0.2.10:443: read: connection reset by peer', 'confirmed'],
    ['an end without a reason', 'EOF', 'likely'],
    ['an end of HTTP/2', 'http2: client connection lost', 'likely'],
  ])('%s', (_, failure, verdict) => {
    const facts = podFacts(head(failure), IMAGE, { inClusterRegistry: absent(['services/list']) });
    expect(reset.judge(facts)?.verdict).toBe(verdict);
  });

  it('keeps a short layer likely: short content in the registry reads the same', () => {
    const facts = podFacts(
      `failed to pull and unpack image "${IMAGE}": short read: expected 1500 bytes but got 700: unexpected EOF`,
      IMAGE,
      { inClusterRegistry: absent(['services/list']) },
    );
    const judged = reset.judge(facts);
    expect(judged).toMatchObject({ verdict: 'likely', detail: 'short-read' });
    expect(reset.statement(judged?.params, facts)).toContain('in the middle of a layer');
  });

  it('tells a layer that was asked for from one that was cut', () => {
    const facts = textFacts(
      `failed to pull and unpack image "${IMAGE}": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://registry.acme.example/v2/shop/api/blobs/sha256:${'a'.repeat(64)}": read tcp 10.0.0.7:4->192.0.2.10:443: read: connection reset by peer`,
    );
    expect(reset.statement(reset.judge(facts)?.params, facts)).toContain('broke when it asked for a layer');
  });

  it('says nothing on a pull that has no error', () => {
    const history: PullHistory = { pulling: true, failures: 0, eventsSeen: true };
    expect(reset.judge({ ...textFacts(''), history: present(history, ['event/1']) })).toBeUndefined();
  });
});

describe('a refused connection', () => {
  const REFUSED = head('dial tcp 192.0.2.10:443: connect: connection refused');
  const said = (facts: Facts) => refused.statement(refused.judge(facts)?.params, facts);

  it('is no dead registry where another pull got through', () => {
    const works = { namespace: 'shop-prod', pod: 'api-2', image: IMAGE, evidence: 'event/9', maybeCached: false };
    expect(said(podFacts(REFUSED, IMAGE))).toContain('nothing listens there');
    const beside = podFacts(REFUSED, IMAGE, {
      siblings: present({ ...NO_SIBLINGS, sameHostWorks: [works] }, ['event/9']),
    });
    expect(said(beside)).toContain('though another pull got through');
  });

  it('of a token server is asked at its root, for it has no registry API', () => {
    const facts = podFacts(
      `failed to pull and unpack image "${IMAGE}": failed to resolve image: failed to authorize: failed to fetch anonymous token: Get "https://auth.acme.example/token?service=x": dial tcp 192.0.2.10:443: connect: connection refused`,
      IMAGE,
    );
    const [check] = refused.verify(refused.judge(facts)?.params, facts);
    expect(check?.command).toMatch(/ https:\/\/auth\.acme\.example\/$/);
    expect(check?.expect).toBe('an HTTP status below 500');
  });

  it('of a mirror is mended at the mirror', () => {
    const image = 'nginx:1.27';
    const facts = podFacts(
      'failed to pull and unpack image "docker.io/library/nginx:1.27": failed to resolve reference "docker.io/library/nginx:1.27": failed to do request: Head "https://mirror.acme.example/v2/library/nginx/manifests/1.27?ns=docker.io": dial tcp 192.0.2.10:443: connect: connection refused',
      image,
    );
    expect(JSON.stringify(refused.remedies(refused.judge(facts)?.params, facts))).toContain('hosts.toml');
  });
});
