import { describe, expect, it } from 'vitest';
import { valueIn } from '../core/fact.ts';
import { goDuration, waitedSeconds } from './history.ts';
import { at, backOff, factsOf, failed, NOT_FOUND, pod, pulled, pulling, waiting } from './snapshot.fixture.ts';

const stuck = pod({ statuses: [waiting('ImagePullBackOff')] });

function history(...objects: Parameters<typeof factsOf>[0]['objects'] & object) {
  return valueIn(factsOf({ objects }).history);
}

describe('history', () => {
  it('counts failures and knows the first and the last', () => {
    const seen = history(stuck, failed(NOT_FOUND, { count: 4, first: '11:30', last: '11:58' }), backOff());
    expect(seen).toMatchObject({
      waitingReason: 'ImagePullBackOff',
      failures: 4,
      firstFailureAt: at('11:30'),
      lastFailureAt: at('11:58'),
      pulling: false,
      eventsSeen: true,
    });
  });

  it.each([
    [1, '11:59:55', '12:00:05'],
    [3, '11:59:30', '12:00:10'],
    [9, '11:59:00', '12:04:00'],
  ])('after %d failures the last at %s the kubelet tries again at %s', (count, last, next) => {
    expect(history(stuck, failed(NOT_FOUND, { count, last }))?.nextRetryAt).toBe(at(next));
  });

  it('promises no retry when the last failure is long gone, or where there is no back-off', () => {
    expect(history(stuck, failed(NOT_FOUND, { count: 2, last: '11:30' }))?.nextRetryAt).toBeUndefined();
    const invalid = pod({ statuses: [waiting('InvalidImageName')] });
    expect(history(invalid, failed(NOT_FOUND, { last: '11:59' }))?.nextRetryAt).toBeUndefined();
  });

  it('sees a pull that is under way, also after failures', () => {
    expect(history(pod({ statuses: [waiting('ContainerCreating')] }), pulling({ last: '11:56' }))).toMatchObject({
      pulling: true,
      pullingSince: at('11:56'),
      failures: 0,
    });
    expect(history(stuck, failed(NOT_FOUND, { last: '11:50' }), pulling({ last: '11:59' }))).toMatchObject({
      pulling: true,
      failures: 1,
    });
  });

  it('takes a failure of the same second as the end of the pull', () => {
    expect(history(stuck, pulling({ last: '11:59' }), failed(NOT_FOUND, { last: '11:59' }))?.pulling).toBe(false);
  });

  it('knows when nothing was seen of the events', () => {
    expect(history(stuck)).toMatchObject({ eventsSeen: false, failures: 0 });
  });

  it('knows that the image was pulled before', () => {
    const again = history(stuck, pulled({ last: '11:00' }), failed(NOT_FOUND, { last: '11:59' }));
    expect(again).toMatchObject({ succeededAt: at('11:00'), alreadyPresent: false });
    expect(again?.waitedSeconds).toBeCloseTo(63);
  });
});

describe('durations', () => {
  it.each([
    ['80ms', 0.08],
    ['1m3.5s', 63.5],
    ['2h0m1s', 7201],
    ['12µs', 12e-6],
  ])('%s', (text, seconds) => {
    expect(goDuration(text)).toBeCloseTo(seconds);
  });

  it.each(['', '5', 'soon', '3 s'])('%j is none', (text) => {
    expect(goDuration(text)).toBeUndefined();
  });

  it('of the queue is what the pull itself did not take', () => {
    expect(waitedSeconds('Successfully pulled image "a" in 2s (1m2s including waiting)')).toBe(60);
    expect(waitedSeconds('Successfully pulled image "a" in 2s')).toBeUndefined();
  });
});
