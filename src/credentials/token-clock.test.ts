import { describe, expect, it } from 'vitest';
import { fc } from '../../test/support/properties.ts';
import { expiredAt, jsonKeyAccount, jwtPayload, lastWrittenAt, tokenClock } from './token-clock.ts';

const WRITTEN = '2026-03-01T10:00:00Z';
const END = 1_772_400_000; // 2026-03-01T21:20:00Z
const ACR_USER = '00000000-0000-0000-0000-000000000000';

function base64(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}

function jwt(payload: unknown): string {
  return `${[{ alg: 'RS256', typ: 'JWT' }, payload].map((part) => base64(part).replace(/=+$/, '')).join('.')}.c2ln`;
}

const ecrPassword = base64({ payload: 'canary', datakey: 'canary', version: '2', type: 'DATA_KEY', expiration: END });
const keyFile = { type: 'service_account', client_email: 'puller@acme.iam.gserviceaccount.com', private_key: 'canary' };

describe('tokenClock', () => {
  it.each([
    ['AWS', ecrPassword, 'ecr', 'token', '2026-03-01T21:20:00Z'],
    ['AWS', `${ecrPassword}\n`, 'ecr', 'token', '2026-03-01T21:20:00Z'],
    ['AWS', 'opaque', 'ecr', 'lifetime-rule', '2026-03-01T22:00:00Z'],
    ['AWS', base64({ expiration: 'soon' }), 'ecr', 'lifetime-rule', '2026-03-01T22:00:00Z'],
    ['oauth2accesstoken', 'ya29.made-up', 'google-access-token', 'lifetime-rule', '2026-03-01T11:00:00Z'],
    [ACR_USER, jwt({ exp: END }), 'acr', 'token', '2026-03-01T21:20:00Z'],
    [ACR_USER, 'opaque', 'acr', 'lifetime-rule', '2026-03-01T13:00:00Z'],
    ['ci', jwt({ exp: END }), 'jwt', 'token', '2026-03-01T21:20:00Z'],
    ['ci', jwt({ sub: 'ci' }), 'jwt', 'token', undefined],
    ['ci', 'ghs_madeup', 'github-job', 'lifetime-rule', undefined],
    ['gitlab-ci-token', 'opaque', 'gitlab-job', 'lifetime-rule', undefined],
    ['gitlab-ci-token', `glcbt-${jwt({ exp: END })}`, 'gitlab-job', 'token', '2026-03-01T21:20:00Z'],
    ['ci', 'dckr_pat_madeup', 'server-side', 'lifetime-rule', undefined],
    ['ci', 'ghp_madeup', 'server-side', 'lifetime-rule', undefined],
    ['gitlab+deploy-token-1', 'gldt-madeup', 'server-side', 'lifetime-rule', undefined],
    ['_json_key', JSON.stringify(keyFile), 'json-key', 'lifetime-rule', undefined],
  ])('%s %#: %s by %s', (user, password, kind, basis, expiresAt) => {
    const clock = tokenClock(user, password, WRITTEN);
    expect(clock).toMatchObject({ kind, basis });
    expect(clock?.expiresAt).toBe(expiresAt);
  });

  it.each([
    ['ci', 'an ordinary password'],
    ['ci', 'a.b.c'],
    ['ci', 'x'.repeat(70_000)],
    ['', ''],
  ])('says nothing of %j %#', (user, password) => {
    expect(tokenClock(user, password, WRITTEN)).toBeUndefined();
  });

  it('knows no end by rule when the time of writing is unknown or nonsense', () => {
    expect(tokenClock('AWS', 'opaque')?.expiresAt).toBeUndefined();
    expect(tokenClock('AWS', 'opaque', 'yesterday')?.expiresAt).toBeUndefined();
  });

  it('tells a damaged key file from a good one', () => {
    const good = tokenClock('_json_key', JSON.stringify(keyFile))?.note;
    const damaged = tokenClock('_json_key', JSON.stringify(keyFile).replaceAll('"', ''))?.note;
    expect(good).toContain('does not end by itself');
    expect(damaged).toContain('not a readable key file');
    expect(tokenClock('_json_key_base64', base64(keyFile))?.note).toBe(good);
  });

  it('never shows what it read', () => {
    const clocks = [
      tokenClock('AWS', ecrPassword),
      tokenClock('_json_key', JSON.stringify(keyFile)),
      tokenClock('ci', jwt({ exp: END, jti: 'canary' })),
    ];
    expect(JSON.stringify(clocks)).not.toContain('canary');
  });

  it('never throws', () => {
    const wild = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((text) => Buffer.from(text).toString('base64')),
    );
    const user = fc.constantFrom('AWS', ACR_USER, '_json_key', '_json_key_base64', 'gitlab-ci-token', 'ci');
    fc.assert(
      fc.property(
        user,
        wild,
        fc.oneof(fc.string(), fc.constant('+275760-09-13T00:00:00Z')),
        (name, password, written) => {
          const clock = tokenClock(name, password, written);
          if (clock?.expiresAt !== undefined) expect(Date.parse(clock.expiresAt)).not.toBeNaN();
        },
      ),
    );
  });
});

describe('expiredAt', () => {
  const byToken = { kind: 'ecr', basis: 'token', expiresAt: '2026-03-01T21:20:00Z', note: '' } as const;
  const byRule = { ...byToken, basis: 'lifetime-rule' } as const;
  const { expiresAt: _end, ...endless } = byToken;

  it.each([
    [byToken, '2026-03-01T21:20:00Z', true],
    [byToken, '2026-03-01T21:19:59Z', false],
    [byToken, '2026-03-01T22:19:59+01:00', false],
    [byRule, '2026-03-02T00:00:00Z', true],
    [byRule, '2026-03-01T12:00:00Z', undefined],
    [endless, '2026-03-01T12:00:00Z', undefined],
    [byToken, 'now', undefined],
  ])('%# is %j', (clock, now, expected) => {
    expect(expiredAt(clock, now)).toBe(expected);
  });
});

describe('what else a credential tells', () => {
  it('names the account of a key file and nothing that is no account', () => {
    expect(jsonKeyAccount('_json_key', JSON.stringify(keyFile))).toBe('puller@acme.iam.gserviceaccount.com');
    expect(jsonKeyAccount('_json_key_base64', base64(keyFile))).toBe('puller@acme.iam.gserviceaccount.com');
    expect(jsonKeyAccount('_json_key', JSON.stringify({ ...keyFile, client_email: 'canary canary' }))).toBeUndefined();
    expect(jsonKeyAccount('_json_key', 'not json')).toBeUndefined();
  });

  it.each(['', 'a.b.c', 'eyJhbGciOiJub25lIn0', '....', 'eyJhbGciOiJub25lIn0.W10.x'])(
    '%j is no JSON web token',
    (token) => {
      expect(jwtPayload(token)).toBeUndefined();
    },
  );

  it('takes the last write', () => {
    const managedFields = [{ time: '2026-03-01T12:00:00Z' }, {}, { time: '2026-03-01T11:00:00Z' }];
    expect(lastWrittenAt({ creationTimestamp: WRITTEN, managedFields })).toBe('2026-03-01T12:00:00Z');
    expect(lastWrittenAt({ creationTimestamp: WRITTEN })).toBe(WRITTEN);
    expect(lastWrittenAt({})).toBeUndefined();
  });
});
