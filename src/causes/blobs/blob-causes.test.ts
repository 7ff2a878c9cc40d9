import { describe, expect, it } from 'vitest';
import { present } from '../../core/fact.ts';
import type { Facts } from '../../facts/facts.ts';
import type { PullHistory } from '../../facts/history.ts';
import type { RuntimeLog } from '../../facts/runtime-log.ts';
import { EMPTY_LOG, podFacts, textFacts } from '../shared/facts-for-test.ts';
import { PLACEHOLDER_FACTS } from '../shared/placeholder-facts.ts';
import { cause as hostBlocked } from './blob-host-blocked.ts';
import { cause as missing } from './blob-missing.ts';
import { cause as corrupt } from './corrupt-content.ts';
import { cause as timeout } from './pull-timeout.ts';

const IMAGE = 'registry.acme.example/shop/api:1.5.0';
const DIGEST = `sha256:${'a'.repeat(64)}`;
const OWN_BLOB = `https://registry.acme.example/v2/shop/api/blobs/${DIGEST}`;
const STORE_BLOB = `https://store.acme.example/layers/${DIGEST}`;

function open(rest: string): string {
  return `failed to pull and unpack image "${IMAGE}": failed to copy: httpReadSeeker: failed open: ${rest}`;
}

function request(url: string, failure: string): string {
  return open(`failed to do request: Get "${url}": ${failure}`);
}

const FAILED_TWICE: Partial<Facts> = {
  history: present<PullHistory>({ pulling: false, failures: 2, eventsSeen: true }, ['event/1']),
};

describe('blob-host-blocked', () => {
  it.each([
    [
      'a store that does not resolve',
      request(STORE_BLOB, 'dial tcp: lookup store.acme.example on 10.0.0.2:53: no such host'),
      'likely',
      'confirmed',
    ],
    [
      'a store that does not answer',
      request(STORE_BLOB, 'dial tcp 192.0.2.20:443: i/o timeout'),
      'possible',
      'confirmed',
    ],
    [
      'a store that refuses',
      open(`unexpected status from GET request to ${STORE_BLOB}: 403 Forbidden`),
      'likely',
      'likely',
    ],
    [
      'a path that a mirror has too',
      request(OWN_BLOB.replace('registry.', 'mirror.'), 'dial tcp 192.0.2.20:443: i/o timeout'),
      'possible',
      'likely',
    ],
    [
      'a refusal under the URL of the registry',
      open(`unexpected status code ${OWN_BLOB}: 403 Forbidden`),
      'possible',
      'likely',
    ],
  ])('%s: once %s, again and again %s', (_, text, once, again) => {
    expect(hostBlocked.judge(podFacts(text, IMAGE))?.verdict).toBe(once);
    expect(hostBlocked.judge(podFacts(text, IMAGE, FAILED_TWICE))?.verdict).toBe(again);
  });

  it('names registry and store', () => {
    const facts = podFacts(request(STORE_BLOB, 'dial tcp 192.0.2.20:443: i/o timeout'), IMAGE, FAILED_TWICE);
    expect(hostBlocked.statement(hostBlocked.judge(facts)?.params, facts)).toBe(
      'registry.acme.example answers, but the host of its layers, store.acme.example, cannot be reached',
    );
  });

  it.each([
    ['a failure of the registry itself', request(OWN_BLOB, 'dial tcp 192.0.2.10:443: i/o timeout')],
    [
      'a failure before the layers',
      `failed to pull and unpack image "${IMAGE}": failed to resolve image: failed to do request: Head "https://mirror.acme.example/v2/shop/api/manifests/1.5.0": dial tcp 192.0.2.20:443: i/o timeout`,
    ],
    [
      'a mirror that refuses',
      open(
        `unexpected status code ${OWN_BLOB.replace('registry.', 'mirror.')}?ns=registry.acme.example: 400 Bad Request`,
      ),
    ],
    [
      'a mirror that does not answer',
      request(
        `${OWN_BLOB.replace('registry.', 'mirror.')}?ns=registry.acme.example`,
        'dial tcp 192.0.2.20:443: i/o timeout',
      ),
    ],
    ['a pull that was canceled', request(STORE_BLOB, 'context canceled')],
  ])('says nothing on %s', (_, text) => {
    expect(hostBlocked.judge(podFacts(text, IMAGE, FAILED_TWICE))).toBeUndefined();
  });
});

