import { describe, expect, it } from 'vitest';
import { decode } from '../decode.ts';
import { decisive } from '../test-summary.ts';

describe('kubelet', () => {
  it.each([
    [
      'Failed to pull image "shop/api:1.4": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/shop/api:1.4": failed to resolve reference "docker.io/shop/api:1.4": docker.io/shop/api:1.4: not found',
      'resolve/not-found:reference @docker.io',
    ],
    ['Back-off pulling image "shop/api:1.4"', 'backoff/absent'],
    ['Back-off pulling image "shop/api:1.4": ErrImagePull: pull QPS exceeded', 'throttle/throttle:pull-qps'],
    ['Error: ErrImagePull', 'pull/absent'],
    ['Error: ImagePullBackOff', 'backoff/absent'],
    [
      'Error syncing pod, skipping: failed to "StartContainer" for "api" with ErrImagePull: "couldn\'t parse image reference \\"a:b:c\\": invalid reference format"',
      'reference/reference:format',
    ],
    [
      'failed to "StartContainer" for "api" with ImagePullBackOff: "Back-off pulling image \\"shop/api:1.4\\""',
      'backoff/absent',
    ],
    [
      'failed to "StartContainer" for "api" with illegal base64 data at input byte 5: "illegal base64 data at input byte 5"',
      'secret/secret:malformed',
    ],
    [
      'failed to "StartContainer" for "api" with json: cannot unmarshal string into Go value of type credentialprovider.DockerConfigEntry: "json: cannot unmarshal string"',
      'secret/secret:malformed',
    ],
    [
      'image pull failed for registry.acme.example/a:1 because the registry is unavailable: dial tcp 10.0.0.9:443: connect: connection refused',
      'resolve/dial:refused @registry.acme.example',
    ],
    [
      'RegistryUnavailable: pinging container registry registry.acme.example: Get "https://registry.acme.example/v2/": dial tcp 10.0.0.9:443: connect: connection refused',
      'resolve/dial:refused @registry.acme.example',
    ],
    ['container "api" in pod "api-0" is waiting to start: trying and failing to pull image', 'pull/absent'],
    ['container "api" in pod "api-0" is waiting to start: image can\'t be pulled', 'pull/absent'],
    [" - deployment/api: container api is waiting to start: acme/api:4f1e can't be pulled", 'pull/absent'],
    [
      'Failed to pull image "shop/api:1.4": rpc error: code = Unknown desc = a sentence that nobody has seen',
      'pull/unrecognized @docker.io',
    ],
    ['Failed to pull image "shop/api:1.4": image pull failed for unknown error', 'pull/absent'],
    [' └---✖ step-1   flow-7  5s        Back-off pulling image "shop/api:1.4"', 'backoff/absent'],
    ['build step "b" is pending with reason "Back-off pulling image \\"shop/api:1.4\\""', 'backoff/absent'],
    [
      'Unable to fetch image "registry.acme.example/a:1": failed to resolve image to digest: Get "https://registry.acme.example/v2/": dial tcp 10.0.0.9:443: connect: connection refused',
      'resolve/dial:refused @registry.acme.example',
    ],
    ['Pulling image "shop/api:1.4"', 'pull/progress:pulling'],
    [
      'Successfully pulled image "shop/api:1.4" in 2.1s (2.1s including waiting). Image size: 1084041 bytes.',
      'pull/progress:pulled',
    ],
    [
      'Container image "shop/api:1.4" already present on machine and can be accessed by the pod',
      'policy/progress:present',
    ],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });

  it.each([
    'Unable to fetch image "acme.example/a:1": failed to resolve image to digest: EOF',
    'ERROR: Unable to pull Docker image "acme.example/a:1". Check if image tag name is spelled correctly.',
    'build step "b" is pending with reason "Back-off pulling image \\"acme.example/a:1\\""',
  ])('takes the image from %s', (text) => {
    expect(decode(text).error.image).toBe('acme.example/a:1');
  });

  it('keeps the name that is written in the pod, the code and the reason', () => {
    const { error } = decode(
      'Failed to pull image "api": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/api:latest": failed to resolve image: docker.io/library/api:latest: not found',
    );
    expect(error).toMatchObject({ image: 'api', grpcCode: 'NotFound', runtime: 'containerd' });
    expect(decode('Back-off pulling image "api": ErrImagePull: EOF').error.reason).toBe('ErrImagePull');
  });

  it.each([
    [
      'Failed to create pod sandbox: rpc error: code = NotFound desc = failed to start sandbox "ab": failed to get sandbox image "registry.acme.example/pause:3.9": failed to pull image "registry.acme.example/pause:3.9": failed to pull and unpack image "registry.acme.example/pause:3.9": failed to resolve image: registry.acme.example/pause:3.9: not found',
      'resolve/not-found:reference @registry.acme.example',
    ],
    [
      'Failed to create pod sandbox: rpc error: code = Unknown desc = error creating pod sandbox with name "k8s_x": initializing source docker://registry.acme.example/pause:3.9: pinging container registry registry.acme.example: Get "https://registry.acme.example/v2/": EOF',
      'resolve/connection:eof @registry.acme.example',
    ],
    [
      'Failed create pod sandbox: rpc error: code = Unknown desc = failed pulling image "k8s.gcr.io/pause:3.1": Error response from daemon: Get https://k8s.gcr.io/v2/: dial tcp 10.0.0.9:443: i/o timeout',
      'resolve/dial:timeout @k8s.gcr.io',
    ],
    [
      'Failed create pod sandbox: rpc error: code = DeadlineExceeded desc = failed to inspect sandbox image "registry.acme.example/pause:3.9": operation timeout: context deadline exceeded',
      'runtime/runtime:timeout',
    ],
  ])('marks the image of a sandbox: %s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
    expect(decode(text).error.sandbox).toBe(true);
  });
});

