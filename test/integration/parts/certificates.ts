import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CA_FILE } from '../../../src/sources/registry/fake-registry.fixture.ts';
import { run } from './isolation.ts';
import { pathOf } from './packages.ts';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  /** The authorities that signed all of them, those of the fixtures as well. */
  readonly authorities: string;
  readonly good: Certificate;
  readonly expired: Certificate;
  readonly wrongName: Certificate;
  /** For `ghcr.io`, a well-known registry. */
  readonly wellKnown: Certificate;
  /** Signs tokens; trusted by the registry that wants them. */
  readonly tokens: Certificate;
}

/** Makes a private authority and the certificates of the run with OpenSSL. */
export function makeCertificates(folder: string): Certificates {
  const authority = key(folder, 'authority');
  selfSigned(authority, 'Acme private authority', 'basicConstraints=critical,CA:TRUE');
  const tokens = key(folder, 'tokens');
  selfSigned(tokens, 'Acme tokens', 'basicConstraints=critical,CA:TRUE');
  const authorities = join(folder, 'authorities.pem');
  copyFileSync(authority.cert, authorities);
  appendFileSync(authorities, readFileSync(CA_FILE));
  return {
    authorities,
    tokens,
    good: signed(folder, authority, 'good', '*.acme.example', 30),
    wrongName: signed(folder, authority, 'wrong-name', 'elsewhere.other.example', 30),
    wellKnown: signed(folder, authority, 'well-known', 'ghcr.io', 30),
    expired: signed(folder, authority, 'expired', '*.acme.example', -1),
  };
}

function key(folder: string, name: string): Certificate {
  const made = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  run(pathOf('openssl'), 'genrsa', '-out', made.key, '2048');
  return made;
}

function selfSigned({ cert, key: file }: Certificate, name: string, extension: string): void {
  run(
    pathOf('openssl'),
    ...['req', '-x509', '-new', '-key', file, '-out', cert, '-days', '30', '-subj', `/CN=${name}`],
    ...['-addext', extension],
  );
}

/** OpenSSL takes negative days for a certificate that has ended. */
function signed(folder: string, authority: Certificate, name: string, host: string, days: number): Certificate {
  const made = key(folder, name);
  const request = join(folder, `${name}.csr`);
  const extensions = join(folder, `${name}.ext`);
  writeFileSync(extensions, `subjectAltName=DNS:${host}\n`);
  run(pathOf('openssl'), 'req', '-new', '-key', made.key, '-out', request, '-subj', `/CN=${host}`);
  run(
    pathOf('openssl'),
    ...['x509', '-req', '-in', request, '-CA', authority.cert, '-CAkey', authority.key, '-CAcreateserial'],
    ...['-out', made.cert, '-days', `${days}`, '-extfile', extensions],
  );
  return made;
}
