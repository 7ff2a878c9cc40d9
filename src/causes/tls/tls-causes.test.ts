import { describe, expect, it } from 'vitest';
import { present } from '../../core/fact.ts';
import type { NodeClockFact } from '../../facts/facts.ts';
import type { Cause } from '../define.ts';
import { podFacts, textFacts } from '../shared/facts-for-test.ts';
import { cause as clientCertificate } from './client-certificate-required.ts';
import { cause as mismatch } from './http-https-mismatch.ts';
import { cause as expired } from './tls-expired.ts';
import { cause as handshake } from './tls-handshake-failure.ts';
import { cause as hostname } from './tls-hostname-mismatch.ts';
import { cause as authority } from './tls-unknown-authority.ts';

const IMAGE = 'registry.acme.example/shop/api:1.5.0';

function head(failure: string, host = 'registry.acme.example'): string {
  return `failed to pull and unpack image "${host}/shop/api:1.5.0": failed to resolve image: failed to do request: Head "https://${host}/v2/shop/api/manifests/1.5.0": ${failure}`;
}

function validity(node: string, side: 'after' | 'before', bound: string): string {
  return head(
    `tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time ${node} is ${side} ${bound}`,
  );
}

describe('tls-expired', () => {
  it.each([
    [
      'the certificate ended',
      '2026-11-20T22:13:00Z',
      'after',
      '2026-03-01T00:00:00Z',
      '2026-11-20T22:20:00Z',
      'certificate',
    ],
    [
      'the node is ahead',
      '2036-11-20T22:13:00Z',
      'after',
      '2027-03-01T00:00:00Z',
      '2026-11-20T22:20:00Z',
      'node-clock-ahead',
    ],
    [
      'the node is behind',
      '2024-01-01T00:00:10Z',
      'before',
      '2026-06-01T00:00:00Z',
      '2026-11-20T22:20:00Z',
      'node-clock-behind',
    ],
    [
      'the certificate begins later',
      '2026-11-20T22:13:00Z',
      'before',
      '2027-06-01T00:00:00Z',
      '2026-11-20T22:20:00Z',
      'certificate',
    ],
    [
      'it began between error and look',
      '2026-11-20T22:13:00Z',
      'before',
      '2026-11-20T22:15:00Z',
      '2026-11-20T22:20:00Z',
      'certificate',
    ],
    [
      'a clock without battery needs no comparison',
      '1970-01-01T00:10:00Z',
      'before',
      '2026-06-01T00:00:00Z',
      undefined,
      'node-clock-behind',
    ],
    ['expired, nothing to compare with', '2026-11-20T22:13:00Z', 'after', '2026-03-01T00:00:00Z', undefined, 'expired'],
    [
      'not yet valid, nothing to compare with',
      '2026-11-20T22:13:00Z',
      'before',
      '2027-06-01T00:00:00Z',
      undefined,
      'not-yet-valid',
    ],
  ] as const)('%s', (_, node, side, bound, takenAt, detail) => {
    const facts = podFacts(validity(node, side, bound), IMAGE, takenAt === undefined ? {} : { takenAt });
    expect(expired.judge(facts)).toMatchObject({ verdict: 'confirmed', detail });
  });

  it('repairs the clock, not the certificate, when the clock is wrong', () => {
    const facts = podFacts(validity('2024-01-01T00:00:10Z', 'before', '2026-06-01T00:00:00Z'), IMAGE, {
      takenAt: '2026-11-20T22:20:00Z',
    });
    const params = expired.judge(facts)?.params;
    expect(expired.statement(params, facts)).toContain('The clock of node-a is behind');
    expect(expired.remedies(params, facts).map((r) => r.title)).toContain(
      'Set the clock of the node through its time service',
    );
  });

  const NOW = '2026-11-20T22:13:00Z';
  it.each<[string, string, 'after' | 'before', string, Partial<NodeClockFact>, string, boolean]>([
    [
      'ahead: the certificate is valid',
      NOW,
      'after',
      '2026-11-20T12:00:00Z',
      { offsetSeconds: 86_400 },
      'node-clock-ahead',
      true,
    ],
    [
      'ahead, but the certificate is over all the same',
      NOW,
      'after',
      '2026-03-01T00:00:00Z',
      { offsetSeconds: 86_400 },
      'expired',
      false,
    ],
    [
      'behind: the certificate is valid',
      NOW,
      'before',
      '2026-11-21T12:00:00Z',
      { offsetSeconds: -86_400 },
      'node-clock-behind',
      true,
    ],
    [
      'right',
      NOW,
      'after',
      '2026-03-01T00:00:00Z',
      { offsetSeconds: 0.01, synchronized: true, shown: '2026-11-20T22:20:00Z' },
      'certificate',
      true,
    ],
    [
      'right now, set since the error',
      NOW,
      'after',
      '2026-03-01T00:00:00Z',
      { offsetSeconds: 0.01, synchronized: true, shown: '2026-11-22T22:20:00Z' },
      'expired',
      false,
    ],
    [
      'right, but synchronized with nobody',
      NOW,
      'after',
      '2026-03-01T00:00:00Z',
      { offsetSeconds: 2, synchronized: false, shown: NOW },
      'expired',
      false,
    ],
    ['not synchronized, not measured', NOW, 'after', '2026-03-01T00:00:00Z', { synchronized: false }, 'expired', false],
  ])('with a node clock measured as %s', (_, node, side, bound, clock, detail, cited) => {
    const nodeClock = present({ locator: 'system/clock.txt:4', evidence: 'node-file/clock', ...clock }, []);
    const judged = expired.judge(podFacts(validity(node, side, bound), IMAGE, { nodeClock }));
    expect(judged).toMatchObject({ verdict: 'confirmed', detail });
    expect(judged?.because.includes('node-file/clock')).toBe(cited);
    if (cited || clock.offsetSeconds === undefined) expect(judged?.note).toContain('system/clock.txt:4');
  });

  it('goes by the offset that was measured before the time of the evidence, which the same clock may have made', () => {
    const nodeClock = present({ locator: 'clock.txt:4', evidence: 'node-file/clock', offsetSeconds: 86_400 }, []);
    const facts = podFacts(validity(NOW, 'after', '2026-11-20T12:00:00Z'), IMAGE, { nodeClock, takenAt: NOW });
    expect(expired.judge(facts)?.detail).toBe('node-clock-ahead');
  });
});

