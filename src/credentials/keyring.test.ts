import { describe, expect, it } from 'vitest';
import vectors from '../../fixtures/vectors/keyring-cases.json' with { type: 'json' };
import { fc } from '../../test/support/properties.ts';
import { matchLabel } from './glob.ts';
import { indexKey, safeHost } from './index-key.ts';
import { isDockerHubName, keyMatches, matchKeyring } from './keyring.ts';

function entriesOf(hosts: readonly string[], secret = 'regcred') {
  return hosts.map((host) => ({ host, secret }));
}

describe('the vectors of the kubelet', () => {
  it('are all here', () => {
    expect(vectors.cases).toHaveLength(118);
  });

  it.each(vectors.cases.map((row) => [row.image, row.hosts, row] as const))('%s with %j', (_image, hosts, row) => {
    const match = matchKeyring(entriesOf(hosts), row.lookup);
    expect(match.candidates.map(({ entry, key }) => ({ host: entry.host, key }))).toEqual(row.matched);
    expect(match.viaDockerHubDefault).toBe(row.viaDockerHubDefault);
    expect(match.candidates.length > 0 ? 'credentials' : 'anonymous').toBe(row.result);
    const ignored = 'ignoredHosts' in row ? row.ignoredHosts : [];
    expect(match.ignored.map(({ host }) => host)).toEqual(ignored);
  });
});

describe('indexKey', () => {
  it.each([
    ['harbor.acme.example', 'harbor.acme.example'],
    ['http://harbor.acme.example/v2/', 'harbor.acme.example'],
    ['https://harbor.acme.example/v1/team', 'harbor.acme.example/team'],
    ['https://harbor.acme.example/v1', 'harbor.acme.example/v1'],
    ['harbor.acme.example:8443/', 'harbor.acme.example:8443'],
    ['harbor.acme.example?x=1', 'harbor.acme.example'],
    ['HTTPS://harbor.acme.example', 'HTTPS://harbor.acme.example'],
    ['ci:made-up@harbor.acme.example/team', 'harbor.acme.example/team'],
    ['harbor.acme.example/a%2Fb', 'harbor.acme.example/a/b'],
    ['[fd00::10]:5000', '[fd00::10]:5000'],
    ['', ''],
  ])('%j is filed as %j', (host, key) => {
    expect(indexKey(host)).toBe(key);
  });

  it.each([
    'harbor acme.example',
    'harbor.acme.example:port',
    'harbor.acme.example\n',
    'harbor.acme.example/%zz',
    'harbor.acme.example/%ff',
    'harbor.acme.example\\team',
    '[fd00::10',
    'ci pw@harbor.acme.example',
  ])('%j is ignored', (host) => {
    expect(indexKey(host)).toBeUndefined();
  });
});

describe('matchLabel', () => {
  it.each([
    ['*', '', true],
    ['*', 'acme', true],
    ['a*e', 'acme', true],
    ['a*c*e', 'acme', true],
    ['a*x', 'acme', false],
    ['?cme', 'acme', true],
    ['?', '', false],
    ['[a-c]cme', 'acme', true],
    ['[^a-c]cme', 'acme', false],
    ['[abc]*', 'cat', true],
    ['[]a]', 'a', false],
    ['[a', 'a', false],
    ['[a-]', 'a', false],
    ['[-a]', 'a', false],
    ['acme', 'acme2', false],
  ])('%j over %j: %j', (pattern, label, expected) => {
    expect(matchLabel(pattern, label)).toBe(expected);
  });

  it('stays fast on many stars', () => {
    expect(matchLabel('*a'.repeat(500), 'a'.repeat(2_000))).toBe(true);
    expect(matchLabel('*a'.repeat(500), `${'a'.repeat(2_000)}b`)).toBe(false);
  });
});

