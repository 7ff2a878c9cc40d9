import { describe, expect, it } from 'vitest';
import { saying } from './line-words.ts';

const ERROR = 'failed to extract layer: write /var/lib/containerd/fs/big.bin: no space left on device';
const KLOG = `E1120 22:40:34.907209    2417 pod_workers.go:1324] "Error syncing pod" err="${ERROR}" pod="shop/api-1"`;

describe('what a log line says in one row', () => {
  it.each([
    [KLOG, 60, /^….*no space left on device$/],
    [
      'time="2026-11-20T22:40:34Z" level=error msg="PullImage failed" error="dial: \\"x\\" refused"',
      60,
      /^dial: "x" refused$/,
    ],
    ['time="2026-11-20T22:40:34Z" level=info msg="PullImage \\"a:1\\""', 60, /^PullImage "a:1"$/],
    ['I1120 22:40:34.907209    2417 server.go:1] Started kubelet', 60, /^Started kubelet$/],
    ['/dev/nvme0n1p1  20G  20G  0  100% /var/lib/containerd and more', 30, /^\/dev\/nvme0n1p1.*…$/],
    ['x err="cut off \\', 60, /^cut off $/],
  ])('%s', (text, room, wanted) => {
    const said = saying(text, room);
    expect(said).toMatch(wanted);
    expect(said.length).toBeLessThanOrEqual(room);
  });
});
