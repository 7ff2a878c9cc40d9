import { describe, expect, it } from 'vitest';
import { fc } from '../../test/support/properties.ts';
import { decode } from './decode.ts';

const WORDS = [
  'Failed to pull image "a:1": ',
  'rpc error: code = Unknown desc = ',
  'failed to resolve reference "a": ',
  '[',
  ']',
  ', ',
  '"',
  '\\"',
  ': ',
  'Head "https://registry.acme.example/v2/": ',
  'dial tcp: lookup x on y: ',
  'no such host',
  '(Mirrors also failed: [',
  ']): ',
  '{"errors":[{"code":"',
  '<html>',
  '401 Unauthorized',
  '\n',
  'message: ',
  'reason: ',
  '  Warning  Failed  1m  kubelet  ',
  'time="2026-01-01T00:00:00Z" level=error msg="',
  'E0101 00:00:00.000000 1 a.go:1] "',
  'err=<\n',
  ' >',
  '…',
  '\u001b[31m',
  '&quot;',
  '```\n',
  'FATA[0000] ',
];

describe('on any text', () => {
  it('never throws and always names one decisive error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const { error, errors, lines } = decode(text);
        expect(errors[0]).toBe(error);
        expect(lines).toHaveLength(errors.length);
      }),
      { numRuns: 500 },
    );
  });

  it('survives every mix of the words of its grammar', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }), (words) => {
        const { error } = decode(words.join(''));
        expect(error.text.length).toBeLessThanOrEqual(2000);
        expect(error.text).not.toMatch(/[\u0000-\u001f]/);
      }),
      { numRuns: 1000 },
    );
  });

  it('finds the same leaf however deep the message is quoted', () => {
    const message =
      'failed to pull and unpack image "registry.acme.example/a:1": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/a/manifests/1": EOF';
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4 }), (depth) => {
        let text = message;
        for (let level = 0; level < depth; level++)
          text = `failed to "StartContainer" for "app" with ErrImagePull: ${JSON.stringify(text)}`;
        expect(decode(text).error).toMatchObject({
          leaf: { kind: 'connection', problem: 'eof' },
          host: 'registry.acme.example',
        });
      }),
    );
  });

  it('says nothing else when a message is cut off', () => {
    const message =
      'Failed to pull image "registry.acme.example/a:1": failed to pull and unpack image "registry.acme.example/a:1": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/a/manifests/1": dial tcp 10.0.0.9:443: connect: connection refused';
    const { leaf } = decode(message).error;
    for (let length = 60; length < message.length; length++) {
      const cut = decode(message.slice(0, length)).error.leaf;
      const vague =
        cut.kind === 'absent' || cut.kind === 'unrecognized' || (cut.kind === 'dial' && cut.problem === 'other');
      expect(vague || cut.kind === leaf.kind, `${message.slice(0, length)} -> ${cut.kind}`).toBe(true);
    }
  });
});

describe('on hostile repetition', () => {
  const LIMIT_MS = 2000;
  it.each([
    ['['],
    ['"'],
    ['\\'],
    ['\\"'],
    [': '],
    [' '],
    ['\n'],
    ['a\n'],
    ['"\n'],
    ['('],
    ['{"a":'],
    ['<html>'],
    ['&quot;'],
    ['rpc error: code = '],
    ['Get "https://a/v2/": '],
    ['[failed to pull, '],
    ['(Mirrors also failed: ['],
    ['failed to "StartContainer" for "x" with ErrImagePull: "'],
    ['message: x\n  y\n'],
    ['E0101 00:00:00.000000 1 a.go:1] "x" err=<\n\ty\n'],
    ['time="2024-'],
    ['Warning  Failed  1m kubelet  Failed to pull image "x": y\n'],
    ['x: "y" [z] (w) '],
    ['lookup a on b: '],
    ['certificate is valid for a, '],
    ['k="v" '],
  ])('%j stays linear', (unit) => {
    const text = unit.repeat(Math.ceil(250_000 / unit.length));
    const start = performance.now();
    decode(text);
    expect(performance.now() - start).toBeLessThan(LIMIT_MS);
  });

  it('reads head and tail of a text that is far too long', () => {
    const noise = 'nothing to see here\n'.repeat(100_000);
    expect(decode(`${noise}Failed to pull image "a": pull QPS exceeded`).error.leaf.kind).toBe('throttle');
    expect(decode(`Failed to pull image "a": pull QPS exceeded\n${noise}`).error.leaf.kind).toBe('throttle');
  });
});

describe('secrets', () => {
  it('leave no trace in what is decoded', () => {
    const canary = 'canary-7f3e91';
    const { error } = decode(
      `Failed to pull image "a": Get "https://user:${canary}@registry.acme.example/v2/a/blobs/sha256:00?Signature=${canary}": EOF`,
    );
    expect(JSON.stringify(error)).not.toContain(canary);
    expect(error.request?.url).toBe('https://registry.acme.example/v2/a/blobs/sha256:00');
  });
});