describe('tls-unknown-authority', () => {
  const text = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';

  it('is confirmed by the TLS stack of the node', () => {
    expect(authority.judge(podFacts(head(text), IMAGE))?.verdict).toBe('confirmed');
  });

  it('sees inspection where the registry has a public certificate', () => {
    const facts = podFacts(head(text, 'quay.io'), 'quay.io/shop/api:1.5.0');
    const judged = authority.judge(facts);
    expect(judged?.detail).toBe('tls-inspection');
    expect(authority.statement(judged?.params, facts)).toContain('something inspects TLS');
  });
});

describe('tls-hostname-mismatch', () => {
  it.each([
    ['another name', 'x509: certificate is valid for old.acme.example, not registry.acme.example', undefined],
    [
      'the default certificate of an ingress',
      'x509: certificate is valid for ingress.local, not registry.acme.example',
      'ingress-default-certificate',
    ],
    [
      'an address',
      "x509: cannot validate certificate for 192.0.2.10 because it doesn't contain any IP SANs",
      'no-ip-san',
    ],
    [
      'a common name only',
      'x509: certificate relies on legacy Common Name field, use SANs instead',
      'legacy-common-name',
    ],
  ])('%s', (_, failure, detail) => {
    const judged = hostname.judge(podFacts(head(failure), IMAGE));
    expect(judged?.verdict).toBe('confirmed');
    expect(judged?.detail).toBe(detail);
  });

  it('keeps a long list of names out of the sentence', () => {
    const names = Array.from({ length: 30 }, (_, i) => `host-${i}.acme.example`).join(', ');
    const facts = podFacts(head(`x509: certificate is valid for ${names}, not registry.acme.example`), IMAGE);
    expect(hostname.statement(hostname.judge(facts)?.params, facts).length).toBeLessThanOrEqual(140);
  });
});

