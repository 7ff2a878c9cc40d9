import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { PodRun, RunPod } from '../../testing/pod-writes.ts';
import { type ReplayOptions, type ReplayServer, startReplayServer } from '../../testing/replay-server.ts';
import { ofCode } from '../../testing/status.ts';
import type { RawObject } from '../../testing/store.ts';
import { openLoopback } from '../cluster/access.ts';
import { ClusterClient } from '../cluster/client.ts';
import { PodWriter } from '../cluster/pod-writer.ts';
import { shellImages } from './debug-image.ts';
import { collectByDebugPod } from './debug-pod.ts';
import { MemorySink } from './evidence-sink.ts';

const CANARY = 'c4n4ry-s3cr3t';
const folder = mkdtempSync(join(tmpdir(), 'pullwhy-debug-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FILES: Readonly<Record<string, string>> = {
  '/etc/containerd/config.toml': `version = 2\n[plugins."x".registry.configs."r.acme.example".auth]\n  username = "bob"\n  password = "${CANARY}"\n[next]\n  config_path = "/etc/containerd/certs.d"\n`,
  '/etc/containerd/certs.d/r.acme.example:5000/hosts.toml': `server = "https://r.acme.example:5000"\n[host."https://m.acme.example".header]\n  x-own = [\n    "${CANARY}",\n  ]\n[host."https://n.acme.example"]\n  capabilities = ["pull"]`,
  '/etc/containerd/certs.d/r.acme.example:5000/client.key': CANARY,
  '/etc/systemd/system/containerd.service.d/proxy.conf': `[Service]\nEnvironment="HTTPS_PROXY=http://bob:${CANARY}@proxy.acme.example:3128"\n`,
  '/var/lib/kubelet/config.json': JSON.stringify({ auths: { 'r.acme.example': { auth: CANARY } } }),
  '/run/real-resolv.conf': 'nameserver 10.0.0.2\n',
  '/proc/810/cmdline': `/usr/bin/kubelet\0--image-credential-provider-config=/opt/providers.json\0--v=2\0`,
  '/opt/providers.json': `{"kind":"CredentialProviderConfig","token":"${CANARY}"}`,
  '/var/log/kubelet.log': `I1120 21:46:24.016541 810 x.go:1] "asked" header="Authorization: Bearer ${CANARY}abcdef"\n|| a line that looks like content\n`,
};

const root = join(folder, 'root');
for (const [path, text] of Object.entries(FILES)) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
symlinkSync('/run/real-resolv.conf', join(root, 'etc/resolv.conf'));
/** Programs of the node, run as if they had been found there. */
const bin = join(folder, 'bin');
mkdirSync(bin);
const CHROOT = `#!/bin/sh
shift
case "$*" in
  "df -P") echo "Filesystem 1024-blocks Used Available Capacity Mounted on"; echo "/dev/x 100 99 1 99% /" ;;
  *"-u containerd"*) echo "2026-11-20T21:00:00.0+00:00 node-a containerd[1]: failed with password=${CANARY}" ;;
  *) exit 127 ;;
esac
`;
writeFileSync(join(bin, 'chroot'), CHROOT, { mode: 0o755 });

const NODE = nodeWith([
  'registry.acme.example/shop/api:1',
  'docker.io/library/busybox:1.37',
  'docker.io/library/nginx:1.27',
]);

function nodeWith(images: readonly string[]): RawObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-a' },
    status: {
      images: images.map((name, at) => ({ names: [name], sizeBytes: 1000 + at })),
      nodeInfo: { operatingSystem: 'linux' },
    },
  };
}

interface Container {
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly command: readonly string[];
  readonly volumeMounts: readonly { readonly readOnly: boolean }[];
}

function containerOf(pod: RawObject): Container {
  return (pod.spec as { containers: readonly [Container] }).containers[0];
}

/** Runs the pod's script for real, with the made-up node as its host. */
function runForReal(pod: RawObject): PodRun {
  const [shell = '', ...args] = containerOf(pod).command;
  const env = { ROOT: root, PATH: `${bin}:${process.env.PATH}` };
  const { stdout } = spawnSync(shell, args, { env, encoding: 'utf8' });
  return { status: { phase: 'Succeeded', containerStatuses: [status({ terminated: { exitCode: 0 } })] }, log: stdout };
}

