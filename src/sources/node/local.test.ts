import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fileKindOf } from '../../core/node/file-kind.ts';
import { MemorySink } from './evidence-sink.ts';
import { collectLocally } from './local.ts';
import { NODE_COMMANDS } from './node-items.ts';
import { type Ran, runProgram } from './run-program.ts';

const CANARY = 'c4n4ry-s3cr3t';
const folder = mkdtempSync(join(tmpdir(), 'pullwhy-local-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A node's file system, made of the given files. */
function rootWith(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(folder, 'root-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const NODE = {
  '/etc/hostname': 'node-a.acme.example\n',
  '/sys/devices/virtual/dmi/id/board_asset_tag': 'i-0123456789abcdef0\n',
  '/etc/containerd/config.toml': `version = 2\n[plugins."io.containerd.grpc.v1.cri".registry.configs."r.acme.example".auth]\n  password = "${CANARY}"\n`,
  '/etc/containerd/certs.d/r.acme.example:5000/hosts.toml': `server = "https://r.acme.example:5000"\n[host."https://m.acme.example".header]\n  authorization = "Basic ${CANARY}"\n`,
  '/etc/containerd/certs.d/r.acme.example:5000/client.key': CANARY,
  '/etc/containerd/certs.d/r.acme.example:5000/ca.crt': readFileSync('fixtures/registry-tls/ca.pem', 'utf8'),
  '/etc/containers/registries.conf': 'unqualified-search-registries = ["r.acme.example"]\n',
  '/etc/systemd/system/containerd.service.d/http-proxy.conf': `[Service]\nEnvironment="HTTPS_PROXY=http://bob:${CANARY}@proxy.acme.example:3128"\n`,
  '/var/lib/kubelet/config.json': JSON.stringify({ auths: { 'r.acme.example': { auth: CANARY } } }),
  '/var/lib/kubelet/config.yaml': 'kind: KubeletConfiguration\nregistryPullQPS: 5\n',
  '/run/systemd/resolve/resolv.conf': 'nameserver 10.0.0.2\n',
  '/etc/os-release': 'ID=acme\n',
  '/proc/810/cmdline': `/usr/bin/kubelet\0--image-credential-provider-config=/opt/acme/providers.json\0--token=${CANARY}\0`,
  '/opt/acme/providers.json': `{"kind":"CredentialProviderConfig","providers":[{"name":"ecr","env":[{"name":"X","value":"y"}],"token":"${CANARY}"}]}`,
  '/var/log/messages': `Nov 20 21:00:00 node-a kubelet[810]: pull with Authorization: Bearer ${CANARY}\n`,
};

async function collect(files: Readonly<Record<string, string>>, run: typeof runProgram = noPrograms) {
  const root = rootWith(files);
  mkdirSync(join(root, 'etc'), { recursive: true });
  symlinkSync('/run/systemd/resolve/resolv.conf', join(root, 'etc/resolv.conf'));
  symlinkSync('/etc/passwd', join(root, 'etc/hosts'));
  const sink = new MemorySink();
  await collectLocally(sink, { root, since: '2026-11-20T00:00:00Z', keepBytes: 2 ** 20, run });
  const items = (
    JSON.parse(sink.textOf('collected.json') ?? '{}') as { items: { from: string; state: string; note?: string }[] }
  ).items;
  return { sink, items, paths: [...sink.files.keys()] };
}

async function noPrograms(): Promise<Ran> {
  return { state: 'missing' };
}

describe('collecting on the node', () => {
  it('keeps configuration under names that tell its kind', async () => {
    const { sink, paths } = await collect(NODE);
    const kinds = Object.fromEntries(paths.map((path) => [path, fileKindOf(path)]));
    expect(kinds).toMatchObject({
      'etc/containerd/config.toml': 'containerd-config',
      'etc/containerd/certs.d/r.acme.example:5000/hosts.toml': 'registry-hosts',
      'etc/containers/registries.conf': 'registries-conf',
      'etc/systemd/system/containerd.service.d/http-proxy.conf': 'containerd-unit',
      'var/lib/kubelet/config.yaml': 'kubelet-config',
      'image-credential-provider/providers.json': 'credential-provider-config',
      'networking/resolv.conf': 'resolv-conf',
      'etc/os-release': 'os-release',
      'system/ps-kubelet.txt': 'processes',
      'storage/mounts.txt': 'mounts',
      'storage/inodes.txt': 'inodes',
      'var_log/messages': 'system',
    });
    expect(sink.instances).toEqual(['i-0123456789abcdef0']);
    expect(sink.textOf('storage/inodes.txt')).toMatch(/^Filesystem Inodes IUsed IFree IUse% Mounted on\n- \d/);
  });

  it('follows links inside the root, never out of it', async () => {
    const { sink, items } = await collect(NODE);
    expect(sink.textOf('networking/resolv.conf')).toBe('nameserver 10.0.0.2\n');
    expect(items.find(({ from }) => from === '/etc/hosts')).toMatchObject({ state: 'absent' });
  });

  it('lets no secret reach the files', async () => {
    const { sink, items, paths } = await collect(NODE);
    for (const path of paths) expect(sink.textOf(path), path).not.toContain(CANARY);
    expect(JSON.parse(sink.textOf('var/lib/kubelet/config.json') ?? '')).toEqual({
      auths: { 'r.acme.example': { auth: '[redacted]' } },
    });
    expect(sink.textOf('etc/containerd/certs.d/r.acme.example:5000/ca.crt')).toMatch(
      /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2} {2}\d{4}-/,
    );
    expect(items.find(({ from }) => from.endsWith('client.key'))).toMatchObject({
      state: 'present',
      note: 'may hold a key: not read',
    });
  });

  it('tells absent from unknown, and what a diagnosis lacks', async () => {
    const { sink, items } = await collect({ '/etc/hostname': 'node-a\n' });
    expect(items.find(({ from }) => from === '/etc/containerd/config.toml')).toMatchObject({ state: 'absent' });
    expect(items.find(({ from }) => from === 'crictl-info.json')).toMatchObject({ state: 'unknown' });
    expect(sink.gaps.map(({ wanted, why }) => [wanted, why])).toEqual([
      ['the kubelet log of node node-a', 'not-collected'],
      ["the runtime's log of node node-a", 'not-collected'],
      ['the resolver configuration of node node-a', 'not-collected'],
    ]);
  });

  it('asks the journal of a mounted root for its time span', async () => {
    const asked: string[] = [];
    const { sink } = await collect(NODE, async (argv) => {
      asked.push(argv.join(' '));
      return {
        state: 'printed',
        bytes: Buffer.from(`2026-11-20T21:00:00.000000+00:00 node-a kubelet[1]: password=${CANARY}\n`),
      };
    });
    expect(asked[0]).toMatch(
      /^journalctl -u kubelet --directory \S+\/var\/log\/journal --since 2026-11-20 00:00:00 UTC --utc --no-pager -o short-iso-precise$/,
    );
    expect(asked).toHaveLength(NODE_COMMANDS.filter(({ log }) => log).length);
    expect(sink.textOf('kubelet/kubelet.log')).toBe(
      '2026-11-20T21:00:00.000000+00:00 node-a kubelet[1]: password=[redacted]\n',
    );
  });

  it('says what was forbidden', async () => {
    const { sink } = await collect({ '/etc/hostname': 'node-a\n' }, async () => ({
      state: 'failed',
      said: 'No journal files were opened due to insufficient permissions.',
    }));
    expect(sink.gaps[0]).toMatchObject({ wanted: 'the kubelet log of node node-a', why: 'forbidden' });
  });
});

describe('runProgram', () => {
  const limits = { keepBytes: 1_000, timeoutMs: 20_000 };

  it('gives what was printed, the end of it', async () => {
    expect(await runProgram(['printf', 'a\nb\n'], limits)).toEqual({ state: 'printed', bytes: Buffer.from('a\nb\n') });
    const ran = await runProgram(['seq', '1', '100000'], limits);
    expect(ran).toMatchObject({ state: 'printed', cut: 'the newest 1 KiB' });
    expect(Buffer.from((ran as { bytes: Uint8Array }).bytes).toString()).toMatch(/^\d+\n[\s\S]*\n100000\n$/);
  });

  it('tells a missing program from a failing one', async () => {
    expect(await runProgram(['no-such-program-here'], limits)).toEqual({ state: 'missing' });
    expect(await runProgram(['ls', '/no/such/folder'], limits)).toMatchObject({ state: 'failed' });
  });

  it('stops a program that does not end', async () => {
    const ran = await runProgram(['sleep', '1000'], { ...limits, timeoutMs: 50 });
    expect(ran).toEqual({ state: 'failed', said: 'it did not end in 0.05 s' });
  });
});
