import type { Leaf } from '../../core/pull-error.ts';
import type { Reading, Rule } from '../rule.ts';
import { firstPhrase, type Phrase } from './phrases.ts';

type Tls = Extract<Leaf, { kind: 'tls' }>;
type TlsProblem = Tls['problem'];

/** Go crypto/x509 verify.go. */
const X509: readonly Phrase<TlsProblem>[] = [
  ['signed by unknown authority', 'unknown-authority'],
  ['failed to load system roots', 'unknown-authority'],
  ['is not trusted', 'unknown-authority'],
  ['self signed certificate', 'unknown-authority'],
  ['self-signed certificate', 'unknown-authority'],
  ['unable to get local issuer', 'unknown-authority'],
  ['has expired or is not yet valid', 'expired'],
  ['certificate is expired', 'expired'],
  ['certificate has expired', 'expired'],
  ['any ip sans', 'no-ip-san'],
  ['legacy common name', 'legacy-common-name'],
  ['not valid for any names', 'hostname'],
  ['certificate is valid for', 'hostname'],
  ['cannot validate certificate for', 'hostname'],
];

/** Alerts that the other side sends (RFC 8446, as Go names them) and refusals of our own side. */
const ALERTS: readonly Phrase<TlsProblem>[] = [
  ['certificate required', 'client-certificate'],
  ["didn't provide a certificate", 'client-certificate'],
  ['alert(116)', 'client-certificate'],
  ['bad certificate', 'client-certificate'],
  ['unknown certificate authority', 'client-certificate'],
  ['unsupported certificate', 'client-certificate'],
  ['revoked certificate', 'client-certificate'],
  ['expired certificate', 'client-certificate'],
  ['unrecognized name', 'unrecognized-name'],
  ['protocol version not supported', 'protocol-version'],
  ['unsupported protocol version', 'protocol-version'],
  ['no supported versions', 'protocol-version'],
  ['handshake timeout', 'handshake-timeout'],
  ['first record does not look like', 'not-tls'],
  ['oversized record', 'not-tls'],
  ['failed to verify certificate', 'other'],
  ['handshake failure', 'handshake-failure'],
  ['internal error', 'handshake-failure'],
  ['access denied', 'handshake-failure'],
  ['insufficient security', 'handshake-failure'],
  ['decode error', 'handshake-failure'],
  ['illegal parameter', 'handshake-failure'],
  ['unexpected message', 'handshake-failure'],
  ['no application protocol', 'handshake-failure'],
  ['error decrypting message', 'handshake-failure'],
  ['user canceled', 'handshake-failure'],
];

