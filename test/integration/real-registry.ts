// Asks Debian's own docker-registry on loopback and compares the probe's answer with the fault that was set up.
// Run: node tools/run.mjs test/integration/real-registry.ts (needs: apt-get install docker-registry)
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { CA_FILE, ContentBuilder } from '../../src/sources/registry/fake-registry.fixture.ts';
import { type ProbeOptions, probe } from '../../src/sources/registry/probe.ts';

const CERTIFICATES = 'fixtures/registry-tls';
const USER = 'ci';
const PASSWORD = 'integration-Passw0rd';
/** bcrypt of the made-up password. */
const HTPASSWD = `${USER}:$2b$04$eoMKvAfRl212BLbmvaHShuDgQ/O.OJcutjqnjorW4ARwJldpoSQim`;
const MISSING = `sha256:${'0'.repeat(64)}`;

const binary = [
  process.env.DOCKER_REGISTRY ?? '',
  ...(process.env.PATH ?? '').split(delimiter).map((p) => join(p, 'docker-registry')),
].find((path) => path !== '' && existsSync(path));
if (binary === undefined) {
  process.stderr.write(
    'docker-registry is not here, so nothing was tested: apt-get install docker-registry, or set DOCKER_REGISTRY\n',
  );
  process.exit(3);
}

interface Running {
  readonly port: number;
  readonly storage: string;
  stop(): Promise<void>;
}

interface Case {
  readonly what: string;
  readonly expected: string;
  readonly reference: { readonly path: string; readonly tag?: string; readonly digest?: string };
  readonly options?: ProbeOptions;
  /** False: the authority of the registry is not given. */
  readonly trusting?: false;
}