describe('matchKeyring', () => {
  it('keeps the order of the secrets for one key', () => {
    const entries = [
      { host: 'https://harbor.acme.example', secret: 'new' },
      { host: 'harbor.acme.example/team', secret: 'old' },
      { host: 'harbor.acme.example/v2/', secret: 'old' },
    ];
    const { candidates } = matchKeyring(entries, { domain: 'harbor.acme.example', path: 'team/api' });
    expect(candidates.map(({ entry, key }) => [entry.secret, key])).toEqual([
      ['old', 'harbor.acme.example/team'],
      ['new', 'harbor.acme.example'],
      ['old', 'harbor.acme.example'],
    ]);
    expect(candidates.every(({ orderUndefined }) => !orderUndefined)).toBe(true);
  });

  it('says when one secret names one key twice', () => {
    const entries = entriesOf(['harbor.acme.example', 'https://harbor.acme.example']);
    const { candidates } = matchKeyring(entries, 'harbor.acme.example/team/api');
    expect(candidates.map(({ orderUndefined }) => orderUndefined)).toEqual([true, true]);
  });

  it('takes a reference without a domain', () => {
    expect(matchKeyring(entriesOf(['acme']), { domain: '', path: 'acme/api' }).candidates).toHaveLength(1);
  });

  it.each([
    ['nginx', true],
    ['team/api', true],
    ['docker.io/team/api', true],
    ['index.docker.io/team/api', true],
    ['localhost/api', true],
    ['', false],
    ['/api', false],
    ['registry:5000/api', false],
    ['harbor.acme.example/api', false],
    ['hosted-docker.io/api', false],
  ])('%j counts as Docker Hub: %j', (lookup, expected) => {
    expect(isDockerHubName(lookup)).toBe(expected);
  });

  it.each([
    ['*.acme.example', 'harbor.acme.example/team', true],
    ['*.acme.example/te', 'harbor.acme.example/team', true],
    ['*-eu.acme.example', 'harbor-eu.acme.example/team', true],
    ['*.*.acme.example', 'harbor.acme.example/team', false],
    ['*.acme.example:8443', 'harbor.acme.example/team', false],
    ['h*.example', 'harbor.acme.example/team', false],
  ])('%j over %j: %j', (key, lookup, expected) => {
    expect(keyMatches(key, lookup)).toBe(expected);
  });

  it('never throws and returns only entries that it was given', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 })), fc.string(), (hosts, lookup) => {
        const entries = entriesOf(hosts);
        const { candidates, ignored } = matchKeyring(entries, lookup);
        for (const entry of [...candidates.map((candidate) => candidate.entry), ...ignored])
          expect(entries).toContain(entry);
      }),
    );
  });
});

describe('safeHost', () => {
  it.each([
    ['https://ci:canary-1@harbor.acme.example/v2/', 'https://harbor.acme.example/v2/'],
    ['ci:canary-1@harbor.acme.example', 'harbor.acme.example'],
    ['harbor.acme.example?token=canary-1', 'harbor.acme.example'],
    ['harbor.acme.example#canary-1', 'harbor.acme.example'],
    ['https://ci:can/ary-1@harbor.acme.example', 'https://[redacted]@harbor.acme.example'],
    ['ci canary-1@harbor.acme.example', '[redacted]@harbor.acme.example'],
    ['harbor.acme.example?\ncanary-1', '[redacted]@harbor.acme.example'],
    ['harbor.acme.example/team@sha256:00', 'harbor.acme.example/team@sha256:00'],
    ['harbor acme.example', 'harbor acme.example'],
    ['harbor.acme.example:8443/team', 'harbor.acme.example:8443/team'],
    ['registry1', 'registry1'],
    ['canary-horse-battery-staple', '[redacted]'],
    ['cAnaRy$9!z%Kq^7w', '[redacted]'],
  ])('%j is shown as %j', (host, shown) => {
    expect(safeHost(host)).toBe(shown);
  });

  it('never changes the key of an entry without a foreign scheme', () => {
    const part = fc.constantFrom('https://', 'ci', ':', '@', '/', '?', '#', ' ', 'a.example', '[', '%', '/v1/', '8443');
    const host = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(host, (entryHost) => {
        fc.pre(!/^(?!https?:)[A-Za-z][\w+.-]*:\/\//.test(entryHost));
        fc.pre(safeHost(entryHost) !== '[redacted]');
        expect(indexKey(safeHost(entryHost))).toBe(indexKey(entryHost));
      }),
    );
  });
});
