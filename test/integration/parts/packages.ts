import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian's packages by the program that is needed of each. */
const PACKAGES = {
  'docker-registry': 'docker-registry',
  nginx: 'nginx-light',
  containerd: 'containerd',
  ctr: 'containerd',
  htpasswd: 'apache2-utils',
  dnsmasq: 'dnsmasq-base',
  openssl: 'openssl',
  ip: 'iproute2',
  unshare: 'util-linux',
} as const;

export type Program = keyof typeof PACKAGES;

const INSTALLER = 'apt-get';
const INSTALL_MS = 150_000;

export function pathOf(program: Program): string {
  return find(program) ?? program;
}

function find(program: Program): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, program)).find(existsSync);
}

/** Installs what is missing where that is allowed; what is still missing then, as packages. */
export function installMissing(): readonly string[] {
  const before = missing();
  if (before.length === 0 || process.getuid?.() !== 0) return before;
  process.stdout.write(`installing ${before.join(' ')}\n`);
  // Services of these packages are not wanted, only their programs.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (...args: string[]) => spawnSync(INSTALLER, args, { env, stdio: 'ignore', timeout: INSTALL_MS });
  const install = () => apt('install', '-y', '--no-install-recommends', ...before).status === 0;
  if (!install()) {
    apt('update');
    install();
  }
  return missing();
}

function missing(): readonly string[] {
  const programs = Object.keys(PACKAGES) as Program[];
  return [...new Set(programs.filter((name) => find(name) === undefined).map((name) => PACKAGES[name]))];
}