function status(state: object): object {
  return { name: 'collect', image: 'x', ready: false, restartCount: 0, state };
}

let closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

interface Ran {
  readonly sink: MemorySink;
  readonly server: ReplayServer;
  readonly made: readonly RawObject[];
}

async function collect(
  runPod: RunPod,
  { signal, image, ...replay }: Partial<ReplayOptions> & { signal?: AbortSignal; image?: string } = {},
): Promise<Ran> {
  const made: RawObject[] = [];
  const server = await startReplayServer({
    objects: [NODE],
    ...replay,
    runPod: (pod) => {
      made.push(pod);
      return runPod(pod);
    },
  });
  const access = openLoopback(server.url, 'test');
  closing.push(
    () => server.close(),
    () => access.close(),
  );
  const sink = new MemorySink();
  await collectByDebugPod(
    new ClusterClient(access, signal === undefined ? {} : { signal }),
    new PodWriter(access),
    'node-a',
    sink,
    {
      namespace: 'kube-system',
      since: '2026-11-20T00:00:00Z',
      keepBytes: 2 ** 20,
      pollMs: 1,
      ...(image === undefined ? {} : { image }),
      ...(signal === undefined ? {} : { signal }),
    },
  ).catch((error: unknown) => {
    if (signal?.aborted !== true) throw error;
  });
  return { sink, server, made };
}

