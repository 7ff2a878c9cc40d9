import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readBundle } from '../src/sources/bundle/read-bundle.ts';
import { pullwhy } from './run-cli.ts';
import { decodedOutputs, NOW, type Output, outputsOf, outputsOfText, reportOf } from './support/outputs.ts';
import {
  containerdLog,
  describeOf,
  eventOf,
  itemsOf,
  kubeletLog,
  objectsOf,
  PLAIN,
  podOf,
  secretOf,
  type World,
} from './support/stuck-pod.ts';

/** Made-up secrets in the shapes that people and machines choose. */
const CANARIES = {
  random: 'cAnaRy7Qx2ZpL9vT4mK8',
  words: 'canary-horse-battery-staple',
  symbols: 'cAnaRy$9!z%Kq^7w',
  hex: '00ca9a7b1e5d4f3a8c2b6d7e9f0a1b2c',
};

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
const JWT = ['{"alg":"RS256","typ":"JWT"}', `{"sub":"${CANARIES.words}","exp":1790000000}`, CANARIES.random]
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.');

/** What must not be seen of a secret: itself, encoded, and any base64 that holds it. */
function forms(secret: string): string[] {
  const shifted = ['', 'x', 'xx'].map((pad) =>
    // The characters that do not depend on what stands before or after.
    base64(`${pad}${secret}`).slice(pad === '' ? 0 : 4, -4),
  );
  return [secret, encodeURIComponent(secret), secret.slice(2, -2), ...shifted].filter((form) => form.length >= 8);
}

function expectHidden(outputs: readonly Output[], secrets: readonly string[]): void {
  for (const { format, text } of outputs) {
    for (const secret of secrets) {
      for (const form of forms(secret)) {
        const at = text.indexOf(form);
        const around = at < 0 ? '' : text.slice(Math.max(0, at - 80), at + form.length + 20);
        expect(around, `${format} shows ${JSON.stringify(form)}`).toBe('');
      }
    }
  }
}

const config = (host: string, entry: object) => JSON.stringify({ auths: { [host]: entry } });
const HOST = 'harbor.acme.example';
const DOCKERCONFIGJSON = 'kubernetes.io/dockerconfigjson';