const folder = mkdtempSync(join(tmpdir(), 'pullwhy-real-'));
const login = (password: string) => ({ identities: [{ label: 'secret', login: { username: USER, password } }] });
let failures = 0;
try {
  const open = await start('open', '');
  const gone = await fill(open, undefined);
  await check(open, [
    { what: 'an image', expected: 'pullable', reference: { path: 'shop/api', tag: '1.4.3' } },
    {
      what: 'an index',
      expected: 'pullable',
      reference: { path: 'shop/multi', tag: '1.0' },
      options: { platform: 'linux/arm64' },
    },
    {
      what: 'no such platform',
      expected: 'platform-missing',
      reference: { path: 'shop/multi', tag: '1.0' },
      options: { platform: 'linux/s390x' },
    },
    { what: 'no such tag', expected: 'tag-missing', reference: { path: 'shop/api', tag: '1.5.0' } },
    { what: 'no such digest', expected: 'digest-missing', reference: { path: 'shop/api', digest: MISSING } },
    { what: 'no such repository', expected: 'repository-missing', reference: { path: 'shop/apii', tag: '1.4.3' } },
    { what: 'a chart', expected: 'not-an-image', reference: { path: 'charts/shop', tag: '1.0' } },
    {
      what: 'an authority that is not trusted',
      expected: 'tls-failed',
      reference: { path: 'shop/api', tag: '1.4.3' },
      trusting: false,
    },
  ]);
  rmSync(join(open.storage, 'docker/registry/v2/blobs/sha256', gone.slice(7, 9), gone.slice(7)), { recursive: true });
  await check(open, [
    { what: 'a layer that is gone', expected: 'blob-missing', reference: { path: 'shop/api', tag: '1.4.3' } },
  ]);
  await open.stop();

  writeFileSync(join(folder, 'htpasswd'), `${HTPASSWD}\n`);
  const closed = await start(
    'closed',
    `auth: {htpasswd: {realm: "Acme, registry", path: ${join(folder, 'htpasswd')}}}`,
  );
  await fill(closed, `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`);
  const reference = { path: 'shop/api', tag: '1.4.3' };
  await check(closed, [
    { what: 'no login', expected: 'login-wanted', reference },
    { what: 'a wrong login', expected: 'credentials-refused', reference, options: login('wrong') },
    { what: 'the right login', expected: 'pullable', reference, options: login(PASSWORD) },
  ]);
  await closed.stop();
  await check(closed, [{ what: 'a registry that is down', expected: 'unreachable', reference }]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failures === 0 ? 0 : 1);

async function check({ port }: Running, cases: readonly Case[]): Promise<void> {
  for (const { what, expected, reference, options = {}, trusting = true } of cases) {
    const host = `localhost:${port}`;
    const target = { image: host, repository: `${host}/${reference.path}`, host, ...reference };
    const { outcome } = await probe(target, {
      userNamed: true,
      env: {},
      ...(trusting ? { caFile: CA_FILE } : {}),
      ...options,
    });
    const good = outcome.kind === expected;
    if (!good) failures += 1;
    process.stdout.write(
      `${good ? 'ok  ' : 'FAIL'} ${what}: ${outcome.kind}${good ? '' : `, expected ${expected}`} (${outcome.said})\n`,
    );
  }
}

async function start(name: string, more: string): Promise<Running> {
  const port = await freePort();
  const storage = join(folder, name);
  const config = join(folder, `${name}.yml`);
  const tls = `{certificate: ${resolve(CERTIFICATES, 'server.pem')}, key: ${resolve(CERTIFICATES, 'server.key')}}`;
  writeFileSync(
    config,
    `version: 0.1\nstorage: {filesystem: {rootdirectory: ${storage}}}\nhttp: {addr: "127.0.0.1:${port}", tls: ${tls}}\n${more}\n`,
  );
  const child: ChildProcess = spawn(binary ?? '', ['serve', config], { stdio: 'ignore' });
  for (let tries = 0; tries < 100 && !(await answers(port)); tries += 1)
    await new Promise((done) => setTimeout(done, 50));
  const stop = () =>
    new Promise<void>((done) => {
      child.once('exit', () => done());
      child.kill();
    });
  return { port, storage, stop };
}

function answers(port: number): Promise<boolean> {
  return send(port, 'GET', '/v2/').then(
    () => true,
    () => false,
  );
}

/** Pushes the made-up content; returns the digest of a layer of shop/api. */
async function fill({ port }: Running, authorization: string | undefined): Promise<string> {
  const content = new ContentBuilder();
  content.image('shop/api', '1.4.3');
  const layer = [...content.blobs.keys()][1] ?? '';
  content.index('shop/multi', '1.0', ['linux/amd64', 'linux/arm64']);
  content.image('charts/shop', '1.0', 'linux/amd64', { configMediaType: 'application/vnd.cncf.helm.config.v1+json' });
  for (const repository of ['shop/api', 'shop/multi', 'charts/shop']) {
    for (const [digest, body] of content.blobs) {
      const { location } = await send(port, 'POST', `/v2/${repository}/blobs/uploads/`, { authorization });
      const url = new URL(location ?? '', `https://localhost:${port}`);
      url.searchParams.set('digest', digest);
      await send(port, 'PUT', url.pathname + url.search, { authorization, body, type: 'application/octet-stream' });
    }
  }
  // An index is refused before its parts are there, and the builder makes the parts first.
  for (const [name, { body, type }] of content.manifests) {
    const at = name.lastIndexOf('/');
    await send(port, 'PUT', `/v2/${name.slice(0, at)}/manifests/${name.slice(at + 1)}`, { authorization, body, type });
  }
  return layer;
}

interface Sent {
  readonly authorization?: string | undefined;
  readonly body?: Buffer;
  readonly type?: string;
}

interface Said {
  readonly status: number;
  readonly location?: string | undefined;
}

function send(port: number, method: string, path: string, { authorization, body, type }: Sent = {}): Promise<Said> {
  return new Promise((done, fail) => {
    const headers = {
      'Content-Length': body?.length ?? 0,
      ...(authorization === undefined ? {} : { Authorization: authorization }),
      ...(type === undefined ? {} : { 'Content-Type': type }),
    };
    request({ host: 'localhost', port, method, path, headers, ca: readFileSync(CA_FILE) }, (response) => {
      response.resume();
      const { statusCode: status = 0 } = response;
      if (method !== 'GET' && status >= 300) fail(new Error(`${method} ${path}: ${status}`));
      else done({ status, location: response.headers.location });
    })
      .on('error', fail)
      .end(body);
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
