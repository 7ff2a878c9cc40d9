import { afterEach, describe, expect, it } from 'vitest';
import type { ProbeResult } from '../../core/probe.ts';
import {
  CA_FILE,
  ContentBuilder,
  contentHandler,
  type FakeServer,
  type Handler,
  json,
  registryError,
  serve,
  withBasic,
  withBearer,
} from './fake-registry.fixture.ts';
import { type ProbeOptions, probe } from './probe.ts';

const PASSWORD = 'canary-Passw0rd/+=';
const TOKEN = 'canary-token-abcdef0123456789';
const CREDENTIAL = { label: 'Secret shop/regcred', login: { username: 'ci', password: PASSWORD } };

const open: FakeServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function started(name: string, handler: Handler, tls: 'tls' | 'plain' = 'tls'): Promise<FakeServer> {
  const server = await serve(name, handler, tls);
  open.push(server);
  return server;
}

/** Every made-up host is this machine. */
const OPTIONS: ProbeOptions = { userNamed: true, caFile: CA_FILE, env: {}, resolve: async () => ['127.0.0.1'] };

function ask(
  port: number,
  reference: string,
  more: ProbeOptions = {},
  host = 'registry.acme.example',
): Promise<ProbeResult> {
  const [path = '', tag] = reference.split(/[:](?=[^:/]+$)/);
  const digest = reference.includes('@') ? reference.slice(reference.indexOf('@') + 1) : undefined;
  return probe(
    {
      image: `${host}/${reference}`,
      repository: `${host}/${path}`,
      host: `${host}:${port}`,
      path: digest === undefined ? path : reference.slice(0, reference.indexOf('@')),
      ...(digest === undefined ? { tag: tag ?? 'latest' } : { digest }),
    },
    { ...OPTIONS, ...more },
  );
}

function shop(): ContentBuilder {
  const content = new ContentBuilder();
  content.image('shop/api', '1.4.2');
  content.image('shop/api', '1.4.3');
  content.index('shop/multi', '1.0', ['linux/amd64', 'linux/arm64/v8']);
  return content;
}

const states = ({ stages }: ProbeResult) => Object.fromEntries(stages.map((s) => [s.stage, s.status]));

