import type { LogPattern } from './pattern.ts';

const KERNEL = ['kernel', 'system', 'other'] as const;

/** Messages of the kernel that take the ground from under a pull: mm/oom_kill.c, fs/ext4, fs/xfs, block, netfilter. */
export const KERNEL_PATTERNS: readonly LogPattern[] = [
  {
    id: 'runtime-out-of-memory',
    title: 'The kernel killed the runtime or kubelet: out of memory',
    severity: 'critical',
    words: ['out of memory', 'oom-kill'],
    match: /(?:Killed process \d+ \(|task=)(?:containerd|kubelet|crio|dockerd)\b/i,
    kinds: KERNEL,
  },
  {
    id: 'out-of-memory',
    title: 'The kernel killed processes: out of memory',
    severity: 'low',
    words: ['out of memory', 'oom-killer', 'oom-kill'],
    match: /out of memory: Kill(?:ed)? process|invoked oom-killer|oom-kill:/i,
    kinds: KERNEL,
  },
  {
    id: 'filesystem-error',
    title: 'A file system is damaged',
    severity: 'critical',
    words: ['ext4-fs error', 'ext4-fs warning', 'xfs', 'structure needs cleaning', 'btrfs'],
    match:
      /EXT4-fs (?:error|warning)|XFS \(\S{1,60}\): .{0,80}(?:corruption|metadata I\/O error|shut(?:ting)? ?down)|BTRFS (?:error|critical)|Structure needs cleaning/i,
  },
  {
    id: 'io-error',
    title: 'A disk answers with errors',
    severity: 'critical',
    words: ['i/o error', 'input/output error', 'qid'],
    match:
      /(?:blk_update_request|Buffer).{0,60}I\/O error|I\/O error, dev|input\/output error|nvme\d+: I\/O \d+ (?:\(.{0,40}\) )?QID \d+ timeout/i,
  },
  {
    id: 'conntrack-full',
    title: 'The table of connections is full; packets are dropped',
    severity: 'high',
    words: ['table full'],
    match: /nf_conntrack: (?:nf_conntrack: )?table full, dropping packet/i,
    kinds: KERNEL,
  },
];
