import type { JsonWebKey } from 'node:crypto';
import { UsageError } from '../../../core/usage-error.ts';
import { type Authenticate, bearerToken } from './caller.ts';
import { areMeantForUs, isSignedBy, parseToken, type SignedToken } from './json-web-token.ts';

export interface OidcOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

type Key = JsonWebKey & { readonly kid?: string };

/** An unknown key makes us look again, but not more often: anybody can send tokens with made-up key names. */
const LOOK_AGAIN_MS = 30_000;
/** Keys that were taken back must not be believed for ever. */
const KEEP_MS = 10 * 60_000;
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 1024 * 1024;
const MAX_KEYS = 100;

/** Accepts tokens that the issuer signed for the audience (OpenID Connect Discovery 1.0, RFC 7519). */
export function oidc({ issuer, audience, now = Date.now }: OidcOptions): Authenticate {
  const keys = new KeySet(checkedUrl(issuer, '--oidc-issuer'), issuer, now);
  return async (authorization) => {
    const token = parseToken(bearerToken(authorization) ?? '');
    if (token === undefined || !areMeantForUs(token.claims, { issuer, audience }, now() / 1000)) return undefined;
    const known = (await keys.get(token)).some((key) => isSignedBy(token, key));
    return known ? { id: `${token.claims.iss} ${token.claims.sub}` } : undefined;
  };
}

/** The public keys of an issuer, fetched when first needed. */
class KeySet {
  readonly #discovery: URL;
  readonly #issuer: string;
  readonly #now: () => number;
  #keys: readonly Key[] = [];
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | undefined;

  constructor(issuerUrl: URL, issuer: string, now: () => number) {
    const base = issuerUrl.href.replace(/\/$/, '');
    this.#discovery = new URL(`${base}/.well-known/openid-configuration`);
    this.#issuer = issuer;
    this.#now = now;
  }

  async get(token: SignedToken): Promise<readonly Key[]> {
    const age = this.#now() - this.#fetchedAt;
    const isUnknown = this.#fitting(token).length === 0;
    if (age > KEEP_MS || (isUnknown && age > LOOK_AGAIN_MS)) await this.#fetchOnce();
    return this.#fitting(token);
  }

  #fitting({ keyId }: SignedToken): readonly Key[] {
    return keyId === undefined ? this.#keys : this.#keys.filter(({ kid }) => kid === keyId);
  }

  async #fetchOnce(): Promise<void> {
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    await this.#fetching;
  }

  async #fetch(): Promise<void> {
    this.#fetchedAt = this.#now();
    const { issuer, jwks_uri: uri } = await fetchJson(this.#discovery);
    if (issuer !== this.#issuer || typeof uri !== 'string') return;
    const { keys } = await fetchJson(checkedUrl(uri, 'jwks_uri'));
    if (Array.isArray(keys)) this.#keys = keys.slice(0, MAX_KEYS).filter(isKey);
  }
}

/** An issuer that cannot be asked lets nobody in; that is no error of the request. */
async function fetchJson(url: URL): Promise<Readonly<Record<string, unknown>>> {
  try {
    const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = answer.ok ? await textOf(answer) : '';
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_BYTES) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function isKey(value: unknown): value is Key {
  return typeof value === 'object' && value !== null && 'kty' in value;
}

/** Keys that come over a line that others can write on are worth nothing. */
function checkedUrl(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '');
  if (url !== undefined && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback))) return url;
  throw new UsageError(`${what} ${text}: give an https URL`);
}
