import { readFileSync } from 'node:fs';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { UsageError } from '../../core/usage-error.ts';

/** Where Go, and so every container runtime, looks for the system's authorities (crypto/x509/root_linux.go). */
const SYSTEM_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

const MAX_CHARS = 8 * 1024 * 1024;

/**
 * The authorities to trust: the system's, as a runtime on this machine would, else those built into Node;
 * with `SSL_CERT_FILE`, `NODE_EXTRA_CA_CERTS` and the user's own file beside them.
 */
export function trustOf(env: Environment, caFile?: string): SecureContext {
  const key = JSON.stringify([env.SSL_CERT_FILE, env.NODE_EXTRA_CA_CERTS, caFile]);
  const known = contexts.get(key);
  if (known !== undefined) return known;
  const context = createSecureContext({ ca: [...rootsOf(env, caFile)] });
  contexts.set(key, context);
  return context;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reading some hundred certificates takes longer than a handshake, so it is done once. */
const contexts = new Map<string, SecureContext>();

function rootsOf(env: Environment, caFile?: string): readonly string[] {
  const system = [env.SSL_CERT_FILE, ...SYSTEM_FILES].map(readPem).find((pem) => pem !== undefined);
  const extra = readPem(env.NODE_EXTRA_CA_CERTS);
  const own = caFile === undefined ? undefined : readPem(caFile);
  if (caFile !== undefined && own === undefined)
    throw new UsageError(`no PEM certificates in ${caFile}: give the file of the authority with --ca-file`);
  return [...(system === undefined ? rootCertificates : [system]), ...[extra, own].filter((pem) => pem !== undefined)];
}

function readPem(file: string | undefined): string | undefined {
  if (file === undefined || file === '') return undefined;
  try {
    const text = readFileSync(file, 'utf8');
    return text.length <= MAX_CHARS && text.includes('-----BEGIN CERTIFICATE-----') ? text : undefined;
  } catch {
    return undefined;
  }
}
