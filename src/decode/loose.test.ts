import { describe, expect, it } from 'vitest';
import { decode } from './decode.ts';
import { decisive } from './test-summary.ts';

const UNTRUSTED = 'x509: certificate signed by unknown authority';

/** Words that any program prints: whether a pull printed them is told by what stands around. */
describe('words of the network around which no pull is told', () => {
  it.each([
    [
      `Error: INSTALLATION FAILED: Kubernetes cluster unreachable: Get "https://api.acme.example:6443/version": ${UNTRUSTED}`,
    ],
    [`Error: Get "https://vault.acme.example:8200/v1/sys/health": ${UNTRUSTED}`],
    [
      `looks like "https://charts.acme.example" is not a valid chart repository or cannot be reached: Get "https://charts.acme.example/index.yaml": ${UNTRUSTED}`,
    ],
    [`time="2026-11-20T10:00:00Z" level=error msg="cannot forward to https://: err: ${UNTRUSTED}"`],
    ['cannot open database: dial tcp: lookup db.acme.example on 10.0.0.2:53: no such host'],
    ['ERROR: for cache  dial tcp 10.0.0.9:6379: connect: connection refused'],
    ["fatal: unable to access 'https://git.acme.example/shop.git/': Could not resolve host: git.acme.example"],
    ['connection error: desc = "transport: Error while dialing dial tcp 10.0.0.9:2379: connect: connection refused"'],
    ['connection error: desc = "transport: remote error: tls: bad certificate"; please retry.'],
    ['rejected connection from "10.0.0.9:40112" (error "remote error: tls: bad certificate", ServerName "")'],
    [
      '2026-11-20 10:00:00.100 W | rafthttp: health check for peer 1f could not connect: net/http: TLS handshake timeout',
    ],
    ['rpc error: code = DeadlineExceeded desc = context deadline exceeded'],
    ["Temporary failure resolving 'download.docker.com'"],
    ['10.0.0.4 - - [20/Nov/2026:10:00:00 +0000] "GET /api/health HTTP/1.1" 502 96 "" "curl/8"'],
    ['npm ERR! request to https://packages.acme.example/left-pad failed: lookup packages.acme.example: no such host'],
  ])('%s', (text) => {
    expect(decode(text).error.leaf.kind).toBe('not-pull');
  });
});

describe('words of the network that name a registry', () => {
  it.each([
    [
      'cannot go on: dial tcp: lookup registry.acme.example on 10.0.0.2:53: no such host',
      'pull/dns:no-such-host @registry.acme.example',
    ],
    [
      `the mirror does not work: Get "https://harbor.acme.example/": ${UNTRUSTED}`,
      'pull/tls:unknown-authority @harbor.acme.example',
    ],
    [`cannot reach the registry: ${UNTRUSTED}`, 'pull/tls:unknown-authority'],
    [`could not pull shop/api: ${UNTRUSTED}`, 'pull/tls:unknown-authority'],
    [
      'Get "https://registry.acme.example/v1/repositories/shop/api/images": dial tcp 192.0.2.7:443: connection refused',
      'pull/dial:refused @registry.acme.example',
    ],
    [
      'Get "https://sso.acme.example/realms/x?scope=repository%3Ashop%2Fapi%3Apull&service=registry": dial tcp 192.0.2.7:443: i/o timeout',
      'authorize/dial:timeout @sso.acme.example',
    ],
    [
      'curl: (28) Failed to connect to registry.acme.example port 443 after 1200 ms: Connection timed out',
      'pull/dial:timeout @registry.acme.example',
    ],
    [
      'level=debug msg="Ping http://acme.example:5000/v2/ err Get http://acme.example:5000/v2/: dial tcp 192.0.2.7:5000: i/o timeout (&url.Error{Op:\\"Get\\"})"',
      'resolve/dial:timeout @acme.example:5000',
    ],
    ['10.0.0.4 - - [20/Nov/2026:10:00:00 +0000] "GET /v2/ HTTP/1.1" 502 96 "" "containerd/2.0.1"', 'resolve/http:502'],
    [
      'error building image: stage 0: Get "https://registry.acme.example/v2/": dial tcp 192.0.2.7:443: i/o timeout',
      'resolve/dial:timeout @registry.acme.example',
    ],
    ['curl: (6) Could not resolve host: registry.acme.example', 'pull/dns:no-such-host @registry.acme.example'],
    ['❗  This container is having trouble accessing https://registry.k8s.io', 'resolve/absent'],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
    expect(decode(text).error.loose).toBeUndefined();
  });
});

