import { describe, expect, it } from 'vitest';
import { fc } from '../../test/support/properties.ts';
import { decodeBase64, decodeBase64Url, illegalBase64, utf8 } from './base64.ts';

function text(input: string, padding?: 'padded' | 'unpadded'): string | number {
  const result = decodeBase64(input, padding);
  return result.ok ? utf8(result.bytes) : result.position;
}

describe('decodeBase64, padded', () => {
  it.each([
    ['', ''],
    ['Y2k6cHc=', 'ci:pw'],
    ['Y2k6cA==', 'ci:p'],
    ['Y2k6\ncHc=\n', 'ci:pw'],
    ['Y2k6\r\ncHc\r\n=', 'ci:pw'],
    ['Y2k6cA=\n=\n', 'ci:p'],
    ['Zh==', 'f'], // stray low bits are not an error in Go's lenient mode
    ['\n\n', ''],
  ])('%j is %j', (input, expected) => {
    expect(text(input)).toBe(expected);
  });

  it.each([
    ['Y2k6cHc', 4], // padding missing: the start of the last group
    ['Y', 0],
    ['Y2k6c', 4],
    ['Y2k6cA=', 7], // one of two pads missing: the end
    ['Y2k6cA=x', 6],
    ['Y2k6cHc=x', 8], // something after the padding
    ['Y2k6cHc==', 8],
    ['=', 0],
    ['Y===', 1],
    ['robot-ci', 5],
    ['Y2k6 cHc=', 4],
    [' Y2k6cHc=', 0],
    ['Y2k6_Hc=', 4],
    ['Y2k6é', 4],
    ['ab\nc', 1], // Go counts back from the end, newlines included
  ])('%j stops at byte %j', (input, position) => {
    expect(text(input)).toBe(position);
  });
});

describe('decodeBase64, unpadded', () => {
  it.each([
    ['Y2k6cHc', 'ci:pw'],
    ['Y2k6cA', 'ci:p'],
    ['Y2k6\n', 'ci:'],
  ])('%j is %j', (input, expected) => {
    expect(text(input, 'unpadded')).toBe(expected);
  });

  it.each([
    ['Y2k6cHc=', 7],
    ['Y2k6c', 4],
    ['robot-ci:made-up', 5],
  ])('%j stops at byte %j', (input, position) => {
    expect(text(input, 'unpadded')).toBe(position);
  });
});

describe('base64 in general', () => {
  it('agrees with the platform on every byte string', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const encoded = Buffer.from(bytes).toString('base64');
        const padded = decodeBase64(encoded);
        const unpadded = decodeBase64(encoded.replaceAll('=', ''), 'unpadded');
        expect(padded.ok && [...padded.bytes]).toEqual([...bytes]);
        expect(unpadded.ok && [...unpadded.bytes]).toEqual([...bytes]);
      }),
    );
  });

  it('never throws and never points outside of its input', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 40 }),
        fc.constantFrom('padded' as const, 'unpadded' as const),
        (input, mode) => {
          const result = decodeBase64(input, mode);
          if (!result.ok) expect(result.position).toBeLessThanOrEqual(input.length);
        },
      ),
    );
  });

  it('words the error as Go does', () => {
    expect(illegalBase64(5)).toBe('illegal base64 data at input byte 5');
  });

  it('reads base64url, with or without padding', () => {
    expect(decodeBase64Url('eyJhIjoiPz8_In0')).toBe('{"a":"???"}');
    expect(decodeBase64Url('eyJhIjoiPz8_In0=')).toBe('{"a":"???"}');
    expect(decodeBase64Url('not base64')).toBeUndefined();
  });
});
