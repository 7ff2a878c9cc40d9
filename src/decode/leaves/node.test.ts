import { describe, expect, it } from 'vitest';
import { decode } from '../decode.ts';
import { decisive } from '../test-summary.ts';

const PULL = 'failed to pull and unpack image "registry.acme.example/shop/api:1.4": ';
const A = `sha256:${'a'.repeat(64)}`;

describe('storage', () => {
  it.each([
    [
      `${PULL}failed to extract layer ${A}: write /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/6/fs/big: no space left on device: unknown`,
      'unpack/storage:no-space',
    ],
    [
      `${PULL}failed to copy: failed to send write: write /var/lib/containerd/io.containerd.content.v1.content/ingest/ab/data: no space left on device: unknown`,
      'blob/storage:no-space',
    ],
    [
      `${PULL}failed to prepare extraction snapshot "extract-1 ${A}": failed to create temp dir: mkdir /var/lib/containerd/x: no space left on device`,
      'unpack/storage:no-space',
    ],
    [`${PULL}failed to extract layer ${A}: write /data/x: disk quota exceeded: unknown`, 'unpack/storage:quota'],
    [
      'failed to register layer: Error processing tar file(exit status 1): open /usr/bin/x: read-only file system',
      'unpack/storage:read-only',
    ],
    [
      'writing blob: storing blob to file "/var/tmp/storage1/2": write /var/tmp/storage1/2: input/output error',
      'blob/storage:io',
    ],
    [
      'writing blob: storing blob to file "/var/tmp/storage1/2": open /var/tmp/storage1/2: permission denied',
      'blob/storage:permission',
    ],
    [
      `${PULL}failed to copy: open /var/lib/containerd/io.containerd.content.v1.content/ingest/ab/data: no such file or directory`,
      'blob/storage:missing-path',
    ],
    [
      'Failed to record image pull intent for container image "shop/api:1.4": open /var/lib/kubelet/image_manager/pulling/sha256-x: no space left on device',
      'runtime/storage:no-space',
    ],
    [
      'Failed to record image pull intent for container image "shop/api:1.4": something odd',
      'runtime/runtime:pull-record',
    ],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });

  it('tells the path', () => {
    expect(decode('failed to register layer: write /usr/lib/x.so: no space left on device').error.leaf).toEqual({
      kind: 'storage',
      problem: 'no-space',
      path: '/usr/lib/x.so',
    });
  });
});

