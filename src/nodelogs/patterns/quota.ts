import type { LogPattern } from './pattern.ts';

/** Status and words of registries that limit; 429 counts only where a status stands. */
export const QUOTA_PATTERNS: readonly LogPattern[] = [
  {
    id: 'rate-limited',
    title: 'A registry limits the rate of pulls',
    severity: 'high',
    words: ['toomanyrequests', 'too many requests', 'pull rate limit', 'rate exceeded'],
    match: /toomanyrequests|429 Too Many Requests|pull rate limit|too many requests to registry/i,
    unless: /msg\W{1,5}(?:fetch failed|trying next host)/i,
    judged: true,
  },
];