const CLOCKS = /current time (\S{1,40}) is (after|before) (\S{1,40})/i;
const VALID_FOR = /certificate is valid for ([^"]{1,400}), not ([^\s,"')]{1,260})/i;
const WANTED = /wanted to match ([^\s,"')]{1,260})/i;
const IP_ASKED = /cannot validate certificate for ([^\s,"')]{1,260})/i;

export const TLS_LEAVES: readonly Rule[] = [
  { like: 'x509', leaf: certificate, generic: true },
  { like: 'tls: failed to verify certificate', leaf: certificate, generic: true },
  { like: 'failed to verify certificate', leaf: certificate, generic: true },
  {
    like: 'certificate signed by unknown authority',
    leaf: { kind: 'tls', problem: 'unknown-authority' },
    generic: true,
    prose: true,
  },
  {
    like: 'certificate has expired or is not yet valid',
    leaf: ({ rest }) => validity(rest.slice(0, 1000)),
    generic: true,
    prose: true,
  },
  { like: 'certificate is valid for', leaf: misnamed, generic: true, prose: true },
  { like: 'certificate is not valid for any names', leaf: misnamed, generic: true, prose: true },
  { like: 'ssl certificate problem', leaf: certificate, generic: true },
  { like: 'certificate verify failed', leaf: { kind: 'tls', problem: 'unknown-authority' }, generic: true },
  // the log of a Go server that demands one
  {
    like: "tls: client didn't provide a certificate",
    leaf: { kind: 'tls', problem: 'client-certificate' },
  },
  { like: 'remote error: tls', leaf: alert, generic: true },
  { like: 'remote error', leaf: namedAlert, generic: true },
  { like: 'local error: tls', leaf: alert, generic: true },
  { like: 'tls', leaf: alert, generic: true },
  { like: 'net/http: tls handshake timeout', leaf: { kind: 'tls', problem: 'handshake-timeout' }, generic: true },
  { like: 'tls handshake timeout', leaf: { kind: 'tls', problem: 'handshake-timeout' }, generic: true, prose: true },
  { like: 'http: server gave http response to https client', leaf: { kind: 'tls', problem: 'http-response' } },
  { like: 'server gave http response to https client', leaf: { kind: 'tls', problem: 'http-response' }, prose: true },
  {
    like: 'client sent an http request to an https server',
    leaf: { kind: 'tls', problem: 'http-to-https' },
    prose: true,
  },
  {
    like: 'the plain http request was sent to https port',
    leaf: { kind: 'tls', problem: 'http-to-https' },
    prose: true,
  },
  { like: 'net/http: http/1.x transport connection broken', leaf: malformed },
  { like: 'malformed http response', leaf: malformed },
  { like: 'malformed http version', leaf: malformed },
  { like: 'malformed http status code', leaf: malformed },
];

/** Without the `x509:` in front. */
function misnamed({ rest }: Reading): Leaf {
  return x509(`certificate is valid for ${rest.slice(0, 1000).trimStart()}`, 'hostname');
}

function certificate({ rest }: Reading): Leaf {
  return x509(rest.slice(0, 1000), 'other');
}

function x509(words: string, otherwise: TlsProblem): Leaf {
  const problem = firstPhrase(X509, words.toLowerCase()) ?? otherwise;
  if (problem === 'expired') return validity(words);
  const validFor = VALID_FOR.exec(words);
  const asked = validFor?.[2] ?? WANTED.exec(words)?.[1] ?? IP_ASKED.exec(words)?.[1];
  return {
    kind: 'tls',
    problem,
    ...(validFor?.[1] === undefined ? {} : { validFor: validFor[1] }),
    ...(asked === undefined ? {} : { asked: asked.replace(/[.]$/, '').toLowerCase() }),
  };
}

/** Without the two times (Go before 1.11) nobody knows which side of the validity was missed; expiry is the rule. */
function validity(words: string): Tls {
  const clocks = CLOCKS.exec(words);
  if (clocks === null) return { kind: 'tls', problem: 'expired' };
  const [, nodeTime, side, bound] = clocks as unknown as [string, string, string, string];
  return {
    kind: 'tls',
    problem: side.toLowerCase() === 'after' ? 'expired' : 'not-yet-valid',
    nodeTime,
    certificateTime: bound.replace(/[^0-9A-Za-z]+$/, ''),
  };
}

function alert({ rest }: Reading): Leaf | undefined {
  const words = rest.slice(0, 300).toLowerCase();
  if (words.includes('x509')) return undefined;
  // the record arrived, but not as it was sent
  if (words.includes('bad record mac')) return { kind: 'connection', problem: 'closed' };
  const problem = firstPhrase(ALERTS, words);
  return problem === undefined ? { kind: 'tls', problem: 'other' } : { kind: 'tls', problem };
}

/** `remote error` is also how a scanner heads what a registry answered (`remote error: GET …: MANIFEST_UNKNOWN`). */
function namedAlert(reading: Reading): Leaf | undefined {
  const leaf = alert(reading);
  return leaf?.kind === 'tls' && leaf.problem === 'other' ? undefined : leaf;
}

/** A TLS record (`\x15\x03`) where an HTTP answer was expected: plain HTTP was sent to a TLS port. */
function malformed({ rest }: Reading): Leaf {
  const words = rest.slice(0, 300).toLowerCase();
  if (words.includes('x15\\x03') || words.includes('\\x15') || words.includes('x15x03'))
    return { kind: 'tls', problem: 'http-to-https' };
  return { kind: 'content', problem: 'bad-answer' };
}