describe('kubeadm', () => {
  it.each([
    ['\t[WARNING ImagePull]: failed to pull image [registry.acme.example/k8s/etcd:3.5]: exit status 1', 'pull/absent'],
    [
      '\t[ERROR ImagePull]: failed to pull image registry.acme.example/k8s/etcd:3.5: output: time="2026-11-20T22:06:11Z" level=fatal msg="pulling image: rpc error: code = Unknown desc = a sentence that nobody has seen"\n, error: exit status 1',
      'pull/unrecognized @registry.acme.example',
    ],
    [
      "[preflight] Pulling images required for setting up a Kubernetes cluster\n[preflight] You can also perform this action beforehand using 'kubeadm config images pull'",
      'pull/progress:pulling',
    ],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });

  it('names the image without its brackets', () => {
    expect(decode('failed to pull image [registry.acme.example/k8s/etcd:3.5]: exit status 1').error.image).toBe(
      'registry.acme.example/k8s/etcd:3.5',
    );
  });
});

describe('snapshotters that fetch layers', () => {
  const LAYER =
    'failed to resolve layer "sha256:4f" from "registry.acme.example/a:1": failed to resolve the source: cannot resolve layer: failed to redirect (host "mirror.acme.example", ref:"registry.acme.example/a:1", digest:"sha256:4f"): failed to request: ';

  it.each([
    ['failed to fetch oauth token: unexpected status: 403 Forbidden', 'authorize/auth:credentials-refused'],
    ['EOF', 'blob/connection:eof @mirror.acme.example'],
  ])('%s', (inner, summary) => {
    expect(decisive(LAYER + inner)).toBe(summary);
    expect(decode(LAYER + inner).error.image).toBe('registry.acme.example/a:1');
  });
});

