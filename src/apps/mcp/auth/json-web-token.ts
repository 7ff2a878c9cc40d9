import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';

/** The parts of a token that decide. */
export interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly exp: number;
  readonly aud: readonly string[];
}

export interface SignedToken {
  readonly keyId?: string;
  readonly algorithm: Algorithm;
  readonly claims: Claims;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** Signatures with a public key only: `none` and shared secrets are never accepted. */
const ALGORITHMS = { RS256: 'RSA', ES256: 'EC' } as const;
type Algorithm = keyof typeof ALGORITHMS;

const MAX_CHARS = 16_384;
/** Clocks of two machines are never the same. */
const LEEWAY_S = 60;

/** Takes a token apart; nothing in it is to be believed yet. Undefined when it is no token that could be accepted. */
export function parseToken(token: string): SignedToken | undefined {
  const parts = token.length > MAX_CHARS ? [] : token.split('.');
  const [head = '', body = '', signature = ''] = parts;
  if (parts.length !== 3) return undefined;
  const header = jsonIn(head);
  const claims = claimsIn(jsonIn(body));
  const algorithm = header?.alg;
  // Extensions that must be understood are not.
  if (claims === undefined || !isAlgorithm(algorithm) || header?.crit !== undefined) return undefined;
  return {
    ...(typeof header?.kid === 'string' ? { keyId: header.kid } : {}),
    algorithm,
    claims,
    signed: Buffer.from(`${head}.${body}`),
    signature: Buffer.from(signature, 'base64url'),
  };
}

/** Whether a key made the signature. */
export function isSignedBy({ algorithm, signed, signature }: SignedToken, key: JsonWebKey): boolean {
  if (key.kty !== ALGORITHMS[algorithm] || (algorithm === 'ES256' && key.crv !== 'P-256')) return false;
  if (key.use !== undefined && key.use !== 'sig') return false;
  try {
    const publicKey = createPublicKey({ key, format: 'jwk' });
    return verify('sha256', signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false;
  }
}

/** Whether the claims are for us and hold now (`seconds` since 1970). */
export function areMeantForUs(
  { iss, aud, exp }: Claims,
  wanted: { readonly issuer: string; readonly audience: string },
  seconds: number,
): boolean {
  return iss === wanted.issuer && aud.includes(wanted.audience) && seconds < exp + LEEWAY_S;
}

function claimsIn(body: Readonly<Record<string, unknown>> | undefined): Claims | undefined {
  if (body === undefined) return undefined;
  const { iss, sub, exp, aud, nbf } = body;
  if (typeof iss !== 'string' || typeof sub !== 'string' || typeof exp !== 'number') return undefined;
  if (nbf !== undefined && (typeof nbf !== 'number' || nbf > Date.now() / 1000 + LEEWAY_S)) return undefined;
  const audiences = (Array.isArray(aud) ? aud : [aud]).filter((each): each is string => typeof each === 'string');
  return { iss, sub, exp, aud: audiences };
}

function isAlgorithm(value: unknown): value is Algorithm {
  return typeof value === 'string' && Object.hasOwn(ALGORITHMS, value);
}

function jsonIn(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
