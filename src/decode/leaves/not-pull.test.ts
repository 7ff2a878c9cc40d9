import { describe, expect, it } from 'vitest';
import { decode } from '../decode.ts';

describe('texts that are no image pull failure', () => {
  it.each([
    ['You can also perform this action in the settings of the project', 'other'],
    [
      'Error response from daemon: error creating overlay mount to /var/lib/docker/overlay2/5d1c-init/merged: too many levels of symbolic links',
      'container-create',
    ],
    [
      'unauthorized: unauthorized to access repository: shop/api, action: push: unauthorized to access repository: shop/api, action: push',
      'image-push',
    ],
    [
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "ab12": plugin type="calico" failed (add): error getting ClusterInformation: Get "https://10.96.0.1:443/apis/crd.projectcalico.org/v1/clusterinformations/default": dial tcp 10.96.0.1:443: i/o timeout',
      'network-plugin',
    ],
    [
      'Failed to create pod sandbox: rpc error: code = Unknown desc = [failed to set up sandbox container "ab" network for pod "x": networkPlugin cni failed to set up pod "x_y" network: open /run/flannel/subnet.env: no such file or directory]',
      'network-plugin',
    ],
    [
      'network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
      'network-plugin',
    ],
    ['Failed to create pod sandbox: rpc error: code = DeadlineExceeded desc = context deadline exceeded', 'sandbox'],
    [
      'Readiness probe failed: Get "http://10.1.2.3:8080/healthz": dial tcp 10.1.2.3:8080: connect: connection refused',
      'probe',
    ],
    [
      'failed to execute GC job at sweep phase, error: failed to delete blob from storage: sha256:00, deletefailed: http status code: 500, body: {"errors":[{"code":"UNKNOWN","message":"internal server error"}]}',
      'other',
    ],
    [
      "adb: error: failed to copy 'shop.apk' to '/sdcard/shop': remote couldn't create file: No space left on device",
      'other',
    ],
    ['Failed to extract layer from drawing: no space left on device', 'other'],
    ['Error: failed to copy: write /data/backup/shop.tar: no space left on device', 'other'],
    ['GET /assets/logo.png 404 Not Found', 'other'],
    [
      'FATA[0000] Error trying to reuse blob sha256:00 at destination: Requesting bearer token: invalid status code from registry 403 (Forbidden)',
      'image-push',
    ],
    ['Pushing to registry.acme.example/shop/api: unauthorized', 'image-push'],
    ['Liveness probe failed: HTTP probe failed with statuscode: 503', 'probe'],
    ['MountVolume.SetUp failed for volume "certs" : secret "certs" not found', 'volume-mount'],
    [
      'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data]: timed out waiting for the condition',
      'volume-mount',
    ],
    ['Back-off restarting failed container app in pod api-x_shop(00000000-0000-0000-0000-000000000000)', 'crash-loop'],
    [
      'failed to "StartContainer" for "app" with CrashLoopBackOff: "back-off 5m0s restarting failed container=app pod=api"',
      'crash-loop',
    ],
    [
      "while reading 'google-dockercfg-url' metadata: http status code: 404 while fetching url http://metadata.google.internal./computeMetadata/v1/instance/attributes/google-dockercfg-url",
      'other',
    ],
    ['Error: image banner.png: not found', 'other'],
    ['failed to list tags for repo git.acme.example/shop: remote: Repository not found', 'other'],
    ['Server error: 503 while fetching the profile of a user', 'other'],
    ['exec /app/server: exec format error', 'exec-format'],
    [
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/app": exec format error: unknown',
      'exec-format',
    ],
    [
      'Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: exec: "serve": executable file not found in $PATH: unknown',
      'container-create',
    ],
    ['failed to generate container "ab" spec: failed to generate spec: no command specified', 'container-create'],
    [
      'Failed to garbage collect required amount of images. Attempted to free 1 bytes, but only found 0 bytes eligible to free.',
      'image-gc',
    ],
    ['The node was low on resource: ephemeral-storage. Threshold quantity: 1, available: 0.', 'eviction'],
    [
      'Internal error occurred: failed calling webhook "v.acme.example": failed to call webhook: Post "https://v.acme.svc:443/validate?timeout=10s": x509: certificate signed by unknown authority',
      'webhook',
    ],
    ['error building image: error building stage: failed to execute command: exit status 2', 'image-build'],
    [
      'level=fatal msg="failed to create a tmp single-platform image \\"shop/api:1-tmp\\": content digest sha256:00ab: not found"',
      'image-push',
    ],
    [
      'error checking push permissions -- make sure you entered the correct tag name: POST https://registry.acme.example/v2/a/blobs/uploads/: UNAUTHORIZED: access denied',
      'image-push',
    ],
    [
      'Put "https://registry.acme.example/v2/shop/api/manifests/1.4": dial tcp 10.0.0.9:443: connect: connection refused',
      'image-push',
    ],
    ['0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available', 'scheduling'],
    ['pods "api" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=1, limited: pods=1', 'quota'],
    [
      'Error creating: pods "api-" is forbidden: error looking up service account shop/ci: serviceaccount "ci" not found',
      'service-account',
    ],
    ['Error: secret "db-password" not found', 'container-config'],
    ["Error: couldn't find key password in Secret shop/db", 'container-config'],
    ['Unable to connect to the server: dial tcp 10.0.0.1:6443: i/o timeout', 'other'],
    [
      'Error syncing load balancer: failed to ensure load balancer: Get "https://cloud.acme.example/balancers": adal: Refresh request failed. Status Code = \'401\'',
      'other',
    ],
    [
      'error processing request: error fetching credentials: AccessDenied: Access denied\n\tstatus code: 403, request id: 00000000-0000-0000-0000-000000000000',
      'other',
    ],
    ['The quick brown fox jumps over the lazy dog.', 'other'],
    ['database migration failed: dial tcp 10.0.0.5:5432: connect: connection refused', 'other'],
    ['Error: image not known', 'container-create'],
    ['', 'other'],
  ])('%s', (text, what) => {
    const { error } = decode(text);
    expect(error.leaf).toEqual({ kind: 'not-pull', what });
    expect(error.stage).toBe('none');
  });

  it('prefers a pull failure to the noise around it', () => {
    const text = [
      '  Warning  FailedMount  2m  kubelet  MountVolume.SetUp failed for volume "x" : secret "x" not found',
      '  Warning  Failed       1m  kubelet  Failed to pull image "shop/api:1": pull QPS exceeded',
      '  Warning  Unhealthy    1m  kubelet  Readiness probe failed: HTTP probe failed with statuscode: 503',
    ].join('\n');
    const { error, errors } = decode(text);
    expect(error.leaf.kind).toBe('throttle');
    expect(errors.map(({ leaf }) => leaf.kind)).toEqual(['throttle', 'not-pull', 'not-pull']);
  });
});
