import { describe, expect, it } from 'vitest';
import { fc } from '../../../test/support/properties.ts';
import { parseChallenges } from './www-authenticate.ts';

describe('challenges', () => {
  it.each([
    [
      'Bearer realm="https://auth.acme.example/token",service="registry.acme.example",scope="repository:shop/api:pull,push"',
      [
        {
          scheme: 'bearer',
          parameters: {
            realm: 'https://auth.acme.example/token',
            service: 'registry.acme.example',
            scope: 'repository:shop/api:pull,push',
          },
        },
      ],
    ],
    [
      'Basic realm="Acme, \\"inner\\" registry", Bearer realm="https://a.example/t" , service=reg',
      [
        { scheme: 'basic', parameters: { realm: 'Acme, "inner" registry' } },
        { scheme: 'bearer', parameters: { realm: 'https://a.example/t', service: 'reg' } },
      ],
    ],
    [
      'BEARER Realm = https://a.example/token?x',
      [{ scheme: 'bearer', parameters: { realm: 'https://a.example/token?x' } }],
    ],
    [
      'Negotiate, Basic realm=""',
      [
        { scheme: 'negotiate', parameters: {} },
        { scheme: 'basic', parameters: { realm: '' } },
      ],
    ],
    ['Basic realm="never closed', [{ scheme: 'basic', parameters: { realm: 'never closed' } }]],
    ['realm="no scheme before"', []],
    ['', []],
  ])('%s', (header, challenges) => {
    expect(parseChallenges(header)).toEqual(challenges);
  });

  it('lets the first of two equal names count', () => {
    expect(parseChallenges('Bearer realm="a",realm="b"')[0]?.parameters.realm).toBe('a');
  });

  it('never throws and ends on any header', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300, unit: fc.constantFrom('"', '\\', ',', '=', ' ', 'a', 'Bearer ', 'ä') }),
        (text) => {
          expect(parseChallenges(text).length).toBeLessThanOrEqual(16);
        },
      ),
    );
  });
});
