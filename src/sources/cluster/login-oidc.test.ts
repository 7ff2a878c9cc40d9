import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openAccess } from './access.ts';
import { ClusterClient } from './client.ts';

const read = (name: string) => readFileSync(join('fixtures/cluster-tls', name), 'utf8');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pullwhy-oidc-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serving(listener: RequestListener, tls = false): Promise<string> {
  const server = tls
    ? createTlsServer({ key: read('server.key'), cert: read('server.pem') }, listener)
    : createServer(listener);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Provider {
  readonly tls?: boolean;
  readonly methods?: readonly string[];
  /** What it says to a refresh. */
  readonly says?: object;
  readonly asked?: string[];
}

/** An identity provider on loopback, under a path as some have it. */
async function startProvider({ tls = false, methods, says, asked = [] }: Provider = {}): Promise<string> {
  const url: string = await serving(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const authorization = request.headers.authorization;
    asked.push(
      [request.method, request.url, Buffer.concat(chunks).toString(), authorization].filter(Boolean).join(' '),
    );
    response.setHeader('Content-Type', 'application/json');
    const discovery = { issuer: `${url}/realm`, token_endpoint: `${url}/realm/token` };
    const isDiscovery = request.url === '/realm/.well-known/openid-configuration';
    const tokens = says ?? { id_token: token(4_000_000_000, 'fresh'), refresh_token: 'canary-refresh-1' };
    const body = isDiscovery ? { ...discovery, token_endpoint_auth_methods_supported: methods } : tokens;
    response.end(JSON.stringify(body));
  }, tls);
  return `${url}/realm`;
}

/** A token that ends at `exp` (seconds since 1970); nobody checks its signature. */
function token(exp: number, sub: string): string {
  return [{ alg: 'RS256' }, { exp, sub }, 'x']
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
}

const ENDED = token(1_000, 'ended');
const GOOD = token(4_000_000_000, 'saved');
const FRESH = token(4_000_000_000, 'fresh');

/** A kubeconfig in YAML, as people have it. */
function configFor(server: string, provider: Readonly<Record<string, string>>): string {
  const file = join(folder, 'config');
  const lines = Object.entries(provider).map(([key, value]) => `          ${key}: ${value}`);
  writeFileSync(
    file,
    `# my clusters
current-context: dev # every day
clusters:
  - { name: c, cluster: { server: "${server}" } }
contexts:
  - { name: dev, context: { cluster: c, user: jane } }
users:
  - name: other
    user: {}
  - name: jane
    user:
      auth-provider:
        name: oidc
        config:
${lines.join('\n')}
`,
  );
  chmodSync(file, 0o600);
  return file;
}

/** The login headers that lead to the API server. */
async function loginWith(provider: Readonly<Record<string, string>>): Promise<unknown> {
  const access = await openAccess(
    { kubeconfig: configFor('http://api.acme.example', provider) },
    { env: { HOME: folder } },
  );
  closing.push(() => access.close());
  return (await access.credentials()).headers.Authorization;
}

const REFRESHING = { 'id-token': ENDED, 'refresh-token': 'canary-refresh-1', 'client-id': 'kube' };

