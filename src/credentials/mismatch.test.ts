import { describe, expect, it } from 'vitest';
import { fc } from '../../test/support/properties.ts';
import { matchKeyring } from './keyring.ts';
import { explainMismatch } from './mismatch.ts';

const HUB = 'https://index.docker.io/v1/';

describe('explainMismatch', () => {
  it.each([
    ['https://index.docker.io/v1', 'docker.io/library/nginx', 'docker-hub-slash', HUB],
    ['index.docker.io/team', 'docker.io/team/api', 'docker-hub-path', HUB],
    ['hub.docker.com', 'docker.io/library/nginx', 'docker-hub-alias', HUB],
    ['registry-1.docker.io', 'docker.io/library/nginx', 'docker-hub-alias', HUB],
    ['https://registry.hub.docker.com/v1/', 'docker.io/library/nginx', 'docker-hub-alias', HUB],
    ['*.docker.io', 'docker.io/library/nginx', 'docker-hub-alias', HUB],
    ['docker.io/other', 'docker.io/team/api', 'path', HUB],
    ['harbor.acme.example', 'docker.io/team/api', 'host', HUB],
    ['harbor.acme.example', 'harbor.acme.example:8443/team/api', 'port', 'harbor.acme.example:8443'],
    ['harbor.acme.example:443', 'harbor.acme.example/team/api', 'port', 'harbor.acme.example'],
    ['harbor.acme.example:80', 'harbor.acme.example:8443/team/api', 'port', 'harbor.acme.example:8443'],
    ['Harbor.acme.example', 'harbor.acme.example/team/api', 'case', 'harbor.acme.example'],
    ['*.example', 'harbor.acme.example/team/api', 'labels', 'harbor.acme.example'],
    ['acme.example', 'harbor.acme.example/team/api', 'host', 'harbor.acme.example'],
    ['harbor.acme-corp.example', 'harbor.acme.example/team/api', 'host', 'harbor.acme.example'],
    ['https://harbor.acme.example/v2', 'harbor.acme.example/team/api', 'version-path', 'harbor.acme.example'],
    ['harbor.acme.example/*', 'harbor.acme.example/team/api', 'path-wildcard', 'harbor.acme.example'],
    ['harbor.acme.example/team/api:1.0', 'harbor.acme.example/team/api', 'tag-in-key', 'harbor.acme.example'],
    ['harbor.acme.example/team-b', 'harbor.acme.example/team/api', 'path', 'harbor.acme.example'],
    ['HTTPS://harbor.acme.example', 'harbor.acme.example/team/api', 'scheme', 'harbor.acme.example'],
    ['oci://harbor.acme.example', 'harbor.acme.example/team/api', 'scheme', 'harbor.acme.example'],
    ['harbor.acme.example ', 'harbor.acme.example/team/api', 'unparsable', 'harbor.acme.example'],
    ['harbor.acme.example', 'localhost/api', 'host', 'localhost'],
    ['[fd00::10]', '[fd00::10]/api', 'ipv6', undefined],
  ])('%j for %s: %s', (host, lookup, reason, wouldMatch) => {
    const mismatch = explainMismatch(host, lookup);
    expect(mismatch?.reason).toBe(reason);
    expect(mismatch?.wouldMatch).toBe(wouldMatch);
  });

  it.each([
    [HUB, 'docker.io/library/nginx'],
    ['docker.io', 'docker.io/library/nginx'],
    ['http://harbor.acme.example', 'harbor.acme.example/team/api'],
    ['harbor.acme.example/te', 'harbor.acme.example/team/api'],
  ])('%j for %s: nothing to explain', (host, lookup) => {
    expect(explainMismatch(host, lookup)).toBeUndefined();
  });

  it('takes a reference', () => {
    expect(explainMismatch('ghcr.io', { domain: 'quay.io', path: 'acme/api' })?.text).toBe(
      'the key is for "ghcr.io", the image is on "quay.io"',
    );
  });

  it('shows no user info', () => {
    const shown = JSON.stringify([
      explainMismatch('https://ci:canary-1@harbor.acme.example/v2', 'quay.io/acme/api'),
      explainMismatch('https://ci:canary-1@harbor acme', 'quay.io/acme/api'),
      explainMismatch('oci://ci:canary-1@harbor.acme.example/v2', 'harbor.acme.example/acme/api'),
    ]);
    expect(shown).not.toContain('canary-1');
  });

  it('is silent exactly when the entry matches, and what it proposes matches', () => {
    const part = fc.constantFrom(
      'a',
      'b',
      '*',
      'a.b',
      '*.b',
      'a.b:5000',
      'docker.io',
      'index.docker.io',
      '/v1',
      '/v1/',
      '/a',
    );
    const host = fc.array(part, { maxLength: 3 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(host, fc.string()), host, (entryHost, lookup) => {
        const mismatch = explainMismatch(entryHost, lookup);
        const matches = matchKeyring([{ host: entryHost, secret: 's' }], lookup).candidates.length > 0;
        expect(mismatch === undefined).toBe(matches);
        if (mismatch?.wouldMatch !== undefined) expect(explainMismatch(mismatch.wouldMatch, lookup)).toBeUndefined();
      }),
    );
  });
});