describe('an open registry', () => {
  it('gives an image from the name to the layers', async () => {
    const { port } = await started('registry', contentHandler(shop()));
    const result = await ask(port, 'shop/api:1.4.3');
    expect(result.outcome).toEqual({ kind: 'pullable', said: 'it can be pulled from here' });
    expect(states(result)).toEqual({
      dns: 'ok',
      tcp: 'ok',
      tls: 'ok',
      ping: 'ok',
      challenge: 'skipped',
      manifest: 'ok',
      platform: 'ok',
      config: 'ok',
      layers: 'ok',
    });
    expect(result.manifest).toMatchObject({
      kind: 'image',
      platform: 'linux/amd64',
      created: '2026-03-04T05:06:07.000Z',
    });
    expect(result.stages.find((s) => s.stage === 'tls')?.certificates?.[0]?.names).toContain('*.acme.example');
  });

  it('follows an index to the platform that is asked for', async () => {
    const { port } = await started('registry', contentHandler(shop()));
    const result = await ask(port, 'shop/multi:1.0', { platform: 'linux/arm64' });
    expect(result.outcome.kind).toBe('pullable');
    expect(result.manifest).toMatchObject({ kind: 'index', platform: 'linux/arm64/v8' });
    expect(result.manifest?.platforms.map((p) => p.platform)).toEqual(['linux/amd64', 'linux/arm64/v8']);
  });

  it.each([
    ['a tag', 'shop/api:1.5.0', 'tag-missing'],
    ['a digest', `shop/api@sha256:${'0'.repeat(64)}`, 'digest-missing'],
    ['a repository', 'shop/apii:1.4.3', 'repository-missing'],
  ])('misses %s', async (_, reference, kind) => {
    const { port } = await started('registry', contentHandler(shop()));
    expect((await ask(port, reference)).outcome.kind).toBe(kind);
  });

  it('misses a platform, of an index and of a single image', async () => {
    const { port } = await started('registry', contentHandler(shop()));
    const platform = 'linux/s390x';
    expect((await ask(port, 'shop/multi:1.0', { platform })).outcome.kind).toBe('platform-missing');
    expect((await ask(port, 'shop/api:1.4.3', { platform })).outcome.kind).toBe('platform-missing');
  });

  it('tells a chart and schema 1 from an image', async () => {
    const content = new ContentBuilder();
    content.image('charts/shop', '1.0', 'linux/amd64', { configMediaType: 'application/vnd.cncf.helm.config.v1+json' });
    content.raw(
      'old',
      '1',
      Buffer.from('{"schemaVersion":1}'),
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
    );
    const { port } = await started('registry', contentHandler(content));
    expect((await ask(port, 'charts/shop:1.0')).manifest?.kind).toBe('artifact');
    expect((await ask(port, 'charts/shop:1.0')).outcome.kind).toBe('not-an-image');
    expect((await ask(port, 'old:1')).outcome.kind).toBe('not-an-image');
  });

  it('is not sure of a manifest whose digests are none', async () => {
    const content = new ContentBuilder();
    const type = 'application/vnd.oci.image.manifest.v1+json';
    const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: 'sha256:../../x', size: -1 };
    const layers = [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: '../../x', size: 1e308 }];
    const manifest = { schemaVersion: 2, mediaType: type, config, layers };
    content.raw('shop/api', '1', Buffer.from(JSON.stringify(manifest)), type);
    const { port, seen } = await started('registry', contentHandler(content));
    expect((await ask(port, 'shop/api:1')).outcome).toMatchObject({ kind: 'unknown', stage: 'config' });
    expect(seen.every(({ url }) => !url.includes('..'))).toBe(true);
  });

  it('sees a layer that is gone', async () => {
    const content = shop();
    const [, layer = ''] = [...content.blobs.keys()];
    content.blobs.delete(layer);
    const { port } = await started('registry', contentHandler(content));
    expect((await ask(port, 'shop/api:1.4.2')).outcome.kind).toBe('blob-missing');
  });

  it('only looks for the manifest when the content is not wanted', async () => {
    const { port, seen } = await started('registry', contentHandler(shop()));
    expect((await ask(port, 'shop/api:1.4.3', { content: false })).outcome.kind).toBe('pullable');
    expect(seen.map(({ method }) => method)).toEqual(['GET', 'HEAD']);
  });
});