describe('runtimes', () => {
  it.each([
    [
      'failed to pull and unpack image "registry.acme.example/a:1": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/a/manifests/1": EOF',
      'containerd',
    ],
    [
      'initializing source docker://registry.acme.example/a:1: reading manifest 1 in registry.acme.example/a: manifest unknown',
      'cri-o',
    ],
    ['Error response from daemon: Get "https://registry.acme.example/v2/": EOF', 'docker'],
    [
      'Trying to pull registry.acme.example/a:1...\nError: unable to copy from source docker://registry.acme.example/a:1: initializing source docker://registry.acme.example/a:1: reading manifest 1 in registry.acme.example/a: denied',
      'podman',
    ],
    ['ctr: failed to resolve reference "registry.acme.example/a:1": EOF', 'containerd'],
  ])('%s', (text, runtime) => {
    expect(decode(text).error.runtime).toBe(runtime);
  });

  it.each([
    [
      'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref registry.acme.example/a:1: unexpected status from HEAD request to https://registry.acme.example/v2/a/manifests/1: 403 Forbidden',
      'resolve/http:403 @registry.acme.example',
    ],
    [
      'ERROR: failed to solve: registry.acme.example/a:1: failed to resolve source metadata for registry.acme.example/a:1: failed to do request: Head "https://registry.acme.example/v2/a/manifests/1": dial tcp: lookup registry.acme.example: no such host',
      'resolve/dns:no-such-host @registry.acme.example',
    ],
    [
      'image pull failed for gcr.io/acme/a, this may be because there are no credentials on this request.  details: (Error: image acme/a:latest not found)',
      'pull/not-found:repository @gcr.io',
    ],
    [
      'Failed: unexpected http code: 429, URL: https://auth.acme.example/token?scope=repository%3Ashop%2Fapi%3Apull&service=registry.acme.example',
      'authorize/rate-limit:unsaid @auth.acme.example',
    ],
    [
      'failed to get manifest registry.acme.example/shop/api:1.4: request failed: not found [http 404]: {"errors":[{"code":"MANIFEST_UNKNOWN"}]}',
      'manifest/not-found:reference @registry.acme.example',
    ],
    [
      'API error (500): unable to ping registry endpoint https://registry.acme.example/v0/\nv2 ping attempt failed with error: Get https://registry.acme.example/v2/: dial tcp 10.0.0.9:443: connection refused',
      'resolve/dial:refused @registry.acme.example',
    ],
    [
      'Reason: registry responded to head request with "429 Too Many Requests", auth: "present"',
      'pull/rate-limit:unsaid',
    ],
    [
      "Error fetching https://registry.acme.example/v2/shop/api/manifests/1.4 (remote response: 429: Too Many Requests)'",
      'manifest/rate-limit:unsaid @registry.acme.example',
    ],
    [
      'failed to list tags for repo registry.acme.example/shop/api: GET https://registry.acme.example/v2/token?scope=repository%3Ashop%2Fapi%3Apull: DENIED: Permission "read" denied on resource',
      'authorize/auth:permission @registry.acme.example',
    ],
    [
      'Error pulling image (1.4) from registry.acme.example/shop/api, Server error: Status 502 while fetching image layer (0f0f)',
      'pull/http:502 @registry.acme.example',
    ],
    [
      'Error pulling image (1.4) from shop/api, Server error: 503 trying to fetch remote history for shop/api',
      'pull/http:503 @docker.io',
    ],
    [
      'error pulling image configuration: download failed after attempts=6: dial tcp 10.0.0.9:443: i/o timeout',
      'blob/dial:timeout',
    ],
    [
      'error pulling image configuration: Get "https://cdn.acme.example/registry-v2/docker/registry/v2/blobs/sha256/ab/data?Signature=x": dial tcp 10.0.0.9:443: i/o timeout',
      'blob/dial:timeout @cdn.acme.example',
    ],
    [
      'ERROR: failed to copy: read tcp 10.0.0.4:40112->192.0.2.7:443: read: connection reset by peer',
      'blob/connection:reset',
    ],
    [
      '"PullImage from image service failed" err="rpc error: code = Unknown desc = unable to try pulling possible OCI artifact: copy artifact: Pushing signatures for OCI images is not supported" image="registry.acme.example/a:1"',
      'pull/unrecognized',
    ],
    [
      'unable to try pulling possible OCI artifact: get artifact manifest: reading manifest 1 in registry.acme.example/a: manifest unknown',
      'manifest/not-found:manifest @registry.acme.example',
    ],
    [
      'unable to pull image or OCI artifact: pull image err: initializing source docker://registry.acme.example/a:1: reading manifest 1 in registry.acme.example/a: manifest unknown; artifact err: get manifest: build image source: pinging container registry registry.acme.example: Get "https://registry.acme.example/v2/": EOF',
      'manifest/not-found:manifest @registry.acme.example',
    ],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });
});

