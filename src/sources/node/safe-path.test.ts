import { posix, win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fc } from '../../../test/support/properties.ts';
import { safePath } from './safe-path.ts';
import { TakenNames } from './taken-names.ts';

const parts = fc.array(
  fc.oneof(
    fc.constantFrom('..', '.', '/', '\\', '//', 'a', 'A', 'C:', '~', '\0', '\n', 'ä', '\u202e', ' ', 'x.log'),
    fc.string(),
  ),
  { maxLength: 12 },
);

describe('a safe path', () => {
  it('never leads out of its folder, on any system, and can be printed', () => {
    fc.assert(
      fc.property(parts, (pieces) => {
        const safe = safePath(pieces.join(''));
        if ('refused' in safe) return;
        const { path } = safe;
        expect(posix.resolve('/store/files', path).startsWith('/store/files/')).toBe(true);
        expect(win32.resolve('D:\\store\\files', path).startsWith('D:\\store\\files\\')).toBe(true);
        expect(path).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
        expect(Math.max(...path.split('/').map((part) => Buffer.byteLength(part)))).toBeLessThanOrEqual(200);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is found again from itself', () => {
    fc.assert(
      fc.property(parts, (pieces) => {
        const safe = safePath(pieces.join(''));
        if ('path' in safe) expect(safePath(safe.path)).toEqual(safe);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('taken names', () => {
  it('are found quickly for one name a great many times', () => {
    const taken = new TakenNames();
    const start = performance.now();
    for (let count = 0; count < 50_000; count += 1) taken.another('same.log');
    expect(taken.another('same.log')).toBe('same~50001.log');
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('are never the same file for two names, whatever the file system makes of case', () => {
    const name = fc
      .array(fc.constantFrom('a', 'A', 'b', 'b~2', 'a.x'), { minLength: 1, maxLength: 3 })
      .map((all) => all.join('/'));
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 12 }), (names) => {
        const taken = new TakenNames();
        const given = names.map((each) => taken.take(each).toLowerCase());
        expect(new Set(given).size).toBe(names.length);
        for (const file of given) expect(given.some((other) => other.startsWith(`${file}/`))).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});
