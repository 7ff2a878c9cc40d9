import { describe, expect, it } from 'vitest';
import { fc } from '../../test/support/properties.ts';
import { decodePullSecret } from './docker-config.ts';
import type { PullSecret } from './secret-content.ts';

const HOST = 'harbor.acme.example';

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function json(config: unknown): PullSecret {
  return { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': base64(JSON.stringify(config)) } };
}

function cfg(config: unknown): PullSecret {
  return { type: 'kubernetes.io/dockercfg', data: { '.dockercfg': base64(JSON.stringify(config)) } };
}

function entry(fields: unknown): PullSecret {
  return json({ auths: { [HOST]: fields } });
}

const GOOD = { username: 'ci', password: 'canary-pw', auth: base64('ci:canary-pw') };

describe('a secret that the kubelet uses', () => {
  it('as .dockerconfigjson', () => {
    expect(decodePullSecret(json({ auths: { [`https://${HOST}/v2/`]: GOOD } }))).toEqual({
      usable: true,
      format: 'dockerconfigjson',
      entries: [
        {
          host: `https://${HOST}/v2/`,
          key: HOST,
          userKind: 'plain',
          user: 'ci',
          emptyUser: false,
          masked: false,
          ignoredFields: [],
          hints: [],
        },
      ],
      ignoredFields: [],
    });
  });

  it('as .dockercfg', () => {
    const decoded = decodePullSecret(cfg({ [HOST]: GOOD }));
    expect(decoded).toMatchObject({ usable: true, format: 'dockercfg' });
    expect(decoded.entries).toHaveLength(1);
  });

  it.each([
    ['unpadded auth', { auth: base64('ci:canary').replace(/=+$/, '') }],
    ['auth with a line break', { auth: `${base64('ci:canary').slice(0, 4)}\n${base64('ci:canary').slice(4)}` }],
    ['a password with colons', { auth: base64('ci:a:b:c') }],
    ['only username and password', { username: 'ci', password: 'canary' }],
    ['fields in another case', { UserName: 'ci', PASSWORD: 'canary' }],
    ['null fields', { username: 'ci', password: 'canary', auth: null, email: null }],
    ['unknown fields', { username: 'ci', password: 'canary', foo: 1 }],
  ])('with %s', (_what, fields) => {
    const decoded = decodePullSecret(entry(fields));
    expect(decoded.problem).toBeUndefined();
    expect(decoded.entries[0]?.user).toBe('ci');
  });

  it('with "Auths" in another case and the values of stringData', () => {
    const stringData = { '.dockerconfigjson': JSON.stringify({ Auths: { [HOST]: GOOD } }) };
    expect(decodePullSecret({ type: 'kubernetes.io/dockerconfigjson', stringData }).usable).toBe(true);
    expect(decodePullSecret({ ...json({ auths: {} }), stringData }).usable).toBe(true);
  });

  it.each([{}, null])('with an empty entry %j, which counts as a match without user', (fields) => {
    const [decoded] = decodePullSecret(entry(fields)).entries;
    expect(decoded).toMatchObject({ userKind: 'empty', emptyUser: true });
  });

  it('with a host that does not parse', () => {
    const [decoded] = decodePullSecret(json({ auths: { 'harbor acme': GOOD } })).entries;
    expect(decoded).not.toHaveProperty('key');
    expect(decoded?.hints.join()).toContain('cannot parse this host');
  });

  it('with a clock', () => {
    const password = base64(JSON.stringify({ payload: 'canary', expiration: 1_772_400_000 }));
    const [decoded] = decodePullSecret(entry({ username: 'AWS', password })).entries;
    expect(decoded?.expiry).toMatchObject({ kind: 'ecr', expiresAt: '2026-03-01T21:20:00Z', basis: 'token' });
    const opaque = { ...entry({ username: 'AWS', password: 'canary' }), writtenAt: '2026-03-01T00:00:00Z' };
    expect(decodePullSecret(opaque).entries[0]?.expiry?.expiresAt).toBe('2026-03-01T12:00:00Z');
  });
});

describe('a secret that breaks every pull of the pod', () => {
  const context = 'DockerConfigJSON.auths';
  it.each([
    [
      'text instead of base64',
      entry({ auth: 'robot-ci:canary' }),
      'bad-auth-base64',
      'illegal base64 data at input byte 5',
    ],
    ['padding cut off badly', entry({ auth: 'Y2k6c' }), 'bad-auth-base64', 'illegal base64 data at input byte 4'],
    [
      'a blank behind the padding',
      entry({ auth: `${base64('ci:canar')} ` }),
      'bad-auth-base64',
      'illegal base64 data at input byte 12',
    ],
    [
      'no colon',
      entry({ auth: base64('robot-ci') }),
      'bad-auth-field',
      'unable to parse auth field, must be formatted as base64(username:password)',
    ],
    [
      'a number',
      entry({ username: 1 }),
      'bad-field-type',
      `json: cannot unmarshal number into Go struct field ${context}.username of type string`,
    ],
    [
      'an object',
      entry({ auth: {} }),
      'bad-field-type',
      `json: cannot unmarshal object into Go struct field ${context}.auth of type string`,
    ],
    [
      'a list',
      entry({ Password: [] }),
      'bad-field-type',
      `json: cannot unmarshal array into Go struct field ${context}.password of type string`,
    ],
    [
      'a bool in .dockercfg',
      cfg({ [HOST]: { email: true } }),
      'bad-field-type',
      'json: cannot unmarshal bool into Go struct field dockerConfigEntryWithAuth.email of type string',
    ],
    [
      'a string for an entry',
      entry('canary'),
      'bad-field-type',
      `json: cannot unmarshal string into Go struct field ${context} of type credentialprovider.dockerConfigEntryWithAuth`,
    ],
    [
      'a string for an entry of .dockercfg',
      cfg({ credsStore: 'desktop' }),
      'bad-field-type',
      'json: cannot unmarshal string into Go value of type credentialprovider.dockerConfigEntryWithAuth',
    ],
    [
      'a list of auths',
      json({ auths: [] }),
      'bad-field-type',
      `json: cannot unmarshal array into Go struct field ${context} of type credentialprovider.DockerConfig`,
    ],
    [
      'a header that is no string',
      json({ auths: { [HOST]: GOOD }, HttpHeaders: { a: 1 } }),
      'bad-field-type',
      'json: cannot unmarshal number into Go struct field DockerConfigJSON.HttpHeaders of type string',
    ],
    [
      'a list',
      json([]),
      'not-object',
      'json: cannot unmarshal array into Go value of type credentialprovider.DockerConfigJSON',
    ],
    [
      'a string',
      cfg('canary'),
      'not-object',
      'json: cannot unmarshal string into Go value of type credentialprovider.DockerConfig',
    ],
  ])('%s', (_what, secret, kind, kubeletText) => {
    const { usable, problem } = decodePullSecret(secret);
    expect(usable).toBe(false);
    expect(problem).toMatchObject({ kind, kubeletText, breaksPod: true });
  });

  it('because of one bad entry among good ones, which are still listed', () => {
    const decoded = decodePullSecret(
      json({ auths: { 'a.example': GOOD, 'b.example': { auth: 'no colon' }, 'c.example': GOOD } }),
    );
    expect(decoded).toMatchObject({ usable: false, problem: { kind: 'bad-auth-base64' } });
    expect(decoded.entries.map(({ host, userKind }) => [host, userKind])).toEqual([
      ['a.example', 'plain'],
      ['b.example', 'unknown'],
      ['c.example', 'plain'],
    ]);
    expect(decoded.problem?.note).toContain('b.example');
  });

  it('says that auth is encoded twice', () => {
    expect(decodePullSecret(entry({ auth: base64(base64('ci:canary')) })).problem?.note).toContain('encoded twice');
  });

  it.each([
    ['not base64', { '.dockerconfigjson': '{"auths":{}}' }],
    ['not JSON', { '.dockerconfigjson': base64('auths: {}') }],
    ['cut off', { '.dockerconfigjson': base64('{"auths":{') }],
    ['with a byte order mark', { '.dockerconfigjson': base64('\ufeff{"auths":{}}') }],
  ])('cannot be stored: %s', (_what, data) => {
    const { problem } = decodePullSecret({ type: 'kubernetes.io/dockerconfigjson', data });
    expect(problem).toMatchObject({ kind: 'not-json', breaksPod: true });
    expect(problem?.note).toContain('API server refuses');
  });
});

describe('a secret that the kubelet ignores', () => {
  it.each(['Opaque', 'kubernetes.io/basic-auth', ''])('type %j', (type) => {
    const decoded = decodePullSecret({ ...json({ auths: { [HOST]: GOOD } }), type });
    expect(decoded).toMatchObject({
      usable: false,
      format: 'none',
      problem: { kind: 'wrong-type', breaksPod: false, wouldBe: 'dockerconfigjson' },
    });
    expect(decoded.entries.map(({ key }) => key)).toEqual([HOST]);
  });

  it('of another type is ignored whether its data was seen or not', () => {
    expect(decodePullSecret({ type: 'Opaque' }).problem?.kind).toBe('wrong-type');
    expect(decodePullSecret({ type: 'Opaque', data: { user: base64('ci') } }).problem).not.toHaveProperty('wouldBe');
    expect(
      decodePullSecret({ data: { '.dockercfg': base64(JSON.stringify({ [HOST]: GOOD })) } }).problem?.wouldBe,
    ).toBe('dockercfg');
  });

  it.each([
    ['no data', { type: 'kubernetes.io/dockerconfigjson', data: {} }, 'no-data', undefined],
    [
      'another key',
      { type: 'kubernetes.io/dockerconfigjson', data: { 'config.json': base64('{}') } },
      'wrong-key',
      undefined,
    ],
    [
      'the key of the other format',
      { type: 'kubernetes.io/dockerconfigjson', data: { '.dockercfg': base64('{}') } },
      'wrong-key',
      'dockercfg',
    ],
    ['no auths', json({ HttpHeaders: { 'User-Agent': 'x' } }), 'no-auths', undefined],
    ['null', json(null), 'no-auths', undefined],
    ['empty auths', json({ auths: {} }), 'no-auths', undefined],
    ['hosts at the top', json({ [HOST]: GOOD }), 'no-auths', 'dockercfg'],
    ['auths in .dockercfg', cfg({ auths: { [HOST]: GOOD } }), 'no-auths', 'dockerconfigjson'],
    ['no hosts', cfg({}), 'no-auths', undefined],
  ] as const)('%s', (_what, secret, kind, wouldBe) => {
    const { usable, problem } = decodePullSecret(secret);
    expect(usable).toBe(false);
    expect(problem).toMatchObject({ kind, breaksPod: false });
    expect(problem?.wouldBe).toBe(wouldBe);
  });

  it('names the store that holds the credentials instead', () => {
    const decoded = decodePullSecret(json({ auths: {}, credsStore: 'desktop', credHelpers: { 'ghcr.io': 'x' } }));
    expect(decoded.ignoredFields).toEqual(['credsStore', 'credHelpers']);
    expect(decoded.problem?.note).toContain('credsStore');
  });
});

describe('a secret whose data was left out', () => {
  const type = 'kubernetes.io/dockerconfigjson';
  it.each([
    ['metadata only', {}],
    ['type without data', { type }],
    ['empty value', { type, data: { '.dockerconfigjson': '' } }],
    ['null value', { type, data: { '.dockerconfigjson': null } }],
    ['a word', { type, data: { '.dockerconfigjson': 'REDACTED' } }],
    ['a mask', { type, data: { '.dockerconfigjson': '***HIDDEN***' } }],
    ['a size', { type, data: { '.dockerconfigjson': '221 bytes' } }],
    ['an encoded word', { type, data: { '.dockerconfigjson': base64('<redacted>') } }],
    ['a word in stringData', { type, stringData: { '.dockerconfigjson': '<redacted>' } }],
  ])('%s', (_what, secret: PullSecret) => {
    expect(decodePullSecret(secret)).toMatchObject({
      usable: false,
      problem: { kind: 'data-withheld', breaksPod: false },
      entries: [],
    });
  });

  it.each([{ auth: '***' }, { auth: '<redacted>', username: 'ci' }, { username: 'ci', password: 'REDACTED' }])(
    'keeps the hosts when only the credential is hidden: %j',
    (fields) => {
      const decoded = decodePullSecret(entry(fields));
      expect(decoded).toMatchObject({ usable: true, problem: { kind: 'data-withheld' } });
      expect(decoded.entries[0]).toMatchObject({ key: HOST, masked: true, userKind: 'unknown', emptyUser: false });
    },
  );
});

describe('hints', () => {
  const auth = (text: string) => entry({ auth: base64(text) });
  it.each([
    [auth('robot:canary'), 'robot$name'],
    [auth('robot+ci:canary'), 'robot$name'],
    [auth('ci:canary\n'), 'line break'],
    [auth('ci: canary'), 'blank'],
    [auth('ci\n:canary'), 'user begins or ends'],
    [auth('ci:"canary"'), 'quotes'],
    [auth('ci:'), 'password is empty'],
    [auth(`ci:\${REGISTRY_PASSWORD}`), 'not filled in'],
    [auth('$USER:canary'), 'user is a variable'],
    [auth(`ci:${base64('made-up-canary-value')}`), 'encoded once too often'],
    [auth('_json_key:{type: service_account}'), 'does not parse as JSON'],
    [entry({ auth: base64('ci:canary'), username: 'other', password: 'canary' }), 'the kubelet uses auth'],
    [entry({ identitytoken: 'canary' }), 'identity token'],
    [entry({}), 'the user is empty'],
    [json({ auths: { 'https://index.docker.io/v1': GOOD } }), 'slash at the end'],
    [json({ auths: { [`${HOST}/v2`]: GOOD } }), 'slash at the end'],
    [json({ auths: { 'hub.docker.com': GOOD } }), 'not used for Docker Hub'],
    [json({ auths: { [`${HOST}/*`]: GOOD } }), 'wildcards'],
    [json({ auths: { [`HTTPS://${HOST}`]: GOOD } }), 'lower-case http'],
  ])('%# %s', (secret, words) => {
    expect(decodePullSecret(secret).entries[0]?.hints.join('; ')).toContain(words);
  });

  it.each([
    auth('ci:canary'),
    auth('robot$ci:canary'),
    auth(`AWS:${base64('{"expiration":1772400000}')}`),
    auth('ci:P4ssw0rdP4ssw0rd'),
  ])('none for %#', (secret) => {
    expect(decodePullSecret(secret).entries[0]?.hints).toEqual([]);
  });
});

describe('secret values', () => {
  it('never leave', () => {
    const canary = 'cAnArY-7f3a';
    const inEveryPlace = [
      entry({
        username: 'ci',
        password: canary,
        auth: base64(`ci:${canary}`),
        identitytoken: canary,
        registrytoken: canary,
        email: canary,
      }),
      entry({ auth: canary }),
      entry({ auth: base64(canary) }),
      entry({ auth: base64(base64(`x:${canary}`)) }),
      entry(canary),
      entry({ username: [canary] }),
      entry({ auth: base64(`ghp_${canary.replace('-', '')}canarycanary:x`) }),
      entry({ auth: base64(`_json_key:{"client_email":"${canary} x","private_key":"${canary}"}`) }),
      entry({ [canary]: canary }),
      json({
        auths: { [`https://ci:${canary}@${HOST}`]: {}, [`ci:${canary} @${HOST}`]: {}, [`${HOST}?t=${canary}`]: {} },
      }),
      json({ auths: {}, credHelpers: { a: canary }, [canary]: canary }),
      json(canary),
      cfg({ [HOST]: GOOD, [`x:${canary}@y`]: 1 }),
      { ...entry({ auth: base64(`ci:${canary}`) }), type: 'Opaque' },
      { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': canary } },
      {
        type: 'kubernetes.io/dockerconfigjson',
        stringData: { '.dockerconfigjson': `{"auths":{"h":{"auth":"${canary}` },
      },
    ];
    for (const secret of inEveryPlace) {
      const shown = JSON.stringify(decodePullSecret(secret));
      expect(shown).not.toContain(canary);
      expect(shown).not.toContain(base64(canary).slice(0, 12));
      expect(shown).not.toContain(base64(`ci:${canary}`).slice(0, 12));
    }
  });

  it('nor break anything, whatever the content', () => {
    const value = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((text) => `{"auths":{"${HOST}":${text}}}`),
    );
    const key = fc.constantFrom('.dockerconfigjson', '.dockercfg', '__proto__', 'x');
    const type = fc.constantFrom('kubernetes.io/dockerconfigjson', 'kubernetes.io/dockercfg', 'Opaque', undefined);
    fc.assert(
      fc.property(type, key, value, fc.boolean(), (secretType, name, text, encode) => {
        const decoded = decodePullSecret({ type: secretType, data: { [name]: encode ? base64(text) : text } });
        expect(decoded.usable && decoded.problem !== undefined && decoded.problem.kind !== 'data-withheld').toBe(false);
      }),
    );
  });
});

describe('a docker config under a key of its own', () => {
  const config = JSON.stringify({ auths: { [HOST]: GOOD } });

  it.each(['config.json', 'dockerconfigjson'])('%s is found, and stays unusable', (key) => {
    const decoded = decodePullSecret({ type: 'Opaque', data: { note: base64('plain words'), [key]: base64(config) } });
    expect(decoded).toMatchObject({
      usable: false,
      problem: { kind: 'wrong-type', wouldBe: 'dockerconfigjson', underKey: key },
      entries: [{ host: HOST }],
    });
    expect(JSON.stringify(decoded)).not.toContain('canary');
  });

  it.each([
    ['other JSON', JSON.stringify({ password: 'canary' })],
    ['no JSON', 'user=ci'],
    ['an empty config', '{"auths":{}}'],
  ])('%s is none', (_, text) => {
    const { problem, entries } = decodePullSecret({ type: 'Opaque', data: { 'config.json': base64(text) } });
    expect(entries).toEqual([]);
    expect(problem?.underKey).toBeUndefined();
  });
});