describe('logins', () => {
  it('logs in with Basic', async () => {
    const { port } = await started('registry', withBasic('ci', PASSWORD, contentHandler(shop())));
    const result = await ask(port, 'shop/api:1.4.3', { identities: [CREDENTIAL] });
    expect(result.outcome.kind).toBe('pullable');
    expect(JSON.stringify(result)).not.toContain('canary');
  });

  it('tells a refused login from none', async () => {
    const { port } = await started('registry', withBasic('ci', 'other', contentHandler(shop())));
    expect((await ask(port, 'shop/api:1.4.3', { identities: [CREDENTIAL] })).outcome.kind).toBe('credentials-refused');
    expect((await ask(port, 'shop/api:1.4.3')).outcome.kind).toBe('login-wanted');
  });

  it('tries every credential in order and compares with anonymous', async () => {
    const { port } = await started('registry', withBasic('ci', 'other', contentHandler(shop())));
    const second = { label: 'Secret shop/second', login: { username: 'ci', password: 'other' } };
    const result = await ask(port, 'shop/api:1.4.3', { identities: [CREDENTIAL, second] });
    expect(result.attempts.map(({ as, answer }) => [as, answer])).toEqual([
      ['Secret shop/regcred', 'refused'],
      ['Secret shop/second', 'found'],
    ]);
    const alone = await ask(port, 'shop/api:1.4.3', { identities: [CREDENTIAL] });
    expect(alone.attempts.map(({ as }) => as)).toEqual(['Secret shop/regcred', 'anonymous']);
  });

  it('sees that a public image is kept back by a login that is refused', async () => {
    const content = contentHandler(shop());
    const { port } = await started('registry', (request, response, url) =>
      request.headers.authorization === undefined && url.pathname !== '/v2/'
        ? content(request, response, url)
        : withBasic('ci', 'other', content)(request, response, url),
    );
    const result = await ask(port, 'shop/api:1.4.3', { identities: [CREDENTIAL] });
    expect(result.outcome.kind).toBe('credentials-refused');
    expect(result.outcome.said).toContain('without any login it can be pulled');
  });

  it('names the token host when that is what cannot be reached', async () => {
    const { port } = await started(
      'registry',
      withBearer('https://auth.acme.example:1/token', TOKEN, contentHandler(shop())),
    );
    const { outcome, stages } = await ask(port, 'shop/api:1.4.3');
    expect(outcome).toMatchObject({ kind: 'unreachable', stage: 'token', problem: 'connection-refused' });
    expect(outcome.said).toContain('auth.acme.example');
    expect(stages.at(-1)?.way?.map(({ stage, status }) => [stage, status])).toEqual([
      ['dns', 'ok'],
      ['tcp', 'failed'],
    ]);
  });

  it('fetches a token where the registry says', async () => {
    const auth = await started('auth', (_, response) => json(response, 200, { token: TOKEN }));
    const realm = `https://auth.acme.example:${auth.port}/token`;
    const { port, seen } = await started('registry', withBearer(realm, TOKEN, contentHandler(shop())));
    const result = await ask(port, 'shop/api:1.4.3', { identities: [CREDENTIAL] });
    expect(result.outcome.kind).toBe('pullable');
    expect(auth.seen[0]?.url).toBe('/token?service=acme&scope=repository%3Ashop%2Fapi%3Apull');
    expect(auth.seen[0]?.authorization).toMatch(/^Basic /);
    expect(seen.every(({ authorization }) => !authorization?.startsWith('Basic'))).toBe(true);
    expect(JSON.stringify(result)).not.toContain('canary');
  });

  it.each([
    [401, 'credentials-refused'],
    [403, 'denied'],
    [429, 'rate-limited'],
  ])('a token endpoint that answers %s to the login', async (status, kind) => {
    const auth = await started('auth', (_, response) => registryError(response, status, 'DENIED', 'no'));
    const realm = `https://auth.acme.example:${auth.port}/token`;
    const { port } = await started('registry', withBearer(realm, TOKEN, contentHandler(shop())));
    expect((await ask(port, 'shop/api:1.4.3', { identities: [CREDENTIAL] })).outcome.kind).toBe(kind);
  });

  it('says denied when a token is given and does not do', async () => {
    const auth = await started('auth', (_, response) => json(response, 200, { access_token: 'another-token' }));
    const realm = `https://auth.acme.example:${auth.port}/token`;
    const { port } = await started('registry', withBearer(realm, TOKEN, contentHandler(shop())));
    expect((await ask(port, 'shop/api:1.4.3', { identities: [CREDENTIAL] })).outcome.kind).toBe('denied');
    expect((await ask(port, 'shop/api:1.4.3')).outcome.kind).toBe('login-wanted');
  });
});

