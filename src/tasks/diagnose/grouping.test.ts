import { describe, expect, it } from 'vitest';
import { fc } from '../../../test/support/properties.ts';
import type { KubeObject } from '../../core/objects.ts';
import type { Incident } from '../../core/report.ts';
import { at, container, coverage, failed, pod, secret, snapshot, waiting } from '../../facts/snapshot.fixture.ts';
import { diagnose } from './diagnose.ts';

const NO_LOGIN =
  'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials';
const AUTH_DOWN =
  'failed to authorize: failed to fetch anonymous token: Get "https://auth.acme.example/token?service=r": dial tcp 10.0.0.7:443: connect: connection refused';

interface Parts {
  readonly image: string;
  readonly says: string;
  readonly secrets?: readonly string[];
  readonly node?: string;
}

function fails(name: string, { image, says, secrets = [], node = 'node-a' }: Parts): KubeObject[] {
  const text = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${says}`;
  const spec = { nodeName: node, containers: [container({ image })], imagePullSecrets: secrets };
  return [
    pod({ name, spec, statuses: [waiting('ErrImagePull', text)] }),
    failed(text, { pod: name, first: '11:00' }, image),
  ];
}

function incidentsOf(objects: readonly KubeObject[]): readonly Incident[] {
  return diagnose(snapshot({ objects, coverage: coverage('Secret', 'Pod') }), { now: at('12:00') }).incidents;
}

const API = 'harbor.acme.example/shop/api:1.0';
const WEB = 'quay.acme.example/shop/web:2.0';

describe('the one thing behind several failing pulls', () => {
  it('a Secret that is missing for images of two registries', () => {
    const incidents = incidentsOf([
      ...fails('api-1', { image: API, says: NO_LOGIN, secrets: ['regcred'] }),
      ...fails('web-1', { image: WEB, says: NO_LOGIN, secrets: ['regcred'] }),
    ]);
    expect(incidents.map(({ cause, scope }) => [cause.id, scope.shared, scope.pods.length])).toEqual([
      ['pull-secret-missing', { kind: 'secret', name: 'shop-prod/regcred' }, 2],
    ]);
  });

  it('two Secrets that are missing are two incidents', () => {
    const incidents = incidentsOf([
      ...fails('api-1', { image: API, says: NO_LOGIN, secrets: ['regcred'] }),
      ...fails('api-2', { image: API, says: NO_LOGIN, secrets: ['other'] }),
    ]);
    expect(incidents.map(({ scope }) => scope.shared.name).sort()).toEqual(['shop-prod/other', 'shop-prod/regcred']);
  });

  it('a Secret of the wrong type', () => {
    const wrong = secret('regcred', ['harbor.acme.example', 'quay.acme.example'], { type: 'Opaque' });
    const incidents = incidentsOf([
      wrong,
      ...fails('api-1', { image: API, says: NO_LOGIN, secrets: ['regcred'] }),
      ...fails('web-1', { image: WEB, says: NO_LOGIN, secrets: ['regcred'] }),
    ]);
    expect(incidents.map(({ cause, scope }) => [cause.id, scope.shared.name])).toEqual([
      ['pull-secret-wrong-type', 'shop-prod/regcred'],
    ]);
  });

  it('a ServiceAccount whose Secret reaches no pod', () => {
    const account = {
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: 'shop-prod', labels: {}, annotations: {}, ownerReferences: [] },
      imagePullSecrets: ['regcred'],
    } as const;
    const incidents = incidentsOf([
      account,
      secret('regcred', ['harbor.acme.example', 'quay.acme.example']),
      secret('other', ['ghcr.io']),
      ...fails('api-1', { image: API, says: NO_LOGIN, secrets: ['other'] }),
      ...fails('web-1', { image: WEB, says: NO_LOGIN, secrets: ['other'] }),
    ]);
    expect(incidents.map(({ cause, scope }) => [cause.id, scope.shared])).toEqual([
      ['service-account-secret-unused', { kind: 'service-account', name: 'shop-prod/default' }],
    ]);
  });

  it('a token server that is down, for many images', () => {
    const incidents = incidentsOf(
      ['a', 'b', 'c'].flatMap((name) => fails(name, { image: `harbor.acme.example/shop/${name}:1`, says: AUTH_DOWN })),
    );
    expect(incidents.map(({ scope }) => [scope.shared, scope.pods.length])).toEqual([
      [{ kind: 'token-server', name: 'auth.acme.example' }, 3],
    ]);
  });

  it.each([
    ['an image', 'harbor.acme.example/shop/api:1.0: not found', { kind: 'image', name: API }],
    [
      'a registry',
      `Head "https://harbor.acme.example/v2/": dial tcp 10.0.0.9:443: connect: connection refused`,
      { kind: 'registry', name: 'harbor.acme.example' },
    ],
    [
      'a mirror',
      'Head "https://mirror.acme.example/v2/shop/api/manifests/1.0?ns=harbor.acme.example": dial tcp 10.0.0.8:443: connect: connection refused',
      { kind: 'mirror', name: 'mirror.acme.example' },
    ],
    ['a node', 'write /var/lib/containerd/x: no space left on device', { kind: 'node', name: 'node-a' }],
    ['a namespace', NO_LOGIN, { kind: 'namespace', name: 'shop-prod' }],
  ])('%s', (_, says, shared) => {
    expect(incidentsOf(fails('api-1', { image: API, says })).map(({ scope }) => scope.shared)).toEqual([shared]);
  });
});

describe('grouping', () => {
  const parts = fc.record({
    image: fc.constantFrom(API, WEB, 'harbor.acme.example/shop/job:3'),
    says: fc.constantFrom(
      NO_LOGIN,
      AUTH_DOWN,
      'x/y:1: not found',
      'EOF',
      'no space left on device',
      'quite unheard of',
    ),
    secrets: fc.subarray(['regcred', 'other', 'typed']),
    node: fc.constantFrom('node-a', 'node-b'),
  });
  const typed = secret('typed', ['harbor.acme.example'], { type: 'Opaque' });

  it('puts every failing container in exactly one incident, under an id that does not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 6 }), (all) => {
        const pods = all.map((each, n) => fails(`p-${n}`, each));
        const incidents = incidentsOf([typed, ...pods.flat()]);
        const names = incidents.flatMap(({ scope }) => scope.pods.map(({ name }) => name));
        expect(names.sort()).toEqual(all.map((_, n) => `p-${n}`));
        const ids = incidents.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(
          incidentsOf([typed, ...pods.toReversed().flat()])
            .map(({ id }) => id)
            .sort(),
        ).toEqual(ids.sort());
      }),
      { numRuns: 60 },
    );
  });
});