describe('collecting by a debug pod', () => {
  it('reads the node and removes the pod', async () => {
    const { sink, server, made } = await collect(runForReal);
    expect(sink.textOf('networking/resolv.conf')?.trim()).toBe('nameserver 10.0.0.2');
    expect(sink.textOf('storage/mounts.txt')).toContain('/dev/x 100 99 1 99% /');
    expect(sink.textOf('containerd/containerd-log.txt')).toContain('failed with password=');
    expect(sink.textOf('kubelet/kubelet-file.log')).toContain('|| a line that looks like content');
    expect(sink.textOf('etc/containerd/config.toml')).toContain('config_path = "/etc/containerd/certs.d"');
    expect(sink.textOf('etc/containerd/certs.d/r.acme.example:5000/hosts.toml')).toContain('capabilities = ["pull"]');
    expect(JSON.parse(sink.textOf('var/lib/kubelet/config.json') ?? '')).toEqual({ auths: { 'r.acme.example': {} } });
    expect(sink.textOf('system/ps-kubelet.txt')).toContain('--v=2');
    expect([...sink.files.keys()]).toContain('image-credential-provider/providers.json');
    expect(server.store.list('Pod', undefined)).toEqual([]);
    expect(made).toHaveLength(1);
  });

  it('lets no secret leave the node: not in the log of the pod, not in the files', async () => {
    let log = '';
    const { sink } = await collect((pod) => {
      const run = runForReal(pod);
      log = run.log ?? '';
      return run;
    });
    expect(log).not.toContain(CANARY);
    for (const path of sink.files.keys()) expect(sink.textOf(path), path).not.toContain(CANARY);
    expect(sink.textOf('collected.json')).toContain('client.key');
  });

  it('asks for as little as reading needs', async () => {
    const { made } = await collect(runForReal);
    const container = containerOf(made[0] as RawObject);
    expect(container).toMatchObject({
      image: 'docker.io/library/busybox:1.37',
      imagePullPolicy: 'Never',
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      volumeMounts: [{ mountPath: '/host', readOnly: true }],
    });
    expect(made[0]?.spec).toMatchObject({
      nodeName: 'node-a',
      automountServiceAccountToken: false,
      tolerations: [{ operator: 'Exists' }],
    });
    expect(made[0]?.spec).not.toHaveProperty('hostPID');
  });

  it('makes no pod where no image fits', async () => {
    const { sink, made } = await collect(runForReal, {
      objects: [nodeWith(['registry.k8s.io/pause:3.10', 'r.acme.example/app:1'])],
    });
    expect(made).toEqual([]);
    expect(sink.gaps).toMatchObject([
      { why: 'not-collected', how: expect.stringMatching(/none of the 2 images.*--image/) },
    ]);
  });

  it('tries the next image when the first has no shell', async () => {
    const exec = 'failed to create containerd task: exec: "sh": executable file not found in $PATH';
    const { sink, made, server } = await collect((pod) =>
      containerOf(pod).image.includes('busybox')
        ? {
            status: {
              phase: 'Pending',
              containerStatuses: [status({ waiting: { reason: 'RunContainerError', message: exec } })],
            },
          }
        : runForReal(pod),
    );
    expect(made.map((pod) => containerOf(pod).image)).toEqual([
      'docker.io/library/busybox:1.37',
      'docker.io/library/nginx:1.27',
    ]);
    expect(sink.gaps.map(({ wanted }) => wanted)).not.toContain('what is on node node-a, by a pod');
    expect(server.store.list('Pod', undefined)).toEqual([]);
  });

  it('says what PodSecurity refuses', async () => {
    const words = 'pods "x" is forbidden: violates PodSecurity "baseline:latest": hostPath volumes (volume "host")';
    const { sink } = await collect(() => ofCode(403, words));
    expect(sink.gaps).toMatchObject([
      { why: 'forbidden', how: expect.stringMatching(/namespace kube-system.*--namespace NAME/) },
    ]);
  });

  it('names the right that is missing', async () => {
    const { sink, made } = await collect(runForReal, { deny: [{ verb: 'create', resource: 'pods' }] });
    expect(made).toEqual([]);
    expect(sink.gaps).toMatchObject([
      { why: 'forbidden', how: expect.stringContaining('kubectl auth can-i create pods -n kube-system') },
    ]);
  });

  it('removes the pod when it is stopped half-way', async () => {
    const stop = new AbortController();
    const { server, made } = await collect(() => ({ status: { phase: 'Pending' } }), {
      signal: stop.signal,
      onRequest: (verb, path) => verb === 'get' && path.includes('/pods/') && stop.abort(),
    });
    expect(made).toHaveLength(1);
    expect(server.store.list('Pod', undefined)).toEqual([]);
  });

  it('removes what killed runs left, and nothing else', async () => {
    const left = (
      name: string,
      labels: Readonly<Record<string, string>>,
      phase: string,
      createdAt: string,
    ): RawObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'kube-system', labels, creationTimestamp: createdAt },
      spec: { containers: [] },
      status: { phase },
    });
    const ours = {
      'app.kubernetes.io/name': 'pullwhy',
      'app.kubernetes.io/component': 'node-evidence',
      'app.kubernetes.io/managed-by': 'pullwhy',
    };
    const { server } = await collect(runForReal, {
      now: '2026-11-20T23:00:00Z',
      objects: [
        NODE,
        left('ended', ours, 'Failed', '2026-11-20T22:59:00Z'),
        left('old', ours, 'Running', '2026-11-20T22:00:00Z'),
        left('at-work', ours, 'Running', '2026-11-20T22:59:30Z'),
        left('stranger', { 'app.kubernetes.io/name': 'pullwhy' }, 'Failed', '2026-11-20T20:00:00Z'),
      ],
    });
    expect(server.store.list('Pod', undefined).map(({ metadata }) => metadata?.name)).toEqual(['at-work', 'stranger']);
  });
});

describe('shellImages', () => {
  it.each([
    [['registry.k8s.io/pause:3.10', 'registry.k8s.io/coredns/coredns:v1.12.0', 'gcr.io/distroless/static:nonroot'], []],
    [
      ['docker.io/library/nginx:1', 'docker.io/library/alpine:3', 'busybox@sha256:0'],
      ['busybox@sha256:0', 'docker.io/library/alpine:3', 'docker.io/library/nginx:1'],
    ],
    [['r.acme.example:5000/mirror/library/busybox:1'], ['r.acme.example:5000/mirror/library/busybox:1']],
    [
      ['registry.k8s.io/kube-proxy:v1.36.2', 'docker.io/flannel/flannel:v0.26'],
      ['docker.io/flannel/flannel:v0.26', 'registry.k8s.io/kube-proxy:v1.36.2'],
    ],
    [['r.acme.example/notbusybox:1', 'sha256:abc', '<none>@<none>'], []],
  ])('%j', (names, expected) => {
    const images = names.map((name) => ({ names: [name] }));
    expect(shellImages({ images })).toEqual(expected);
  });
});
