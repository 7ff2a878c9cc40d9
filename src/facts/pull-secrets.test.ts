import { describe, expect, it } from 'vitest';
import { valueIn } from '../core/fact.ts';
import { evidenceOf } from './evidence-of.ts';
import {
  at,
  CANARY,
  coverage,
  event,
  factsOf,
  indexOf,
  log,
  metadata,
  NAMESPACE,
  NOT_FOUND,
  pod,
  pulling,
  type SnapshotOptions,
  secret,
  seen,
  snapshot,
  waiting,
} from './snapshot.fixture.ts';

const HOST = 'registry.acme.example';

function failing(names: readonly string[] | undefined) {
  return pod({
    spec: names === undefined ? {} : { imagePullSecrets: names },
    statuses: [waiting('ErrImagePull', NOT_FOUND)],
  });
}

function facts(names: readonly string[] | undefined, rest: SnapshotOptions = {}) {
  return factsOf({ ...rest, objects: [failing(names), ...(rest.objects ?? [])] });
}

function missed(names: string) {
  return event(
    'FailedToRetrieveImagePullSecret',
    `Unable to retrieve some image pull secrets (${names}); attempting to pull the image may not succeed.`,
    { type: 'Warning' },
  );
}

describe('listed secrets', () => {
  it('are none when a full pod lists none, and without blanks', () => {
    expect(valueIn(facts(undefined).listedSecrets)).toEqual([]);
    expect(valueIn(facts(['', 'a', ' ', 'a']).listedSecrets)).toEqual(['a']);
  });

  it('are unknown when only a describe text was seen', () => {
    const { listedSecrets, offer } = factsOf({ objects: [seen(failing(undefined), 'describe')] });
    expect(listedSecrets.state).toBe('unknown');
    expect(offer.state).toBe('unknown');
  });
});

describe('a listed secret', () => {
  const stateOf = (rest: SnapshotOptions) => facts(['regcred'], rest).pullSecrets[0]?.secret;

  it('is present when seen', () => {
    const fact = stateOf({ objects: [secret('regcred', [HOST])] });
    expect(fact).toMatchObject({ state: 'present', value: { name: 'regcred', decoded: { usable: true } } });
  });

  it('is unknown when nobody looked', () => {
    expect(stateOf({})).toMatchObject({ state: 'unknown', gap: { why: 'not-collected' } });
  });

  it('is absent when the list was read whole', () => {
    expect(stateOf({ coverage: coverage('Secret') })).toMatchObject({ state: 'absent', because: ['file/Secret.json'] });
    expect(stateOf({ coverage: coverage('ConfigMap') })?.state).toBe('unknown');
  });

  it('is absent when the API server has none of this name; of another name says nothing', () => {
    const named = (name: string) => [{ kind: 'Secret', namespace: NAMESPACE, name, because: 'api/404' }];
    expect(stateOf({ coverage: named('regcred') })?.state).toBe('absent');
    expect(stateOf({ coverage: named('other') })?.state).toBe('unknown');
  });

  it('is absent when the kubelet says so, by event or by log', () => {
    expect(stateOf({ objects: [missed('other, regcred')] })?.state).toBe('absent');
    const line = log(
      'I1120 22:04:37.538677     859 kubelet_pods.go:1083] "Unable to retrieve pull secret, the image pull may not succeed." pod="shop-prod/api-1" secret="" err="secret \\"regcred\\" not found"',
      'kubelet',
    );
    expect(stateOf({ logs: [line] })?.state).toBe('absent');
  });

  it('is unknown, never absent, when reading it was forbidden', () => {
    const gaps = [{ wanted: `Secret ${NAMESPACE}/regcred`, why: 'forbidden' as const }];
    expect(stateOf({ gaps, coverage: coverage('Secret') })).toMatchObject({
      state: 'unknown',
      gap: { why: 'forbidden' },
    });
    const list = [{ wanted: `Secrets in namespace ${NAMESPACE}`, why: 'forbidden' as const }];
    expect(stateOf({ gaps: list })).toMatchObject({ state: 'unknown', gap: { why: 'forbidden' } });
  });

  it('is present when it was made after the kubelet missed it', () => {
    expect(stateOf({ objects: [missed('regcred'), secret('regcred', [HOST])] })?.state).toBe('present');
  });
});

