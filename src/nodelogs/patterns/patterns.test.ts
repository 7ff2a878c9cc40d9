import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import type { NodeFileKind } from '../../core/node/file-kind.ts';
import { PATTERNS } from './all.ts';
import { matchLine } from './match.ts';

const LOGRUS = 'time="2026-11-20T22:12:50.376690324Z"';
const KLOG = 'E1120 22:13:00.860969     859';

/** A line, the pattern that it must fit, whether healthy nodes log it as well, and where it stands. */
type Shown = readonly [line: string, id: string, usual?: 'usual' | undefined, kind?: NodeFileKind];

const LINES: readonly Shown[] = [
  [
    `${KLOG} remote_image.go:250] "PullImage from image service failed" err="x" image="reg.acme.example/a:1"`,
    'image-pull-failed',
  ],
  [`${LOGRUS} level=error msg="PullImage \\"reg.acme.example/a:1\\" failed" error="not found"`, 'image-pull-failed'],
  [
    'Nov 20 21:00:00 n1 dockerd[7]: Handler for POST /v1.41/images/create returned error: manifest unknown',
    'image-pull-failed',
  ],
  [
    `${LOGRUS} level=info msg="Failed" error="initializing source docker://reg.acme.example/a:1: reading manifest 1"`,
    'image-pull-failed',
  ],
  [
    `${KLOG} pod_workers.go:1324] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"a\\" with ErrImagePull: x"`,
    'image-pull-failed',
  ],
  [
    `${KLOG} pod_workers.go:1324] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"a\\" with ImagePullBackOff: x"`,
    'image-pull-back-off',
  ],
  [
    `${LOGRUS} level=info msg="trying next host" error="pull access denied" host=mirror.acme.example`,
    'registry-host-failed',
  ],
  [
    `${LOGRUS} level=info msg="fetch failed after status: 429 Too Many Requests" host=reg.acme.example`,
    'registry-host-failed',
  ],
  [
    `${LOGRUS} level=error msg="PullImage \\"a\\" failed" error="429 Too Many Requests - toomanyrequests: slow down"`,
    'rate-limited',
  ],
  [`${KLOG} kuberuntime_image.go:43] "Failed to pull image" err="pull QPS exceeded" image="a"`, 'pull-throttled'],
  [
    `${LOGRUS} level=error msg="cancel pulling image reg.acme.example/a:1 because of no progress in 5m0s"`,
    'pull-no-progress',
  ],
  [`${KLOG} pod_workers.go:9] "Error syncing pod, skipping" err="with ErrImageNeverPull: x"`, 'image-never-pull'],
  [
    `${KLOG} pod_workers.go:9] "Error syncing pod, skipping" err="with InvalidImageName: couldn't parse image name"`,
    'image-name-invalid',
  ],
  [
    `${KLOG} image_manager.go:9] "Failed to record image pull intent for container image \\"a\\": x"`,
    'pull-record-failed',
  ],
  [`${KLOG} pod_workers.go:9] "Failed to inspect image \\"a\\": rpc error"`, 'image-inspect-failed'],
  [
    `${KLOG} pod_workers.go:9] "Error syncing pod" err="with CreateContainerError: failed to generate spec: no command specified"`,
    'image-unusable',
  ],
  [
    `${LOGRUS} level=error msg="RunPodSandbox for &PodSandboxMetadata{Name:a,} failed, error" error="failed to get sandbox image \\"p:1\\""`,
    'sandbox-image-failed',
  ],
  [`${KLOG} kuberuntime_sandbox.go:70] "Failed to create sandbox for pod" err="mkdir: x"`, 'sandbox-create-failed'],
  [
    `${KLOG} kuberuntime_sandbox.go:70] "Failed to create sandbox for pod" err="failed to setup network for sandbox"`,
    'sandbox-create-failed',
    'usual',
  ],
  [
    `${KLOG} plugin.go:418] "Failed to provide credentials for image" err=<\n\terror execing credential provider plugin p\n >`,
    'credential-provider-failed',
  ],
  [
    `${KLOG} pod_workers.go:9] "Error syncing pod" err="with illegal base64 data at input byte 5: x"`,
    'pull-secret-malformed',
  ],
  [
    `${KLOG} kubelet_pods.go:1083] "Unable to retrieve pull secret, the image pull may not succeed." pod="shop/a"`,
    'pull-secret-missing',
    'usual',
  ],
  [
    `${LOGRUS} level=error msg="failed to decode /etc/containerd/certs.d/reg.acme.example/hosts.toml" error="toml: x"`,
    'registry-config-broken',
  ],
  [
    `${LOGRUS} level=warning msg="failed to load plugin" error="invalid plugin config: x" id=io.containerd.cri.v1.images`,
    'runtime-config-refused',
  ],
  [
    `${LOGRUS} level=warning msg="failed to load plugin io.containerd.snapshotter.v1.devmapper" error="devmapper not configured"`,
    'runtime-config-refused',
    'usual',
  ],
  [`${KLOG} kubelet.go:9] "Skipping pod synchronization" err="container runtime is down"`, 'runtime-down'],
  [
    'Nov 20 21:00:00 n1 systemd[1]: containerd.service: Main process exited, code=killed, status=9/KILL',
    'runtime-down',
  ],
  [
    `${KLOG} x.go:1] "x" err="connection error: desc = \\"transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused\\""`,
    'runtime-down',
  ],
  ['containerd.service loaded failed failed containerd container runtime', 'runtime-down', undefined, 'services'],
  ['Nov 20 21:00:00 n1 systemd[1]: Stopping containerd.service - containerd container runtime...', 'runtime-stopped'],
  [`${LOGRUS} level=info msg="containerd successfully booted in 0.052s"`, 'runtime-started', 'usual'],
  [`${LOGRUS} level=error msg="x" error="snapshotter not loaded: stargz: invalid argument"`, 'snapshotter-missing'],
  [`${KLOG} x.go:1] "write /var/lib/containerd/x: no space left on device"`, 'no-space'],
  [`${KLOG} x.go:1] "write /x: disk quota exceeded"`, 'quota-exceeded'],
  [`${KLOG} x.go:1] "mkdir /var/lib/kubelet/pods/x: read-only file system"`, 'read-only'],
  [
    `${KLOG} image_gc_manager.go:1] "Failed to garbage collect required amount of images. Attempted to free 9 bytes"`,
    'image-gc-failed',
  ],
  [
    `${KLOG} kubelet.go:1] "Image garbage collection failed once. Stats initialization may not have completed yet" err="invalid capacity 0 on image filesystem"`,
    'invalid-disk-capacity',
    'usual',
  ],
  [
    `${KLOG} eviction_manager.go:1] "Eviction manager: attempting to reclaim" resourceName="ephemeral-storage"`,
    'disk-pressure',
  ],
  [`${KLOG} eviction_manager.go:1] "Eviction manager: pod is evicted successfully" pod="shop/a"`, 'pod-evicted'],
  [`${KLOG} image_gc_manager.go:1] "Removing image to free bytes" imageID="sha256:1" size=5`, 'image-gc'],
  [`${LOGRUS} level=error msg="x" error="image verifier v1 blocked pull of reg.acme.example/a:1"`, 'image-rejected'],
  [
    '[Fri Nov 20 22:12:51 2026] Out of memory: Killed process 859 (containerd) total-vm:1kB',
    'runtime-out-of-memory',
    undefined,
    'kernel',
  ],
  [
    '[Fri Nov 20 22:12:51 2026] Out of memory: Killed process 859 (java) total-vm:1kB',
    'out-of-memory',
    undefined,
    'kernel',
  ],
  ['[  12.5] EXT4-fs error (device nvme0n1p1): ext4_lookup:1', 'filesystem-error', undefined, 'kernel'],
  ['[  12.5] EXT4-fs (nvme0n1p1): Remounting filesystem read-only', 'read-only', undefined, 'kernel'],
  ['[  12.5] blk_update_request: I/O error, dev nvme1n1, sector 5', 'io-error', undefined, 'kernel'],
  ['[  12.5] nf_conntrack: nf_conntrack: table full, dropping packet', 'conntrack-full', undefined, 'kernel'],
  ['Nov 20 21:00:00 n1 chronyd[5]: System clock was stepped by 3600.1 seconds', 'clock-step', undefined, 'system'],
  [
    `${KLOG} x.go:1] "x" err="Get \\"http://169.254.169.254/latest/meta-data\\": dial tcp 169.254.169.254:80: i/o timeout"`,
    'imds-unreachable',
  ],
  [
    `${KLOG} kubelet.go:9] "Container runtime network not ready" networkReady="NetworkReady=false reason:NetworkPluginNotReady"`,
    'cni-not-ready',
    'usual',
  ],
  [
    `${KLOG} x.go:9] "ContainerStatus from runtime service failed" err="rpc error: code = NotFound desc = container \\"1\\" not found"`,
    'container-not-found',
    'usual',
  ],
  ['Nov 20 21:00:00 n1 systemd[1]: kubelet.service: Failed with result exit-code', 'kubelet-failed'],
  [`${KLOG} setters.go:9] "Node became not ready" node="n1"`, 'node-not-ready'],
  [`${KLOG} server.go:9] "Kubelet version" kubeletVersion="v1.36.2"`, 'kubelet-started', 'usual'],
  [
    `${KLOG} prober.go:9] "Probe failed" probeType="Readiness" output="dial tcp 10.0.0.9:80: connect: connection refused"`,
    'probe-failed',
    'usual',
  ],
  [`${KLOG} x.go:1] "x" err="dial tcp: lookup api.acme.example on 10.0.0.2:53: no such host"`, 'dns-failure'],
  [`${KLOG} x.go:1] "x" err="proxyconnect tcp: dial tcp 10.0.0.3:3128: i/o timeout"`, 'proxy-failure'],
  [`${KLOG} x.go:1] "x" err="tls: failed to verify certificate: x509: certificate has expired"`, 'tls-failure'],
  [`${KLOG} x.go:1] "x" err="dial tcp 10.0.0.3:443: connect: no route to host"`, 'connect-failed'],
  [`${KLOG} x.go:1] "x" err="read tcp 10.0.0.1:5->10.0.0.3:443: read: connection reset by peer"`, 'connection-reset'],
  [`${KLOG} kubelet_node_status.go:9] "Error updating node status, will retry" err="x"`, 'api-server-unreachable'],
];

