import type { SecureContext } from 'node:tls';
import type { StageResult } from '../../core/probe.ts';
import type { Limits } from './limits.ts';
import type { Resolve } from './resolve.ts';
import type { Scrubber } from './scrub.ts';

/** What all stages of one probe share. */
export interface ProbeContext {
  readonly limits: Limits;
  /** Ends with the caller's signal or with the deadline of the probe. */
  readonly signal: AbortSignal;
  readonly resolve: Resolve;
  /** For HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The trusted authorities. */
  readonly trust: SecureContext;
  /** Milliseconds since 1970; certificates are judged by it. */
  readonly now: () => number;
  readonly scrub: Scrubber;
  /** The user allows addresses that only this machine or its network knows. */
  readonly allowPrivate: boolean;
  /** The user typed the name of the registry himself. */
  readonly userNamed: boolean;
  /** Layers are read whole and compared with their digests. */
  readonly verify: boolean;
}

/** A place to ask: scheme, host without brackets, port. */
export interface Origin {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
}

export function originOf(url: URL): Origin {
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return { secure, host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

/** `https://registry.acme.example`, with the port only where it is not the usual one. */
export function originUrl({ secure, host, port }: Origin): string {
  const usual = port === (secure ? 443 : 80);
  return `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}${usual ? '' : `:${port}`}`;
}

/** The host as people write it. */
export function hostLabel(origin: Origin): string {
  return originUrl(origin).replace(/^https?:\/\//, '');
}

/** A stage without requests. */
export function stageOf(
  stage: StageResult['stage'],
  status: StageResult['status'],
  host: string,
  said: string,
  more: Partial<StageResult> = {},
): StageResult {
  return { stage, status, host, said, exchanges: [], ...more };
}