describe('unpacking', () => {
  it.each([
    [
      'failed to register layer: ApplyLayer exit status 1 stdout:  stderr: lchown /opt/x: invalid argument',
      'ownership',
    ],
    [
      'failed to register layer: ApplyLayer exit status 1 stdout:  stderr: Container ID 197609 cannot be mapped to a host ID',
      'ownership',
    ],
    [
      `${PULL}failed to extract layer ${A}: mount callback failed on /tmp/m: failed to Lchown "/tmp/m/x" for UID 1 GID 70000: lchown /tmp/m/x: invalid argument`,
      'ownership',
    ],
    [
      'writing blob: adding layer with blob "sha256:aa": ApplyLayer stdout:  stderr: potentially insufficient UIDs or GIDs available in user namespace (requested 1:70000 for /x)',
      'ownership',
    ],
    [`${PULL}failed to extract layer ${A}: operation not permitted: unknown`, 'extract'],
    [
      `${PULL}failed to extract layer ${A}: mount callback failed on /tmp/m: chmod /tmp/m/sbin: no such file or directory: unknown`,
      'extract',
    ],
    [
      `${PULL}failed to extract layer ${A}: failed to set xattr "security.capability" on /tmp/m/x: operation not supported`,
      'extract',
    ],
    [`${PULL}unable to resolve snapshotter: snapshotter not loaded: stargz: invalid argument`, 'snapshotter-missing'],
    [
      `${PULL}failed to prepare extraction snapshot "extract-1 ${A}": connection error: desc = "transport: Error while dialing: dial unix /run/soci-snapshotter-grpc/soci-snapshotter-grpc.sock: connect: no such file or directory": unavailable`,
      'snapshotter-missing',
    ],
    [
      `failed to prepare extraction snapshot "extract-2 ${A}": connection error: desc = "transport: Error while dialing dial unix:///run/containerd-nydus/containerd-nydus-grpc.sock: timeout": unavailable`,
      'snapshotter-missing',
    ],
    [
      `${PULL}failed to prepare extraction snapshot "extract-1 ${A}": failed to create new thin device "pool-snap-7"(dev: 9): invalid argument`,
      'snapshot-prepare',
    ],
    [
      `${PULL}failed to prepare extraction snapshot "extract-1 ${A}": failed to find image ref of snapshot 12, labels map[a:b]: unknown`,
      'snapshot-prepare',
    ],
    [
      `${PULL}failed to prepare extraction snapshot "extract-1 ${A}": failed to stat parent: stat /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/7/fs: no such file or directory`,
      'snapshot-state',
    ],
    [
      `${PULL}failed to prepare extraction snapshot "extract-1 ${A}": failed to create snapshot: missing parent "k8s.io/7/${A}" bucket: not found`,
      'snapshot-state',
    ],
    [`${PULL}unable to prepare extraction snapshot: target snapshot "${A}": already exists`, 'snapshot-state'],
    [
      `"ListImages with filter from image service failed" err="rpc error: code = Unknown desc = reading manifest for image instance \\"${A}\\": locating item named \\"manifest-${A}\\" for image with ID \\"3f\\" (consider removing the image to resolve the issue): file does not exist"`,
      'snapshot-state',
    ],
    [
      'Error pulling image (1.4) from shop/api, Driver devicemapper failed to create image rootfs 9a1f: Error running DeviceCreate',
      'extract',
    ],
    [
      `Error: failed to create containerd container: error unpacking image: failed to extract layer ${A}: mount callback failed on /tmp/m: unlinkat /tmp/m/x: directory not empty: unknown`,
      'extract',
    ],
    [`${PULL}failed to stat snapshot ${A}: snapshot does not exist`, 'snapshot-state'],
    [
      `${PULL}failed to prepare extraction snapshot "extract-1 ${A}": parent snapshot ${A} does not exist: not found`,
      'snapshot-state',
    ],
    [
      'failed to register layer: rename /var/lib/docker/image/overlay2/layerdb/tmp/write-set-1 /var/lib/docker/image/overlay2/layerdb/sha256/aa: file exists',
      'extract',
    ],
    [
      'FATAL:   While making image from oci registry: packer failed to pack: while unpacking tmpfs: error unpacking rootfs: unpack entry: srv/app: link: unpriv.link: no such file or directory',
      'link',
    ],
    ['Error: "hcsshim::ImportLayer failed in Win32: The system cannot find the path specified. (0x3)"', 'extract'],
    [
      'failed to register layer: re-exec error: exit status 1: output: ProcessBaseLayer C:\\ProgramData\\docker\\windowsfilter\\aa: The system cannot find the path specified.',
      'extract',
    ],
  ])('%s', (text, problem) => {
    expect(decode(text).error).toMatchObject({ stage: 'unpack', leaf: { kind: 'unpack', problem } });
  });
});