describe('secrets that the kubelet missed', () => {
  it('are absent when events were seen and none says so, unknown without events', () => {
    expect(facts(['regcred'], { objects: [pulling()] }).unretrievedSecrets.state).toBe('absent');
    expect(facts(['regcred']).unretrievedSecrets.state).toBe('unknown');
  });
});

describe('the offer', () => {
  it('is what matches, in order, with the mismatches explained', () => {
    const objects = [secret('one', [`${HOST}:8443`, HOST]), secret('two', [`${HOST}/shop`])];
    const offer = valueIn(facts(['one', 'two'], { objects }).offer);
    expect(offer?.credentials.map(({ secret: name, host }) => [name, host])).toEqual([
      ['two', `${HOST}/shop`],
      ['one', HOST],
    ]);
    expect(offer?.mismatches).toMatchObject([{ secret: 'one', host: `${HOST}:8443`, wouldMatch: HOST }]);
  });

  it('is unknown while any listed secret is', () => {
    expect(facts(['one', 'two'], { objects: [secret('one', [HOST])] }).offer).toMatchObject({
      state: 'unknown',
      gap: { wanted: `Secret ${NAMESPACE}/two` },
    });
  });

  it('is unknown when the evidence withholds the content', () => {
    const withheld = secret('regcred', [HOST], { data: undefined });
    expect(facts(['regcred'], { objects: [withheld] }).offer.state).toBe('unknown');
  });

  it('is empty when a secret is missing or of the wrong type', () => {
    expect(valueIn(facts(['regcred'], { coverage: coverage('Secret') }).offer)?.credentials).toEqual([]);
    const opaque = secret('regcred', [HOST], { type: 'Opaque' });
    expect(valueIn(facts(['regcred'], { objects: [opaque] }).offer)?.credentials).toEqual([]);
  });

  it('tells an ended token against the time of the look', () => {
    const ended = btoa(
      JSON.stringify({
        payload: 'x',
        datakey: 'y',
        version: '2',
        type: 'DATA_KEY',
        expiration: Date.parse(at('03:00')) / 1000,
      }),
    );
    const auths = { [HOST]: { username: 'AWS', password: ended } };
    const token = secret('regcred', [], { data: { '.dockerconfigjson': btoa(JSON.stringify({ auths })) } });
    expect(valueIn(facts(['regcred'], { objects: [token] }).offer)?.credentials).toMatchObject([
      { userKind: 'aws', expired: true, expiresAt: at('03:00') },
    ]);
  });
});

describe('other secrets', () => {
  it('that would match and are not listed', () => {
    const objects = [secret('regcred', [HOST]), secret('elsewhere', ['other.acme.example'])];
    expect(valueIn(facts(undefined, { objects }).unattachedSecrets)).toMatchObject([
      { name: 'regcred', matches: true, relation: 'same-namespace' },
    ]);
    expect(facts(undefined, { coverage: coverage('Secret') }).unattachedSecrets.state).toBe('absent');
    expect(facts(undefined).unattachedSecrets.state).toBe('unknown');
  });

  it('with a near name, or of that name in another namespace', () => {
    const objects = [
      secret('harbor-creds', [HOST]),
      secret('harbor-cred', [HOST], { metadata: metadata('harbor-cred', { namespace: 'infra' }) }),
      secret('unrelated', [HOST]),
    ];
    const similar = valueIn(facts(['harbor-cred'], { objects, coverage: coverage('Secret') }).similarSecrets);
    expect(similar?.map(({ namespace, name, relation }) => [namespace, name, relation])).toEqual([
      [NAMESPACE, 'harbor-creds', 'near-name'],
      ['infra', 'harbor-cred', 'other-namespace'],
    ]);
  });
});

it('no secret value is reachable from facts or evidence', () => {
  const options = { objects: [failing(['regcred']), secret('regcred', [HOST]), secret('other', [HOST])] };
  const all = factsOf(options);
  for (const name of Object.keys(all)) expect(JSON.stringify(all[name as keyof typeof all])).not.toContain(CANARY);
  const index = indexOf(options);
  for (const { id } of snapshot(options).objects) {
    const shown = JSON.stringify(evidenceOf(index, id));
    expect(shown).not.toContain(CANARY);
    expect(shown).not.toContain(btoa(CANARY).slice(0, 12));
  }
});
