import { describe, expect, it } from 'vitest';
import { decode } from '../decode.ts';
import { decisive, summarize } from '../test-summary.ts';
import { readMessages } from './carrier.ts';

const MESSAGE = 'Failed to pull image "registry.acme.example/a:1": pull QPS exceeded';

describe('events', () => {
  it.each([
    `  Warning  Failed     12m (x4 over 13m)  kubelet            ${MESSAGE}`,
    `  Warning  Failed     12m (x4 over 13m)  kubelet, node-a.acme.example  ${MESSAGE}`,
    `  Warning  Failed     <invalid>          kubelet            spec.containers{app}: ${MESSAGE}`,
    `Warning Failed 12m (x4 over 13m) kubelet, node-a ${MESSAGE}`,
    `  9s\t\t9s\t\t1\t{kubelet node-a}\tspec.containers{app}\tWarning\t\tFailed\t\t${MESSAGE}`,
    `2m          Warning   Failed      pod/api-5c6d7            ${MESSAGE}`,
    `18s        33s         2         api-1387728611-mcb4z    Pod       spec.containers{api}    Warning    Failed      {kubelet node-a}    ${MESSAGE}`,
    `shop-prod   2m   Warning   Failed   pod/api-5c6d7   ${MESSAGE}`,
    `Warning  | Failed | ${MESSAGE}`,
  ])('%s', (row) => {
    expect(readMessages(row)).toMatchObject([{ text: MESSAGE, reason: 'Failed' }]);
    expect(decisive(row)).toBe('throttle/throttle:pull-qps');
  });

  it('joins a row that the terminal wrapped, inside a word too', () => {
    const text =
      '  Warning  Failed  1m  kubelet  Failed to pull image "registry.acme.example/a:1": rpc error: code = Unknown desc = failed to resolve image: une\nxpected status from HEAD request to https://registry.acme.example/v2/a/manifests/1: 401 Unauthorized\n  Warning  Failed  1m  kubelet  Error: ErrImagePull';
    expect(decisive(text)).toBe('resolve/http:401 @registry.acme.example');
  });

  it.each([
    'unexpected\nstatus from HEAD request to https://registry.acme.example/v2/a/manifests/1: 401 Unauthorized',
    'unexpected status from HEAD request to https://registry.acme.example/v2/a/manifests/1: 401\nUnauthorized',
    'unexpected status from HEAD\nrequest to https://registry.acme.example/v2/a/manifests/1: 401 Unauthorized',
  ])('joins lines where words of the grammar run over the break: %j', (words) => {
    expect(
      decisive(
        `Failed to pull image "registry.acme.example/a:1": rpc error: code = Unknown desc = failed\nto resolve image: ${words}`,
      ),
    ).toBe('resolve/http:401 @registry.acme.example');
  });

  it("keeps the lines of a registry's list of errors together", () => {
    const text =
      'Error: reading manifest latest in docker.io/acme/api: errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required\n';
    expect(decisive(text)).toBe('manifest/auth:access-denied @docker.io');
  });

  it('reads the log of a registry', () => {
    const text =
      'time="2026-11-20T22:06:11Z" level=error msg="response completed with error" err.code="manifest unknown" err.message="manifest unknown" http.request.uri="/v2/shop/api/manifests/1.4" http.response.status=404';
    expect(decisive(text)).toBe('pull/not-found:manifest');
  });

  it('takes the state of each layer apart', () => {
    const text =
      '00112233aabb: Download complete \n00112233aabc: Error pulling image (1) from registry.acme.example/a, Untar exit status 1 open /srv/a: no space left on device\n00112233aabd: Download complete ';
    expect(summarize(decode(text).error)).toBe('unpack/storage:no-space');
  });

  it('does not join two messages', () => {
    const text = 'denied: requested access to the resource is denied\nunauthorized: authentication required';
    expect(readMessages(text)).toHaveLength(2);
  });

  it('splits rows whose line breaks were lost', () => {
    const text = `Normal Pulling 18s (x2 over 37s) kubelet Pulling image "a:1" Warning Failed 18s (x2 over 37s) kubelet ${MESSAGE} Warning Failed 18s kubelet Error: ErrImagePull`;
    expect(readMessages(text).map((message) => message.reason)).toEqual(['Pulling', 'Failed', 'Failed']);
  });

  it('reads rows inside a box', () => {
    const text =
      '│   Warning  Failed  1m  kubelet  Failed to pull image "a": rpc error: │\n│ code = Unknown desc = pull QPS exceeded │';
    expect(decisive(text)).toBe('throttle/throttle:pull-qps');
  });

  it.each([
    ['api-0   0/1   ErrImageNeverPull   0   10s', 'policy/not-present'],
    ['NAME   READY   STATUS   RESTARTS   AGE\napi-0   0/1   Init:ImagePullBackOff   0          77s', 'backoff/absent'],
    ['api-0   0/1   InvalidImageName   0   10s', 'reference/reference:format'],
    ['api-0   0/1   CrashLoopBackOff   12 (1m ago)   10s', 'none/not-pull:crash-loop'],
  ])('reads the status of %s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });
});

describe('logs', () => {
  const ERROR =
    'rpc error: code = Unknown desc = failed to pull and unpack image \\"registry.acme.example/a:1\\": failed to resolve image: failed to do request: Head \\"https://registry.acme.example/v2/a/manifests/1\\": EOF';
  it.each([
    `E1120 22:06:11.880000     859 remote_image.go:250] "PullImage from image service failed" err="${ERROR}" image="registry.acme.example/a:1"`,
    `Nov 20 22:06:11 node-a kubelet[859]: E1120 22:06:11.880000     859 remote_image.go:250] "PullImage from image service failed" err="${ERROR}" image="registry.acme.example/a:1"`,
    `E1120 22:06:11.880000     859 pod_workers.go:1324] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"app\\" with ErrImagePull: \\"${ERROR.replaceAll('\\"', '\\\\\\"')}\\"" pod="shop/api-0"`,
    `time="2026-11-20T22:06:11Z" level=error msg="PullImage \\"registry.acme.example/a:1\\" failed" error="${ERROR}"`,
    `time="2026-11-20T22:06:11Z" level=error msg="PullImage "registry.acme.example/a:1" failed" error="${ERROR.replaceAll('\\', '')}"`,
    `{"level":"error","ts":1747.1,"msg":"pull failed","error":"${ERROR}"}`,
    `10.0.0.1: {"ts":1747.1,"caller":"kubelet/pod_workers.go:1301","msg":"Error syncing pod, skipping","err":"${ERROR}"}`,
    `FATA[0001] pulling image: ${ERROR.replaceAll('\\', '')}`,
    `ERRO[0001] pull failed                                  error="${ERROR}"`,
    `failed to pull image "registry.acme.example/a:1": output: time="2026-11-20T22:06:11Z" level=fatal msg="pulling image: ${ERROR}"\n, error: exit status 1`,
    `\t[ERROR ImagePull]: failed to pull image registry.acme.example/a:1: output: E1120 22:06:11.880000 859 remote_image.go:250] "PullImage from image service failed" err="${ERROR.replaceAll('\\', '')}" image="registry.acme.example/a:1"`,
    `[ERROR ImagePull]: failed to pull image registry.acme.example/a:1: output: Error response from daemon: Get "https://registry.acme.example/v2/": EOF\n, error: exit status 1`,
  ])('%s', (line) => {
    const { error, errors } = decode(line);
    expect(summarize(error)).toBe('resolve/connection:eof @registry.acme.example');
    expect(errors).toHaveLength(1);
  });

  it('takes the host that containerd tried from the line', () => {
    const { error } = decode(
      'time="2026-11-20T22:06:11Z" level=info msg="trying next host" error="pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials" host="mirror.acme.example:5000"',
    );
    expect(error).toMatchObject({
      stage: 'resolve',
      host: 'mirror.acme.example:5000',
      leaf: { problem: 'no-credentials' },
    });
  });

  it.each([
    [
      `I1120 22:06:11.880000       1 event.go:294] "Event occurred" object="shop/web-1" kind="Pod" type="Warning" reason="Failed" message="Failed to pull image \\"registry.acme.example/a:1\\": pull QPS exceeded"`,
      'throttle/throttle:pull-qps',
      'Failed',
    ],
    [
      `I1120 22:06:11.880000       1 event.go:294] "Event occurred" object="shop/web-1" kind="Pod" type="Normal" reason="Pulling" message="Pulling image \\"registry.acme.example/a:1\\""`,
      'pull/progress:pulling',
      'Pulling',
    ],
    [
      `I1120 22:06:11.880000    3902 event.go:281] Event(v1.ObjectReference{Kind:"Pod", Namespace:"shop", Name:"web-1", FieldPath:"spec.containers{web}"}): type: 'Normal' reason: 'Pulling' Pulling image "registry.acme.example/a:1"`,
      'pull/progress:pulling',
      'Pulling',
    ],
  ])('reads an event that klog prints: %s', (line, summary, reason) => {
    const { error } = decode(line);
    expect(summarize(error)).toContain(summary);
    expect(error.reason).toBe(reason);
  });

  it('reads a klog value of several lines', () => {
    const text =
      'E1120 22:06:11.880000     859 plugin.go:400] "Failed to provide credentials for image" provider="acme-provider" err=<\n\terror execing credential provider plugin acme-provider for image registry.acme.example/a: exit status 1: first line\n\tsecond line\n > image="registry.acme.example/a"\nI1120 22:06:12.880000     859 x.go:1] "Other"';
    expect(decode(text).error.leaf).toMatchObject({ kind: 'credential-provider', plugin: 'acme-provider' });
  });
});

describe('documents', () => {
  it.each([
    ['message: \'Back-off pulling image "a:1"\'\nreason: ImagePullBackOff', 'backoff/absent', 'ImagePullBackOff'],
    [
      'reason: ErrImagePull\nmessage: |-\n  failed to resolve image:\n  pull QPS exceeded',
      'throttle/throttle:pull-qps',
      'ErrImagePull',
    ],
    [
      '            "message": "Back-off pulling image \\"a:1\\"",\n            "reason": "ImagePullBackOff"',
      'backoff/absent',
      'ImagePullBackOff',
    ],
    [
      '    State:          Waiting\n      Reason:       InvalidImageName\n    Ready:          False',
      'reference/reference:format',
      'InvalidImageName',
    ],
    [
      '{"waiting":{"reason":"ErrImagePull","message":"pull QPS exceeded"}}',
      'throttle/throttle:pull-qps',
      'ErrImagePull',
    ],
    [
      '{"kind":"List","items":[{"reason":"Failed","message":"Failed to pull image \\"a\\": pull QPS exceeded"}]}',
      'throttle/throttle:pull-qps',
      'Failed',
    ],
  ])('%s', (text, summary, reason) => {
    const { error } = decode(text);
    expect(summarize(error)).toBe(summary);
    expect(error.reason).toBe(reason);
  });

  it('reads what the command of an Ansible task wrote', () => {
    const text =
      'fatal: [node-a]: FAILED! => {"cmd": ["docker", "pull", "acme/api:1"], "msg": "non-zero return code", "rc": 1, "stderr": "Error response from daemon: Get https://registry-1.docker.io/v2/: EOF"}';
    expect(decisive(text)).toBe('resolve/connection:eof @registry-1.docker.io');
  });

  it('ends a progress bar at the end of its line', () => {
    const text =
      '5bac0c144f6e: Extracting [==========================\nfailed to register layer: ApplyLayer exit status 1 stdout:  stderr: lchown /srv/app: invalid argument';
    expect(decisive(text)).toBe('unpack/unpack:ownership');
  });

  it('reads an issue with fences, entities and quote marks', () => {
    const text =
      'It fails:\n\n```console\n> Failed to pull image &quot;a:1&quot;: rpc error: code = Unknown desc = pull QPS exceeded\n```\nWhat now?';
    expect(decisive(text)).toBe('throttle/throttle:pull-qps');
  });

  it.each([`**${MESSAGE}**`, `\`${MESSAGE}\``, `It says\n\`${MESSAGE}\``, JSON.stringify(`first\n${MESSAGE}`)])(
    'takes the marks off %j',
    (text) => {
      expect(readMessages(text)).toContainEqual(expect.objectContaining({ text: MESSAGE }));
    },
  );

  it.each([
    'E1120 22:06:11.880000 859 remote_image.go:83] pull QPS exceeded',
    '859 remote_image.go:83] pull QPS exceeded',
    'remote_image.go:83] pull QPS exceeded',
    'reason: Failed\nmessage: \'time="2026-11-20T22:06:11Z" level=fatal msg="pull QPS exceeded"\'',
    'time="2026-11-20T22:06:11Z" level=info msg="time=\\"2026-11-20T22:06:11Z\\" level=error msg=\\"pull QPS exceeded\\"" component=containerd',
  ])('finds the message in %j', (text) => {
    expect(readMessages(text)).toMatchObject([{ text: 'pull QPS exceeded' }]);
  });

  it.each([
    [
      'Nov 20 22:06:11 node-a podman[859]: 2026-11-20 22:06:11.5920341 +0000 UTC m=+0.036263801 image pull-error  acme-api short-name resolution enforced but cannot prompt without a TTY',
      'reference/short-name:enforcing',
    ],
    [
      '[+] Running 1/3\n ⠸ web [⣿⣿⠀] Pulling      15.4s \n ✘ api Error         Get "https://registry.acme.example/v2/": net/http: request canceled while waiting for connection (Client.Timeout exc...   15.4s \n ✘ db Error  context canceled   15.4s ',
      'resolve/dial:timeout @registry.acme.example',
    ],
    [
      'Pulling from acme...\n\nERROR: for api  Get https://registry.acme.example/v2/: dial tcp 10.0.0.9:443: connect: connection refused\n\nERROR: for web  Get https://registry.acme.example/v2/: dial tcp 10.0.0.9:443: connect: connection refused',
      'resolve/dial:refused @registry.acme.example',
    ],
    [
      '    State:  Waiting\n      Reason:  Error: image acme/api:latest not found\n    Ready:  False',
      'pull/not-found:repository',
    ],
    [
      'Get https:// registry.acme.example:5000/v1/_ping: x509: certificate signed by unknown authority',
      'resolve/tls:unknown-authority @registry.acme.example:5000',
    ],
    [
      '------ > [internal] load metadata for registry.acme.example/a:1: ------ Dockerfile:1 ---- ERROR: failed to solve: registry.acme.example/a:1: failed to copy: httpReadSeeker: failed open: unexpected status code https://registry.acme.example/v2/a/blobs/sha256:0f: 502 Bad Gateway',
      'blob/http:502 @registry.acme.example',
    ],
  ])('reads what tools of containers print: %j', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });

  it("keeps what stands before a plugin's own log line", () => {
    const text =
      'plugin.go:233] Failed getting credential from external registry credential provider: error execing credential provider plugin acme for image registry.acme.example/a: exit status 1: E1120 22:06:11.880000 859 main.go:161] Error running credential provider plugin';
    expect(decode(text).error.leaf).toMatchObject({ kind: 'credential-provider', plugin: 'acme' });
  });

  it('tells on which line an error stands', () => {
    const { lines } = decode(`first\n\n${MESSAGE}\n\nlast`);
    expect(lines[0]).toBe(3);
  });
});

