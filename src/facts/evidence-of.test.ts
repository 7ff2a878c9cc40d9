import { describe, expect, it } from 'vitest';
import { decode } from '../decode/decode.ts';
import { factsForText } from './build-facts.ts';
import { containerId, lastRunId, pullSecretsId, splitId, waitingId } from './evidence-ids.ts';
import { evidenceOf } from './evidence-of.ts';
import {
  container,
  coverage,
  failed,
  IMAGE,
  indexOf,
  log,
  NOT_FOUND,
  pod,
  seen,
  status,
  waiting,
} from './snapshot.fixture.ts';

describe('evidenceOf', () => {
  const stuck = seen(
    pod({
      spec: { imagePullSecrets: ['regcred'], containers: [container()] },
      statuses: [
        {
          ...waiting('ErrImagePull', NOT_FOUND),
          lastState: { terminated: { exitCode: 3, finishedAt: '2026-03-01T11:00:00Z' } },
        },
        status({ name: 'side' }),
      ],
    }),
  );
  const told = seen(failed(NOT_FOUND, { count: 3 }));
  const entry = log(
    'time="x" level=error msg="Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"',
  );
  const index = indexOf({ objects: [stuck, told], logs: [entry], texts: ['a text'], coverage: coverage('Secret') });

  it.each([
    [stuck.id, 'object', 'Pod shop-prod/api-1'],
    [waitingId(stuck.id, 'app'), 'waiting', 'ErrImagePull: rpc error'],
    [lastRunId(stuck.id, 'app'), 'object', 'exit code 3'],
    [containerId(stuck.id, 'app'), 'object', 'imagePullPolicy IfNotPresent'],
    [pullSecretsId(stuck.id), 'object', 'imagePullSecrets regcred'],
    [told.id, 'event', 'Failed on Pod shop-prod/api-1 (3 times)'],
    ['text/0', 'text', 'a text'],
    ['file/Secret.json', 'object', 'all Secret objects of namespace shop-prod were listed'],
  ])('%s', (id, source, words) => {
    expect(evidenceOf(index, id)).toMatchObject({ id, source });
    expect(evidenceOf(index, id)?.excerpt).toContain(words);
  });

  it('redacts log lines', () => {
    expect(evidenceOf(index, entry.id)?.excerpt).not.toContain('eyJ');
  });

  it('knows nothing of strangers', () => {
    expect(evidenceOf(index, 'pod/other')).toBeUndefined();
    expect(evidenceOf(index, 'pod/other#waiting/app')).toBeUndefined();
    expect(evidenceOf(index, `${stuck.id}#nonsense`)).toBeUndefined();
  });
});

describe('splitId', () => {
  it('finds the part behind the last hash', () => {
    expect(splitId(waitingId('dir#1/pods.json:3', 'app'))).toEqual({
      objectId: 'dir#1/pods.json:3',
      part: { part: 'waiting', container: 'app' },
    });
    expect(splitId('pod/shop/api')).toBeUndefined();
  });
});

describe('factsForText', () => {
  it('knows the error and the image, and nothing else', () => {
    const facts = factsForText(decode(`Failed to pull image "${IMAGE}": ${NOT_FOUND}`).error);
    expect(facts.pullError).toMatchObject({ state: 'present', value: { reasonLost: false } });
    expect(facts.reference).toMatchObject({ state: 'present', value: { ok: true } });
    expect(facts.subject).toMatchObject({ kind: 'text', image: IMAGE });
    expect([facts.offer, facts.siblings, facts.node, facts.history].every((fact) => fact.state === 'unknown')).toBe(
      true,
    );
  });
});
