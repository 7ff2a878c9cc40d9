import { ALWAYS, type LogPattern } from './pattern.ts';

/** Room on the disk. kubelet: eviction_manager.go, images/image_gc_manager.go (its wording changed between versions). */
export const DISK_PATTERNS: readonly LogPattern[] = [
  {
    id: 'no-space',
    title: 'A file system has no room left (bytes or inodes)',
    severity: 'critical',
    words: ['no space left on device'],
    match: /no space left on device/i,
    judged: true,
  },
  {
    id: 'quota-exceeded',
    title: 'A disk quota is used up',
    severity: 'critical',
    words: ['disk quota exceeded'],
    match: /disk quota exceeded/i,
    judged: true,
  },
  {
    id: 'read-only',
    title: 'A file system is read-only',
    severity: 'critical',
    words: ['read-only file system', 'filesystem read-only'],
    match: /read-only file system|Remounting filesystem read-only/i,
    judged: true,
  },
  {
    id: 'image-gc-failed',
    title: 'Image garbage collection frees too little',
    severity: 'high',
    words: ['garbage collect', 'freediskspacefailed', 'imagegcfailed', 'insufficient free disk space'],
    match:
      /Image garbage collection failed|garbage collect required amount of images|FreeDiskSpaceFailed|ImageGCFailed|Insufficient free disk space on the node's image filesystem/i,
    unless: /invalid capacity 0|unable to find data in memory cache|Stats not available|non-existent label/i,
  },
  {
    id: 'disk-pressure',
    title: 'The node is short of disk',
    severity: 'high',
    words: ['diskpressure', 'ephemeral-storage', 'evictionthresholdmet', 'must evict pod'],
    match:
      /NodeHasDiskPressure|conditions?:? ?\[[^\]]{0,80}DiskPressure|DiskPressure(?:=|\s{1,24})True|EvictionThresholdMet|attempting to reclaim.{0,60}(?:ephemeral-storage|inodes)|must evict pod\(s\) to reclaim.{0,60}(?:ephemeral-storage|inodes)/i,
    unless: /NodeHasNoDiskPressure|node\.kubernetes\.io\/disk-pressure:/i,
  },
  {
    id: 'pod-evicted',
    title: 'Pods were evicted for want of room',
    severity: 'medium',
    words: ['is evicted successfully', 'node was low on resource'],
    match: /is evicted successfully|The node was low on resource/i,
  },
  {
    id: 'image-gc',
    title: 'Images were removed to make room',
    severity: 'low',
    words: ['image filesystem is over', 'removing image to free', 'trying to free bytes'],
    match:
      /Disk usage on image filesystem is over the high threshold|Removing image to free bytes|trying to free bytes down to/i,
  },
  {
    id: 'invalid-disk-capacity',
    title: 'The kubelet does not know the size of the image store',
    severity: 'info',
    words: ['invalid capacity 0', 'invaliddiskcapacity', 'unable to find data in memory cache', 'stats not available'],
    match:
      /invalid capacity 0 on image filesystem|InvalidDiskCapacity|Image garbage collection failed.{0,60}(?:unable to find data in memory cache|Stats not available)/i,
    usual: [{ when: ALWAYS, why: 'logged at each start of the kubelet, before statistics exist' }],
  },
];