describe('blob-missing', () => {
  it.each([
    [
      'a configuration',
      open(
        `could not fetch content descriptor ${DIGEST} (application/vnd.oci.image.config.v1+json) from remote: not found`,
      ),
    ],
    ['a layer', open(`content at ${OWN_BLOB} not found: not found`)],
  ])('is likely for %s', (_, text) => {
    expect(missing.judge(textFacts(text))?.verdict).toBe('likely');
  });

  it('leaves a missing manifest to others', () => {
    const child = open(`content at https://registry.acme.example/v2/shop/api/manifests/${DIGEST} not found: not found`);
    expect(missing.judge(textFacts(child))).toBeUndefined();
  });
});

describe('corrupt-content', () => {
  it.each([
    [
      'a digest that was computed',
      `failed commit on ref "layer-${DIGEST}": unexpected commit digest sha256:${'b'.repeat(64)}, expected ${DIGEST}: failed precondition`,
      'confirmed',
    ],
    [
      'an archive that cannot be read',
      `failed to extract layer ${DIGEST}: archive/tar: invalid tar header: unknown`,
      'likely',
    ],
    [
      'a short layer, which a cut connection leaves as well',
      'short read: expected 1500 bytes but got 700: unexpected EOF',
      'possible',
    ],
  ])('judges %s', (_, failure, verdict) => {
    expect(corrupt.judge(textFacts(`failed to pull and unpack image "${IMAGE}": ${failure}`))?.verdict).toBe(verdict);
  });
});

/** A pull that began at ten and has no outcome. */
function pulling(takenAt: string, log?: Partial<RuntimeLog>): Facts {
  const history: PullHistory = { pulling: true, pullingSince: '2026-11-20T10:00:00Z', failures: 0, eventsSeen: true };
  return {
    ...PLACEHOLDER_FACTS,
    takenAt,
    history: present(history, ['event/1']),
    ...(log === undefined ? {} : { runtimeLog: present({ ...EMPTY_LOG, ...log }, ['log/1']) }),
  };
}

describe('pull-timeout', () => {
  it('is confirmed by the log of a runtime that saw no progress', () => {
    const text = request(OWN_BLOB, 'context canceled');
    expect(timeout.judge(podFacts(text, IMAGE))).toMatchObject({ verdict: 'likely', detail: 'canceled' });
    const facts = podFacts(text, IMAGE, { runtimeLog: present({ ...EMPTY_LOG, noProgress: ['log/1'] }, ['log/1']) });
    expect(timeout.judge(facts)).toMatchObject({
      verdict: 'confirmed',
      detail: 'no-progress',
      because: ['event/1', 'log/1'],
    });
  });

  it.each([
    ['after 4 minutes', pulling('2026-11-20T10:04:00Z'), undefined],
    ['after 6 minutes', pulling('2026-11-20T10:06:00Z'), 'possible'],
    [
      'after 6 minutes, open in the log of the runtime',
      pulling('2026-11-20T10:06:00Z', { openSince: '2026-11-20T10:00:00Z' }),
      'likely',
    ],
    ['after 12 minutes', pulling('2026-11-20T10:12:00Z'), 'likely'],
    [
      'after 12 minutes behind another pull',
      pulling('2026-11-20T10:12:00Z', { openOthers: ['acme/big:1'] }),
      'possible',
    ],
  ])('judges a pull without an outcome %s', (_, facts, verdict) => {
    expect(timeout.judge(facts)?.verdict).toBe(verdict);
  });

  it('does not reckon without the time of the evidence', () => {
    const { takenAt: _, ...facts } = pulling('2026-11-20T10:30:00Z');
    expect(timeout.judge(facts)).toBeUndefined();
  });
});