describe('runtime and kubelet', () => {
  it.each([
    [
      'Failed to pull image "shop/api:1.4": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"',
      'runtime/runtime:unavailable',
    ],
    [
      '"ListContainers from runtime service failed" err="rpc error: code = Unavailable desc = error reading from server: read unix @->/run/containerd/containerd.sock: read: connection reset by peer"',
      'runtime/runtime:unavailable',
    ],
    [
      'Failed to pull image "shop/api:1.4": rpc error: code = Unavailable desc = error reading from server: EOF',
      'runtime/runtime:unavailable',
    ],
    [
      'Failed to pull image "shop/api:1.4": rpc error: code = Unavailable desc = transport is closing',
      'runtime/runtime:unavailable',
    ],
    [
      'rpc error: code = Unimplemented desc = unknown service runtime.v1.ImageService',
      'runtime/runtime:service-missing',
    ],
    [
      'Failed to pull image "shop/api:1.4": rpc error: code = Unknown desc = Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      'runtime/runtime:unavailable',
    ],
    [
      'Failed to inspect image "": rpc error: code = Unknown desc = server is not initialized yet',
      'runtime/runtime:unavailable',
    ],
    [
      'Failed to inspect image "shop/api:1.4": rpc error: code = DeadlineExceeded desc = context deadline exceeded',
      'runtime/runtime:timeout',
    ],
    [
      'ImageInspectError: Failed to inspect image "shop/api:1.4": rpc error: code = Unknown desc = loading manifest for target platform: parsing manifest: unexpected end of JSON input',
      'runtime/runtime:inspect',
    ],
    [
      'Failed to pull image "shop/api:1.4": rpc error: code = Unimplemented desc = unknown service containerd.services.leases.v1.Leases',
      'runtime/runtime:service-missing',
    ],
    [
      'rpc error: code = Unimplemented desc = unknown service containerd.services.tasks.v1.Tasks',
      'none/not-pull:other',
    ],
    [
      '"PullImage from image service failed" err="rpc error: code = Unavailable desc = name resolver error: produced zero addresses" image="shop/api:1.4"',
      'runtime/runtime:unavailable',
    ],
    [
      'ctr: rpc error: code = Unimplemented desc = method Transfer not implemented for containerd.types.transfer.OCIRegistry to containerd.types.transfer.ImageStore',
      'runtime/runtime:service-missing',
    ],
    [
      'error during connect: Post https://10.0.0.9:2376/v1.35/images/create?fromImage=shop%2Fapi&tag=1.4: dial tcp 10.0.0.9:2376: connect: no route to host',
      'runtime/runtime:unavailable',
    ],
    [
      'error during connect: Post "https://10.0.0.9:2376/v1.35/images/create?fromImage=shop%2Fapi&tag=1.4": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'runtime/runtime:other',
    ],
    ['FATA[0010] failed to connect: failed to connect: context deadline exceeded', 'runtime/runtime:unavailable'],
    ['Failed to pull image "shop/api:1.4": pull QPS exceeded', 'throttle/throttle:pull-qps'],
    [
      'Failed to pull image "shop/api:1.4": rpc error: code = DeadlineExceeded desc = context deadline exceeded',
      'pull/timeout:deadline @docker.io',
    ],
    [
      'invalid plugin config: `mirrors` cannot be set when `config_path` is provided',
      'runtime/mirror:conflicting-config',
    ],
    [
      'failed to resolve reference "registry.acme.example/a:1": unable to load CA cert "/etc/containerd/certs.d/x/ca.crt"',
      'resolve/mirror:ca-file @registry.acme.example',
    ],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });
});

describe('sockets of the node', () => {
  const DIAL = 'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: ';
  it.each([
    [`${DIAL}dial unix /run/k3s/containerd/containerd.sock: connect: no such file or directory"`, 'containerd'],
    [`${DIAL}dial unix /run/crio/crio.sock: connect: connection refused"`, 'cri-o'],
    [`${DIAL}dial unix /var/run/cri-dockerd.sock: connect: connection refused"`, 'docker'],
    [`${DIAL}open //./pipe/containerd-containerd: The system cannot find the file specified."`, 'containerd'],
    ['"ListImages failed" err="read unix @->/run/crio/crio.sock: read: connection reset by peer"', 'cri-o'],
  ])('are a runtime: %s', (text, runtime) => {
    const { error } = decode(text);
    expect(error).toMatchObject({ stage: 'runtime', runtime, leaf: { kind: 'runtime', problem: 'unavailable' } });
    expect(error.loose).toBeUndefined();
  });

  it.each([
    [`${DIAL}dial unix /var/run/acme-cni/agent.sock: connect: no such file or directory"`, 'other'],
    [`${DIAL}dial unix /var/lib/kubelet/plugins/disk.acme.example/csi.sock: connect: connection refused"`, 'other'],
    [`${DIAL}open //./pipe/csi-proxy-volume-v1: The system cannot find the file specified."`, 'other'],
    ['"Registration failed" err="dial unix /var/lib/kubelet/plugins_registry/acme-reg.sock: i/o timeout"', 'other'],
    [
      'CreatePodSandbox for pod "api_shop(1f)" failed: rpc error: code = Unknown desc = failed to create containerd task: dial unix \u0000/run/containerd/s/1f2e: connect: connection refused: unknown',
      'container-create',
    ],
    ['docker: dial unix /var/run/docker.sock: connect: permission denied. See docker run --help.', 'other'],
  ])('are no runtime: %s', (text, what) => {
    expect(decode(text).error.leaf).toEqual({ kind: 'not-pull', what });
  });

  it.each([
    ['Failed to pull image "shop/api:1.4": rpc error: code = Unavailable desc = transport is closing', undefined],
    ['rpc error: code = Unavailable desc = transport is closing', true],
    ['rpc error: code = Unavailable desc = error reading from server: EOF', true],
    ['rpc error: code = Canceled desc = grpc: the client connection is closing', true],
  ])('are not named, and any gRPC call may have failed so: %s', (text, loose) => {
    expect(decode(text).error).toMatchObject({ leaf: { kind: 'runtime' } });
    expect(decode(text).error.loose).toBe(loose);
  });
});

