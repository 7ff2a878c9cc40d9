import { isIP, type Socket } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import type { CertificateFacts, ProbeProblem } from '../../core/probe.ts';
import { certificateProblem, chainOf } from './certificate.ts';
import { opened } from './connect-tcp.ts';
import { codeOf } from './network-problem.ts';

export interface Handshake {
  readonly socket: TLSSocket;
  readonly certificates: readonly CertificateFacts[];
  /** Set: nothing secret may go over this connection. */
  readonly distrust?: { readonly problem: ProbeProblem; readonly said: string };
}

/** Shakes hands whatever the certificate is, and says what is wrong with it. Throws when there is no handshake. */
export async function shakeHands(
  socket: Socket,
  host: string,
  trust: SecureContext,
  now: number,
  signal: AbortSignal,
): Promise<Handshake> {
  const secure = connect({
    socket,
    secureContext: trust,
    // Judged below: an untrusted certificate is a finding, not an exception.
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
  await opened(secure, 'secureConnect', signal);
  const leaf = secure.getPeerCertificate(true);
  const verification = secure.authorized ? undefined : verificationCode(secure);
  const distrust = certificateProblem(leaf, host, verification, now);
  return { socket: secure, certificates: chainOf(leaf), ...(distrust === undefined ? {} : { distrust }) };
}

/** The verifier's own finding; a wrong name is judged apart. */
function verificationCode({ authorizationError }: TLSSocket): string | undefined {
  const error: unknown = authorizationError;
  const code = typeof error === 'string' ? error : codeOf(error);
  return code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? undefined : code || 'UNTRUSTED';
}

const NOT_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_TOO_LARGE|RECORD_LAYER/;

/** Why there was no handshake. */
export function handshakeProblem(error: unknown): { readonly problem: ProbeProblem; readonly said: string } {
  const code = codeOf(error);
  if (error instanceof Error && /^(?:Timeout|Abort)Error$/.test(error.name))
    return { problem: 'timeout', said: 'no answer in the TLS handshake' };
  if (NOT_TLS.test(code)) return { problem: 'plain-http', said: 'the server does not speak TLS on this port' };
  if (/CERTIFICATE_REQUIRED|BAD_CERTIFICATE/.test(code))
    return { problem: 'client-certificate', said: 'the server wants a client certificate' };
  const alert = /ALERT_([A-Z_]+)/.exec(code)?.[1]?.toLowerCase().replaceAll('_', ' ');
  if (alert !== undefined) return { problem: 'handshake', said: `the server ended the TLS handshake: ${alert}` };
  const cut = code === 'ECONNRESET' || code === 'EPIPE';
  return {
    problem: 'handshake',
    said: cut
      ? 'the connection was cut inside the TLS handshake'
      : `the TLS handshake failed (${code || 'no reason given'})`,
  };
}
