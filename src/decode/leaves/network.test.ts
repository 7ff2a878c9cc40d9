import { describe, expect, it } from 'vitest';
import { decode } from '../decode.ts';
import { decisive } from '../test-summary.ts';

/** The layers that containerd puts around a request. */
function head(error: string, url = 'https://registry.acme.example/v2/shop/api/manifests/1.4'): string {
  return `failed to pull and unpack image "registry.acme.example/shop/api:1.4": failed to resolve reference "registry.acme.example/shop/api:1.4": failed to do request: Head "${url}": ${error}`;
}

describe('name resolution', () => {
  it.each([
    ['dial tcp: lookup registry.acme.example on 10.0.0.2:53: no such host', 'no-such-host'],
    ['dial tcp: lookup registry.acme.example: no such host', 'no-such-host'],
    [
      'dial tcp: lookup registry.acme.example on [::1]:53: read udp [::1]:40000->[::1]:53: read: connection refused',
      'server-unreachable',
    ],
    ['dial tcp: lookup registry.acme.example on 10.0.0.2:53: server misbehaving', 'server-failure'],
    [
      'dial tcp: lookup registry.acme.example on 10.0.0.2:53: read udp 10.1.1.1:4000->10.0.0.2:53: i/o timeout',
      'timeout',
    ],
    ['dial tcp: lookup registry.acme.example: i/o timeout', 'timeout'],
    ['dial tcp: lookup registry.acme.example: Temporary failure in name resolution', 'server-failure'],
    ['dial tcp: lookup registry.acme.example: Try again', 'server-failure'],
    [
      'dial tcp: lookup registry.acme.example on 10.0.0.2:53: dial udp 10.0.0.2:53: connect: network is unreachable',
      'server-unreachable',
    ],
    ['dial tcp: lookup registry.acme.example: Name or service not known', 'no-such-host'],
    ['dial tcp: lookup registry.acme.example: No address associated with hostname', 'no-such-host'],
    [
      'dial tcp: lookup registry.acme.example on 10.0.0.2:53: write udp 10.1.1.1:4000->10.0.0.2:53: write: operation not permitted',
      'server-unreachable',
    ],
    [
      'dial tcp: lookup registry.acme.example: getaddrinfow: The requested name is valid, but no data of the requested type was found.',
      'no-such-host',
    ],
    ['dial tcp: lookup registry.acme.example on 10.0.0.2:53: cannot unmarshal DNS message', 'other'],
  ])('%s', (error, problem) => {
    expect(decisive(head(error))).toBe(`resolve/dns:${problem} @registry.acme.example`);
  });

  it('tells the name and the server that was asked', () => {
    const { error } = decode(head('dial tcp: lookup auth.acme.example on 10.0.0.2:53: no such host'));
    expect(error.leaf).toEqual({
      kind: 'dns',
      problem: 'no-such-host',
      name: 'auth.acme.example',
      server: '10.0.0.2:53',
    });
    expect(error.host).toBe('auth.acme.example');
  });
});

describe('connections', () => {
  it.each([
    ['dial tcp 10.2.0.9:443: connect: connection refused', 'dial:refused'],
    ['dial tcp [fd00::9]:443: connect: connection refused', 'dial:refused'],
    [
      'dial tcp 10.2.0.9:443: connectex: No connection could be made because the target machine actively refused it.',
      'dial:refused',
    ],
    ['dial tcp 10.2.0.9:443: i/o timeout', 'dial:timeout'],
    ['dial tcp 10.2.0.9:443: connect: connection timed out', 'dial:timeout'],
    [
      'dial tcp 10.2.0.9:443: connectex: A connection attempt failed because the connected party did not properly respond after a period of time',
      'dial:timeout',
    ],
    ['dial tcp 10.2.0.9:443: connect: no route to host', 'dial:no-route'],
    ['dial tcp 10.2.0.9:443: connect: host is down', 'dial:no-route'],
    ['dial tcp [2606:4700::1]:443: connect: network is unreachable', 'dial:network-unreachable'],
    ['dial tcp 10.2.0.9:443: connect: permission denied', 'dial:permission'],
    ['dial tcp 10.2.0.9:443: connect: cannot assign requested address', 'dial:other'],
    ['dial tcp: i/o timeout', 'dial:timeout'],
    ['read tcp 10.1.0.4:40112->10.2.0.9:443: read: connection reset by peer', 'connection:reset'],
    [
      'read tcp 10.1.0.4:40112->10.2.0.9:443: wsarecv: An existing connection was forcibly closed by the remote host.',
      'connection:reset',
    ],
    ['write tcp 10.1.0.4:40112->10.2.0.9:443: write: broken pipe', 'connection:broken-pipe'],
    ['read tcp 10.1.0.4:40112->10.2.0.9:443: i/o timeout', 'timeout:read'],
    ['read tcp 10.1.0.4:40112->10.2.0.9:443: use of closed network connection', 'connection:closed'],
    ['EOF', 'connection:eof'],
    ['unexpected EOF', 'connection:eof'],
    ['http: server closed idle connection', 'connection:closed'],
    ['http2: server sent GOAWAY and closed the connection; LastStreamID=1, ErrCode=NO_ERROR', 'connection:http2'],
    ['stream error: stream ID 5; INTERNAL_ERROR; received from peer', 'connection:http2'],
    ['http2: client connection lost', 'connection:http2'],
    ['context deadline exceeded', 'timeout:deadline'],
    ['context deadline exceeded (Client.Timeout exceeded while awaiting headers)', 'timeout:header'],
    ['context deadline exceeded (Client.Timeout or context cancellation while reading body)', 'timeout:read'],
    ['net/http: timeout awaiting response headers', 'timeout:header'],
    ['http2: timeout awaiting response headers', 'timeout:header'],
    [
      'net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
      'dial:timeout',
    ],
    ['net/http: request canceled (Client.Timeout exceeded while awaiting headers)', 'timeout:header'],
    ['net/http: request canceled', 'timeout:canceled'],
    ['context canceled', 'timeout:canceled'],
  ])('%s', (error, leaf) => {
    expect(decisive(head(error))).toBe(`resolve/${leaf} @registry.acme.example`);
  });

  it('takes the dialled address', () => {
    const { leaf } = decode(head('dial tcp [fd00::9]:5000: connect: connection refused')).error;
    expect(leaf).toEqual({ kind: 'dial', problem: 'refused', address: '[fd00::9]:5000' });
  });

  it('reads the containerd journal line that ends a pull without progress', () => {
    expect(
      decisive(
        'time="2026-03-01T10:00:00Z" level=error msg="cancel pulling image registry.acme.example/shop/api:1.4 because of no progress in 5m0s"',
      ),
    ).toBe('pull/timeout:no-progress');
  });
});