describe.each(Object.entries(CANARIES))('a %s secret', (_, secret) => {
  const auth = base64(`ci:${secret}`);
  const keyFile = JSON.stringify({ type: 'service_account', client_email: 'ci@acme.example', private_key: secret });
  const ecr = base64(JSON.stringify({ payload: secret, datakey: secret, version: '2', expiration: 1_700_000_000 }));

  const pullSecrets: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
    [
      'username and password',
      DOCKERCONFIGJSON,
      { '.dockerconfigjson': config(HOST, { username: 'ci', password: secret }) },
    ],
    ['auth', DOCKERCONFIGJSON, { '.dockerconfigjson': config(HOST, { auth }) }],
    ['auth without colon', DOCKERCONFIGJSON, { '.dockerconfigjson': config(HOST, { auth: base64(secret) }) }],
    ['auth that is not base64', DOCKERCONFIGJSON, { '.dockerconfigjson': config(HOST, { auth: `ci:${secret}` }) }],
    ['auth for another host', DOCKERCONFIGJSON, { '.dockerconfigjson': config('other.acme.example', { auth }) }],
    [
      'a key with user and password',
      DOCKERCONFIGJSON,
      { '.dockerconfigjson': config(`https://ci:${secret}@${HOST}`, { auth }) },
    ],
    [
      'a key with a token query',
      DOCKERCONFIGJSON,
      { '.dockerconfigjson': config(`https://${HOST}/v2/?token=${secret}`, {}) },
    ],
    ['identitytoken', DOCKERCONFIGJSON, { '.dockerconfigjson': config(HOST, { identitytoken: secret }) }],
    ['registrytoken', DOCKERCONFIGJSON, { '.dockerconfigjson': config(HOST, { registrytoken: secret }) }],
    ['a JWT password', DOCKERCONFIGJSON, { '.dockerconfigjson': config(HOST, { username: 'ci', password: JWT }) }],
    ['an ECR token', DOCKERCONFIGJSON, { '.dockerconfigjson': config(HOST, { auth: base64(`AWS:${ecr}`) }) }],
    [
      'a JSON key',
      DOCKERCONFIGJSON,
      { '.dockerconfigjson': config(HOST, { username: '_json_key', password: keyFile }) },
    ],
    [
      'a token as user',
      DOCKERCONFIGJSON,
      { '.dockerconfigjson': config(HOST, { username: secret, password: 'x-oauth-basic' }) },
    ],
    [
      'user and password swapped',
      DOCKERCONFIGJSON,
      { '.dockerconfigjson': config(HOST, { username: secret, password: 'ci' }) },
    ],
    ['a wrong JSON type', DOCKERCONFIGJSON, { '.dockerconfigjson': config(HOST, { password: [secret] }) }],
    ['no auths level', DOCKERCONFIGJSON, { '.dockerconfigjson': JSON.stringify({ [HOST]: { auth } }) }],
    ['the password as a key', DOCKERCONFIGJSON, { '.dockerconfigjson': JSON.stringify({ auths: { [secret]: {} } }) }],
    ['broken JSON', DOCKERCONFIGJSON, { '.dockerconfigjson': `{"auths":{"${HOST}":{"password":"${secret}",}` }],
    ['the bare password', DOCKERCONFIGJSON, { '.dockerconfigjson': secret }],
    ['base64 twice', DOCKERCONFIGJSON, { '.dockerconfigjson': base64(config(HOST, { auth })) }],
    [
      'dockercfg',
      'kubernetes.io/dockercfg',
      { '.dockercfg': JSON.stringify({ [HOST]: { username: 'ci', password: secret, auth } }) },
    ],
    ['dockercfg with the other content', 'kubernetes.io/dockercfg', { '.dockercfg': config(HOST, { auth }) }],
    ['Opaque', 'Opaque', { password: secret, '.dockerconfigjson': config(HOST, { auth }) }],
    ['basic-auth', 'kubernetes.io/basic-auth', { username: 'ci', password: secret }],
  ];

  it.each(pullSecrets)('in a pull secret: %s', async (_kind, type, data) => {
    const outputs = await outputsOfText(JSON.stringify(objectsOf(PLAIN, [secretOf(PLAIN, type, data)])));
    expectHidden(outputs, [secret, JWT, ecr, auth]);
  });

  it('in stringData, annotations and managed copies of objects', async () => {
    const applied = {
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
        kind: 'Secret',
        stringData: { password: secret, '.dockerconfigjson': config(HOST, { auth }) },
      }),
      'acme.example/token': secret,
    };
    const secretObject = { ...secretOf(PLAIN, DOCKERCONFIGJSON, {}), stringData: { '.dockerconfigjson': secret } };
    const annotated = { ...secretObject, metadata: { name: 'regcred', namespace: 'shop-prod', annotations: applied } };
    const pod = podOf(PLAIN, {}, { annotations: applied, labels: { token: secret } });
    const rest = itemsOf(PLAIN).slice(1);
    expectHidden(
      await outputsOfText(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [pod, ...rest, annotated] })),
      [secret, auth],
    );
  });

  it('in the environment, arguments and volumes of pods and build jobs', async () => {
    const container = {
      name: 'app',
      image: PLAIN.image,
      env: [
        { name: 'DB_PASSWORD', value: secret },
        { name: 'PLAIN', value: secret },
      ],
      command: [
        'sh',
        '-c',
        `docker login ${HOST} -u ci -p ${secret} && curl -H "Authorization: Bearer ${secret}" https://x`,
      ],
      args: [`--destination=${PLAIN.image}`, `--registry-password=${secret}`, secret],
    };
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'build-api', namespace: 'shop-prod' },
      spec: {
        template: {
          spec: { containers: [{ ...container, name: 'kaniko', image: 'gcr.io/kaniko-project/executor:v1.24.0' }] },
        },
      },
      status: {
        failed: 4,
        conditions: [
          { type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: `exit: password=${secret}` },
        ],
      },
    };
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'registry', namespace: 'shop-prod' },
      data: { 'config.json': config(HOST, { auth }), password: secret },
    };
    const notFound = { ...PLAIN, error: `failed to resolve image: ${PLAIN.image}: not found` };
    const pod = podOf(notFound, { containers: [container] });
    const rest = itemsOf(notFound).slice(1);
    const outputs = await outputsOfText(
      JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [pod, ...rest, job, map] }),
    );
    expect(outputs[0]?.text).toContain('image-not-built');
    expectHidden(outputs, [secret, auth]);
  });

  /** What runtimes, proxies, plugins and people print. */
  const messages: readonly (readonly [string, string])[] = [
    [
      'user and password in the URL',
      `failed to do request: Head "https://ci:${encodeURIComponent(secret)}@${HOST}/v2/stock/api/manifests/1.4.2": dial tcp: lookup ${HOST}: no such host`,
    ],
    [
      'user and password in the image',
      `failed to resolve reference "ci:${secret.replaceAll(/[^\w-]/g, '')}@${HOST}/stock/api": not found`,
    ],
    [
      'an S3 signature',
      `failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://b.s3.acme.example/x?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(secret)}&X-Amz-Security-Token=${encodeURIComponent(secret)}&X-Amz-Signature=${encodeURIComponent(secret)}": dial tcp 10.0.0.1:443: i/o timeout`,
    ],
    [
      'a GCS signature',
      `failed open: unexpected status from GET request to https://storage.acme.example/b/o?X-Goog-Credential=${encodeURIComponent(secret)}&X-Goog-Signature=${encodeURIComponent(secret)}: 403 Forbidden`,
    ],
    [
      'an Azure SAS',
      `failed open: unexpected status from GET request to https://acme.blob.core.windows.net/b?se=2026-03-01&sig=${encodeURIComponent(secret)}&sv=1: 403 Forbidden`,
    ],
    [
      'a CDN signature',
      `failed open: unexpected status from GET request to https://cdn.acme.example/b?Expires=1&Policy=${encodeURIComponent(secret)}&Signature=${encodeURIComponent(secret)}&Key-Pair-Id=K1: 403 Forbidden`,
    ],
    [
      'a token query',
      `failed to authorize: failed to fetch oauth token: Get "https://auth.acme.example/token?access_token=${encodeURIComponent(secret)}&service=x": EOF`,
    ],
    [
      'an Authorization header',
      `failed to do request: map[Accept:[*/*] Authorization:[Basic ${base64(`ci:${secret}`)}]]: EOF`,
    ],
    ['a Bearer header', `401 Unauthorized: request header Authorization: Bearer ${base64(secret)}`],
    [
      'X-Registry-Auth',
      `docker: X-Registry-Auth: ${base64(JSON.stringify({ username: 'ci', password: secret }))} was refused: unauthorized`,
    ],
    [
      'a proxy with a login',
      `proxyconnect tcp: dial tcp: lookup http://ci:${encodeURIComponent(secret)}@proxy.acme.example:3128: no such host`,
    ],
    [
      'a proxy setting',
      `HTTPS_PROXY=http://ci:${encodeURIComponent(secret)}@proxy.acme.example:3128 caused: Proxy Authentication Required`,
    ],
    [
      'a credential provider',
      `error execing credential provider plugin ecr for image ${PLAIN.image}: exit status 1: {"kind":"CredentialProviderResponse","auth":{"${HOST}":{"username":"AWS","password":${JSON.stringify(secret)}}}}`,
    ],
    ['a docker config', `cannot unmarshal {"auths":{"${HOST}":{"auth":"${base64(`ci:${secret}`)}"}}}: unexpected end`],
    ['a docker login', `command "docker login -u ci -p '${secret}' ${HOST}" failed: unauthorized`],
    ['a flag', `skopeo inspect --password ${JSON.stringify(secret)} docker://${HOST}/x: unauthorized`],
    [
      'a struct dump',
      `&AuthConfig{Username:ci,Password:${secret},Auth:,ServerAddress:${HOST},IdentityToken:${secret},}: unauthorized`,
    ],
    ['a JWT', `token ${JWT} was refused: 401 Unauthorized`],
    [
      'a private key',
      `tls: -----BEGIN PRIVATE KEY-----\\n${base64(secret)}\\n-----END PRIVATE KEY-----: bad certificate`,
    ],
    ['a cookie', `401 Unauthorized, sent Cookie: session=${encodeURIComponent(secret)}; x=1`],
  ];

  describe.each(messages)('in messages: %s', (_kind, error) => {
    const world: World = { ...PLAIN, error };

    it('in events and the waiting state', async () => {
      const extra = [
        eventOf(PLAIN, 'FailedToRetrieveImagePullSecret', error),
        eventOf(PLAIN, 'FailedMount', error),
        eventOf(PLAIN, 'FailedCreatePodSandBox', error),
      ];
      expectHidden(await outputsOfText(JSON.stringify(objectsOf(world, extra))), [secret]);
    });

    it.each([
      ['the log of the kubelet', kubeletLog(world)],
      ['the log of containerd', containerdLog(world)],
      ['describe text', describeOf(world)],
      ['a paste', error],
    ])('in %s', async (_source, text) => {
      expectHidden(await outputsOfText(text), [secret]);
    });

    it('decoded', async () => {
      expectHidden(await decodedOutputs(`Failed to pull image "${PLAIN.image}": ${error}`), [secret]);
      expectHidden(await decodedOutputs(error), [secret]);
    });
  });
});

