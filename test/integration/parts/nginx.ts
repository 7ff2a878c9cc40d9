import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from './certificates.ts';
import { pathOf } from './packages.ts';
import { listens, start } from './processes.ts';

/** One server of nginx: how it answers. */
export interface Site {
  readonly port: number;
  /** Missing: plain HTTP. */
  readonly tls?: Certificate;
  /** Directives of `location /`. */
  readonly answer: string;
}

export const passTo = (url: string) => `proxy_pass ${url}; proxy_set_header Host $http_host; proxy_ssl_verify off;`;
export const filesIn = (folder: string) => `root ${folder};`;
export const status = (code: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
  [
    'default_type application/json;',
    ...Object.entries(headers).map(([name, value]) => `add_header ${name} "${value}" always;`),
    `return ${code} '${body}';`,
  ].join(' ');

/** Starts nginx; the file that it writes requests to, with what they brought for a login. */
export async function startNginx(folder: string, sites: readonly Site[]): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const access = join(folder, 'access.log');
  const config = join(folder, 'nginx.conf');
  writeFileSync(config, configOf(folder, access, sites));
  const ready = async () => (await Promise.all(sites.map(({ port }) => listens(port)))).every(Boolean);
  await start(pathOf('nginx'), ['-c', config, '-e', join(folder, 'error.log')], join(folder, 'nginx.log'), ready);
  return access;
}

function configOf(folder: string, access: string, sites: readonly Site[]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((part) => `${part}_temp_path ${folder};`);
  return `user root;
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 256; }
http {
  ${temporary.join('\n  ')}
  log_format asked '$http_host|$http_user_agent|$http_authorization|$request_uri';
  access_log ${access} asked;
  ${sites.map(siteOf).join('\n  ')}
}
`;
}

function siteOf({ port, tls, answer }: Site): string {
  const secure = tls === undefined ? '' : `ssl_certificate ${tls.cert}; ssl_certificate_key ${tls.key};`;
  return `server { listen 127.0.0.1:${port}${tls === undefined ? '' : ' ssl'}; ${secure} location / { ${answer} } }`;
}
