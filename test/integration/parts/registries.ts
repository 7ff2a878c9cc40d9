import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serve } from '../../../src/sources/registry/fake-registry.fixture.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { startRegistry } from './docker-registry.ts';
import { cutLayerServer, cuttingPort, hangingServer, manifestServer, silentPort } from './faulty-servers.ts';
import { type Blob, chartOf, imageOf, schema1Of } from './images.ts';
import { run } from './isolation.ts';
import { filesIn, passTo, startNginx, status } from './nginx.ts';
import { pathOf } from './packages.ts';
import { freePort, listens, start } from './processes.ts';
import { Pusher } from './push.ts';
import { tokenService } from './token-server.ts';

export const LOGIN = { username: 'ci', password: 'integration-Passw0rd' };
export const WRONG_LOGIN = { username: 'ci', password: 'integration-wrong' };
/** An account of the token service that may pull other repositories only. */
export const OTHER_LOGIN = { username: 'guest', password: 'integration-guest' };

const HUB_LIMIT = {
  'RateLimit-Limit': '100;w=21600',
  'RateLimit-Remaining': '0;w=21600',
  'Docker-RateLimit-Source': '203.0.113.7',
  'Retry-After': '3600',
};
const HUB_WORDS =
  '{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit"}]}';
const SCHEMA1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws';

/** `HOST:PORT` of every registry of the run, by what it is like. */
export type Hosts = Readonly<Record<Place, string>>;

type Place =
  | 'open'
  | 'basic'
  | 'bearer'
  | 'damaged'
  | 'expired'
  | 'wrongName'
  | 'plain'
  | 'limited'
  | 'broken500'
  | 'broken503'
  | 'page'
  | 'silent'
  | 'hanging'
  | 'cutting'
  | 'nobody'
  | 'cutLayer'
  | 'schema1'
  | 'redirecting'
  | 'redirectRefused'
  | 'redirectNowhere'
  | 'mirror'
  | 'mirrored'
  | 'noName';

export interface Registries {
  readonly hosts: Hosts;
  readonly authorities: string;
  /** What nginx was asked, one request a line. */
  readonly nginxLog: string;
}

/** Starts every registry of the run and fills them. */
export async function startRegistries(folder: string): Promise<Registries> {
  const certificates = makeCertificates(folder);
  const { good, authorities } = certificates;
  const storage = join(folder, 'storage');
  const open = await freePort();
  const at = (name: string, port: number) => `${name}.acme.example:${port}`;
  await startRegistry(folder, 'open', { port: open, storage, tls: good });
  await fill(new Pusher('registry.acme.example', open, authorities));
  const sites = await startSites(folder, storage, certificates, open);
  const loginRegistries = await startLoginRegistries(folder, storage, certificates, sites.stores.files);
  const redirecting = await startRedirecting(folder, storage, certificates, sites.stores);
  const mirror = await freePort();
  const proxy = `proxy: {remoteurl: "https://${at('registry', open)}"}`;
  await startRegistry(folder, 'mirror', {
    port: mirror,
    storage: join(folder, 'mirror'),
    tls: good,
    authorities,
    more: proxy,
  });
  const cache = new Pusher('mirror.acme.example', mirror, authorities);
  // Two who ask for what the cache does not hold yet may get in each other's way, and one of them gets status 500.
  for (const name of ['shop/api', 'shop/mirrored']) await cache.read(name, imageOf(name));
  const image = imageOf('shop/api');
  const hosts: Hosts = {
    open: at('registry', open),
    ...loginRegistries,
    ...redirecting,
    ...sites.hosts,
    damaged: at('damaged', await startDamaged(folder, certificates)),
    silent: at('silent', await silentPort()),
    hanging: at('hanging', (await hangingServer()).port),
    cutting: at('cutting', await cuttingPort()),
    nobody: at('nobody', await freePort()),
    cutLayer: at('cut', (await cutLayerServer(imageOf('shop/cut'))).port),
    schema1: at('old', (await manifestServer(SCHEMA1, schema1Of('shop/old', image), image)).port),
    mirror: at('mirror', mirror),
    // A name that only the node's mirror answers for.
    mirrored: at('upstream', await freePort()),
    noName: 'missing.other.example',
  };
  return { hosts, authorities, nginxLog: sites.log };
}

async function fill(pusher: Pusher): Promise<void> {
  for (const name of ['shop/api', 'shop/mirrored', 'shop/redirected', 'shop/refused', 'shop/nowhere', 'shop/private'])
    await pusher.image(name, '1.0', imageOf(name));
  await pusher.index('shop/multi', '1.0', [
    ['linux/amd64', imageOf('shop/multi')],
    ['linux/arm64', imageOf('shop/multi', 'linux/arm64')],
  ]);
  await pusher.index('shop/mainframe', '1.0', [['linux/s390x', imageOf('shop/mainframe', 'linux/s390x')]]);
  await pusher.image('charts/shop', '1.0', chartOf('shop'));
}

interface Stores {
  readonly files: string;
  readonly refusing: string;
  readonly nowhere: string;
}

