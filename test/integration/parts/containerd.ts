import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { criPull } from './cri-client.ts';
import { run } from './isolation.ts';
import { pathOf } from './packages.ts';
import { start } from './processes.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
}

export interface Containerd {
  readonly version: string;
  /** As the kubelet pulls; undefined: it worked. */
  cri(image: string, login: Login | undefined, seconds: number): Promise<string | undefined>;
  /** As a person pulls; undefined: it worked. */
  ctr(image: string, login: Login | undefined, seconds: number): Promise<string | undefined>;
  /** Writes a file about a registry, once: `certs.d/HOST/hosts.toml`, or `certs.d/HOST/ca.crt`. */
  about(host: string, file: 'hosts.toml' | 'ca.crt', text: string): void;
}

/** Starts Debian's containerd with everything that it writes below `folder`. */
export async function startContainerd(folder: string): Promise<Containerd> {
  const socket = join(folder, 'containerd.sock');
  const hostsFolder = join(folder, 'certs.d');
  mkdirSync(hostsFolder, { recursive: true });
  const config = join(folder, 'config.toml');
  writeFileSync(config, configOf(folder, socket, hostsFolder));
  const base = ['--address', socket];
  const ready = async () => {
    try {
      run(pathOf('ctr'), ...base, 'version');
      return true;
    } catch {
      return false;
    }
  };
  await start(pathOf('containerd'), ['--config', config], join(folder, 'containerd.log'), ready);
  return {
    version: /Version:\s+v?([\d.]+)/.exec(run(pathOf('ctr'), ...base, 'version'))?.[1] ?? 'unknown',
    cri: (image, login, timeoutSeconds) =>
      criPull(socket, { image, timeoutSeconds, ...(login === undefined ? {} : { login }) }),
    ctr: (image, login, seconds) => {
      const user = login === undefined ? [] : ['--user', `${login.username}:${login.password}`];
      const pull = ['images', 'pull', '--snapshotter', 'native', '--hosts-dir', hostsFolder, ...user, image];
      return ctrPull([...base, '--timeout', `${seconds}s`, ...pull]);
    },
    about: (host, file, text) => {
      if (existsSync(join(hostsFolder, host, file))) return;
      mkdirSync(join(hostsFolder, host), { recursive: true });
      writeFileSync(join(hostsFolder, host, file), text);
    },
  };
}

function configOf(folder: string, socket: string, hostsFolder: string): string {
  return `version = 2
root = "${join(folder, 'root')}"
state = "${join(folder, 'state')}"
disabled_plugins = ["io.containerd.snapshotter.v1.devmapper", "io.containerd.internal.v1.opt"]
[grpc]
  address = "${socket}"
[plugins."io.containerd.metadata.v1.bolt"]
  content_sharing_policy = "isolated"
[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "native"
[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "${hostsFolder}"
`;
}

function ctrPull(args: readonly string[]): Promise<string | undefined> {
  return new Promise((done, fail) => {
    const child = spawn(pathOf('ctr'), args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.once('error', fail);
    child.once('close', (code) => done(code === 0 ? undefined : (said.trim().split('\n').at(-1) ?? 'it says nothing')));
  });
}