describe('a user of an identity provider', () => {
  it('logs in with the saved token while it is good', async () => {
    const asked: string[] = [];
    const issuer = await startProvider({ asked });
    expect(await loginWith({ ...REFRESHING, 'id-token': GOOD, 'idp-issuer-url': issuer })).toBe(`Bearer ${GOOD}`);
    expect(asked).toEqual([]);
  });

  it('gets a fresh token when the saved one has ended', async () => {
    const asked: string[] = [];
    const issuer = await startProvider({ asked });
    expect(await loginWith({ ...REFRESHING, 'idp-issuer-url': issuer })).toBe(`Bearer ${FRESH}`);
    expect(asked).toEqual([
      'GET /realm/.well-known/openid-configuration',
      'POST /realm/token grant_type=refresh_token&refresh_token=canary-refresh-1&client_id=kube',
    ]);
  });

  it.each([
    ['in a header', undefined, ` Basic ${Buffer.from('kube:canary%2Fsecret').toString('base64')}`],
    ['in the form, where the provider wants it so', ['client_secret_post'], '&client_secret=canary%2Fsecret'],
  ])('gives the secret of the client %s', async (_, methods, words) => {
    const asked: string[] = [];
    const issuer = await startProvider({ asked, ...(methods === undefined ? {} : { methods }) });
    await loginWith({ ...REFRESHING, 'client-secret': 'canary/secret', 'idp-issuer-url': issuer });
    expect(asked[1]).toContain(words);
  });

  it('trusts the authority of the provider that the kubeconfig names, and no other', async () => {
    const issuer = await startProvider({ tls: true });
    const user = { ...REFRESHING, 'idp-issuer-url': issuer };
    const authority = Buffer.from(read('ca.pem')).toString('base64');
    expect(await loginWith({ ...user, 'idp-certificate-authority-data': authority })).toBe(`Bearer ${FRESH}`);
    await expect(loginWith(user)).rejects.toThrow(/^cannot log in to api\.acme\.example \(auth\): .*certificate/);
  });

  it('finds a refresh token that was replaced in the kubeconfig, and all else as it was', async () => {
    const issuer = await startProvider({ says: { id_token: FRESH, refresh_token: 'canary-refresh-2' } });
    const user = { ...REFRESHING, 'idp-issuer-url': issuer };
    const replaced = { ...user, 'id-token': FRESH, 'refresh-token': 'canary-refresh-2' };
    const file = configFor('http://api.acme.example', replaced);
    const expected = readFileSync(file, 'utf8');
    await loginWith(user);
    expect(readFileSync(file, 'utf8').replaceAll(/ +/g, ' ')).toBe(expected.replaceAll(/ +/g, ' '));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each([
    [
      'has no refresh token',
      { 'refresh-token': '' },
      undefined,
      /the id-token has ended, and there is no refresh-token: log in again$/,
    ],
    [
      'is refused',
      {},
      { error: 'invalid_grant', error_description: 'session ended' },
      /gives no id-token: session ended: log in again$/,
    ],
    [
      'gets no id-token',
      {},
      { access_token: 'canary-access' },
      /gives no id-token: it does not say why: log in again$/,
    ],
  ])('that %s is told so in one line without a secret', async (_, change, says, words) => {
    const issuer = await startProvider(says === undefined ? {} : { says });
    const failed = await loginWith({ ...REFRESHING, 'idp-issuer-url': issuer, ...change }).catch(
      (error: Error) => error,
    );
    expect(failed).toMatchObject({ name: 'ClusterError', message: expect.stringMatching(words) });
    expect((failed as Error).message).not.toMatch(/canary|\n/);
  });

  it('sends nothing over a line that others can listen on', async () => {
    const elsewhere = loginWith({ ...REFRESHING, 'idp-issuer-url': 'http://idp.acme.example/realm' });
    await expect(elsewhere).rejects.toThrow(/idp-issuer-url of the identity provider is no https URL/);
    const url = await serving((_, response) => {
      response.end(JSON.stringify({ token_endpoint: 'http://idp.acme.example/token' }));
    });
    const led = loginWith({ ...REFRESHING, 'idp-issuer-url': url });
    await expect(led).rejects.toThrow(/token_endpoint of the identity provider is no https URL/);
  });

  it('does not go where the provider sends it', async () => {
    const asked: string[] = [];
    const url = await serving((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(307, { Location: '/other' }).end('{"token_endpoint":"http://127.0.0.1/token"}');
    });
    await expect(loginWith({ ...REFRESHING, 'idp-issuer-url': url })).rejects.toThrow(/sends us elsewhere .*307/);
    expect(asked).toEqual(['/.well-known/openid-configuration']);
  });

  it('hears no more of a provider than one line, and not its own secret', async () => {
    const says = { error_description: `no ${REFRESHING['refresh-token']} ${'y'.repeat(5_000)}` };
    const issuer = await startProvider({ says });
    const failed = await loginWith({ ...REFRESHING, 'idp-issuer-url': issuer }).catch((error: Error) => error);
    expect((failed as Error).message).not.toContain('canary');
    expect((failed as Error).message.length).toBeLessThan(500);
  });

  it('gets a fresh token when the API server refuses the saved one', async () => {
    const issuer = await startProvider();
    const api = await serving((request, response) => {
      const isFresh = request.headers.authorization === `Bearer ${FRESH}`;
      response.writeHead(isFresh ? 200 : 401, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(isFresh ? { kind: 'Pod', metadata: { name: 'api-1' } } : { kind: 'Status' }));
    });
    const file = configFor(api, { ...REFRESHING, 'id-token': GOOD, 'idp-issuer-url': issuer });
    const access = await openAccess({ kubeconfig: file }, { env: { HOME: folder } });
    closing.push(() => access.close());
    expect((await new ClusterClient(access).get('Pod', 'shop', 'api-1')).ok).toBe(true);
  });
});
