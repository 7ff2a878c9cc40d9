import { X509Certificate } from 'node:crypto';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]{1,20000}?-----END CERTIFICATE-----/g;
/** Bundles of operating systems have about 150. */
const MAX_CERTIFICATES = 2_000;

/** One line for each certificate of a bundle: fingerprint, end, subject. Their content is left. */
export function fingerprints(pem: string): string {
  return (pem.match(CERTIFICATE) ?? [])
    .slice(0, MAX_CERTIFICATES)
    .map((text) => {
      try {
        const { fingerprint256, validTo, subject } = new X509Certificate(text);
        return `${fingerprint256}  ${new Date(validTo).toISOString()}  ${subject.replaceAll('\n', ', ')}\n`;
      } catch {
        return 'a certificate that cannot be read\n';
      }
    })
    .join('');
}