describe('where requests end that lead nowhere', () => {
  it.each([
    [head('stopped after 10 redirects'), 'resolve/content:bad-answer @registry.acme.example'],
    [
      'failed to authorize: failed to fetch anonymous token: Get "auth.acme.example/token?scope=repository%3Ashop%2Fapi%3Apull&service=registry.acme.example": unsupported protocol scheme ""',
      'authorize/auth:challenge',
    ],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });
});

describe('words after which no image is named', () => {
  it('does not take them for one', () => {
    const { error } = decode(
      'pulling image error : Get http://10.0.0.9:5000/v2/: dial tcp 10.0.0.9:5000: connect: connection refused',
    );
    expect(error).toMatchObject({ host: '10.0.0.9:5000', leaf: { kind: 'dial', problem: 'refused' } });
    expect(error.image).toBeUndefined();
  });
});

describe('a dial whose text is cut off', () => {
  it.each(['dial tcp 10.0.0.9:443:', 'dial tcp 10.0.0.9:443', 'dial tcp:', 'dial tcp'])(
    '%s tells no reason',
    (error) => {
      expect(decode(head(error)).error.leaf).toEqual({ kind: 'absent' });
    },
  );
});

describe('proxies', () => {
  it.each([
    ['proxyconnect tcp: dial tcp 10.9.0.1:3128: connect: connection refused', 'unreachable @10.9.0.1:3128'],
    ['proxyconnect tcp: dial tcp: lookup proxy.acme.example on 10.0.0.2:53: no such host', 'dns @proxy.acme.example'],
    ['proxyconnect tcp: tls: first record does not look like a TLS handshake', 'tls @registry.acme.example'],
    ['proxyconnect tcp: x509: certificate signed by unknown authority', 'certificate @registry.acme.example'],
    ['proxyconnect tcp: dial tcp 10.9.0.1:3128: i/o timeout', 'unreachable @10.9.0.1:3128'],
    [
      'http: error connecting to proxy http://proxy.acme.example:8080/: dial tcp: lookup proxy.acme.example on 10.0.0.2:53: no such host',
      'dns @proxy.acme.example:8080',
    ],
    [
      'http: error connecting to proxy http://%E2%80%9Chttp://proxy:8080%E2%80%9D: dial tcp: lookup “http: invalid domain name',
      'dns @registry.acme.example',
    ],
    [
      'writing response to registry.acme.example:443: connecting to 127.0.0.1:3128: dial tcp 127.0.0.1:3128: connectex: No connection could be made because the target machine actively refused it.',
      'unreachable @127.0.0.1:3128',
    ],
    ['Blocked by Acme Gateway', 'other @registry.acme.example'],
    ['Proxy Authentication Required', 'auth-required @registry.acme.example'],
    ['Forbidden', 'forbidden @registry.acme.example'],
    ['Service Unavailable', 'status @registry.acme.example'],
    ['Bad Gateway', 'status @registry.acme.example'],
  ])('%s', (error, problem) => {
    expect(decisive(head(error))).toBe(`resolve/proxy:${problem}`);
  });

  it.each([
    [
      head(
        'writing response to registry.acme.example:443: connecting to registry.acme.example:443: dial tcp 10.2.0.9:443: connectex: A connection attempt failed because the connected party did not properly respond',
      ),
      'resolve/dial:timeout @registry.acme.example',
    ],
    [
      'dialing registry-store.acme.example:443 container via direct connection because static system has no HTTPS proxy: connecting to registry-store.acme.example:443: dial tcp 10.2.0.9:443: connect: connection refused',
      'pull/dial:refused @registry-store.acme.example',
    ],
  ])('tells the proxy of Docker Desktop from one behind it: %s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });

  it('does not take a numbered status for the answer of a proxy', () => {
    expect(
      decisive(
        'failed to resolve image: unexpected status from HEAD request to https://registry.acme.example/v2/a/b/manifests/1: 403 Forbidden',
      ),
    ).toBe('resolve/http:403 @registry.acme.example');
  });
});
