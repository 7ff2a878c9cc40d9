import { describe, expect, it } from 'vitest';
import { present } from '../../core/fact.ts';
import { decode } from '../../decode/decode.ts';
import { EMPTY_LOG, podFacts, textFacts } from '../shared/facts-for-test.ts';
import { cause as proxy } from './proxy-failure.ts';
import { cause as intercepted } from './traffic-intercepted.ts';

const IMAGE = 'registry.acme.example/shop/api:1.5.0';

function head(failure: string): string {
  return `failed to pull and unpack image "${IMAGE}": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": ${failure}`;
}

function html(image = IMAGE): string {
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to unpack image on snapshotter overlayfs: unexpected media type text/html for sha256:${'b'.repeat(64)}: not found`;
}

describe('proxy-failure', () => {
  it.each([
    [
      'nothing listens',
      'proxyconnect tcp: dial tcp 192.0.2.8:3128: connect: connection refused',
      'confirmed',
      'proxy-unreachable',
    ],
    [
      'no such name',
      'proxyconnect tcp: dial tcp: lookup proxy.acme.example on 10.0.0.2:53: no such host',
      'confirmed',
      'proxy-dns',
    ],
    [
      'https:// before a plain proxy',
      'proxyconnect tcp: tls: first record does not look like a TLS handshake',
      'confirmed',
      'https-proxy-scheme',
    ],
    [
      'a certificate that the node does not trust',
      'proxyconnect tcp: tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'confirmed',
      'proxy-certificate',
    ],
    ['a login', 'Proxy Authentication Required', 'confirmed', 'proxy-auth-required'],
    ['a bare refusal', 'Forbidden', 'likely', 'proxy-forbidden'],
  ])('%s', (_, failure, verdict, detail) => {
    expect(proxy.judge(podFacts(head(failure), IMAGE))).toMatchObject({ verdict, detail });
  });

  it('names the registry that was asked for beside the proxy', () => {
    const facts = podFacts(head('proxyconnect tcp: dial tcp 192.0.2.8:3128: connect: connection refused'), IMAGE);
    expect(proxy.statement(proxy.judge(facts)?.params, facts)).toBe(
      'The proxy 192.0.2.8:3128 that node-a uses for registry.acme.example cannot be reached',
    );
  });

  it('names the registry of the request while no image is known', () => {
    const facts = textFacts('Error response from daemon: Get "https://registry.acme.example:5000/v2/": Forbidden');
    expect(proxy.statement(proxy.judge(facts)?.params, facts)).toBe(
      'The proxy that the node uses for registry.acme.example:5000 refuses to connect it',
    );
  });

  it('leaves direct connections alone', () => {
    expect(proxy.judge(textFacts(head('dial tcp 192.0.2.8:3128: connect: connection refused')))).toBeUndefined();
  });
});

describe('traffic-intercepted', () => {
  it('is only possible from one text on a host that may have a web page of its own', () => {
    expect(intercepted.judge(textFacts(html()))?.verdict).toBe('possible');
  });

  it('is likely where no web page belongs', () => {
    expect(intercepted.judge(textFacts(html('quay.io/acme/api:1.5.0')))?.verdict).toBe('likely');
  });

  it('is likely once the log of the node shows the page', () => {
    const runtimeLog = present({ ...EMPTY_LOG, htmlAnswers: ['log/1'] }, ['log/1']);
    const judged = intercepted.judge(podFacts(html(), IMAGE, { runtimeLog }));
    expect(judged?.verdict).toBe('likely');
    expect(judged?.because).toContain('log/1');
  });

  it('overrules a DNS error of the sign-on page that requests are sent on to', () => {
    const facts = podFacts(
      `failed to pull and unpack image "${IMAGE}": failed to resolve image: failed to do request: Head "https://sso.acme.example/login": dial tcp: lookup sso.acme.example on 10.0.0.2:53: no such host`,
      IMAGE,
    );
    const judged = intercepted.judge(facts);
    expect(judged).toMatchObject({ verdict: 'likely', detail: 'sign-on-redirect' });
    expect(judged?.overrules).toHaveLength(1);
    expect(intercepted.statement(judged?.params, facts)).toContain('sso.acme.example, which is no registry');
  });

  it('leaves a name that was looked up for a request to the registry itself to the DNS', () => {
    const facts = podFacts(
      `failed to resolve reference "${IMAGE}": failed to do request: Head "https://registry.acme.example/shop/api": dial tcp: lookup edge.acme.example on 10.0.0.2:53: no such host`,
      IMAGE,
    );
    expect(intercepted.judge(facts)).toBeUndefined();
  });

  it('is confirmed when the log shows both the page and the redirect', () => {
    const { error } = decode(
      `failed to pull and unpack image "${IMAGE}": failed to resolve image: failed to do request: Head "https://sso.acme.example/login": dial tcp: lookup sso.acme.example on 10.0.0.2:53: no such host`,
    );
    const hostsTried = [{ host: 'registry.acme.example', error, evidence: 'log/2' }];
    const judged = intercepted.judge(
      podFacts(html(), IMAGE, { runtimeLog: present({ ...EMPTY_LOG, hostsTried }, ['log/2']) }),
    );
    expect(judged).toMatchObject({ verdict: 'confirmed', detail: 'sign-on-redirect', because: ['event/1', 'log/2'] });
  });

  it('leaves a mirror and a token server alone: they are configured', () => {
    const mirror = `failed to pull and unpack image "${IMAGE}": failed to resolve image: failed to do request: Head "https://mirror.acme.example/v2/shop/api/manifests/1.5.0": EOF`;
    expect(intercepted.judge(podFacts(mirror, IMAGE))).toBeUndefined();
    const token = `failed to pull and unpack image "${IMAGE}": failed to resolve image: failed to authorize: failed to fetch anonymous token: Get "https://sso.acme.example/token": EOF`;
    expect(intercepted.judge(podFacts(token, IMAGE))).toBeUndefined();
  });
});
