import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../core/snapshot.ts';
import { findCases } from './cases.ts';
import { coverage, IMAGE, indexOf, log, pod, type SnapshotOptions, status } from './snapshot.fixture.ts';

const failing = `failed to pull and unpack image \\\\\\"${IMAGE}\\\\\\": failed to resolve image: ${IMAGE}: not found`;

function sync(time = '11:50', name = 'api-1', container = 'app'): LogEntry {
  const raw = `E0301 11:50:00.017301     859 pod_workers.go:1324] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"${container}\\" with ErrImagePull: \\"rpc error: code = NotFound desc = ${failing}\\"" pod="shop-prod/${name}" podUID="3a0a"`;
  return log(raw, 'kubelet', time, 'node-a');
}

function runtime(image: string, time = '11:50'): LogEntry {
  return log(
    `time="x" level=error msg="PullImage \\"${image}\\" failed" error="failed to pull and unpack image \\"${image}\\": failed to resolve image: ${image}: not found"`,
    'containerd',
    time,
  );
}

function search(options: SnapshotOptions) {
  return findCases(indexOf(options)).cases;
}

describe('cases from logs', () => {
  it('take pod and container from the kubelet', () => {
    expect(search({ logs: [sync(), sync('11:52')] }).map((c) => c.subject)).toMatchObject([
      { kind: 'container', namespace: 'shop-prod', pod: 'api-1', container: 'app', image: IMAGE, node: 'node-a' },
    ]);
  });

  it('are one case per container', () => {
    expect(search({ logs: [sync(), sync('11:51', 'api-1', 'side')] }).map((c) => c.subject.container)).toEqual([
      'app',
      'side',
    ]);
  });

  it('name only the image when the runtime alone tells', () => {
    expect(
      search({ logs: [runtime('acme.example/a:1'), runtime('acme.example/b:1')] }).map((c) => c.subject.image),
    ).toEqual(['acme.example/a:1', 'acme.example/b:1']);
  });

  it('are not made for pods that were seen, running or not', () => {
    const running = pod({ phase: 'Running', statuses: [status({ state: { running: {} } })] });
    expect(search({ objects: [running], logs: [sync()] })).toEqual([]);
  });

  it('are not made for other pods of the node when pods were seen', () => {
    const running = pod({ phase: 'Running', statuses: [status({ state: { running: {} } })] });
    expect(search({ objects: [running], logs: [runtime('acme.example/other:1')] })).toEqual([]);
  });

  it('are not made for an image that no pod waits for while the kubelet tells of its pods', () => {
    const logs = [sync('11:40'), sync('11:52'), runtime('acme.example/by-hand:1')];
    expect(search({ logs }).map((c) => c.subject.image)).toEqual([IMAGE]);
    expect(findCases(indexOf({ logs })).notImagePull).toMatchObject([{ reason: 'PullFailed' }]);
  });

  it.each([
    ['before the kubelet log begins', [runtime('acme.example/other:1', '11:30'), sync('11:40'), sync('11:52')]],
    ['on another node', [sync('11:40'), sync('11:52'), { ...runtime('acme.example/other:1'), node: 'node-b' }]],
  ])('are made for an image that failed %s', (_, logs) => {
    expect(search({ logs }).map((c) => c.subject.image)).toContain('acme.example/other:1');
  });

  it('are not made for pods that are missing in a whole list', () => {
    expect(search({ logs: [sync('11:50', 'gone')], coverage: coverage('Pod') })).toEqual([]);
    expect(search({ logs: [sync('11:50', 'gone')] })).toHaveLength(1);
  });

  it.each([
    [
      'the pod was seen to start',
      log(
        'I0301 11:51:00.223868     844 pod_startup_latency_tracker.go:148] "Observed pod startup duration" pod="shop-prod/api-1" podStartSLOduration=2.1',
        'kubelet',
        '11:51',
      ),
    ],
    [
      'a container started later',
      log(
        'I0301 11:51:00.661084     859 kubelet.go:2752] "SyncLoop (PLEG): event for pod" pod="shop-prod/api-1" event={"ID":"0835","Type":"ContainerStarted","Data":"052c"}',
        'kubelet',
        '11:51',
      ),
    ],
    [
      'the image was pulled later',
      log(
        `time="x" level=info msg="PullImage \\"${IMAGE}\\" returns image reference \\"sha256:00\\""`,
        'containerd',
        '11:51',
      ),
    ],
  ])('end when %s', (_name, entry) => {
    expect(search({ logs: [sync('11:50'), entry] })).toEqual([]);
  });

  it('do not take a starting sandbox for a started container', () => {
    const sandbox = log(
      'I0301 11:50:01.661084     859 kubelet.go:2752] "SyncLoop (PLEG): event for pod" pod="shop-prod/api-1" event={"ID":"0835","Type":"ContainerStarted","Data":"052c"}',
      'kubelet',
      '11:50:01',
    );
    expect(search({ logs: [sync('11:50'), sandbox] })).toHaveLength(1);
  });

  it('are over when the log goes on for an hour without them', () => {
    expect(
      search({ logs: [sync('09:00'), log('E0301 x.go:1] "image garbage collection"', 'kubelet', '11:50', 'node-a')] }),
    ).toEqual([]);
  });
});

