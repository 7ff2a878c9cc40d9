import { createHash } from 'node:crypto';

/** Whether bytes have a digest; undefined for algorithms that are not checked. */
export function hasDigest(body: Buffer, digest: string): boolean | undefined {
  const [algorithm, hex] = digest.split(':');
  if (algorithm !== 'sha256' && algorithm !== 'sha512') return undefined;
  return createHash(algorithm).update(body).digest('hex') === hex;
}

export function sha256Of(body: Buffer): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}
