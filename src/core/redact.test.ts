import { describe, expect, it } from 'vitest';
import { fc } from '../../test/support/properties.ts';
import { READABLE_LINES, SECRET_LINES, showsCanary } from '../../test/support/secret-forms.ts';
import { excerpt, neutralize, redact } from './redact.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const BASE64 = Buffer.from('ci:canary-value-1').toString('base64');
const LONG_BASE64 = Buffer.from(
  JSON.stringify({ auths: { 'harbor.acme.example': { auth: BASE64 } } }, null, 2),
).toString('base64');
const JWT = ['{"alg":"RS256"}', '{"sub":"canary"}', 'canary-signature']
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.');

describe('redact removes', () => {
  it.each([
    // headers
    ['Authorization: Basic cANARY', 'cANARY'],
    [`authorization: Bearer ${JWT}`, JWT],
    ['Proxy-Authorization: Basic Y2FuYXJ5', 'Y2FuYXJ5'],
    ['map[Accept:[*/*] Authorization:[Basic canaryvalue] X-Registry-Auth:[canaryAAA1]]', 'canary'],
    ['{"Authorization":"Bearer canary-1"}', 'canary-1'],
    ['{\\"Authorization\\": \\"Basic canary-1\\"}', 'canary-1'],
    ['Authorization: Digest username="ci", nonce="canary", response="canary"', 'canary'],
    ['Authorization: AWS4-HMAC-SHA256 Credential=canary/20260301, Signature=canary', 'canary'],
    ['authorization: abc123canary456 and more', 'canary'],
    ['Proxy-Authorization: Basic Y2FuYXJ5 Authorization: Bearer canary12', /Y2FuYXJ5|canary/],
    ['curl -H "Authorization: token canary-1" https://ghcr.io/v2/', 'canary-1'],
    [`sent Bearer ${BASE64} to the registry`, BASE64],
    ['Set-Cookie: session=canary; Path=/', 'canary'],
    ['X-JFrog-Art-Api: canary123456', 'canary'],
    // a dollar sign alone makes no variable
    ['password=$canaryCANARY9', 'canaryCANARY9'],
    // user info
    ['Get "https://ci:canary@harbor.acme.example/v2/": EOF', 'canary'],
    ['Get "https://ci:can@ary@harbor.acme.example/v2/": EOF', 'ary@'],
    ['parse "https://ci:ca/nary@harbor.acme.example": invalid port', 'nary'],
    ['https://canarytoken@github.acme.example/repo', 'canarytoken'],
    ['proxyconnect tcp: dial http://ci:canary@proxy.acme.example:3128', 'canary'],
    ['HTTPS_PROXY=ci:canary@proxy.acme.example:3128', 'canary'],
    // a host and port behind it are no digest
    ['Environment=HTTPS_PROXY=http://ci:canary@proxy:3128', 'canary'],
    ['redis://:canary@cache:6379/0', 'canary'],
    // queries
    ['Get "https://bucket.s3.acme.example/blob?X-Amz-Credential=canary&X-Amz-Signature=canary": EOF', 'canary'],
    ['https://acme.blob.core.windows.net/b?se=2026&sig=canary%3D', 'canary'],
    ['https://cdn.acme.example/b?Expires=1&Signature=canary&Key-Pair-Id=canary', 'canary'],
    ['https://cdn.acme.example/b?verify=1-canary: read tcp', 'canary'],
    ['"url":"https://cdn.acme.example/b?ns=a\\u0026sig=canary"', 'canary'],
    ['https://cdn.acme.example/b?ns=a&amp;sig=canary', 'canary'],
    ['https://auth.acme.example/token?service=x&access_token=canary', 'canary'],
    // docker configs and pairs
    ['{"auths":{"harbor.acme.example":{"auth":"canary"}}}', 'canary'],
    ['{\\"harbor.acme.example\\":{\\"auth\\":\\"canary\\"}}', 'canary'],
    ['err="{\\\\\\"auth\\\\\\": \\\\\\"canary\\\\\\"}"', 'canary'],
    ['{"username":"ci","password":"can \\"ary\\" x"}', 'ary'],
    ['{"identitytoken":"canary","registrytoken": "canary"}', 'canary'],
    ['{"password":"canary', 'canary'],
    ['{"password":12345678}', '12345678'],
    ['  password: canary', 'canary'],
    ['- token: canary-canary', 'canary-canary'],
    ['password = "canary"', 'canary'],
    ["api_key='canary'", 'canary'],
    ['DOCKER_PASSWORD=canary', 'canary'],
    ['client_secret=canary&grant_type=x', 'canary'],
    ['aws_secret_access_key = canary', 'canary'],
    ['SecretAccessKey: cAnArY1234+x', 'cAnArY1234'],
    ['{Username:ci Password:canary Auth: Email: ServerAddress:x IdentityToken:canary}', 'canary'],
    ['logged in with password: Harb0r-canary', 'canary'],
    ['refresh failed, token: 8f3kd9canary02kd', 'canary'],
    ['AccountKey=canary==;EndpointSuffix=core.windows.net', 'canary'],
    ['kubectl create secret docker-registry r --docker-password=canary --docker-email=x', 'canary'],
    ['helm registry login --username ci --password canary harbor.acme.example', 'canary'],
    ['docker login -u ci -p canary harbor.acme.example', 'canary'],
    ['curl -u ci:canary https://harbor.acme.example/v2/', 'canary'],
    [`.dockerconfigjson: ${LONG_BASE64}`, LONG_BASE64.slice(0, 20)],
    [`.dockerconfigjson: ${'QUJD'.repeat(200)}`, 'QUJD'],
    [`".dockercfg": "${LONG_BASE64}"`, LONG_BASE64.slice(0, 20)],
    ['secret=canary-value', 'canary'],
    // variables, named beside their value
    ['{"name":"AWS_SECRET_ACCESS_KEY","value":"canary/1+x"}', 'canary'],
    ['{\\"name\\":\\"DB_PASSWORD\\",\\"value\\":\\"canary\\"}', 'canary'],
    ['{"name":"DB_PASSWORD","value":"can\\"ary"}', 'ary'],
    ['[{"key": "API_KEY", "value": "canary one"}]', 'canary'],
    ['{"value":"canary","name":"NPM_TOKEN"}', 'canary'],
    ['- name: DB_PASSWORD\n  value: canary', 'canary'],
    ["- name: 'DB_PASSWORD_2'\n  value: 'canary one'", 'canary'],
    ['{\n  "name": "GITHUB_TOKEN",\n  "value": "canary"\n}', 'canary'],
    ['- name: DB_PASSWORD\n  value: can ary\n', 'ary'],
    ['- value: canary\n  name: DB_PASSWORD', 'canary'],
    ['EnvVar{Name:DB_PASSWORD,Value:canary,ValueFrom:nil,}', 'canary'],
    ['{"name":"DB_PASSWORD","description":"of the shop","value":"canary"}', 'canary'],
    ['{"value":"canary","kind":"x","name":"DB_PASSWORD"}', 'canary'],
    ['{"name":"DB_PASSWORD","value":["can","ary"]}', /can|ary/],
    ['- {name: DB_PASSWORD, value: can ary}', 'ary'],
    ['- name: &a DB_PASSWORD\n  value: canary', 'canary'],
    // lists of variables, as docker and crictl inspect print them
    ['"Env": ["PATH=/bin","DB_PASSWORD=one can&ary"]', 'ary'],
    ['"DB_PASSWORD=one\\"canary"', 'canary'],
    ['{"log":"\\"DB_PASSWORD=one canary\\" x"}', 'canary'],
    ['Environment=API_TOKEN=a;canary', 'canary'],
    ['export DB_PASSWORD=a&canary', 'canary'],
    ['map[DB_PASSWORD:canary]', 'canary'],
    ['DB_PASS=canary', 'canary'],
    ['SENTRY_DSN=canary', 'canary'],
    ['{"SECRET_KEY_BASE":"canary","ENCRYPTION_KEY":"canary"}', 'canary'],
    ['client-key-data: canary1234', 'canary'],
    [`tls.key: ${Buffer.from('-----BEGIN RSA PRIVATE KEY-----\ncanary').toString('base64')}`, 'LS0tLS1CRUdJTiBS'],
    // lists of headers and of arguments
    ['X-Custom-Token = ["can", "ary"]', /"can|ary/],
    ['"auth": ["canary"]', 'canary'],
    ['"Args": ["--db-password","canary"]', 'canary'],
    ['["docker","login","-p","canary"]', 'canary'],
    ['skopeo copy --src-creds ci:canary docker://x', 'canary'],
    ['crictl pull --creds=ci:canary x', 'canary'],
    ['crictl pull --auth canary x', 'canary'],
    ['command: [sh, -c, "mysql -uroot -pcanary"]', 'canary'],
    // shapes
    ['using ghp_canarycanarycanary01 now', 'canary'],
    ['using github_pat_11CANARYCANARY_canary now', 'canary'],
    ['dckr_pat_canary-canary', 'canary'],
    ['glpat-canarycanary', 'canary'],
    ['gldt-canarycanary', 'canary'],
    ['ya29.canary-canary', 'canary'],
    ['hvs.canarycanarycanary', 'canary'],
    ['xoxb-canary-canary', 'canary'],
    ['npm_canarycanarycanary', 'canary'],
    [`token was ${JWT}.`, JWT.slice(0, 30)],
    [Buffer.from(JSON.stringify({ payload: 'canary'.repeat(20), expiration: 1 })).toString('base64'), 'Y2FuYXJ5'],
    ['-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----', 'canary'],
    ['"private_key": "-----BEGIN PRIVATE KEY-----\\ncanary\\n-----END PRIVATE KEY-----\\n"', 'canary'],
    ['-----BEGIN PRIVATE KEY-----\ncanary', 'canary'],
  ])('%s', (text, secret) => {
    const clean = redact(text);
    expect(clean).not.toMatch(secret);
    expect(redact(clean)).toBe(clean);
    expect(excerpt(text)).not.toMatch(secret);
  });
});

it.each(SECRET_LINES)('redact hides what %j holds', (line) => {
  expect(showsCanary(line)).toBe(true);
  const clean = redact(line);
  expect(clean).toSatisfy((text: string) => !showsCanary(text));
  expect(redact(clean)).toBe(clean);
});

it.each(READABLE_LINES)('redact keeps %j', (line) => {
  expect(redact(line)).toBe(line);
});

describe('redact keeps', () => {
  it.each([
    '- name: IMAGE\n  value: harbor.acme.example/a:1',
    '{"name":"PULL_SECRET_NAME","value":"regcred"}',
    '{"name":"token","valueFrom":{"secretKeyRef":{"name":"x","key":"token"}}}',
    'secretKeyRef:\n    name: a\n    key: password\n- name: B\n  value: fine',
    '{"name":"DB_PASSWORD","value":""}',
    'GOOGLE_APPLICATION_CREDENTIALS=/var/run/gcp.json',
    'docker://harbor.acme.example/my-api-key:1.2@sha256:0a',
    'client-certificate-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUM=',
    // a shell puts the value there
    `TOKEN=$(curl -s 'https://auth.acme.example/token' | jq -r .token); curl -H "Authorization: Bearer $TOKEN" x`,
    // the words of the failures themselves
    'Failed to pull image "harbor.acme.example/team/api:v1": rpc error: code = Unknown desc = failed to pull and unpack image',
    'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://auth.acme.example/token?scope=repository%3Ateam%2Fapi%3Apull&service=registry.acme.example: 401 Unauthorized',
    'failed to fetch oauth token: unexpected status: 403 Forbidden',
    'failed to fetch oauth token: Post "https://auth.acme.example/token": dial tcp 10.0.0.7:443: i/o timeout',
    'failed to fetch anonymous token: Get "https://auth.acme.example/token?scope=repository%3Ax%3Apull&service=x": EOF',
    'server message: insufficient_scope: authorization failed',
    'authorization failed: no basic auth credentials',
    'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope',
    'unauthorized: authentication required',
    'unauthorized: incorrect username or password',
    'unable to retrieve auth token: invalid username/password: unauthorized: authentication required',
    'unable to retrieve auth token: invalid username/password: Unauthorized',
    'Requesting bearer token: invalid status code from registry 403 (Forbidden)',
    'Requesting bearer token: received unexpected HTTP status: 403 Forbidden',
    'denied: requested access to the resource is denied',
    'Your authorization token has expired. Reauthenticate and try again.',
    'no basic auth credentials',
    'basic authentication required',
    'WWW-Authenticate: Bearer realm="https://auth.acme.example/token",service="registry.acme.example",scope="repository:team/api:pull"',
    'Www-Authenticate: Basic realm=Artifactory-Realm',
    'missing header X-Registry-Auth',
    'illegal base64 data at input byte 5',
    'unable to parse auth field, must be formatted as base64(username:password)',
    'Unable to retrieve some image pull secrets (regcred, regcred-2); attempting to pull the image may not succeed.',
    '"Unable to retrieve pull secret, the image pull may not succeed." pod="shop-prod/api-x" secret="shop-prod/regcred" err="secret \\"regcred\\" not found"',
    '"Unable to retrieve pull secret" pod="shop-prod/api-x" secret="" err="not found"',
    'Secret "regcred" is invalid: data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": unexpected end of JSON input',
    'MountVolume.SetUp failed for volume "kube-api-access": failed to fetch token: serviceaccounts "api" not found',
    'Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/acme/locations/eu/repositories/api" (or it may not exist)',
    'User: arn:aws:sts::123456789012:assumed-role/node/i-0abc is not authorized to perform: ecr:GetAuthorizationToken',
    "client with IP '10.1.2.3' is not allowed access",
    'toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
    'ratelimit-limit: 100;w=21600',
    // references, digests, hosts, ids
    `harbor.acme.example:5000/team/api@${DIGEST}: not found`,
    `docker://nginx:1.27@${DIGEST}`,
    `docker://nginx@${DIGEST}`,
    `nginx:1.27@${DIGEST}`,
    `docker://harbor.acme.example:5000/team/api:v1@${DIGEST}`,
    `https://[fd00::1]:5000/v2/team/api@${DIGEST}`,
    `failed commit on ref "layer-${DIGEST}": unexpected commit digest ${DIGEST}, expected ${DIGEST}: failed precondition`,
    'Back-off pulling image "acme.example/auth/token:v1.2"',
    'Back-off pulling image "token:v1"',
    'pulling image acme.example/secret:2026-03-01',
    'Back-off pulling image "acme.example/password-service:3"',
    'pod="shop-prod/api-7557699657-kvmml" podUID="a4b34a60-e898-4a79-8181-cc13168a64d5"',
    'AKIAIOSFODNN7EXAMPLE',
    'x509: certificate signed by unknown authority',
    'failed to load CRI config: private-key: open /etc/containerd/certs.d/x.key: permission denied',
    'Head "https://mirror.acme.example/v2/team/api/manifests/v1?ns=docker.io": dial tcp: lookup mirror.acme.example: no such host',
    'unexpected status from HEAD request to https://m.acme.example/v2/x/manifests/1?ns=%5BREDACTED%5D: 401 Unauthorized',
    'https://b.s3.acme.example/x?X-Amz-Date=20260301T000000Z&X-Amz-Expires=1200: 403 Forbidden',
    'imagePullSecret=regcred',
    'Started getty@tty1.service',
    'journalctl -u containerd: no entries',
    'echo x | docker login --username ci --password-stdin',
    'hasPassword=true, token=<nil>',
    'Failed to refresh the Token: StatusCode=401 -- Original Error: adal',
    'failed to acquire service principal token: azure.BearerAuthorizer#WithAuthorization: Failed to refresh the Token',
    'pulling image="acme.example/api:v1" password= username=',
    'contact ops@acme.example',
  ])('%s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('leaves the text around a secret alone', () => {
    expect(redact('Get "https://ci:canary@harbor.acme.example/v2/?sig=canary&ns=docker.io": 403 Forbidden')).toBe(
      'Get "https://[redacted]@harbor.acme.example/v2/?sig=[redacted]&ns=docker.io": 403 Forbidden',
    );
    expect(redact('https://cdn.acme.example/b?sig=canary: dial tcp 10.0.0.1:443: i/o timeout')).toBe(
      'https://cdn.acme.example/b?sig=[redacted]: dial tcp 10.0.0.1:443: i/o timeout',
    );
    expect(redact('{"auths":{"h":{"auth":"canary","email":"x"}}}')).toBe(
      '{"auths":{"h":{"auth":"[redacted]","email":"x"}}}',
    );
    expect(redact('{Username:ci Password:canary Email:x}')).toBe('{Username:ci Password:[redacted] Email:x}');
  });
});

