import type { DetailedPeerCertificate, PeerCertificate } from 'node:tls';
import { checkServerIdentity } from 'node:tls';
import type { CertificateFacts, ProbeProblem } from '../../core/probe.ts';
import { excerpt } from '../../core/redact.ts';

const MAX_CHAIN = 8;
const MAX_NAMES = 50;
const MAX_TEXT = 200;

/** The chain as shown, the server's own certificate first. */
export function chainOf(leaf: DetailedPeerCertificate): readonly CertificateFacts[] {
  const chain: CertificateFacts[] = [];
  let at: DetailedPeerCertificate | undefined = leaf;
  while (at?.raw !== undefined && chain.length < MAX_CHAIN) {
    chain.push(factsOf(at));
    // A root is its own issuer.
    at = at.issuerCertificate === at ? undefined : at.issuerCertificate;
  }
  return chain;
}

function factsOf(certificate: PeerCertificate): CertificateFacts {
  return {
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    names: namesOf(certificate),
    validFrom: timeOf(certificate.valid_from),
    validTo: timeOf(certificate.valid_to),
    fingerprint: certificate.fingerprint256,
  };
}

/** What is wrong with a server's certificate for this host, as Go would judge it; undefined when it is good. */
export function certificateProblem(
  leaf: PeerCertificate,
  host: string,
  verification: string | undefined,
  now: number,
): { readonly problem: ProbeProblem; readonly said: string } | undefined {
  const { validFrom, validTo, issuer } = factsOf(leaf);
  if (Date.parse(validTo) < now) return { problem: 'expired', said: `the certificate ended at ${validTo}` };
  if (Date.parse(validFrom) > now) return { problem: 'not-yet-valid', said: `the certificate begins at ${validFrom}` };
  if (checkServerIdentity(host, leaf) !== undefined) {
    const names = namesOf(leaf);
    const listed = names.length === 0 ? 'no name at all' : names.slice(0, 5).join(', ');
    return { problem: 'wrong-name', said: `the certificate is for ${listed}, not for ${host}` };
  }
  if (verification === undefined) return undefined;
  if (verification === 'CERT_HAS_EXPIRED')
    return { problem: 'expired', said: 'a certificate above the server’s own has ended' };
  const why =
    verification === 'DEPTH_ZERO_SELF_SIGNED_CERT'
      ? 'the certificate is self-signed'
      : `this machine does not trust ${issuer}, or an intermediate certificate is missing`;
  return { problem: 'untrusted', said: `${why} (${verification})` };
}

function nameOf(name: PeerCertificate['subject'] | undefined): string {
  const { CN, O } = (name ?? {}) as { CN?: string | string[]; O?: string | string[] };
  return excerpt([CN ?? O ?? 'unnamed'].flat().join(', '), MAX_TEXT);
}

/** `DNS:a, IP Address:1.2.3.4` as plain names. Go ignores the common name. */
function namesOf({ subjectaltname }: PeerCertificate): readonly string[] {
  return (subjectaltname ?? '')
    .split(', ')
    .filter((entry) => /^(?:DNS|IP Address):/.test(entry))
    .slice(0, MAX_NAMES)
    .map((entry) => excerpt(entry.slice(entry.indexOf(':') + 1), MAX_TEXT));
}

function timeOf(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? excerpt(text, MAX_TEXT) : new Date(time).toISOString().replace('.000Z', 'Z');
}