describe('credentials stay where they belong', () => {
  const anyone: Handler = (_, response) => json(response, 200, { token: TOKEN });

  it('never over HTTP, neither to a registry nor to a realm', async () => {
    const plain = await started('plain', withBasic('ci', PASSWORD, contentHandler(shop())), 'plain');
    const result = await ask(plain.port, 'shop/api:1.4.3', { identities: [CREDENTIAL] });
    expect(result.outcome).toMatchObject({ kind: 'tls-failed', problem: 'plain-http' });
    const auth = await started('auth', anyone, 'plain');
    const realm = `http://auth.acme.example:${auth.port}/token`;
    const registry = await started('registry', withBearer(realm, TOKEN, contentHandler(shop())));
    expect((await ask(registry.port, 'shop/api:1.4.3', { identities: [CREDENTIAL] })).attempts[0]?.answer).toBe(
      'not-sent',
    );
    for (const { seen } of [plain, auth, registry])
      expect(seen.filter(({ authorization }) => authorization?.startsWith('Basic'))).toEqual([]);
  });

  it('never to a server whose certificate is not trusted', async () => {
    const { port, seen } = await started('registry', withBasic('ci', PASSWORD, contentHandler(shop())));
    const { caFile: _, ...untrusting } = OPTIONS;
    const result = await probe(
      { image: 'x', repository: 'x', host: `registry.acme.example:${port}`, path: 'shop/api', tag: '1' },
      { ...untrusting, identities: [CREDENTIAL] },
    );
    expect(result.outcome).toMatchObject({ kind: 'tls-failed', problem: 'untrusted' });
    expect(seen).toEqual([]);
  });

  it('never along a redirect to another host', async () => {
    const other = await started('other', contentHandler(shop()));
    const { port } = await started(
      'registry',
      withBasic('ci', PASSWORD, (request, response) => {
        response.writeHead(307, { Location: `https://cdn.acme.example:${other.port}${request.url}` });
        response.end();
      }),
    );
    await ask(port, 'shop/api:1.4.3', { identities: [CREDENTIAL] });
    expect(other.seen.length).toBeGreaterThan(0);
    expect(other.seen.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });

  it('never to a realm that a host behind a redirect names', async () => {
    const thief = await started('thief', anyone);
    const other = await started(
      'other',
      withBearer(`https://thief.acme.example:${thief.port}/token`, TOKEN, contentHandler(shop())),
    );
    const { port } = await started('registry', (request, response) => {
      response.writeHead(307, { Location: `https://other.acme.example:${other.port}${request.url}` });
      response.end();
    });
    await ask(port, 'shop/api:1.4.3', { identities: [CREDENTIAL] });
    expect(other.seen.length).toBeGreaterThan(0);
    expect([...thief.seen, ...other.seen].filter(({ authorization }) => authorization?.startsWith('Basic'))).toEqual(
      [],
    );
  });

  it('never into the metadata service or this network on a public registry’s word', async () => {
    const hosts: Record<string, string> = {
      'registry.acme.example': '127.0.0.1',
      'auth.acme.example': '169.254.169.254',
    };
    const { port } = await started('registry', withBearer('https://auth.acme.example/token', TOKEN, anyone));
    const result = await ask(port, 'shop/api:1.4.3', {
      identities: [CREDENTIAL],
      resolve: async (host) => [hosts[host] ?? '127.0.0.1'],
    });
    const way = result.stages.find((s) => s.stage === 'token')?.way ?? [];
    expect(way.map(({ problem }) => problem)).toContain('private-address');
  });

  it('nowhere at all for a name of the cluster that means this network', async () => {
    const { port, seen } = await started('registry', contentHandler(shop()));
    const result = await ask(port, 'shop/api:1.4.3', { userNamed: false });
    expect(result.outcome).toMatchObject({ kind: 'not-asked', problem: 'private-address' });
    expect(seen).toEqual([]);
    expect((await ask(port, 'shop/api:1.4.3', { userNamed: false, allowPrivate: true })).outcome.kind).toBe('pullable');
  });

  it('takes an echoed password out of what it keeps', async () => {
    const { port } = await started('registry', (request, response) => {
      response.setHeader('WWW-Authenticate', 'Basic realm="x"');
      registryError(response, 401, 'UNAUTHORIZED', `you sent ${PASSWORD} as ${request.headers.authorization}`);
    });
    const result = await ask(port, 'shop/api:1.4.3', { identities: [CREDENTIAL] });
    expect(result.attempts[0]?.said).toContain('[redacted]');
    expect(JSON.stringify(result)).not.toMatch(/canary|Y2k6Y2FuYXJ5/);
  });
});