describe('files and the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pullwhy-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const secret = CANARIES.random;
  const error = `failed to do request: Head "https://ci:${secret}@${HOST}/v2/?sig=${secret}": EOF`;
  const world: World = { ...PLAIN, error };
  const path = (name: string, text: string) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const files = [
    path('objects.json', JSON.stringify(objectsOf(world, [secretOf(PLAIN, 'Opaque', { password: secret })]))),
    path('kubelet.log', kubeletLog(world)),
    path('containerd.log', containerdLog(world)),
    path(
      'secret.txt',
      `Name: regcred\nNamespace: shop-prod\nType: Opaque\n\nData\n====\npassword: 12 bytes\ntoken: ${secret}\n`,
    ),
  ];

  it('a folder of everything', async () => {
    expectHidden(await outputsOf(reportOf(await readBundle(files, { now: NOW }))), [secret]);
  });

  it.each([
    ['a report', ['--from', folder, '--show-evidence', '-v']],
    ['a report in JSON', ['--from', folder, '-o', 'json']],
    ['a file that is none', ['--from', `https://ci:${secret}@${HOST}/x?token=${secret}`, '-v']],
    ['a target that is none', [`token/ghp_${secret}`, '--from', folder]],
    ['an option that is none', [`--password=${secret}`]],
    ['a format that is none', ['-o', `password=${secret}`, '--from', folder]],
    ['a cause that is none', ['explain', `password=${secret}`]],
    ['a message', ['decode', error]],
  ])('the command: %s', async (_, args) => {
    const { stdout, stderr } = await pullwhy(args);
    expect(stdout + stderr).not.toBe('');
    expectHidden([{ format: 'text', text: stdout + stderr }], [secret]);
  });
});
