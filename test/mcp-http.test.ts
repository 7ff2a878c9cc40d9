import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authFrom } from '../src/apps/mcp/auth/auth-from.ts';
import type { Auth } from '../src/apps/mcp/auth/caller.ts';
import { Host } from '../src/apps/mcp/host.ts';
import { type HttpServer, serveHttp } from '../src/apps/mcp/http.ts';

const HEADERS = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };
const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};

const folder = mkdtempSync(join(tmpdir(), 'pullwhy-mcp-'));
afterAll(() => rmSync(folder, { recursive: true }));

function hostWithout(): Host {
  return new Host({
    openAccess: async () => {
      throw new Error('no cluster here');
    },
  });
}

async function serving(auth: Auth | undefined, test: (server: HttpServer) => Promise<void>): Promise<void> {
  const host = hostWithout();
  const server = await serveHttp(host, { address: '127.0.0.1:0', auth });
  try {
    await test(server);
  } finally {
    await server.close();
    await host.close();
  }
}

function post(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(url, { method: 'POST', headers: { ...HEADERS, ...headers }, body: text });
}

/** fetch does not let anybody choose `Host` and `Origin`. */
async function statusWith(url: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  const sent = request(url, { method: 'POST', headers: { ...HEADERS, ...headers } });
  sent.end(JSON.stringify(INITIALIZE));
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
}

describe('an HTTP server', () => {
  it.each(['0.0.0.0:0', '[::]:0', 'mcp.acme.example:8811'])(
    'refuses %s without a way to know its callers',
    async (address) => {
      await expect(serveHttp(hostWithout(), { address })).rejects.toThrow('--token-file');
    },
  );

  it.each(['', 'here', '1.2.3.4', '127.0.0.1:99999', 'a b:1'])('refuses %j as an address', async (address) => {
    await expect(serveHttp(hostWithout(), { address })).rejects.toThrow('HOST:PORT');
  });

  it('lets no web page in, by whatever name it comes', async () => {
    await serving(undefined, async ({ url }) => {
      const { host } = new URL(url);
      expect(await statusWith(url, { Host: host })).toBe(200);
      expect(await statusWith(url, { Host: host, Origin: `http://${host}` })).toBe(200);
      expect(await statusWith(url, { Host: 'rebound.acme.example' })).toBe(403);
      expect(await statusWith(url, { Host: '127.0.0.1.acme.example' })).toBe(403);
      for (const Origin of ['https://acme.example', 'null', 'file://', 'http://127.0.0.1.acme.example'])
        expect(await statusWith(url, { Host: host, Origin })).toBe(403);
    });
  });

  it('gives sessions names that nobody can guess, and knows no others', async () => {
    await serving(undefined, async ({ url }) => {
      const ids = await Promise.all(
        Array.from({ length: 5 }, async () => {
          const opened = await post(url, INITIALIZE);
          await opened.text();
          return opened.headers.get('mcp-session-id') ?? '';
        }),
      );
      expect(new Set(ids).size).toBe(5);
      for (const id of ids) expect(id).toMatch(/^[\w-]{32}$/);
      const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
      expect((await post(url, ping, { 'Mcp-Session-Id': 'guessed' })).status).toBe(404);
      expect((await post(url, ping)).status).toBe(400);
      const ended = await fetch(url, { method: 'DELETE', headers: { ...HEADERS, 'Mcp-Session-Id': ids[0] ?? '' } });
      expect(ended.status).toBe(200);
      expect((await post(url, ping, { 'Mcp-Session-Id': ids[0] ?? '' })).status).toBe(404);
    });
  });

  it('keeps a connection through the pauses that an agent makes', async () => {
    await serving(undefined, async ({ url }) => {
      const response = await post(url, { jsonrpc: '2.0', id: 1, method: 'ping' });
      await response.text();
      expect(response.headers.get('keep-alive')).toBe('timeout=75');
    });
  });

  it('answers what is no message with an error of the protocol', async () => {
    await serving(undefined, async ({ url }) => {
      const bad = await post(url, '{"jsonrpc": "2.0", ');
      expect([bad.status, await bad.json()]).toMatchObject([400, { error: { code: -32700 } }]);
      for (const body of ['[]', '1', 'null', '"x"', '{"id":1}']) expect((await post(url, body)).status).toBe(400);
      expect((await post(url, ' '.repeat(5 * 1024 * 1024))).status).toBe(413);
      expect((await post(url.replace('/mcp', '/other'), {})).status).toBe(404);
      expect((await fetch(url.replace('/mcp', '/healthz'))).status).toBe(200);
      const wrongType = await fetch(url, {
        method: 'POST',
        body: JSON.stringify(INITIALIZE),
        headers: { ...HEADERS, 'Content-Type': 'text/plain' },
      });
      expect(wrongType.status).toBe(415);
    });
  });

  it('slows callers down that ask without end', async () => {
    const host = hostWithout();
    const { url, close } = await serveHttp(host, { address: '127.0.0.1:0', rate: { burst: 3, perSecond: 0.01 } });
    try {
      const answers: Response[] = [];
      for (let i = 0; i < 4; i += 1) answers.push(await post(url, INITIALIZE));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
      expect(Number(answers[3]?.headers.get('retry-after'))).toBeGreaterThan(10);
    } finally {
      await close();
      await host.close();
    }
  });
});

