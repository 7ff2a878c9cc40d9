import { describe, expect, it } from 'vitest';
import { decode } from '../decode.ts';
import { decisive } from '../test-summary.ts';

function ping(error: string): string {
  return `initializing source docker://registry.acme.example/shop/api:1.4: pinging container registry registry.acme.example: Get "https://registry.acme.example/v2/": ${error}`;
}

it.each([
  [
    "http: TLS handshake error from 10.0.0.4:4675: tls: client didn't provide a certificate",
    'pull/tls:client-certificate',
  ],
  [
    'Error: writing blob: storing blob to file "/var/tmp/storage1/1": local error: tls: bad record MAC',
    'blob/connection:closed',
  ],
  [
    'image scan error: * remote error: GET https://registry.acme.example/v2/shop/api/manifests/1.4: MANIFEST_UNKNOWN: manifest unknown; unknown tag=1.4',
    'manifest/not-found:manifest @registry.acme.example',
  ],
])('%s', (text, summary) => {
  expect(decisive(text)).toBe(summary);
});

describe('certificates and handshakes', () => {
  it.each([
    ['x509: certificate signed by unknown authority', 'unknown-authority'],
    ['tls: failed to verify certificate: x509: certificate signed by unknown authority', 'unknown-authority'],
    [
      'x509: certificate signed by unknown authority (possibly because of "x509: invalid signature: parent certificate cannot sign this kind of certificate" while trying to verify candidate authority certificate "acme-root")',
      'unknown-authority',
    ],
    ['x509: failed to load system roots and no roots provided', 'unknown-authority'],
    ['x509: certificate is not valid for any names, but wanted to match registry.acme.example', 'hostname'],
    ["x509: cannot validate certificate for 10.0.0.9 because it doesn't contain any IP SANs", 'no-ip-san'],
    [
      'x509: certificate relies on legacy Common Name field, use SANs or temporarily enable Common Name matching with GODEBUG=x509ignoreCN=0',
      'legacy-common-name',
    ],
    ['x509: certificate specifies an incompatible key usage', 'other'],
    ['remote error: tls: handshake failure', 'handshake-failure'],
    ['remote error: tls: unrecognized name', 'unrecognized-name'],
    ['remote error: tls: certificate required', 'client-certificate'],
    ['remote error: tls: bad certificate', 'client-certificate'],
    ['remote error: tls: protocol version not supported', 'protocol-version'],
    ['remote error: tls: internal error', 'handshake-failure'],
    ['tls: server selected unsupported protocol version 301', 'protocol-version'],
    ['tls: first record does not look like a TLS handshake', 'not-tls'],
    ['net/http: TLS handshake timeout', 'handshake-timeout'],
    ['http: server gave HTTP response to HTTPS client', 'http-response'],
  ])('%s', (error, problem) => {
    expect(decisive(ping(error))).toBe(`resolve/tls:${problem} @registry.acme.example`);
  });

  it('keeps the two clocks of an expired certificate apart', () => {
    const after =
      'x509: certificate has expired or is not yet valid: current time 2026-05-02T01:00:00Z is after 2026-05-01T00:00:00Z';
    expect(decode(ping(after)).error.leaf).toEqual({
      kind: 'tls',
      problem: 'expired',
      nodeTime: '2026-05-02T01:00:00Z',
      certificateTime: '2026-05-01T00:00:00Z',
    });
    const before =
      'x509: certificate has expired or is not yet valid: current time 2020-01-01T00:00:00Z is before 2026-05-01T00:00:00Z';
    expect(decode(ping(before)).error.leaf).toMatchObject({
      problem: 'not-yet-valid',
      nodeTime: '2020-01-01T00:00:00Z',
    });
  });

  it('tells the names of a certificate and the one that was asked', () => {
    const leaf = decode(ping('x509: certificate is valid for ingress.local, *.old.example, not registry.acme.example'))
      .error.leaf;
    expect(leaf).toEqual({
      kind: 'tls',
      problem: 'hostname',
      validFor: 'ingress.local, *.old.example',
      asked: 'registry.acme.example',
    });
  });

  it.each([
    [
      'error pulling image configuration: download failed after attempts=6: x509: certificate is not valid for any names, but wanted to match store.acme.example',
      'store.acme.example',
    ],
    [
      'Failed to pull image "shop/api:1.4": x509: certificate is valid for ingress.local, not registry.acme.example',
      'registry.acme.example',
    ],
    [
      'pinging container registry registry.acme.example:5000: x509: certificate is valid for ingress.local, not registry.acme.example',
      'registry.acme.example:5000',
    ],
  ])('names the host by the name that was asked where no request tells it: %s', (text, host) => {
    expect(decode(text).error.host).toBe(host);
  });

  it('tells plain HTTP on a TLS port from TLS on a plain one', () => {
    expect(
      decisive(
        'Head "http://registry.acme.example:443/v2/a/manifests/1": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"',
      ),
    ).toBe('resolve/tls:http-to-https @registry.acme.example:443');
    expect(decisive('Error response from daemon: Client sent an HTTP request to an HTTPS server.')).toBe(
      'pull/tls:http-to-https',
    );
  });
});