describe('neutralize', () => {
  it.each([
    ['\u001b[31mred', '\\x1b[31mred'],
    ['a\rb\u0000c\u0007\u007f', 'a\\x0db\\x00c\\x07\\x7f'],
    ['\u009b31m', '\\x9b31m'],
    ['a\u202eb\u2066c\u2069', 'a\\u202eb\\u2066c\\u2069'],
    ['zero\u200bwidth\ufeff', 'zero\\u200bwidth\\ufeff'],
    ['line\u2028end\u2029', 'line\\u2028end\\u2029'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['half\ud800', 'half\\ud800'],
    ['keeps\ttabs\nand lines, ünïcode and 🚢', 'keeps\ttabs\nand lines, ünïcode and 🚢'],
  ])('%j', (text, harmless) => {
    expect(neutralize(text)).toBe(harmless);
  });
});

describe('excerpt', () => {
  it('is one harmless line of bounded length', () => {
    expect(excerpt('  a\n\n b\t\u001b[0m ')).toBe('a b \\x1b[0m');
    expect(excerpt('abcdef', 4)).toBe('abc…');
    expect(excerpt('abcd', 4)).toBe('abcd');
    expect(excerpt('ab🚢d', 4)).toBe('ab…');
    expect(excerpt('x'.repeat(3_000))).toHaveLength(2_000);
    expect(excerpt(`${'x'.repeat(1_999)} password=canary`)).not.toContain('canary');
  });
});

/** Fragments that begin, join or end the shapes that redact knows. */
const FRAGMENTS = fc.constantFrom(
  ...[
    'password',
    'token',
    'secret',
    'auth',
    '"',
    '\\"',
    "'",
    ':',
    '=',
    ' ',
    '\n',
    '://',
    '@',
    '/',
    '?',
    '&',
    '\\u0026',
    'sig',
  ],
  ...[
    'Authorization',
    'Basic',
    'Bearer',
    'eyJ',
    '.',
    '-',
    '--',
    '[redacted]',
    '{',
    '}',
    ',',
    'login',
    '-p',
    'a',
    'B3',
    '-----BEGIN PRIVATE KEY-----',
  ],
);
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.array(FRAGMENTS, { maxLength: 40 }).map((parts) => parts.join('')),
);