describe('credentials on the node', () => {
  it.each([
    ['Error: illegal base64 data at input byte 4', 'secret/secret:malformed'],
    [
      'Failed to pull image "shop/api:1.4": unable to parse auth field, must be formatted as base64(username:password)',
      'secret/secret:malformed',
    ],
    [
      'Failed to pull image "shop/api:1.4": json: cannot unmarshal string into Go value of type credentialprovider.DockerConfigEntry',
      'secret/secret:malformed',
    ],
    ['Failed to pull image "shop/api:1.4": unexpected end of JSON input', 'secret/secret:malformed'],
    [
      'Unable to retrieve some image pull secrets (regcred, other); attempting to pull the image may not succeed.',
      'secret/secret:not-retrieved',
    ],
    [
      '"Unable to retrieve pull secret, the image pull may not succeed." pod="shop/api-0" secret="" err="secret \\"regcred\\" not found"',
      'secret/secret:not-retrieved',
    ],
    [
      'Failed getting credential from external registry credential provider: error execing credential provider plugin acme-provider for image registry.acme.example/a: exit status 1: no identity',
      'credential/credential-provider',
    ],
    [
      'time="2026-11-20T22:06:11Z" level=error msg="Error retrieving credentials" error="ecr: Failed to get authorization token: operation error ECR: GetAuthorizationToken, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, request canceled, context deadline exceeded"',
      'credential/metadata:unreachable @169.254.169.254',
    ],
    [
      'error execing credential provider plugin ecr-credential-provider for image 1.dkr.ecr.eu-west-1.amazonaws.com/a: exit status 1: Get "http://169.254.169.254/latest/api/token": context deadline exceeded',
      'credential/metadata:unreachable @169.254.169.254',
    ],
    [
      'adal: Failed to execute the refresh request. Error = \'Get "http://169.254.169.254/metadata/identity/oauth2/token?resource=x": dial tcp 169.254.169.254:80: i/o timeout\'',
      'credential/metadata:unreachable @169.254.169.254',
    ],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });

  it('lists the secrets that are missing', () => {
    expect(
      decode(
        'Unable to retrieve some image pull secrets (regcred, other); attempting to pull the image may not succeed.',
      ).error.leaf,
    ).toEqual({
      kind: 'secret',
      problem: 'not-retrieved',
      names: ['regcred', 'other'],
    });
  });
});

describe('a sandbox that fails for the node', () => {
  const failed = 'Failed to create pod sandbox: rpc error: code = Unknown desc = ';
  it.each([
    [
      `${failed}failed to start sandbox "ab12": failed to create containerd container: failed to create prepare snapshot dir: failed to create temp dir: mkdir /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/new-1: read-only file system`,
      'runtime/storage:read-only',
    ],
    [
      'Failed to create pod sandbox: open /run/systemd/resolve/resolv.conf: read-only file system',
      'runtime/storage:read-only',
    ],
    [`${failed}failed to reserve sandbox name "api_shop_0": no space left on device`, 'runtime/storage:no-space'],
    [
      'error making pod data directories: mkdir /var/lib/kubelet/pods/1f: read-only file system',
      'runtime/storage:read-only',
    ],
    // The disk of a network plugin is the plugin's affair.
    [
      `${failed}failed to setup network for sandbox "ab12": plugin type="calico" failed (add): open /var/lib/cni/x: no space left on device`,
      'none/not-pull:network-plugin',
    ],
    [
      `${failed}failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed`,
      'none/not-pull:sandbox',
    ],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });
});
