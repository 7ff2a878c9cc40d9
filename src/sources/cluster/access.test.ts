import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccessFlags, openAccess } from './access.ts';
import type { Environment } from './kubeconfig.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pullwhy-access-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Parts {
  readonly current?: string;
  readonly server?: string;
  readonly cluster?: object;
  readonly user?: object;
  readonly names?: readonly string[];
  readonly namespace?: string;
}

/** A kubeconfig with one cluster and one user, under several context names. */
function kubeconfig(parts: Parts = {}): string {
  const { current = 'dev', names = ['dev'], server = 'http://api.acme.example:8080', namespace } = parts;
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    ...(current === '' ? {} : { 'current-context': current }),
    clusters: [{ name: `${names[0]}-cluster`, cluster: { server, ...parts.cluster } }],
    users: [{ name: `${names[0]}-user`, user: parts.user ?? {} }],
    contexts: names.map((name) => ({
      name,
      context: {
        cluster: `${names[0]}-cluster`,
        user: `${names[0]}-user`,
        ...(namespace === undefined ? {} : { namespace }),
      },
    })),
  });
}

function save(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const open = (flags: AccessFlags, env: Environment = {}) =>
  openAccess(flags, { env: { HOME: folder, ...env }, suggest: (word, known) => ` (near ${word}: ${known[0]})` });

describe('openAccess', () => {
  it('takes the server, context and namespace of the current context', async () => {
    const access = await open({ kubeconfig: save('a', kubeconfig({ namespace: 'shop' })) });
    expect([access.server.host, access.context, access.namespace]).toEqual(['api.acme.example:8080', 'dev', 'shop']);
    expect((await access.credentials()).headers).toEqual({});
  });

  it('reads the files of KUBECONFIG in order: the first name wins, files that are missing are skipped', async () => {
    const first = save('b1', kubeconfig({ names: ['one'], current: 'one', server: 'http://one.acme.example' }));
    const second = save('b2', kubeconfig({ names: ['two'], current: 'two', server: 'http://two.acme.example' }));
    const again = save('b3', kubeconfig({ names: ['one'], current: 'one', server: 'http://late.acme.example' }));
    const env = { KUBECONFIG: [join(folder, 'missing'), first, second, again].join(delimiter) };
    expect((await open({}, env)).server.host).toBe('one.acme.example');
    expect((await open({ context: 'two' }, env)).server.host).toBe('two.acme.example');
  });

  it.each([
    ['--kubeconfig', (pipe: string) => open({ kubeconfig: pipe })],
    ['KUBECONFIG', (pipe: string) => open({}, { KUBECONFIG: pipe })],
  ])('reads what a command writes, as the shell hands it over: %s', async (flag, opened) => {
    const pipe = join(folder, `pipe${flag}`);
    execFileSync('mkfifo', [pipe]);
    const [access] = await Promise.all([opened(pipe), writeFile(pipe, kubeconfig())]);
    expect(access.server.host).toBe('api.acme.example:8080');
  });

  it('prefers --kubeconfig to KUBECONFIG', async () => {
    const flag = save('c1', kubeconfig({ server: 'http://flag.acme.example' }));
    const env = { KUBECONFIG: save('c2', kubeconfig({ server: 'http://env.acme.example' })) };
    expect((await open({ kubeconfig: flag }, env)).server.host).toBe('flag.acme.example');
  });

  it.each([
    [
      'no file at all',
      {},
      { KUBECONFIG: '/nowhere/config' },
      /no cluster to ask: .*\/nowhere\/config.*--kubeconfig FILE/,
    ],
    [
      'no home folder',
      {},
      { HOME: '' },
      /no cluster to ask: .*~\/\.kube\/config \(no home folder\).*--kubeconfig FILE/,
    ],
    ['a missing --kubeconfig', { kubeconfig: '/nowhere/x' }, {}, /--kubeconfig \/nowhere\/x: there is no such file/],
  ])('says where it looked: %s', async (_, flags, env, message) => {
    await expect(open(flags, env)).rejects.toThrow(message);
  });

  it('names near contexts when there is none of that name', async () => {
    const file = save('d', kubeconfig({ names: ['dev', 'prod'] }));
    await expect(open({ kubeconfig: file, context: 'deev' })).rejects.toThrow(
      /no context deev in .*\(near deev: dev\); it has dev, prod/,
    );
  });

  it.each([
    ['no current context', kubeconfig({ current: '' }), /sets no current context: give --context NAME; it has dev/],
    ['a server that is no URL', kubeconfig({ server: 'acme' }), /the server of context dev in .* is no URL: acme/],
    ['a broken file', 'clusters: [', /kubeconfig .* cannot be read: line 1 is not valid YAML$/],
    ['a file nested without end', `a: ${'['.repeat(50_000)}`, /cannot be read/],
    ['an empty file', '', /cannot be read: it is no kubeconfig$/],
    ['broken JSON with a token', '{"users":[{"user":{"token": canaryToken1}}]}', /: it is not valid JSON$/],
    [
      'an alias that is none',
      'users:\n- user: {token: *canaryToken1}\n',
      /cannot be read: [^*]*aliases cannot be followed$/,
    ],
    [
      'an unknown cluster',
      kubeconfig().replace('"dev-cluster","cluster"', '"other","cluster"'),
      /names cluster dev-cluster/,
    ],
  ])('tells in one line: %s', async (name, text, message) => {
    const file = save(`e-${name.replaceAll(' ', '-')}`, text);
    await expect(open({ kubeconfig: file })).rejects.toThrow(message);
    await expect(open({ kubeconfig: file })).rejects.toThrow(/^[^\n]*$/);
  });

  it.each([
    ['a token', { token: 'canary-token' }, { Authorization: 'Bearer canary-token' }],
    ['name and password', { username: 'u', password: 'p' }, { Authorization: `Basic ${btoa('u:p')}` }],
  ])('logs in with %s', async (name, user, headers) => {
    const access = await open({ kubeconfig: save(`f-${name.replaceAll(' ', '-')}`, kubeconfig({ user })) });
    expect((await access.credentials()).headers).toEqual(headers);
  });

  it('reads YAML, with paths that are relative to the file', async () => {
    save('token', 'canary-token\n');
    const file = save(
      'yaml',
      `# made by hand
apiVersion: v1
kind: Config
current-context: dev
preferences: {}
clusters:
- name: dev
  cluster:
    server: http://api.acme.example:8080/k8s/
- name: broken
contexts:
- name: dev
  context: &context
    cluster: dev
    user: jane
    namespace: shop
- name: other
  context:
    <<: *context
    namespace: web
users:
- name: jane
  user:
    tokenFile: token
    as: admin
    as-groups: [devs, ops]
`,
    );
    const access = await open({ kubeconfig: file });
    expect([access.server.href, access.namespace]).toEqual(['http://api.acme.example:8080/k8s', 'shop']);
    expect((await access.credentials()).headers).toEqual({
      Authorization: 'Bearer canary-token',
      'Impersonate-User': 'admin',
      'Impersonate-Group': ['devs', 'ops'],
    });
    expect((await open({ kubeconfig: file, context: 'other' })).namespace).toBe('web');
  });

  it('reads a token file anew when the login is refused', async () => {
    const file = save('rotating', kubeconfig({ user: { tokenFile: save('rotated', 'canary-1') } }));
    const access = await open({ kubeconfig: file });
    expect((await access.credentials()).headers).toEqual({ Authorization: 'Bearer canary-1' });
    save('rotated', 'canary-2');
    expect((await access.credentials()).headers).toEqual({ Authorization: 'Bearer canary-1' });
    expect((await access.credentials(true)).headers).toEqual({ Authorization: 'Bearer canary-2' });
  });

  it.each([
    ['a token', { tokenFile: '/nowhere/token' }],
    ['a certificate', { 'client-certificate': '/nowhere/tls.crt' }],
  ])('says in one line which file of %s is missing', async (name, user) => {
    const server = 'https://api.acme.example';
    const file = save(`missing-${name.slice(2)}`, kubeconfig({ user, server }));
    const access = await open({ kubeconfig: file });
    await expect(access.credentials()).rejects.toThrow(
      /^cannot log in to api\.acme\.example \(auth\): .*\/nowhere\/t\S+$/,
    );
  });

  it.each([
    ['certificate', { 'client-certificate-data': btoa('canary'), 'client-key-data': btoa('canary') }],
    ['token', { token: 'canary\n1' }],
  ])('says in one line that a %s cannot be used', async (name, user) => {
    const file = save(`unusable-${name}`, kubeconfig({ user, server: 'https://api.acme.example' }));
    const failed = await (await open({ kubeconfig: file })).credentials().catch((error: Error) => error);
    expect(failed).toMatchObject({
      name: 'ClusterError',
      message: expect.stringMatching(/^cannot log in to api\.acme\.example \(auth\): [^\n]+$/),
    });
    expect((failed as Error).message).not.toContain('canary');
  });

  it('tries a login again that failed', async () => {
    const gate = join(folder, 'gate');
    const script = `
      if (!require('fs').existsSync(${JSON.stringify(gate)})) process.exit(1);
      console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', status: { token: 'canary-1' } }));`;
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', script] };
    const access = await open({ kubeconfig: save('again', kubeconfig({ user: { exec } })) });
    await expect(access.credentials()).rejects.toThrow(/cannot log in/);
    save('gate', '');
    expect((await access.credentials()).headers.Authorization).toBe('Bearer canary-1');
  });

  it('sends impersonation headers', async () => {
    const access = await open({ kubeconfig: save('g', kubeconfig()), as: 'jane', asGroup: ['devs', 'ops'] });
    expect((await access.credentials()).headers).toEqual({
      'Impersonate-User': 'jane',
      'Impersonate-Group': ['devs', 'ops'],
    });
  });

  it('runs an exec plugin, keeps its answer, and runs it again when it is refused', async () => {
    const count = join(folder, 'count');
    const script = `
      const fs = require('fs');
      const n = fs.existsSync(${JSON.stringify(count)}) ? Number(fs.readFileSync(${JSON.stringify(count)})) + 1 : 1;
      fs.writeFileSync(${JSON.stringify(count)}, String(n));
      const told = JSON.parse(process.env.KUBERNETES_EXEC_INFO).kind;
      console.log(JSON.stringify({ kind: told, apiVersion: 'client.authentication.k8s.io/v1', status: { token: 'canary-' + n } }));`;
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', script] };
    const access = await open({ kubeconfig: save('h', kubeconfig({ user: { exec } })) });
    expect((await access.credentials()).headers.Authorization).toBe('Bearer canary-1');
    expect((await access.credentials()).headers.Authorization).toBe('Bearer canary-1');
    expect((await access.credentials(true)).headers.Authorization).toBe('Bearer canary-2');
    expect((await access.credentials()).headers.Authorization).toBe('Bearer canary-2');
  });

  it.each([
    [
      'fails',
      { command: process.execPath, args: ['-e', 'console.error("session ended\\nmore"); process.exit(1)'] },
      /session ended$/,
    ],
    [
      'is not installed',
      { command: 'no-such-login-helper' },
      /no-such-login-helper failed: spawn no-such-login-helper ENOENT/,
    ],
  ])('says which plugin %s', async (name, exec, message) => {
    const user = { exec: { apiVersion: 'client.authentication.k8s.io/v1', ...exec } };
    const access = await open({ kubeconfig: save(`i-${name.replaceAll(' ', '-')}`, kubeconfig({ user })) });
    await expect(access.credentials()).rejects.toMatchObject({
      name: 'ClusterError',
      message: expect.stringMatching(/^cannot log in to api\.acme\.example:8080 \(auth\)/),
    });
    await expect(access.credentials()).rejects.toThrow(message);
  });
});