describe('on any text', () => {
  it('excerpt is bounded, one line, without controls', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 200 }), (text, max) => {
        const shown = excerpt(text, max);
        expect(shown.length).toBeLessThanOrEqual(max);
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
      }),
    );
  });

  it('a secret never survives in the places that are known', () => {
    const canary = fc.stringMatching(/^[A-Za-z0-9]{4,20}K9z$/).filter((value) => !/redacted/i.test(value));
    const place = fc.constantFrom<(secret: string) => string>(
      (secret) => `password=${secret}`,
      (secret) => `{"auth":"${secret}"}`,
      (secret) => `\\"password\\":\\"${secret}\\"`,
      (secret) => `https://ci:${secret}@harbor.acme.example/v2/`,
      (secret) => `Authorization: Basic ${secret}`,
      (secret) => `https://cdn.acme.example/b?sig=${secret}`,
      (secret) => `--docker-password=${secret}`,
    );
    fc.assert(
      fc.property(place, canary, fc.string(), fc.string(), (write, secret, before, after) => {
        const text = `${before} ${write(secret)} ${after}`;
        if (before.includes(secret) || after.includes(secret)) return;
        expect(redact(text)).not.toContain(secret);
      }),
    );
  });
});

describe('speed', () => {
  const SIZE = 200_000;

  it.each(['?a=', 'password=', 'token: ', '"x'])('%j and a long value', (start) => {
    const begin = performance.now();
    excerpt(`${start}${':'.repeat(SIZE)}x`);
    excerpt(start + 'a'.repeat(900_000));
    excerpt(start + '\\a'.repeat(SIZE));
    expect(performance.now() - begin).toBeLessThan(8_000);
  });

  it.each([
    'password:',
    'name:',
    'name: token value: ',
    '"name":"token","value":"',
    '"value":"a","name":"',
    'value:\\\\"',
    'token:',
    '"token":',
    "'token':x",
    'lsecret=',
    'token: "',
    'password=',
    '"password":"',
    'password=\\"',
    'token: "token: \'',
    '-password:',
    'authorization:',
    'Authorization: Basic ',
    'Digest ',
    'https://',
    '://a:b',
    'a:b@',
    'a@',
    ':@',
    'http://a:',
    'eyJ',
    'eyJ-',
    'eyJabcdefgh.',
    '?a=',
    '&',
    '\\u0026',
    'login ',
    '--password ',
    ' --',
    ' -u',
    '-----BEGIN PRIVATE KEY-----',
    '\\',
    '"',
    '\\"',
    ' ',
    '\n',
    '[',
    'Basic ',
    'cookie: ',
    'gl',
    'ghp_',
    'a',
    '9a',
    'auth: ',
    '\u200b',
    'secret=a/',
    "password: '",
    '<password>a',
    '&lt;token&gt;',
    '<token><![CDATA[',
    'data:{a:"',
    'kind:Secret data:{a:',
    '%22password%22%3A%22',
    '%3A%2F%2Fa',
    '\\u0022token\\u003d',
    'echo aaaa |',
    'echo a ',
    'ENV a_token ',
    'machine a login b ',
    '--password-stdin <<< ',
    'x-a-token: ',
    '{password: a ',
    '\\n  password: a ',
    'password: &a ',
    'BEGIN PRIVATE KEY',
    '8Q~',
    'K10aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:',
  ])('200 KB of %j', (piece) => {
    const text = piece.repeat(Math.ceil(SIZE / piece.length));
    const start = performance.now();
    excerpt(text);
    redact(`${text} password=x`);
    redact(`| ${text} password=x`);
    expect(performance.now() - start).toBeLessThan(8_000);
  });
});
