import { describe, expect, it } from 'vitest';
import { cleanConfig, loginHosts } from './clean-config.ts';

const CANARY = 'c4n4ry';

describe('cleanConfig', () => {
  it.each([
    [
      'a containerd login',
      `[plugins."io.containerd.grpc.v1.cri".registry.configs."r.acme.example".auth]\n  username = "${CANARY}"\n  password = "${CANARY}"\n  identitytoken = '${CANARY}'`,
    ],
    [
      'headers of hosts.toml',
      `[host."https://m.acme.example".header]\n  x-extra-2 = ["${CANARY}", "${CANARY}"]\n  authorization = "Basic ${CANARY}"`,
    ],
    ['a header array over lines', `[host."https://m.acme.example".header]\n  x-extra = [\n    "${CANARY}",\n  ]`],
    ['TOML over lines', `[a.auth]\nauth = """\n${CANARY}\n"""`],
    [
      'a k3s registry',
      `configs:\n  "r.acme.example:5000":\n    auth:\n      username: ${CANARY}\n      password: ${CANARY}`,
    ],
    ['a YAML block', `auth:\n  password: |\n    ${CANARY}\n    ${CANARY}\n\nnext: 1`],
    [
      'JSON on one line',
      `{"registry":{"configs":{"r.acme.example":{"auth":{"username":"${CANARY}","password":"${CANARY}"}}}}}`,
    ],
    ['JSON headers', `{"registry":{"headers":{"X-Own":["${CANARY}"]}}}`],
    ['a proxy with a login', `[Service]\nEnvironment="HTTPS_PROXY=http://bob:${CANARY}@proxy.acme.example:3128"`],
    ['a secret of the environment', `Environment=AWS_SECRET_ACCESS_KEY=${CANARY}abcdefgh`],
    [
      'a pull record',
      `{"credentialMapping":{"r.acme.example/a":{"kubernetesSecrets":[{"uid":"1","credentialHash":"${CANARY}"}]}}}`,
    ],
    ['a private key', `key: x\n-----BEGIN PRIVATE KEY-----\n${CANARY}\n-----END PRIVATE KEY-----`],
  ])('removes %s', (_, text) => {
    expect(cleanConfig(text)).not.toContain(CANARY);
  });

  it('writes down nothing of JSON that nests without end', () => {
    const text = `{"auths":{"r.acme.example":{"auth":"${CANARY}"}},"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect(cleanConfig(text)).toBe('[redacted]: nested too deeply');
    expect(loginHosts(text)).not.toContain(CANARY);
  });

  it('keeps everything else as it stands', () => {
    const text = [
      'version = 3',
      '[plugins."io.containerd.cri.v1.images".registry]',
      '  config_path = "/etc/containerd/certs.d"',
      '[host."https://mirror.acme.example"]',
      '  capabilities = ["pull", "resolve"]',
      '  [host."https://mirror.acme.example".header]',
      '    x-extra = "gone"',
      '[host."https://other.acme.example"]',
      '  ca = "/etc/certs/other.crt"',
    ].join('\n');
    expect(cleanConfig(text)).toBe(text.replace('"gone"', '"[redacted]"'));
  });

  it('goes on after a value over lines', () => {
    expect(cleanConfig('a.auth:\n  password: >-\n    x\n  server: r.acme.example')).toContain('server: r.acme.example');
    expect(cleanConfig('[a.auth]\nauth = """\nx\n"""\n[b]\nserver = "r.acme.example"')).toContain(
      'server = "r.acme.example"',
    );
  });
});

describe('loginHosts', () => {
  it('keeps hosts and the names of fields', () => {
    const auth = Buffer.from(`bob:${CANARY}`).toString('base64');
    const config = {
      auths: { 'r.acme.example/team': { auth, email: 'b@acme.example' }, 'x.acme.example': {} },
      credsStore: 'desktop',
    };
    expect(JSON.parse(loginHosts(JSON.stringify(config)))).toEqual({
      auths: { 'r.acme.example/team': { auth: '[redacted]', email: '[redacted]' }, 'x.acme.example': {} },
      credsStore: 'set',
    });
  });

  it.each(['', 'not json', '[]', 'null', `{"auths":"${CANARY}"}`, `${CANARY}`])('gives no value of %j', (text) => {
    expect(loginHosts(text)).not.toContain(CANARY);
  });
});
