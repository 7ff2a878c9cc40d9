import { describe, expect, it } from 'vitest';
import { decode } from './decode.ts';
import { summarize } from './test-summary.ts';

const PULL = 'failed to pull and unpack image "registry.acme.example/a:1": ';

describe('one attempt per credential', () => {
  it('judges the attempt that came furthest', () => {
    const { error } = decode(
      `Failed to pull image "registry.acme.example/a:1": [rpc error: code = Unknown desc = ${PULL}failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://cdn.acme.example/blobs/x": EOF, ${PULL}failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://auth.acme.example/token: 401 Unauthorized]`,
    );
    expect(error.attemptsAre).toBe('credentials');
    expect(error.attempts.map(summarize)).toEqual([
      'blob/connection:eof @cdn.acme.example',
      'authorize/auth:anonymous-refused @auth.acme.example',
    ]);
    expect(summarize(error)).toBe('blob/connection:eof @cdn.acme.example');
    expect(error.image).toBe('registry.acme.example/a:1');
  });

  it('takes an answer about the image for further than a refusal at the token endpoint', () => {
    const { error } = decode(
      `Failed to pull image "a": [rpc error: code = NotFound desc = ${PULL}failed to resolve reference "registry.acme.example/a:1": registry.acme.example/a:1: not found, rpc error: code = Unknown desc = ${PULL}failed to resolve reference "registry.acme.example/a:1": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized]`,
    );
    expect(summarize(error)).toBe('resolve/not-found:reference @registry.acme.example');
  });

  it('takes an answer about the image for further than a refusal of the manifest request', () => {
    const { error } = decode(
      'Failed to pull image "registry.acme.example/a": [rpc error: code = Unknown desc = Error response from daemon: manifest for registry.acme.example/a:latest not found: manifest unknown: manifest unknown, rpc error: code = Unknown desc = Error response from daemon: Get https://registry.acme.example/v2/a/manifests/latest: unauthorized: authentication required]',
    );
    expect(summarize(error)).toBe('manifest/not-found:manifest @registry.acme.example');
  });

  it('is not confused by commas, brackets and quotes inside an attempt', () => {
    const { error } = decode(
      `Failed to pull image "a": [${PULL}failed to resolve image: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed, ${PULL}failed to resolve image: unexpected status code [manifests 1]: 403 Forbidden]`,
    );
    expect(error.attempts.map(({ leaf }) => leaf.kind)).toEqual(['auth', 'http']);
  });

  it('does not take other brackets for attempts', () => {
    expect(
      decode('Failed to pull image "a": unexpected status code [manifests 1]: 403 Forbidden').error.attempts,
    ).toEqual([]);
    expect(decode(`Failed to pull image "a": [${PULL}failed to resolve image: EOF]`).error).toMatchObject({
      attempts: [],
      leaf: { kind: 'connection' },
    });
  });
});

describe('one attempt per mirror', () => {
  it('keeps mirrors and upstream apart and judges the upstream', () => {
    const { error } = decode(
      'initializing source docker://docker.io/library/redis:7: (Mirrors also failed: [mirror.acme.example/library/redis:7: pinging container registry mirror.acme.example: Get "https://mirror.acme.example/v2/": dial tcp 10.0.0.9:443: connect: connection refused]): docker.io/library/redis:7: reading manifest 7 in docker.io/library/redis: toomanyrequests: You have reached your unauthenticated pull rate limit.',
    );
    expect(error.attemptsAre).toBe('mirrors');
    expect(error.attempts.map(summarize)).toEqual([
      'resolve/dial:refused @mirror.acme.example',
      'manifest/rate-limit:hub-anonymous @docker.io',
    ]);
    expect(summarize(error)).toBe('manifest/rate-limit:hub-anonymous @docker.io');
  });

  it('separates several mirrors', () => {
    const { error } = decode(
      'reading manifest 1 in a: (Mirrors also failed: [m1.acme.example/a:1: manifest unknown]\n[m2.acme.example/a:1: denied: access forbidden]): up.acme.example/a:1: pinging container registry up.acme.example: Get "https://up.acme.example/v2/": EOF',
    );
    expect(error.attempts.map(({ leaf }) => leaf.kind)).toEqual(['not-found', 'auth', 'connection']);
  });
});
