import type { LogPattern } from './pattern.ts';

/** containerd: verifier plugins; CRI-O: policy.json and registries.conf (containers/image signature). */
export const VERIFICATION_PATTERNS: readonly LogPattern[] = [
  {
    id: 'image-rejected',
    title: 'A policy of the node rejects images',
    severity: 'high',
    words: ['image verifier', 'source image rejected', 'signature was required', 'rejected by policy', 'is blocked in'],
    match:
      /image verifier .{0,200}blocked|Source image rejected|A signature was required|is rejected by policy|registry \S{1,253} is blocked in/i,
    judged: true,
  },
];