describe('a status as the client for Java prints it', () => {
  const status = (waiting: string) =>
    `\t status: [ContainerStatus(containerID=null, image=acme.example/job:1, imageID=, lastState=ContainerState(running=null, terminated=null, waiting=null), name=driver, state=ContainerState(running=null, waiting=ContainerStateWaiting(${waiting}, additionalProperties={})))]`;

  it('tells reason, message and image', () => {
    const text = status(`message=${MESSAGE}, reason=ErrImagePull`);
    expect(readMessages(text)).toMatchObject([{ text: MESSAGE, reason: 'ErrImagePull', image: 'acme.example/job:1' }]);
  });

  it('is no pull failure while the container is made', () => {
    expect(decisive(status('message=null, reason=ContainerCreating'))).toBe('none/not-pull:other');
  });
});

describe('running text', () => {
  it.each([
    ['the pod is in ErrImagePull state, what can I do?', 'pull/absent'],
    ['kubectl get pods shows Init:ImagePullBackOff since yesterday', 'backoff/absent'],
    ['We are stuck: toomanyrequests when pulling from Docker Hub', 'pull/rate-limit:unsaid'],
    ['Since today every pull image fails with connection refused on node 3', 'pull/dial:refused'],
    ['Our service gets connection refused from its database', 'none/not-pull:other'],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });
});

describe('klog lines without their beginning', () => {
  it('are lines of their own', () => {
    const text =
      '08:56.516631    9623 remote_image.go:238] "PullImage from image service failed" err="rpc error: code = Unknown desc = failed to pull and unpack image \\"\n08:56.516844    9623 pod_workers.go:965] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"web\\"';
    expect(readMessages(text)).toHaveLength(2);
  });
});
