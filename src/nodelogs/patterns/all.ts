import { CLOCK_PATTERNS } from './clock.ts';
import { CREDENTIAL_PATTERNS, IMDS_PATTERNS } from './credentials.ts';
import { DISK_PATTERNS } from './disk.ts';
import { KERNEL_PATTERNS } from './kernel.ts';
import { KUBELET_PATTERNS } from './kubelet.ts';
import { NETWORK_PATTERNS } from './network.ts';
import type { LogPattern } from './pattern.ts';
import { PULL_PATTERNS } from './pull.ts';
import { QUOTA_PATTERNS } from './quota.ts';
import { RUNTIME_PATTERNS } from './runtime.ts';
import { SANDBOX_PATTERNS } from './sandbox.ts';
import { VERIFICATION_PATTERNS } from './verification.ts';

/**
 * All patterns, the more telling before the more general: a line counts for the first that fits, so a full disk is
 * `no-space` whether a pull met it or not, and only what nothing finer explains is `image-pull-failed`.
 */
export const PATTERNS: readonly LogPattern[] = [
  ...DISK_PATTERNS,
  ...KERNEL_PATTERNS,
  ...QUOTA_PATTERNS,
  ...VERIFICATION_PATTERNS,
  ...CREDENTIAL_PATTERNS,
  ...RUNTIME_PATTERNS,
  ...SANDBOX_PATTERNS,
  ...PULL_PATTERNS,
  ...IMDS_PATTERNS,
  ...KUBELET_PATTERNS,
  ...CLOCK_PATTERNS,
  ...NETWORK_PATTERNS,
];
