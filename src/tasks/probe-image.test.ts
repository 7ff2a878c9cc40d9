import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageAnswer } from '../core/image-answer.ts';
import { renderImages } from '../render/image-answer.ts';
import {
  CA_FILE,
  ContentBuilder,
  contentHandler,
  type FakeServer,
  serve,
  withBasic,
} from '../sources/registry/fake-registry.fixture.ts';
import { probeImage } from './probe-image.ts';

const PASSWORD = 'canary-Passw0rd';
const RENDER = {
  width: 80,
  color: false,
  unicode: true,
  showEvidence: false,
  verbose: false,
  now: '2026-11-21T00:00:00Z',
};

let server: FakeServer;
let host = '';
beforeAll(async () => {
  const content = new ContentBuilder();
  for (const tag of ['1.4.1', '1.4.2', '1.4.3', 'v1.5.0']) content.image('shop/api', tag);
  server = await serve('registry', withBasic('ci', PASSWORD, contentHandler(content)));
  host = `localhost:${server.port}`;
});
afterAll(() => server.close());

const secret = (key: string) => ({
  name: 'Secret shop/regcred',
  secret: {
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': JSON.stringify({ auths: { [key]: { username: 'ci', password: PASSWORD } } }) },
  },
});

function ask(image: string, key = host): Promise<ImageAnswer> {
  return probeImage(image, { userNamed: true, env: {}, caFile: CA_FILE, secrets: [secret(key)] });
}

describe('pullwhy image', () => {
  it('says in one line that it can be pulled, and what a pull would fetch', async () => {
    const text = await renderImages([await ask(`${host}/shop/api:1.4.3`)], 'text', RENDER);
    expect(text).toMatch(/^✓ localhost:\d+\/shop\/api:1\.4\.3: it can be pulled from here\n/);
    expect(text).toMatch(/^ {2}pull {6}\d+ B in 1 layer for linux\/amd64$/m);
    expect(text).toMatch(/^ {2}built {5}2026-03-04 \(\d+ d ago\)$/m);
    expect(text).toContain('asked from this machine, not from a node');
  });

  it('names the tag that was meant', async () => {
    expect((await ask(`${host}/shop/api:1.5.0`)).nearTags[0]).toBe('v1.5.0');
    expect((await ask(`${host}/shop/api:1.4.4`)).nearTags[0]).toBe('1.4.3');
  });

  it('names the repository that was meant, where the registry lists them', async () => {
    const answer = await ask(`${host}/shop/apii:1.4.3`);
    expect(answer.nearRepositories).toEqual(['shop/api']);
    expect(await renderImages([answer], 'text', RENDER)).toMatch(/^ {2}near {6}shop\/api$/m);
    expect((await ask(`${host}/shop/api:9`)).nearRepositories).toEqual([]);
  });

  it('looks for the tag under the right host, without the login of the wrong one', async () => {
    const asked: string[] = [];
    const proxy = createServer((socket) =>
      socket
        .once('data', (head) => {
          asked.push(head.toString().split('\r\n', 1)[0] ?? '');
          socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
        })
        .on('error', () => undefined),
    );
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
    const env = { HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    const resolve = async () => ['127.0.0.1'];
    const about = async (image: string) => (await probeImage(image, { env, resolve, allowPrivate: true })).meant;
    try {
      expect(await about('ghrc.io/acme/api:1.2')).toMatchObject({ image: 'ghcr.io/acme/api:1.2', found: false });
      expect(await about('ngnix:1.25')).toMatchObject({ image: 'docker.io/library/nginx:1.25', found: false });
      expect(await about('ghcr.io/acme/api:1.2')).toBeUndefined();
      expect(asked.map((line) => line.split(' ')[1])).toEqual([
        'ghrc.io:443',
        'ghcr.io:443',
        'registry-1.docker.io:443',
        'registry-1.docker.io:443',
        'ghcr.io:443',
      ]);
    } finally {
      proxy.close();
    }
  });

  it('sends nothing of a secret that does not match, and says why', async () => {
    const before = server.seen.length;
    const answer = await ask(`${host}/shop/api:1.4.3`, 'localhost');
    expect(answer.probe?.outcome.kind).toBe('login-wanted');
    expect(server.seen.slice(before).every(({ authorization }) => authorization === undefined)).toBe(true);
    expect(await renderImages([answer], 'text', RENDER)).toContain('the image names port');
  });

  it('never prints the password, in any format', async () => {
    const answers = [await ask(`${host}/shop/api:1.4.3`), await ask(`${host}/shop/api:1`)];
    for (const format of ['text', 'json', 'yaml'])
      expect(await renderImages(answers, format, { ...RENDER, verbose: true })).not.toMatch(/canary|Y2k6/);
  });

  it('asks nothing without a registry', async () => {
    const before = server.seen.length;
    const answer = await probeImage(`${host}/shop/api:1.4.3`, { registry: false });
    expect(answer.probe).toBeUndefined();
    expect(server.seen).toHaveLength(before);
  });

  it('explains what does not parse, is retired, or was mistyped', async () => {
    const offline = async (image: string) =>
      renderImages([await probeImage(image, { registry: false })], 'text', RENDER);
    expect(await offline('registry.acme.example/shop/api:1:2')).toContain('invalid reference format');
    expect(await offline('bitnami/nginx:1')).toMatch(/retired .*Bitnami/);
    expect(await offline('ghrc.io/acme/api:1')).toContain('ghcr.io/acme/api:1');
  });
});
