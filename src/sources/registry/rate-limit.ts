import type { IncomingHttpHeaders } from 'node:http';
import type { ProbeRateLimit } from '../../core/probe.ts';
import { excerpt } from '../../core/redact.ts';

/** Docker Hub's count of pulls: `ratelimit-limit: 100;w=21600` (docs.docker.com, usage and limits). */
export function rateLimitOf(headers: IncomingHttpHeaders): ProbeRateLimit | undefined {
  const limit = countOf(headers['ratelimit-limit']);
  const remaining = countOf(headers['ratelimit-remaining']);
  if (limit === undefined && remaining === undefined) return undefined;
  const source = headers['docker-ratelimit-source'];
  const window = limit?.window ?? remaining?.window;
  return {
    ...(limit === undefined ? {} : { limit: limit.count }),
    ...(remaining === undefined ? {} : { remaining: remaining.count }),
    ...(window === undefined ? {} : { windowSeconds: window }),
    ...(typeof source === 'string' ? { source: excerpt(source, 60) } : {}),
  };
}

function countOf(header: string | readonly string[] | undefined): { count: number; window?: number } | undefined {
  const [, count, window] = /^(\d{1,9})(?:;w=(\d{1,9}))?/.exec([header ?? ''].flat()[0] ?? '') ?? [];
  if (count === undefined) return undefined;
  return { count: Number(count), ...(window === undefined ? {} : { window: Number(window) }) };
}