describe('everyday words that registries use too', () => {
  it.each([
    ['Manifest invalid: missing field version', 'Failed to pull image "shop/api:1.4": manifest invalid: bad layer'],
    ['Error: name invalid: no blanks', 'Failed to pull image "shop/api:1.4": name invalid: no blanks'],
    ['unexpected media type application/json', 'Failed to pull image "shop/api:1.4": unexpected media type x/y'],
    ['unsupported media type', 'Failed to pull image "shop/api:1.4": unsupported media type'],
  ])('count for less outside a pull: %s', (words, inPull) => {
    expect(decode(words).error.loose).toBe(true);
    expect(decode(inPull).error.loose).toBeUndefined();
    expect(decode(inPull).error.leaf.kind).toBe(decode(words).error.leaf.kind);
  });
});

describe('words that stand alone', () => {
  it.each([
    [UNTRUSTED, 'pull/tls:unknown-authority'],
    [`rpc error: code = Unknown desc = ${UNTRUSTED}`, 'pull/tls:unknown-authority'],
    ['Error response from daemon: dial tcp 192.0.2.7:443: connect: connection refused', 'pull/dial:refused'],
    ['docker: Error response from daemon: no space left on device', 'unpack/storage:no-space'],
    ['certificate is valid for ingress.local, not registry.acme.example', 'pull/tls:hostname @registry.acme.example'],
    [
      'certificate has expired or is not yet valid: current time 2020-01-01T00:00:00Z is before 2026-05-01T00:00:00Z',
      'pull/tls:not-yet-valid',
    ],
  ])('count, and are marked: %s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
    expect(decode(text).error.loose).toBe(true);
  });
});

describe('what dockerd prints around a failure', () => {
  it.each([
    ['Download failed, retrying: unexpected EOF', 'blob/connection:eof'],
    [
      'Error response from daemon: error creating temporary lease: read-only file system: unknown',
      'unpack/storage:read-only',
    ],
    ['open /var/lib/docker/tmp/GetImageBlob123456789: permission denied', 'unpack/storage:permission'],
    ['0123456789ab: Pull complete\nba9876543210: Retrying in 7 seconds', 'pull/progress:pulling'],
    [
      'error pulling image configuration: received unexpected HTTP status: 503 Service Unavailable\nError response from daemon: No such image: registry.acme.example/shop/api:1.4',
      'blob/http:503',
    ],
    [
      'Get "https://registry.acme.example/v2/": net/http: request canceled while waiting for connection\n (Client.Timeout exceeded while awaiting headers)',
      'resolve/dial:timeout @registry.acme.example',
    ],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });
});

describe('answers of something that is no registry', () => {
  it.each([
    ['error parsing HTTP 404 response body: invalid character \'p\' after top-level value: "404 page not found\\n"'],
    ['pinging container registry nexus.acme.example: invalid status code from registry 404 (Not Found)'],
  ])('%s', (text) => {
    expect(decode(text).error.leaf).toEqual({ kind: 'http', status: 404, html: true });
  });

  it('reads a status line at the start when the words of the server follow', () => {
    expect(decisive('429 Too Many Requests - Server message: unknown: too many requests')).toBe(
      'pull/rate-limit:unsaid',
    );
    expect(decode('404 Not Found').error.leaf.kind).toBe('not-pull');
  });
});

describe('a push', () => {
  it('owns the errors after its first line that name no image', () => {
    const push = 'The push refers to repository [registry.acme.example/shop/api]\n0123456789ab: Preparing\n';
    expect(decisive(`${push}denied: requested access to the resource is denied`)).toBe('none/not-pull:image-push');
    expect(decisive(`${push}Failed to pull image "registry.acme.example/shop/api:1": EOF`)).toBe(
      'pull/connection:eof @registry.acme.example',
    );
  });
});
