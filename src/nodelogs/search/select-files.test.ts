import { describe, expect, it } from 'vitest';
import { fc } from '../../../test/support/properties.ts';
import { memoryBundle } from '../memory-bundle.fixture.ts';
import { fitsPath, selectFiles } from './select-files.ts';

const { files } = memoryBundle({
  'kubelet/kubelet.log': '',
  'containerd/containerd-log.txt': '',
  'networking/resolv.conf.txt': '',
  'storage/mounts.txt': '',
});

describe('selectFiles', () => {
  it.each([
    [{}, 4],
    [{ logTypes: ['containerd'] }, 1],
    [{ logTypes: ['kubelet,dns'] }, 2],
    [{ logTypes: ['all'] }, 4],
    [{ files: ['*.log'] }, 1],
    [{ files: ['**/*.txt'] }, 3],
    [{ files: ['mounts', 'kubelet/*'] }, 2],
    [{ logTypes: ['kubelet'], files: ['mounts'] }, 0],
  ])('%j', (choice, count) => {
    expect(selectFiles(files, choice)).toHaveLength(count);
  });

  it('names the log types that there are', () => {
    expect(() => selectFiles(files, { logTypes: ['kublet'] })).toThrow(/no log type kublet: use kubelet, containerd/);
  });
});

describe('fitsPath', () => {
  it.each([
    ['a/b/c.log', '*.log', true],
    ['a/b/c.log', 'a/*.log', false],
    ['a/b/c.log', 'a/**.log', true],
    ['a/b/c.log', '**/c.log', true],
    ['a/b/c.log', 'b/c', true],
    ['a/b/c.log', '*', true],
    ['a/b/c.log', 'a*g', false],
  ])('%s %s', (path, glob, fits) => {
    expect(fitsPath(path, glob)).toBe(fits);
  });

  it('answers quickly on any glob', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ab/*]{0,40}$/), fc.stringMatching(/^[ab/]{0,400}$/), (glob, path) => {
        fitsPath(path, glob);
      }),
      { numRuns: 200 },
    );
    const start = performance.now();
    fitsPath('a'.repeat(4000), `${'*a'.repeat(200)}b`);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