describe('sandboxes in the log of the runtime', () => {
  const sandbox = (ending: string, time: string) =>
    log(
      `time="x" level=info msg="RunPodSandbox for &PodSandboxMetadata{Name:api-1,Uid:3a0a,Namespace:shop-prod,Attempt:0,}${ending}`,
      'containerd',
      time,
    );
  const readOnly = sandbox(
    ' failed, error" error="rpc error: code = Unknown desc = failed to create sandbox root directory \\"/var/lib/containerd/x\\": mkdir /var/lib/containerd/x: read-only file system"',
    '11:50',
  );

  it('name the pod of a node that cannot write', () => {
    expect(search({ logs: [readOnly] }).map((c) => c.subject)).toMatchObject([
      { kind: 'sandbox', namespace: 'shop-prod', pod: 'api-1' },
    ]);
  });

  it('are over when one was made since', () => {
    expect(search({ logs: [readOnly, sandbox(' returns sandbox id \\"00\\""', '11:51')] })).toEqual([]);
  });
});

describe('sandboxes in the log of the kubelet', () => {
  it('name the pod where the runtime does not call its image that of a sandbox', () => {
    const raw =
      'E0301 11:50:00.017301     859 kuberuntime_sandbox.go:72] "Failed to create sandbox for pod" err="rpc error: code = Unknown desc = failed pulling image \\"registry.k8s.io/pause:3.9\\": Error response from daemon: Get \\"https://registry.k8s.io/v2/\\": dial tcp 10.0.0.9:443: i/o timeout" pod="shop-prod/api-1"';
    expect(search({ logs: [log(raw, 'kubelet', '11:50', 'node-a')] }).map((c) => c.subject)).toMatchObject([
      { kind: 'sandbox', pod: 'api-1', image: 'registry.k8s.io/pause:3.9' },
    ]);
  });
});

describe('a runtime that stops', () => {
  const stop = log('time="x" level=info msg="Stop CRI service"', 'containerd', '11:50', 'node-a');
  const kubelet = (time: string) => log('I0301 x.go:1] "pulling goes on"', 'kubelet', time, 'node-a');
  const start = log('time="x" level=info msg="starting containerd" version=2.1.9', 'containerd', '11:51', 'node-a');

  it.each([
    ['and the kubelet goes on without it', [stop, kubelet('11:55')], 1],
    ['together with the kubelet', [stop, kubelet('11:50')], 0],
    ['and starts again', [stop, start, kubelet('11:55')], 0],
    ['on another node', [stop, { ...kubelet('11:55'), node: 'node-b' }], 0],
  ])('%s', (_, logs, cases) => {
    expect(search({ logs })).toHaveLength(cases);
  });
});
