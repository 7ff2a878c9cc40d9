import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  CA_FILE,
  ContentBuilder,
  contentHandler,
  type FakeServer,
  type Handler,
  json,
  registryError,
  serve,
} from './fake-registry.fixture.ts';
import { type ProbeOptions, probe } from './probe.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function started(handler: Handler, tls: 'tls' | 'plain' = 'tls'): Promise<FakeServer> {
  const server = await serve('registry', handler, tls);
  open.push(server);
  return server;
}

async function rawServer(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  open.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return (server.address() as AddressInfo).port;
}

const OPTIONS: ProbeOptions = { userNamed: true, caFile: CA_FILE, env: {}, resolve: async () => ['127.0.0.1'] };

function ask(port: number, more: ProbeOptions = {}, host = 'registry.acme.example', tag = '1.4.3') {
  const target = { image: 'x', repository: `${host}/shop/api`, host: `${host}:${port}`, path: 'shop/api', tag };
  return probe(target, { ...OPTIONS, ...more });
}

function shop(): ContentBuilder {
  const content = new ContentBuilder();
  content.image('shop/api', '1.4.3');
  return content;
}

/** The registry, but for one kind of request. */
const except =
  (part: RegExp, fault: Handler): Handler =>
  (request, response, url) =>
    part.test(`${request.method} ${url.pathname}`)
      ? fault(request, response, url)
      : contentHandler(shop())(request, response, url);

describe('a hostile registry ends in one line', () => {
  it('an endless body', async () => {
    const endless: Handler = (_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
      };
      response.on('drain', more);
      more();
    };
    const { port } = await started(except(/GET .*manifests/, endless));
    const result = await ask(port);
    expect(result.stages.findLast((s) => s.stage === 'manifest')).toMatchObject({
      status: 'failed',
      problem: 'too-large',
    });
  });

  it('a slow drip', async () => {
    const drip: Handler = (_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    };
    const { port } = await started(except(/GET .*manifests/, drip));
    const result = await ask(port, { limits: { requestMs: 200 } });
    expect(result.stages.findLast((s) => s.stage === 'manifest')?.problem).toBe('timeout');
  });

  it('silence, within the deadline of the whole probe', async () => {
    const { port } = await started(except(/HEAD/, () => undefined));
    const result = await ask(port, { limits: { totalMs: 1_500 } });
    expect(result.stages.findLast((s) => s.stage === 'manifest')?.problem).toBe('timeout');
    expect(result.ms).toBeLessThan(5_000);
  });

  it('redirects without end, and to nowhere', async () => {
    const loop = await started((request, response) => {
      response.writeHead(302, { Location: `${request.url}x` });
      response.end();
    });
    expect((await ask(loop.port)).stages.at(-1)?.problem).toBe('redirects');
    const nowhere = await started(
      except(/HEAD/, (_, response) => {
        response.writeHead(302, { Location: 'file:///etc/passwd' });
        response.end();
      }),
    );
    expect((await ask(nowhere.port)).attempts[0]?.answer).toBe('failed');
  });

  it('huge headers', async () => {
    const { port } = await started(
      except(/HEAD/, (_, response) => {
        response.writeHead(
          200,
          Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`x-${i}`, 'x'.repeat(1_000)])),
        );
        response.end();
      }),
    );
    expect((await ask(port)).stages.at(-1)?.problem).toBe('too-large');
  });

  it('a giant index', async () => {
    const content = new ContentBuilder();
    const entry = {
      mediaType: 'x',
      digest: `sha256:${'a'.repeat(64)}`,
      size: 1,
      platform: { os: 'linux', architecture: 'z' },
    };
    const body = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: Array(10_000).fill(entry) }));
    content.raw('shop/api', '1.4.3', body, 'application/vnd.oci.image.index.v1+json');
    const { port } = await started(contentHandler(content));
    const result = await ask(port, { platform: 'linux/amd64' });
    expect(result.outcome.kind).toBe('platform-missing');
    expect(result.manifest?.platforms).toHaveLength(200);
  });

  it('a manifest of nothing but empty parts is not built in memory', async () => {
    const body = Buffer.from(`{"schemaVersion":2,"manifests":[${'{},'.repeat(200_000)}{}]}`);
    const { port } = await started(except(/GET .*manifests/, (_, response) => response.writeHead(200).end(body)));
    expect((await ask(port)).stages.findLast((s) => s.stage === 'manifest')?.problem).toBe('unreadable');
  });

  it('a body that claims to be compressed is not unpacked', async () => {
    const { port } = await started(
      except(/GET .*manifests/, (_, response) => {
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
        response.end(Buffer.from([0x1f, 0x8b, 8, 0]));
      }),
    );
    expect((await ask(port)).stages.findLast((s) => s.stage === 'manifest')?.problem).toBe('unreadable');
  });

  it.each(['javascript:alert(1)', 'https://', 'file:///etc/shadow', ''])('a realm like %s', async (realm) => {
    const { port } = await started((_, response) => {
      response.setHeader('WWW-Authenticate', `Bearer realm="${realm}"`);
      registryError(response, 401, 'UNAUTHORIZED', 'x');
    });
    expect((await ask(port)).stages.at(-1)?.problem).toBe('unusable-challenge');
  });

  it('a token that is no header', async () => {
    const { port } = await started((request, response) => {
      if (request.url?.startsWith('/token')) return json(response, 200, { token: 'a\r\nX-Injected: 1' });
      response.setHeader(
        'WWW-Authenticate',
        `Bearer realm="https://registry.acme.example:${request.socket.localPort}/token"`,
      );
      registryError(response, 401, 'UNAUTHORIZED', 'x');
    });
    expect((await ask(port)).stages.at(-1)).toMatchObject({ stage: 'token', problem: 'unreadable' });
  });

  it('a list of tags that links to itself, to others, and without end', async () => {
    let pages = 0;
    const { port } = await started(
      except(/tags/, (_, response, url) => {
        pages += 1;
        const last = Number(url.searchParams.get('last') ?? 0) + 1;
        json(
          response,
          200,
          { tags: [`v${last}`, '../../etc'] },
          { Link: `</v2/shop/api/tags/list?last=${last}>; rel="next"` },
        );
      }),
    );
    const result = await ask(port, {}, undefined, 'missing');
    expect(result.tags).toMatchObject({ complete: false });
    expect(pages).toBe(20);
    expect(result.tags?.names).not.toContain('../../etc');
  });
});

