import { describe, expect, it } from 'vitest';
import { pullIdentities } from './pull-identities.ts';

const config = (auths: Record<string, object>) => ({
  type: 'kubernetes.io/dockerconfigjson',
  stringData: { '.dockerconfigjson': JSON.stringify({ auths }) },
});
const IMAGE = { domain: 'harbor.acme.example', path: 'shop/api' };

describe('credentials as the kubelet would offer them', () => {
  it('takes matching entries only, longer paths first, secrets in their order', () => {
    const { identities, unused } = pullIdentities(
      [
        { name: 'a', secret: config({ 'harbor.acme.example': { username: 'u1', password: 'canary-1' } }) },
        {
          name: 'b',
          secret: config({
            'harbor.acme.example/shop': { username: 'u2', password: 'canary-2' },
            'harbor.acme.example': { username: 'u3', password: 'canary-3' },
            'ghcr.io': { username: 'u4', password: 'canary-4' },
          }),
        },
      ],
      IMAGE,
    );
    expect(identities.map(({ label, login }) => [label, login?.username, login?.password])).toEqual([
      ['b (harbor.acme.example/shop)', 'u2', 'canary-2'],
      ['a (harbor.acme.example)', 'u1', 'canary-1'],
      ['b (harbor.acme.example)', 'u3', 'canary-3'],
    ]);
    expect(unused.map(({ host }) => host)).toEqual(['ghcr.io']);
    expect(JSON.stringify(unused)).not.toContain('canary');
  });

  it('keeps two spellings of one key apart', () => {
    const auths = {
      'harbor.acme.example': { username: 'plain', password: 'one' },
      'https://harbor.acme.example/v2/': { username: 'url', password: 'two' },
    };
    const { identities } = pullIdentities([{ name: 'a', secret: config(auths) }], IMAGE);
    expect(identities.map(({ login }) => login?.username).sort()).toEqual(['plain', 'url']);
  });

  it('counts an empty entry as anonymous', () => {
    const { identities } = pullIdentities([{ name: 'a', secret: config({ 'harbor.acme.example': {} }) }], IMAGE);
    expect(identities).toEqual([{ label: 'a (harbor.acme.example), empty' }]);
  });

  it('offers nothing of a secret that the kubelet ignores', () => {
    const secret = { ...config({ 'harbor.acme.example': { username: 'u', password: 'p' } }), type: 'Opaque' };
    expect(pullIdentities([{ name: 'a', secret }], IMAGE).identities).toEqual([]);
  });
});