const QUIET: readonly (readonly [line: string, kind?: NodeFileKind])[] = [
  [
    'Nov 20 21:00:00 n1 kubelet: Successfully pulled image "602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/coredns:v1"',
  ],
  [`${LOGRUS} level=info msg="PullImage \\"reg.acme.example/a:403\\" returns image reference \\"sha256:1\\""`],
  [`${LOGRUS} level=info msg="Pulled image \\"reg.acme.example/too/many/requests:429\\""`],
  [`${KLOG} kubelet.go:2724] "SyncLoop ADD" source="api" pods=["shop/test-1"]`],
  ['  DiskPressure     False   Fri, 20 Nov 2026 22:12:51 +0000   KubeletHasNoDiskPressure   no disk pressure', 'other'],
  ['2026-11-20 app: dial tcp 10.0.0.9:80: connect: connection refused', 'other'],
  ['kubelet_image_pull_errors{error="illegal base64 data at input byte 4"} 3', 'kubelet-metrics'],
  ['# exits with "no space left on device"', 'kubelet-unit'],
  ['  "message": "container runtime is down: no space left on device"', 'node-object'],
];

describe('patterns', () => {
  it.each(LINES.map(([line, id, usual, kind = 'kubelet']) => ({ line, id, usual, kind })))(
    '$line is $id',
    ({ line, id, usual, kind }) => {
      const matched = matchLine(line, kind);
      expect(matched?.pattern.id).toBe(id);
      expect(matched?.usual !== undefined).toBe(usual === 'usual');
    },
  );

  it.each(QUIET.map(([line, kind = 'kubelet']) => ({ line, kind })))('$line is nothing', ({ line, kind }) => {
    expect(matchLine(line, kind)).toBeUndefined();
  });

  it('are each shown by a line', () => {
    const shown = new Set(LINES.map(([, id]) => id));
    expect(PATTERNS.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([]);
  });

  it('have ids of their own and short titles', () => {
    expect(new Set(PATTERNS.map(({ id }) => id)).size).toBe(PATTERNS.length);
    for (const { title, words } of PATTERNS) {
      expect(title.length, title).toBeLessThanOrEqual(60);
      for (const word of words) expect(word).toBe(word.toLowerCase());
    }
  });

  it('run on a linear-time engine', () => {
    for (const { match, unless, usual = [] } of PATTERNS) {
      for (const { source } of [match, ...(unless === undefined ? [] : [unless]), ...usual.map(({ when }) => when)])
        expect(() => RE2JS.compile(source)).not.toThrow();
    }
  });

  it('take no long time on lines made to hurt', () => {
    const fragments = [
      'failed ',
      'sandbox ',
      'dial ',
      'lookup a ',
      'certs.d/',
      'PullImage "',
      '169.254.169.254',
      'x509: ',
    ];
    const start = performance.now();
    for (const fragment of fragments) matchLine(fragment.repeat(2_000), 'kubelet');
    // What hurts takes hours; a busy machine some seconds.
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
