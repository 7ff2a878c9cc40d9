import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from './certificates.ts';
import { pathOf } from './packages.ts';
import { listens, start } from './processes.ts';

export interface RegistrySettings {
  readonly port: number;
  readonly storage: string;
  readonly tls: Certificate;
  /** Top-level settings beside those above, as YAML. */
  readonly more?: string;
  /** Where a client is sent for blobs. */
  readonly blobsAt?: string;
  /** File of the authorities that it trusts itself, as a mirror. */
  readonly authorities?: string;
}

/** Starts Debian's docker-registry on loopback. */
export async function startRegistry(folder: string, name: string, settings: RegistrySettings): Promise<void> {
  const { port, storage, tls, more = '', blobsAt, authorities } = settings;
  const redirect =
    blobsAt === undefined ? '' : `middleware: {storage: [{name: redirect, options: {baseurl: "${blobsAt}"}}]}\n`;
  const config = join(folder, `${name}.yml`);
  writeFileSync(
    config,
    `version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: ${storage}}}
http: {addr: "127.0.0.1:${port}", tls: {certificate: ${tls.cert}, key: ${tls.key}}}
${redirect}${more}
`,
  );
  await start(
    pathOf('docker-registry'),
    ['serve', config],
    join(folder, `${name}.log`),
    () => listens(port),
    authorities === undefined ? {} : { SSL_CERT_FILE: authorities },
  );
}