async function startSites(folder: string, storage: string, certificates: Certificates, open: number) {
  const { good, expired, wrongName, wellKnown } = certificates;
  const [files, refusing, late, other, plain, limited, broken500, broken503, page] = await Promise.all(
    Array.from({ length: 9 }, freePort),
  );
  const site = (port = 0, answer: string, tls = good) => ({ port, answer, tls });
  const upstream = passTo(`https://127.0.0.1:${open}`);
  const log = await startNginx(join(folder, 'nginx'), [
    site(files, filesIn(storage)),
    site(refusing, status(403, 'Forbidden')),
    // The network of the run has no other servers, so even the usual port is free.
    site(443, upstream, wellKnown),
    site(late, upstream, expired),
    site(other, upstream, wrongName),
    { port: plain ?? 0, answer: upstream },
    site(limited, status(429, HUB_WORDS, HUB_LIMIT)),
    site(broken500, status(500, 'oops')),
    site(broken503, status(503, 'maintenance')),
    site(page, 'default_type text/html; return 200 "<html><body>Please log in</body></html>";'),
  ]);
  const stores: Stores = {
    files: `https://cdn.acme.example:${files}`,
    refusing: `https://cdn.acme.example:${refusing}`,
    nowhere: `https://cdn.acme.example:${await freePort()}`,
  };
  const hosts = {
    expired: `expired.acme.example:${late}`,
    wrongName: `wrongname.acme.example:${other}`,
    plain: `plain.acme.example:${plain}`,
    limited: `limited.acme.example:${limited}`,
    broken500: `broken.acme.example:${broken500}`,
    broken503: `broken.acme.example:${broken503}`,
    page: `portal.acme.example:${page}`,
  };
  return { log, stores, hosts };
}

async function startLoginRegistries(folder: string, storage: string, { good, tokens }: Certificates, blobsAt: string) {
  const [basic, bearer] = [await freePort(), await freePort()];
  const passwords = join(folder, 'htpasswd');
  run(pathOf('htpasswd'), '-Bbc', passwords, LOGIN.username, LOGIN.password);
  const htpasswd = `auth: {htpasswd: {realm: "Acme, registry", path: ${passwords}}}`;
  await startRegistry(folder, 'basic', { port: basic, storage, tls: good, more: htpasswd, blobsAt });
  const service = `bearer.acme.example:${bearer}`;
  const issuer = 'auth.acme.example';
  const accounts = [
    { ...LOGIN, mayPull: /^shop\// },
    { ...OTHER_LOGIN, mayPull: /^public\// },
  ];
  const realm = await serve('tokens', tokenService(tokens, service, issuer, accounts));
  const more = `auth: {token: {realm: "https://auth.acme.example:${realm.port}/token", service: "${service}", issuer: ${issuer}, rootcertbundle: ${tokens.cert}}}`;
  await startRegistry(folder, 'bearer', { port: bearer, storage, tls: good, more });
  return { basic: `basic.acme.example:${basic}`, bearer: service };
}

async function startRedirecting(folder: string, storage: string, { good }: Certificates, stores: Stores) {
  const one = async (name: string, blobsAt: string) => {
    const port = await freePort();
    await startRegistry(folder, name, { port, storage, tls: good, blobsAt });
    return `${name}.acme.example:${port}`;
  };
  return {
    redirecting: await one('redirecting', stores.files),
    redirectRefused: await one('refused', stores.refusing),
    redirectNowhere: await one('nowhere', stores.nowhere),
  };
}

/** A registry whose disk was damaged after the pushes. */
async function startDamaged(folder: string, { good, authorities }: Certificates): Promise<number> {
  const storage = join(folder, 'damaged');
  mkdirSync(storage);
  const port = await freePort();
  await startRegistry(folder, 'damaged', { port, storage, tls: good });
  const pusher = new Pusher('damaged.acme.example', port, authorities);
  const [wrong, short, gone] = ['shop/wrong', 'shop/short', 'shop/gone'].map((name) => imageOf(name));
  const fileOf = ({ digest }: Blob) => {
    const hex = digest.slice('sha256:'.length);
    return join(storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
  };
  for (const [name, image] of [
    ['shop/wrong', wrong],
    ['shop/short', short],
    ['shop/gone', gone],
  ] as const)
    if (image !== undefined) await pusher.image(name, '1.0', image);
  if (wrong !== undefined) writeFileSync(fileOf(wrong.layer), Buffer.alloc(wrong.layer.body.length, 'x'));
  if (short !== undefined) truncateSync(fileOf(short.layer), short.layer.body.length - 20);
  if (gone !== undefined) rmSync(join(fileOf(gone.layer), '..'), { recursive: true });
  return port;
}

/** The name server of the run: all of acme.example and one well-known registry are this machine; no other name exists. */
export async function startNameServer(folder: string): Promise<void> {
  const args = ['--keep-in-foreground', '--no-resolv', '--no-hosts', '--conf-file=/dev/null', '--user=root'];
  const addresses = ['--address=/acme.example/127.0.0.1', '--address=/ghcr.io/127.0.0.1', '--address=/#/'];
  await start(
    pathOf('dnsmasq'),
    [...args, ...addresses, '--listen-address=127.0.0.1', '--bind-interfaces', '--pid-file='],
    join(folder, 'dnsmasq.log'),
    () => listens(53),
  );
}