describe('TLS sessions that do not come about', () => {
  const verdict = (cause: Cause, failure: string) => cause.judge(textFacts(head(failure)))?.verdict;

  it.each([
    ['remote error: tls: unrecognized name', 'confirmed', undefined],
    ['remote error: tls: protocol version not supported', 'confirmed', undefined],
    ['remote error: tls: handshake failure', 'likely', 'possible'],
    ['net/http: TLS handshake timeout', 'likely', undefined],
    ['remote error: tls: certificate required', undefined, 'confirmed'],
    ['remote error: tls: bad certificate', undefined, 'likely'],
  ])('%s: handshake %s, client certificate %s', (failure, asHandshake, asClientCertificate) => {
    expect(verdict(handshake, failure)).toBe(asHandshake);
    expect(verdict(clientCertificate, failure)).toBe(asClientCertificate);
  });
});

describe('http-https-mismatch', () => {
  it('is confirmed by a plain answer to TLS', () => {
    expect(mismatch.judge(podFacts(head('http: server gave HTTP response to HTTPS client'), IMAGE))).toMatchObject({
      verdict: 'confirmed',
      detail: 'plain-http-registry',
    });
  });

  it('is likely when a plain request is answered 400: HEAD loses the reason', () => {
    const text = `failed to pull and unpack image "${IMAGE}": failed to resolve image: unexpected status from HEAD request to http://mirror.acme.example:443/v2/shop/api/manifests/1.5.0?ns=registry.acme.example: 400 Bad Request`;
    const facts = podFacts(text, IMAGE);
    const judged = mismatch.judge(facts);
    expect(judged).toMatchObject({ verdict: 'likely', detail: 'http-to-tls-port' });
    expect(mismatch.statement(judged?.params, facts)).toContain('the mirror mirror.acme.example:443');
  });

  it('does not take 400 over TLS for it', () => {
    const text = `failed to pull and unpack image "${IMAGE}": failed to resolve image: unexpected status from HEAD request to https://registry.acme.example/v2/shop/api/manifests/1.5.0: 400 Bad Request`;
    expect(mismatch.judge(podFacts(text, IMAGE))).toBeUndefined();
  });

  it('rates the exception for plain HTTP as opening the node', () => {
    const facts = podFacts(head('http: server gave HTTP response to HTTPS client'), IMAGE);
    const remedies = mismatch.remedies(mismatch.judge(facts)?.params, facts);
    expect(remedies.map((r) => r.safety)).toEqual(['green', 'yellow', 'red']);
  });
});

describe('a bare 400', () => {
  const status = (url: string) =>
    `failed to pull and unpack image "${IMAGE}": failed to resolve image: unexpected status from HEAD request to ${url}: 400 Bad Request`;

  it('to a request over TLS may want a client certificate', () => {
    const facts = podFacts(status('https://registry.acme.example/v2/shop/api/manifests/1.5.0'), IMAGE);
    const judged = clientCertificate.judge(facts);
    expect(judged).toMatchObject({ verdict: 'possible', detail: 'bare-400' });
    expect(clientCertificate.statement(judged?.params, facts)).toContain('it may want a client certificate');
    expect(judged?.toDecide).toMatch(/curl -sS -m 20 https:\/\/registry\.acme\.example\/v2\/$/);
  });

  it.each([
    ['over plain HTTP', status('http://registry.acme.example:443/v2/shop/api/manifests/1.5.0')],
    [
      'of a token service to a login',
      `failed to pull and unpack image "${IMAGE}": failed to resolve image: failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://auth.acme.example/token?service=x: 400 Bad Request`,
    ],
    [
      'with words of the registry',
      `failed to pull and unpack image "${IMAGE}": failed to resolve image: unexpected status from GET request to https://registry.acme.example/v2/shop/api/manifests/1.5.0: 400 Bad Request\n{"errors":[{"code":"MANIFEST_INVALID","message":"manifest invalid"}]}`,
    ],
  ])('%s is another matter', (_, text) => {
    expect(clientCertificate.judge(podFacts(text, IMAGE))).toBeUndefined();
  });
});

describe('tls-unknown-authority of a layer store', () => {
  it('is mended where containerd trusts for the registry: redirects use its client', () => {
    const facts = podFacts(
      `failed to pull and unpack image "${IMAGE}": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://cdn.blobs.example/x": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
      IMAGE,
    );
    const commands = authority.remedies(authority.judge(facts)?.params, facts).flatMap((r) => r.commands);
    expect(commands.join('\n')).toContain('certs.d/registry.acme.example/ca.crt');
    expect(commands.join('\n')).toContain('s_client -connect cdn.blobs.example:443');
  });
});
