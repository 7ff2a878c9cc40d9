import { describe, expect, it } from 'vitest';
import { shortLine } from './short-line.ts';

const ERROR = 'failed to extract layer: write /var/lib/containerd/fs/big.bin: no space left on device';
const KLOG = `E1120 22:40:34.907209    2417 pod_workers.go:1324] "Error syncing pod" err="${ERROR}" pod="shop/api-1"`;

describe('a log line made short', () => {
  it('keeps a line that fits', () => expect(shortLine('short', 10)).toBe('short'));

  it('keeps head and end, where the innermost error stands', () => {
    const text = shortLine(KLOG, 120);
    expect(text).toMatch(/^E1120 22:40.*….*no space left on device" pod="shop\/api-1"$/);
    expect(text.length).toBeLessThanOrEqual(122);
  });

  it.each([
    ['at the beginning', 0],
    ['where the head ends', 36],
    ['near the head', 45],
    ['in the middle', 300],
    ['before the end', 850],
    ['at the end', 960],
  ])('shows what was searched for %s', (_, at) => {
    const text = `${'a'.repeat(at)}Needle${'b'.repeat(994 - at)}`;
    expect(shortLine(text, 120, ['other', 'needle'])).toContain('Needle');
  });
});