describe('a bearer token', () => {
  it('is needed by every request, and a session belongs to it', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, 'canary-token-4f1c0a9be2d7\n');
    await serving(await authFrom({ tokenFile: file }), async ({ url }) => {
      const refused = await post(url, INITIALIZE);
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect(await refused.text()).not.toContain('canary');
      for (const word of ['Bearer wrong', 'Basic canary-token-4f1c0a9be2d7', 'Bearer canary-token-4f1c0a9be2d'])
        expect((await post(url, INITIALIZE, { Authorization: word })).status).toBe(401);
      const opened = await post(url, INITIALIZE, { Authorization: 'Bearer canary-token-4f1c0a9be2d7' });
      expect(opened.status).toBe(200);
      const session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' };
      await opened.text();
      expect((await post(url, { jsonrpc: '2.0', id: 1, method: 'ping' }, session)).status).toBe(401);
      writeFileSync(file, 'another-token-4f1c0a9be2d7\n');
      expect((await post(url, INITIALIZE, { Authorization: 'Bearer canary-token-4f1c0a9be2d7' })).status).toBe(401);
    });
  });

  it.each(['', 'short', 'two words that are long enough'])('is not taken from a file with %j', async (text) => {
    const file = join(folder, 'bad-token');
    writeFileSync(file, text);
    await expect(authFrom({ tokenFile: file })).rejects.toThrow('--token-file');
  });
});

describe('a token of an OpenID Connect issuer', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  let issuerServer: Server;
  let issuer: string;
  let fetches = 0;

  beforeAll(async () => {
    issuerServer = createServer((incoming, response) => {
      fetches += 1;
      const keys = [
        { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'r1', use: 'sig' },
        { ...ec.publicKey.export({ format: 'jwk' }), kid: 'e1' },
      ];
      const isDiscovery = incoming.url === '/.well-known/openid-configuration';
      response.end(JSON.stringify(isDiscovery ? { issuer, jwks_uri: `${issuer}/keys` } : { keys }));
    });
    issuerServer.listen(0, '127.0.0.1');
    await once(issuerServer, 'listening');
    issuer = `http://127.0.0.1:${(issuerServer.address() as AddressInfo).port}`;
  });

  afterAll(() => issuerServer.close());

  interface Parts {
    readonly alg?: string;
    readonly kid?: string;
    readonly claims?: object;
    readonly key?: KeyObject;
    readonly header?: object;
  }

  function token({ alg = 'RS256', kid = 'r1', claims = {}, key = rsa.privateKey, header = {} }: Parts): string {
    const now = Math.floor(Date.now() / 1000);
    const body = { iss: issuer, sub: 'agent', aud: 'pullwhy', exp: now + 300, ...claims };
    const parts = [{ alg, kid, ...header }, body].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    const signed = parts.join('.');
    const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
    return `Bearer ${signed}.${signature.toString('base64url')}`;
  }

  it.each<[string, () => Parts, boolean]>([
    ['RS256', () => ({}), true],
    ['ES256', () => ({ alg: 'ES256', kid: 'e1', key: ec.privateKey }), true],
    ['one of several audiences', () => ({ claims: { aud: ['x', 'pullwhy'] } }), true],
    ['another audience', () => ({ claims: { aud: 'other' } }), false],
    ['no audience', () => ({ claims: { aud: undefined } }), false],
    ['another issuer', () => ({ claims: { iss: 'https://evil.acme.example' } }), false],
    ['one that has ended', () => ({ claims: { exp: 1_000 } }), false],
    ['one without an end', () => ({ claims: { exp: undefined } }), false],
    ['one that begins later', () => ({ claims: { nbf: 4_000_000_000 } }), false],
    ['another key', () => ({ key: other.privateKey }), false],
    ['an unknown key', () => ({ kid: 'r2' }), false],
    ['an algorithm that does not fit the key', () => ({ alg: 'ES256' }), false],
    ['a shared secret', () => ({ alg: 'HS256' }), false],
    ['no signature at all', () => ({ alg: 'none' }), false],
    ['an extension that must be understood', () => ({ header: { crit: ['b64'] } }), false],
  ])('with %s', async (_, parts, accepted) => {
    const auth = await authFrom({ oidcIssuer: issuer, audience: 'pullwhy' });
    expect((await auth?.authenticate(token(parts()))) !== undefined).toBe(accepted);
  });

  it('names its issuer to whoever comes without one, and does not ask it for every bad token', async () => {
    const auth = await authFrom({ oidcIssuer: issuer, audience: 'pullwhy' });
    fetches = 0;
    for (let i = 0; i < 20; i += 1) await auth?.authenticate(token({ kid: `made-up-${i}` }));
    expect(fetches).toBe(2);
    await serving(auth, async ({ url }) => {
      const refused = await post(url, INITIALIZE);
      const where = /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '')?.[1] ?? '';
      const metadata = await (await fetch(where)).json();
      expect(metadata).toMatchObject({ resource: url, authorization_servers: [issuer] });
      expect((await post(url, INITIALIZE, { Authorization: token({}) })).status).toBe(200);
    });
  });

  it('belongs to one subject: sessions are not shared', async () => {
    const auth = await authFrom({ oidcIssuer: issuer, audience: 'pullwhy' });
    await serving(auth, async ({ url }) => {
      const opened = await post(url, INITIALIZE, { Authorization: token({}) });
      await opened.text();
      const session = { 'Mcp-Session-Id': opened.headers.get('mcp-session-id') ?? '' };
      const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
      const mine = await post(url, ping, { ...session, Authorization: token({}) });
      const theirs = await post(url, ping, { ...session, Authorization: token({ claims: { sub: 'other' } }) });
      expect([mine.status, theirs.status]).toEqual([200, 404]);
    });
  });

  it.each(['http://issuer.acme.example', 'issuer', 'ftp://issuer.acme.example'])(
    'is not asked for at %s',
    async (wrong) => {
      await expect(authFrom({ oidcIssuer: wrong, audience: 'pullwhy' })).rejects.toThrow('https');
    },
  );
});
