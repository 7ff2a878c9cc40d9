import { describe, expect, it } from 'vitest';
import { present } from '../../core/fact.ts';
import type { ProbeOutcomeKind, ProbeProblem } from '../../core/probe.ts';
import { rank } from '../../core/rank.ts';
import type { Facts } from '../../facts/facts.ts';
import { CAUSES } from '../index.gen.ts';
import { credential, LISTS_NONE, lists, podFacts } from './facts-for-test.ts';

const IMAGE = 'harbor.acme.example/shop/api:1.5.0';
const NOT_FOUND = `Failed to pull image "${IMAGE}": rpc error: code = NotFound desc = failed to pull and unpack image "${IMAGE}": failed to resolve image: ${IMAGE}: not found`;
const NO_LOGIN = `Failed to pull image "${IMAGE}": failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://harbor.acme.example/service/token: 401 Unauthorized`;
const REFUSED = `Failed to pull image "${IMAGE}": failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://harbor.acme.example/service/token: 401 Unauthorized`;
const BACK_OFF = `Back-off pulling image "${IMAGE}"`;

function answered(outcome: ProbeOutcomeKind, asThePod = true, problem?: ProbeProblem): Partial<Facts> {
  const answer = {
    outcome,
    ...(problem === undefined ? {} : { problem }),
    said: 'said so',
    host: 'harbor.acme.example',
    vantage: 'this machine',
    asThePod,
    attempts: [],
    nearTags: [],
    platforms: [],
    at: '2026-11-21T00:00:00Z',
  };
  return { registryAnswer: present(answer, ['registry/1']) };
}

function verdicts(message: string, ...more: readonly Partial<Facts>[]) {
  const { candidates, ruledOut } = rank(podFacts(message, IMAGE, Object.assign({}, ...more)), CAUSES);
  return {
    best: candidates[0] && [candidates[0].cause.id, candidates[0].judgement.verdict],
    because: candidates[0]?.judgement.because ?? [],
    note: candidates[0]?.judgement.note ?? '',
    ruledOut: ruledOut.map(({ cause }) => cause.id),
  };
}

describe('what a probe settles', () => {
  it('which of tag, repository and digest is missing', () => {
    expect(verdicts(NOT_FOUND).best).toEqual(['tag-not-found', 'likely']);
    const tag = verdicts(NOT_FOUND, answered('tag-missing'));
    expect(tag.best).toEqual(['tag-not-found', 'confirmed']);
    expect(tag.because).toContain('registry/1');
    expect(tag.note).toContain('asked from this machine, not from node-a');
    expect(tag.ruledOut).toContain('repository-not-found');
    const repository = verdicts(NOT_FOUND, answered('repository-missing'));
    expect(repository.best).toEqual(['repository-not-found', 'confirmed']);
    expect(repository.ruledOut).toContain('tag-not-found');
  });

  it('that the image is there after all speaks of what stands between', () => {
    const { best, note } = verdicts(NOT_FOUND, answered('pullable'));
    expect(best).toEqual(['mirror-misconfigured', 'possible']);
    expect(note).toContain('asks a mirror or cache');
  });

  it('that no login was offered, only when the pod has none to offer and all of it is known', () => {
    expect(verdicts(NO_LOGIN, LISTS_NONE, answered('login-wanted')).best).toEqual(['no-credentials', 'confirmed']);
    expect(verdicts(NO_LOGIN, LISTS_NONE, answered('login-wanted', false)).best?.[1]).toBe('likely');
  });

  it('that the login is wrong, where it might only have ended', () => {
    const offer = lists('regcred', { credentials: [credential('regcred', { userKind: 'robot' })] });
    expect(verdicts(REFUSED, offer).best?.[1]).toBe('likely');
    expect(verdicts(REFUSED, offer, answered('credentials-refused')).best).toEqual(['bad-credentials', 'confirmed']);
  });

  it('what a lost message no longer says, but only as likely', () => {
    const { pullError } = podFacts(BACK_OFF, IMAGE);
    if (pullError.state !== 'present') throw new Error('the text was not read');
    const lost = present({ ...pullError.value, reasonLost: true }, pullError.because);
    expect(verdicts(BACK_OFF, { pullError: lost }, answered('tag-missing')).best).toEqual(['tag-not-found', 'likely']);
  });

  it('that a failure which is met from here too lies at the registry', () => {
    const failed = (leaf: string, host = 'harbor.acme.example') =>
      `Failed to pull image "${IMAGE}": failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": failed to do request: Head "https://${host}/v2/shop/api/manifests/1.5.0": ${leaf}`;
    const noName = failed('dial tcp: lookup harbor.acme.example: no such host');
    expect(verdicts(noName).best).toEqual(['dns-failure', 'likely']);
    const here = answered('unreachable', true, 'no-such-host');
    expect(verdicts(noName, here).best).toEqual(['dns-failure', 'confirmed']);
    expect(verdicts(noName, answered('unreachable', true, 'timeout')).best).toEqual(['dns-failure', 'likely']);
    expect(verdicts(noName, answered('pullable')).best).toEqual(['dns-failure', 'likely']);
    const ofMirror = failed('dial tcp: lookup mirror.acme.example: no such host', 'mirror.acme.example');
    expect(verdicts(ofMirror, here).best?.[1]).not.toBe('confirmed');
  });

  it('that a layer which ends too early is stored so', () => {
    const short = `Failed to pull image "${IMAGE}": failed to pull and unpack image "${IMAGE}": failed to read expected number of bytes: unexpected EOF`;
    expect(verdicts(short).best).toEqual(['connection-reset', 'likely']);
    expect(verdicts(short, answered('blob-damaged')).best).toEqual(['corrupt-content', 'confirmed']);
    expect(verdicts(short, answered('blob-damaged')).ruledOut).toContain('connection-reset');
  });

  it('nothing, when the registry was not reached or tells nothing', () => {
    for (const outcome of ['unreachable', 'tls-failed', 'unknown', 'missing', 'server-error'] as const)
      expect(verdicts(NOT_FOUND, answered(outcome)).best).toEqual(['tag-not-found', 'likely']);
  });
});