describe('the list of repositories', () => {
  const missing = (catalog: Handler) =>
    started((request, response, url) =>
      url.pathname === '/v2/_catalog'
        ? catalog(request, response, url)
        : contentHandler(new ContentBuilder())(request, response, url),
    );

  it('is read for a few pages only, and takes no odd names', async () => {
    let pages = 0;
    const { port } = await missing((_, response) => {
      pages += 1;
      json(
        response,
        200,
        { repositories: [`shop/api-${pages}`, '../../etc', 'UPPER', 7, 'x'.repeat(400)] },
        { Link: `</v2/_catalog?last=${pages}>; rel="next"` },
      );
    });
    const result = await ask(port);
    expect(result.outcome.kind).toBe('repository-missing');
    expect(pages).toBe(5);
    expect(result.repositories).toEqual({
      names: ['shop/api-1', 'shop/api-2', 'shop/api-3', 'shop/api-4', 'shop/api-5'],
      complete: false,
    });
  });

  it.each([401, 404, 500])('is no reason for anything where it is refused (%s)', async (status) => {
    const { port } = await missing((_, response) => response.writeHead(status).end());
    const result = await ask(port);
    expect(result.outcome.kind).toBe('repository-missing');
    expect(result.stages.at(-1)).toMatchObject({ stage: 'catalog', status: 'skipped' });
    expect(result.repositories).toBeUndefined();
  });

  it('is not asked for where the repository is there', async () => {
    const { port, seen } = await started(contentHandler(shop()));
    await ask(port, {}, undefined, 'missing');
    expect(seen.some(({ url }) => url.includes('_catalog'))).toBe(false);
  });
});

