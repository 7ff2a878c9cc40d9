import { describe, expect, it } from 'vitest';
import { absent, present, unknown } from '../../core/fact.ts';
import type { Facts } from '../../facts/facts.ts';
import type { PullHistory } from '../../facts/history.ts';
import { podFacts, textFacts } from '../shared/facts-for-test.ts';
import { PLACEHOLDER_FACTS } from '../shared/placeholder-facts.ts';
import { cause as notImagePull } from './not-image-pull.ts';
import { cause as pullInProgress } from './pull-in-progress.ts';
import { cause as unknownCause } from './unknown.ts';

const IMAGE = 'registry.acme.example/shop/api:1.5.0';

function waiting(history: Partial<PullHistory>, more: Partial<Facts> = {}): Facts {
  return {
    ...PLACEHOLDER_FACTS,
    subject: { kind: 'container', namespace: 'shop-prod', pod: 'api', image: IMAGE, node: 'node-a', owners: [] },
    pullError: absent(['pod/1']),
    history: present({ pulling: false, failures: 0, eventsSeen: true, ...history }, ['event/1']),
    ...more,
  };
}

describe('pull-in-progress', () => {
  it('is likely while a pull is open and nothing failed', () => {
    const facts = waiting({ pulling: true, pullingSince: '2026-11-20T10:00:00Z' });
    expect(pullInProgress.judge(facts)).toMatchObject({ verdict: 'likely', detail: 'running', because: ['event/1'] });
  });

  it('tells when the node pulls other images too', () => {
    const log = {
      mirrorProblems: [],
      hostsTried: [],
      noProgress: [],
      runtimeRestarts: [],
      configProblems: [],
      openOthers: ['registry.acme.example/ml/model:7b'],
      htmlAnswers: [],
    };
    const facts = waiting({ pulling: true }, { runtimeLog: present(log, ['log/1']) });
    const judged = pullInProgress.judge(facts);
    expect(judged).toMatchObject({ detail: 'queued', because: ['event/1', 'log/1'] });
    expect(pullInProgress.statement(judged?.params, facts)).toContain('registry.acme.example/ml/model:7b');
  });

  it('is none once an attempt failed, or when nothing is known', () => {
    expect(pullInProgress.judge(waiting({ pulling: true, failures: 2 }))).toBeUndefined();
    expect(pullInProgress.judge(waiting({ pulling: false }))).toBeUndefined();
    expect(pullInProgress.judge(waiting({}, { history: unknown('events') }))).toBeUndefined();
  });
});

describe('not-image-pull', () => {
  it.each([
    ['Back-off restarting failed container api in pod api-1_shop(0b6c1c1e-6f0e-4a55-9a55-0d5f3c1f7a10)', 'likely'],
    ['MountVolume.SetUp failed for volume "tls" : secret "api-tls" not found', 'likely'],
    [`Failed to pull image "${IMAGE}": ${IMAGE}: not found`, undefined],
    [`Back-off pulling image "${IMAGE}"`, undefined],
  ] as const)('%s: %s', (text, verdict) => {
    expect(notImagePull.judge(textFacts(text))?.verdict).toBe(verdict);
  });
});

describe('unknown', () => {
  it.each([
    [`Back-off pulling image "${IMAGE}"`, 'reason-lost'],
    [
      `Failed to pull image "${IMAGE}": failed to pull and unpack image "${IMAGE}": frobnication of the flux failed`,
      'unrecognized',
    ],
    [`failed to pull and unpack image "${IMAGE}": failed to resolve image: ${IMAGE}: not found`, 'undecided'],
  ])('%s: %s', (text, detail) => {
    expect(unknownCause.judge(textFacts(text))).toMatchObject({ verdict: 'possible', detail });
  });

  it('is there for a status without any text', () => {
    const facts = waiting({ waitingReason: 'ImagePullBackOff' }, { pullError: unknown('events', 'expired') });
    expect(unknownCause.judge(facts)).toMatchObject({ verdict: 'possible', detail: 'reason-lost' });
  });

  it('is not there where no pull failed', () => {
    expect(unknownCause.judge(waiting({ pulling: true }))).toBeUndefined();
    expect(unknownCause.judge(waiting({ waitingReason: 'CrashLoopBackOff' }))).toBeUndefined();
    expect(
      unknownCause.judge(textFacts('MountVolume.SetUp failed for volume "tls" : secret "api-tls" not found')),
    ).toBeUndefined();
  });

  it('says where the proof is', () => {
    const facts = podFacts(`Back-off pulling image "${IMAGE}"`, IMAGE);
    const judged = unknownCause.judge(facts);
    const commands = unknownCause.remedies(judged?.params, facts).flatMap((remedy) => remedy.commands);
    expect(commands.some((command) => command.includes('journalctl -u kubelet'))).toBe(true);
    expect(commands).toContain('kubectl -n shop-prod rollout restart deployment/api');
  });
});

describe('where the reason is when only its name was printed', () => {
  const bare = textFacts('ImagePullBackOff');
  const facts = (minor: number | undefined, message?: string): Facts => {
    const seen = podFacts(message ?? 'ImagePullBackOff', IMAGE);
    const { decisive } = seen.pullError.state === 'present' ? seen.pullError.value : { decisive: undefined };
    const witness = { ...(decisive ?? fail()), from: 'waiting' as const };
    return {
      ...seen,
      pullError: present({ decisive: witness, all: [witness], reasonLost: true }, ['event/1']),
      ...(minor === undefined ? {} : { versions: present({ kubeletMinor: minor }, ['node/1']) }),
    };
  };
  const fail = () => {
    throw new Error('no error');
  };

  it.each([
    ['since 1.32 in the status', facts(36), true],
    ['perhaps in the status', facts(undefined), true],
    ['before 1.32 only in events', facts(31), false],
    ['not in a status that was seen whole', facts(36, `Back-off pulling image "${IMAGE}"`), false],
    ['nowhere, without a pod', bare, false],
  ] as const)('%s', (_, known, inStatus) => {
    expect(unknownCause.judge(known)?.toDecide?.includes('waiting.message')).toBe(inStatus);
  });
});