describe('the image that a layer names', () => {
  const DIGEST = 'sha256:3b1c5f6e9a7d4c2b8e0f1a2d3c4b5a697887766554433221100ffeeddccbbaa9';

  it.each([
    [
      'Error reading manifest 1.4 in registry.acme.example/shop/api: manifest unknown',
      'registry.acme.example/shop/api:1.4',
    ],
    [
      `reading manifest ${DIGEST} in registry.acme.example/shop/api: manifest unknown`,
      `registry.acme.example/shop/api@${DIGEST}`,
    ],
    [
      `initializing source docker://registry.acme.example/shop/api:1.4: reading manifest ${DIGEST} in registry.acme.example/shop/api: manifest unknown`,
      'registry.acme.example/shop/api:1.4',
    ],
    ['unable to pull web: EOF', 'web'],
    [
      'invalid from flag value registry.acme.example/tools/agent:2: toomanyrequests: Rate exceeded',
      'registry.acme.example/tools/agent:2',
    ],
    [
      `error: unable to retrieve source image registry.acme.example/shop/api manifest ${DIGEST}: unauthorized: access to the requested resource is not authorized`,
      'registry.acme.example/shop/api',
    ],
    [
      `failed to get blob, digest ${DIGEST}, ref registry.acme.example/shop/api:1.4: request failed: not found [http 404]: {"errors":[{"code":"BLOB_UNKNOWN","message":"blob unknown to registry"}]}`,
      'registry.acme.example/shop/api:1.4',
    ],
    [
      'Warning  Failed  6m  kubelet  Failed to pull image "registry.acme.example/shop/payments-wor\nker:v2.0.1": rpc error: code = Unknown desc = Error response from daemon: Get https://registry.acme.example/v2/: EOF',
      'registry.acme.example/shop/payments-worker:v2.0.1',
    ],
  ])('%s', (text, image) => {
    expect(decode(text).error.image).toBe(image);
  });

  it.each([
    [
      '$ docker pull registry.acme.example/shop/api:1.4\nError response from daemon: unauthorized: authentication required',
    ],
    [
      'root@node:~# docker pull --platform linux/amd64 registry.acme.example/shop/api:1.4\nUsing default tag: latest\nError response from daemon: unauthorized: authentication required',
    ],
    [
      'ctr -n k8s.io images pull registry.acme.example/shop/api:1.4\nctr: failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
    ],
    ['Pulling web (registry.acme.example/shop/api:1.4)...\nERROR: access to the requested resource is not authorized'],
    [
      '#3 [internal] load metadata for registry.acme.example/shop/api:1.4\n#3 ERROR: failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
    ],
    [
      ' => ERROR [internal] load metadata for registry.acme.example/shop/api:1.4    0.2s\n => CANCELED [internal] load metadata for registry.acme.example/shop/base:2    0.2s\n------\n > [internal] load metadata for registry.acme.example/shop/api:1.4:\n------\nfailed to authorize: failed to fetch anonymous token: unexpected status: 403 Forbidden',
    ],
    [
      ' > [build 1/4] FROM registry.acme.example/shop/api:1.4:\n------\nfailed to copy: httpReadSeeker: failed open: failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
    ],
  ])('is the one that was asked for just before: %s', (text) => {
    expect(decode(text).error.image).toBe('registry.acme.example/shop/api:1.4');
  });

  it.each([
    [
      'Trying to pull registry.acme.example/shop/api:1.4...ERRO[0002] Error pulling image ref //registry.acme.example/shop/api:1.4: Error reading manifest 1.4 in registry.acme.example/shop/api: manifest unknown: manifest unknown',
    ],
    [
      'Revision "api-00001" failed with message: Unable to fetch image "registry.acme.example/shop/api:1.4": failed to resolve image to digest: failed to fetch image information: UNAUTHORIZED: authentication required',
    ],
    [
      'Failed creating container: Pull image error registry.acme.example/shop/api:1.4: Error response from daemon: denied',
    ],
  ])('is whole and nothing but the name: %s', (text) => {
    expect(decode(text).error).toMatchObject({
      image: 'registry.acme.example/shop/api:1.4',
      host: 'registry.acme.example',
    });
  });

  it('takes no stand-in for a host', () => {
    const text =
      'pulling image failed: rpc error: code = Unknown desc = error pinging docker registry <my registry>:<port>: invalid status code from registry 502 (Bad Gateway)';
    expect(decode(text).error).toMatchObject({ leaf: { kind: 'http', status: 502 } });
    expect(decode(text).error.host).toBeUndefined();
  });

  it.each(['unexpe', 'unexpected'])('says of a text that ends inside a layer that it ends: %s', (end) => {
    const text = `failed to resolve reference "registry.acme.example/a:1": failed to authorize: failed to fetch anonymous token: ${end}`;
    expect(decode(text).error.leaf).toEqual({ kind: 'absent' });
  });

  it('is the one of the error where the error names one', () => {
    const text =
      '$ docker pull registry.acme.example/shop/api:1.4\nError response from daemon: manifest for mirror.acme.example/shop/web:2 not found: manifest unknown';
    expect(decode(text).error.image).toBe('mirror.acme.example/shop/web:2');
    const other =
      '$ docker pull registry.acme.example/shop/api:1.4\nError response from daemon: Get "https://mirror.acme.example/v2/": EOF';
    expect(decode(other).error).toMatchObject({ host: 'mirror.acme.example' });
  });

  it('takes no other thing that is pulled for an image', () => {
    const { error } = decode(
      'unable to pull secrets or registry auth: RequestError: send request failed caused by: Post "https://api.ecr.eu-west-1.amazonaws.com/": dial tcp 10.0.0.9:443: i/o timeout',
    );
    expect(error).not.toHaveProperty('image');
    expect(error.host).toBe('api.ecr.eu-west-1.amazonaws.com');
  });
});

describe('cut-off texts', () => {
  it.each([
    [
      'Failed to pull image "registry.acme.example/a:1": failed to pull and unpack image "registry.acme.exa',
      'pull/absent',
    ],
    [
      'Failed to pull image "registry.acme.example/a:1": failed to pull and unpack image "registry.acme.example/a:1": failed to resolve reference "registry.acme.example/a:1": …',
      'resolve/absent',
    ],
    [
      'failed to resolve reference "registry.acme.example/a:1": pull access denied, repository do',
      'resolve/auth:access-denied @registry.acme.example',
    ],
    [
      'failed to pull and unpack image "registry.acme.example/a:1": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://cdn.acme.example/blobs/sha256',
      'blob/absent',
    ],
    ['Back-off pulling imag', 'none/not-pull:other'],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });
});
