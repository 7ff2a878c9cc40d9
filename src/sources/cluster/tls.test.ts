import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openAccess } from './access.ts';
import { ClusterClient } from './client.ts';
import type { Problem } from './problem.ts';

const CERTIFICATES = 'fixtures/cluster-tls';
const read = (name: string) => readFileSync(join(CERTIFICATES, name), 'utf8');
const data = (name: string) => Buffer.from(read(name)).toString('base64');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pullwhy-tls-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Who is let in, and what was seen of them. */
interface Door {
  readonly options?: ServerOptions;
  readonly admits?: (who: { readonly token: string; readonly name: string }) => boolean;
  readonly seen?: string[];
}

/** An API server over TLS that knows one pod. */
async function startServer({ options = {}, admits = () => true, seen = [] }: Door = {}): Promise<number> {
  const all = { key: read('server.key'), cert: read('server.pem'), ...options };
  const server: Server = createServer(all, (request, response) => {
    const certificate = (request.socket as TLSSocket).getPeerCertificate();
    const name = String(certificate.subject?.CN ?? '');
    const token = request.headers.authorization ?? '';
    seen.push(name === '' ? token : name);
    const status = admits({ token, name }) ? 200 : 401;
    response.writeHead(status, { 'Content-Type': 'application/json' });
    const body =
      status === 200 ? { kind: 'Pod', metadata: { name: 'api-1' } } : { kind: 'Status', message: 'Unauthorized' };
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function askWith(
  port: number,
  cluster: object,
  user: object = {},
  host = '127.0.0.1',
): Promise<'answered' | Problem> {
  const file = join(folder, `config-${Math.floor(performance.now() * 1000)}`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'dev',
    clusters: [{ name: 'c', cluster: { server: `https://${host}:${port}`, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'dev', context: { cluster: 'c', user: 'u' } }],
  };
  writeFileSync(file, JSON.stringify(config));
  const access = await openAccess({ kubeconfig: file }, { env: { HOME: folder } });
  closing.push(() => access.close());
  const answer = await new ClusterClient(access).get('Pod', 'shop', 'api-1');
  return answer.ok ? 'answered' : answer.problem;
}

const TRUSTED = { 'certificate-authority-data': data('ca.pem') };

describe('a private authority', () => {
  it.each([
    ['in the kubeconfig', TRUSTED],
    ['in a file', { 'certificate-authority': join(process.cwd(), CERTIFICATES, 'ca.pem') }],
    ['not at all, where verification is off', { 'insecure-skip-tls-verify': true }],
  ])('%s', async (_, cluster) => {
    expect(await askWith(await startServer(), cluster)).toBe('answered');
  });

  it.each([
    ['none is known', {}, /unable to verify|self.signed|unable to get/i],
    [
      'another one is known',
      { 'certificate-authority-data': data('other-ca.pem') },
      /unable to verify|self.signed|unable to get/i,
    ],
  ])('is told to be the trouble when %s', async (_, cluster, message) => {
    const problem = await askWith(await startServer(), cluster);
    expect(problem).toMatchObject({ kind: 'unreachable', step: 'TLS', message: expect.stringMatching(message) });
  });

  it('does not help against a name that the certificate lacks, but tls-server-name does', async () => {
    const port = await startServer();
    const byOtherName = await askWith(port, { ...TRUSTED, 'tls-server-name': 'other.acme.example' });
    expect(byOtherName).toMatchObject({ step: 'TLS', message: expect.stringContaining('other.acme.example') });
    expect(await askWith(port, { ...TRUSTED, 'tls-server-name': 'api.acme.example' })).toBe('answered');
  });
});

const MUTUAL: ServerOptions = { ca: read('ca.pem'), requestCert: true, rejectUnauthorized: true };

describe('a client certificate', () => {
  it.each([
    ['in the kubeconfig', { 'client-certificate-data': data('client.pem'), 'client-key-data': data('client.key') }],
    [
      'in files',
      {
        'client-certificate': join(process.cwd(), CERTIFICATES, 'client.pem'),
        'client-key': join(process.cwd(), CERTIFICATES, 'client.key'),
      },
    ],
    [
      'of an exec plugin',
      {
        exec: plugin(
          `({ clientCertificateData: read(${JSON.stringify(join(process.cwd(), CERTIFICATES, 'client.pem'))}), clientKeyData: read(${JSON.stringify(join(process.cwd(), CERTIFICATES, 'client.key'))}) })`,
        ),
      },
    ],
  ])('%s says who asks', async (_, user) => {
    const seen: string[] = [];
    expect(await askWith(await startServer({ options: MUTUAL, seen }), TRUSTED, user)).toBe('answered');
    expect(seen).toEqual(['jane']);
  });

  it('of a plugin that is none is told in one line', async () => {
    const exec = plugin(`({ clientCertificateData: 'none', clientKeyData: 'none' })`);
    const problem = await askWith(await startServer({ options: MUTUAL }), TRUSTED, { exec });
    expect(problem).toMatchObject({ kind: 'unreachable', step: 'TLS' });
  });

  it('that is missing is told as such a handshake', async () => {
    const problem = await askWith(await startServer({ options: MUTUAL }), TRUSTED);
    expect(problem).not.toBe('answered');
    expect(['TLS', 'answer']).toContain((problem as Problem).step);
    expect((problem as Problem).message).toMatch(/certificate required|alert|socket|reset/i);
  });
});

/** An exec plugin whose status is the value of a JavaScript expression; `n` counts its runs. */
function plugin(status: string, count = ''): object {
  const script = `
    const fs = require('fs');
    const read = (file) => fs.readFileSync(file, 'utf8');
    const count = ${JSON.stringify(count)};
    const n = count !== '' && fs.existsSync(count) ? Number(read(count)) + 1 : 1;
    if (count !== '') fs.writeFileSync(count, String(n));
    const apiVersion = 'client.authentication.k8s.io/v1';
    console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion, status: ${status} }));`;
  return { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', script] };
}

describe('a token of an exec plugin', () => {
  it.each([
    ['has ended by its own word', `({ token: 'canary-' + n, expirationTimestamp: '2020-01-01T00:00:00Z' })`],
    ['is refused though it should be good', `({ token: 'canary-' + n, expirationTimestamp: '2099-01-01T00:00:00Z' })`],
    ['is refused and names no end', `({ token: 'canary-' + n })`],
  ])('that %s is asked for again, once', async (name, status) => {
    const count = join(folder, `count-${name.replaceAll(' ', '-')}`);
    const seen: string[] = [];
    const port = await startServer({ admits: ({ token }) => token === 'Bearer canary-2', seen });
    expect(await askWith(port, TRUSTED, { exec: plugin(status, count) })).toBe('answered');
    expect(seen).toEqual(['Bearer canary-1', 'Bearer canary-2']);
  });

  it('that is never accepted ends in one refusal', async () => {
    const count = join(folder, 'count-never');
    const port = await startServer({ admits: () => false });
    const problem = await askWith(port, TRUSTED, { exec: plugin(`({ token: 'canary-' + n })`, count) });
    expect(problem).toMatchObject({ kind: 'unauthorized' });
    expect(readFileSync(count, 'utf8')).toBe('2');
  });
});