describe('what stands in the way', () => {
  it('nobody listens', async () => {
    const port = await rawServer(() => undefined);
    await Promise.all(open.splice(0).map((server) => server.close()));
    expect((await ask(port)).outcome).toMatchObject({ kind: 'unreachable', problem: 'connection-refused' });
  });

  it('no such name', async () => {
    const resolve = async () => {
      throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    };
    expect((await ask(1, { resolve })).outcome).toMatchObject({ kind: 'unreachable', problem: 'no-such-host' });
  });

  it('a resolver that never answers', async () => {
    const resolve = () => new Promise<never>(() => undefined);
    expect((await ask(1, { resolve, limits: { dnsMs: 50 } })).outcome.problem).toBe('timeout');
  });

  it('a connection that is cut in the handshake', async () => {
    const port = await rawServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect((await ask(port)).outcome).toMatchObject({ kind: 'tls-failed', problem: 'handshake' });
  });

  it('a server that says nothing in the handshake', async () => {
    const port = await rawServer(() => undefined);
    const result = await ask(port, { limits: { tlsMs: 100 } });
    expect(result.outcome).toMatchObject({ kind: 'tls-failed', problem: 'timeout' });
  });

  it('a certificate for another name, or out of its time', async () => {
    const { port } = await started(contentHandler(shop()));
    const at = (time: string) => ({ now: () => Date.parse(time) });
    expect((await ask(port, {}, 'registry.other.example')).outcome.problem).toBe('wrong-name');
    expect((await ask(port, at('2130-01-01T00:00:00Z'))).outcome.problem).toBe('expired');
    expect((await ask(port, at('2010-01-01T00:00:00Z'))).outcome.problem).toBe('not-yet-valid');
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('a server that wants a client certificate (%s)', async (version) => {
    const { createServer: secure } = await import('node:https');
    const { readFileSync } = await import('node:fs');
    const server = secure({
      key: readFileSync('fixtures/registry-tls/server.key'),
      cert: readFileSync('fixtures/registry-tls/server.pem'),
      ca: readFileSync(CA_FILE),
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: version,
      maxVersion: version,
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    open.push(server);
    const { outcome } = await ask((server.address() as AddressInfo).port);
    expect(outcome.kind).toBe('tls-failed');
  });

  it('HTTP on the port: said, and asked on for names of this machine', async () => {
    const { port } = await started(contentHandler(shop()), 'plain');
    expect((await ask(port)).outcome).toMatchObject({ kind: 'tls-failed', problem: 'plain-http' });
    expect((await ask(port)).manifest?.kind).toBe('image');
    expect((await ask(port, {}, 'localhost')).outcome.kind).toBe('pullable');
  });

  it.each([
    [
      'a web page',
      (_: unknown, response: Parameters<Handler>[1]) =>
        response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>'),
      'not-a-registry',
    ],
    ['trouble', (_: unknown, response: Parameters<Handler>[1]) => response.writeHead(501).end(), 'server-error'],
    [
      'too many requests',
      (_: unknown, response: Parameters<Handler>[1]) => response.writeHead(429).end(),
      'rate-limited',
    ],
  ] as const)('a server that answers with %s', async (_, handler, kind) => {
    const { port } = await started(handler as Handler);
    expect((await ask(port)).outcome.kind).toBe(kind);
  });

  it('waits as the registry says and asks again', async () => {
    let refusals = 1;
    const { port } = await started((request, response, url) => {
      if (refusals-- > 0) return response.writeHead(503, { 'Retry-After': '0' }).end();
      return contentHandler(shop())(request, response, url);
    });
    expect((await ask(port)).outcome.kind).toBe('pullable');
  });

  it('does not wait for long, nor ask a limited registry again', async () => {
    const { port, seen } = await started(
      except(/manifests/, (_, response) =>
        response
          .writeHead(429, {
            'Retry-After': '3600',
            'RateLimit-Limit': '100;w=21600',
            'RateLimit-Remaining': '0;w=21600',
          })
          .end(),
      ),
    );
    const result = await ask(port);
    expect(result.outcome.kind).toBe('rate-limited');
    expect(result.rateLimit).toEqual({ limit: 100, remaining: 0, windowSeconds: 21_600 });
    expect(seen.length).toBeLessThanOrEqual(3);
  });

  it('a layer store that refuses', async () => {
    const store = await started((_, response) => response.writeHead(403).end());
    const { port } = await started(
      except(/blobs/, (request, response) => {
        response.writeHead(307, {
          Location: `https://cdn.acme.example:${store.port}${request.url}?X-Signature=canary`,
        });
        response.end();
      }),
    );
    const result = await ask(port);
    expect(result.outcome).toMatchObject({ kind: 'blob-host-failed' });
    expect(JSON.stringify(result)).not.toContain('canary');
  });

  it.each([
    ['other bytes of the same length', (layer: Buffer) => Buffer.alloc(layer.length, 'x'), /other content/],
    ['fewer bytes than promised', (layer: Buffer) => layer.subarray(1), /ends after \d+ of \d+ bytes/],
    ['more bytes than promised', (layer: Buffer) => Buffer.concat([layer, layer]), /more than \d+ bytes/],
  ] as const)('a layer with %s, when layers are verified', async (_, damaged, said) => {
    const content = shop();
    const layer = [...content.blobs.keys()][1] ?? '';
    const body = damaged(content.blobs.get(layer) ?? Buffer.alloc(0));
    const { port } = await started((request, response, url) =>
      request.method === 'GET' && url.pathname.endsWith(layer)
        ? response.writeHead(200).end(body)
        : contentHandler(content)(request, response, url),
    );
    const { outcome } = await ask(port, { verify: true });
    expect(outcome).toMatchObject({ kind: 'blob-damaged', problem: 'corrupt' });
    expect(outcome.said).toMatch(said);
    expect((await ask(port)).outcome.kind).toBe('pullable');
  });

  it('a layer whose connection ends in its midst', async () => {
    const { port } = await started((request, response, url) => {
      if (!/GET .*blobs/.test(`${request.method} ${url.pathname}`) || request.headers.range !== undefined)
        return contentHandler(shop())(request, response, url);
      const config = [...shop().blobs.keys()][0] ?? '';
      if (url.pathname.endsWith(config)) return contentHandler(shop())(request, response, url);
      response.writeHead(200, { 'Content-Length': '30' }).write('half');
      return response.socket?.end();
    });
    expect((await ask(port, { verify: true })).outcome).toMatchObject({ kind: 'blob-damaged' });
  });

  it('a stored layer of another size is seen without reading it', async () => {
    const { port } = await started((request, response, url) =>
      request.method === 'HEAD' && url.pathname.includes('/blobs/')
        ? response.writeHead(200, { 'Content-Length': '7' }).end()
        : contentHandler(shop())(request, response, url),
    );
    const { outcome } = await ask(port);
    expect(outcome.kind).toBe('blob-damaged');
    expect(outcome.said).toMatch(/has 7 bytes there, its manifest says \d+/);
  });

  it('stops when the caller stops it', async () => {
    const { port } = await started(() => undefined);
    const signal = AbortSignal.timeout(100);
    await expect(ask(port, { signal })).rejects.toThrow();
  });
});

describe('through a proxy', () => {
  const tunnel = (to: number, answer: string, asked: string[]) =>
    rawServer((client) => {
      client.once('data', async (head) => {
        asked.push(head.toString().split('\r\n', 1)[0] ?? '');
        client.write(answer);
        if (!answer.includes(' 200 ')) return client.end();
        const { connect } = await import('node:net');
        const upstream = connect(to, '127.0.0.1').on('error', () => undefined);
        client.pipe(upstream).pipe(client);
      });
    });

  it('asks through it, without resolving the name here', async () => {
    const { port } = await started(contentHandler(shop()));
    const asked: string[] = [];
    const proxy = await tunnel(port, 'HTTP/1.1 200 OK\r\n\r\n', asked);
    const resolve = async (host: string) => {
      if (host === '127.0.0.1') return [host];
      throw Object.assign(new Error(), { code: 'ENOTFOUND' });
    };
    const result = await ask(443, { resolve, env: { HTTPS_PROXY: `http://127.0.0.1:${proxy}` } });
    expect(result.outcome.kind).toBe('pullable');
    expect(asked[0]).toBe('CONNECT registry.acme.example:443 HTTP/1.1');
    expect(result.stages.find((s) => s.stage === 'dns')?.status).toBe('unknown');
  });

  it('names a proxy that refuses', async () => {
    const proxy = await tunnel(0, 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', []);
    const env = { HTTPS_PROXY: `http://user:canary@127.0.0.1:${proxy}` };
    const result = await ask(443, { env });
    expect(result.outcome).toMatchObject({ kind: 'unreachable', problem: 'proxy-failed' });
    expect(result.outcome.said).toContain('407');
    expect(JSON.stringify(result)).not.toContain('canary');
  });

  it('goes around it where NO_PROXY says so', async () => {
    const { port } = await started(contentHandler(shop()));
    const env = { HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: 'acme.example,.acme.example' };
    expect((await ask(port, { env })).outcome.kind).toBe('pullable');
  });
});
