import { describe, expect, it } from 'vitest';
import type { KubeEvent, Pod } from '../../core/objects.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { readText } from './read-text.ts';

const NOW = '2026-06-01T00:00:00Z';
const read = (text: string, name = 'pasted.txt') => readText(text, name, { now: NOW });
const pods = (snapshot: Snapshot) => snapshot.objects.flatMap(({ object }) => (object.kind === 'Pod' ? [object] : []));
const events = (snapshot: Snapshot) =>
  snapshot.objects.flatMap(({ object }) => (object.kind === 'Event' ? [object] : []));

const POD = `Name:             api-7d4b9c-x2x4z
Namespace:        shop
Priority:         0
Service Account:  robot
Node:             node-a/10.0.0.4
Start Time:       Sun, 01 Mar 2026 10:00:00 +0000
Labels:           app=api
                  tier=web
Annotations:      note: one: two
Status:           Pending
Controlled By:    ReplicaSet/api-7d4b9c
Init Containers:
  prepare:
    Image:         registry.acme.example/shop/prepare:1
    Image ID:      registry.acme.example/shop/prepare@sha256:aa
    State:          Terminated
      Reason:       Error
      Message:      cannot open file
second line: of the message
      Exit Code:    3
      Started:      Sun, 01 Mar 2026 10:00:02 +0000
      Finished:     Sun, 01 Mar 2026 10:00:03 +0000
    Ready:          True
    Restart Count:  0
Containers:
  app:
    Container ID:
    Image:          registry.acme.example/shop/api:2.0
    Image ID:
    Args:
      --listen=:8080
      --name: value
    State:          Waiting
      Reason:       ImagePullBackOff
    Ready:          False
    Restart Count:  0
    Mounts:
      /model from model (ro)
Conditions:
  Type              Status
  Ready             False
Volumes:
  model:
    Type:        Image (a container image or OCI artifact)
    Reference:   registry.acme.example/shop/model:1
    PullPolicy:  IfNotPresent
QoS Class:        BestEffort
Node-Selectors:   <none>
Events:
  Type     Reason     Age                From               Message
  ----     ------     ----               ----               -------
  Normal   Scheduled  2m30s              default-scheduler  Successfully assigned shop/api-7d4b9c-x2x4z to node-a
  Normal   Pulling    30s (x4 over 2m)   kubelet            spec.containers{app}: Pulling image "registry.acme.example/shop/api:2.0"
  Warning  Failed     29s (x4 over 2m)   kubelet            spec.containers{app}: Failed to pull image "registry.acme.example/shop/api:2.0": unexpected status: 429
{"errors":[{"code":"TOOMANYREQUESTS"}]}

  Warning  Failed  29s (x4 over 2m)  kubelet  spec.containers{app}: Error: ErrImagePull
`;

describe('kubectl describe', () => {
  it('gives the pod', () => {
    const snapshot = read(POD);
    expect(pods(snapshot)).toMatchObject([
      {
        metadata: {
          name: 'api-7d4b9c-x2x4z',
          namespace: 'shop',
          labels: { app: 'api', tier: 'web' },
          annotations: { note: 'one: two' },
          ownerReferences: [{ kind: 'ReplicaSet', name: 'api-7d4b9c', controller: true }],
        },
        spec: {
          serviceAccountName: 'robot',
          nodeName: 'node-a',
          containers: [
            { name: 'prepare', role: 'init', image: 'registry.acme.example/shop/prepare:1' },
            { name: 'app', role: 'main', args: ['--listen=:8080', '--name: value'], mounts: ['model'] },
          ],
          imageVolumes: [
            { volume: 'model', reference: 'registry.acme.example/shop/model:1', pullPolicy: 'IfNotPresent' },
          ],
        },
        status: {
          phase: 'Pending',
          startTime: '2026-03-01T10:00:00Z',
          conditions: [{ type: 'Ready', status: 'False' }],
          containers: [
            {
              name: 'prepare',
              imageID: 'registry.acme.example/shop/prepare@sha256:aa',
              state: { terminated: { exitCode: 3, finishedAt: '2026-03-01T10:00:03Z' } },
            },
            { name: 'app', imageID: '', ready: false, state: { waiting: { reason: 'ImagePullBackOff' } } },
          ],
        },
      },
    ]);
    expect(snapshot.objects[0]).toMatchObject({
      view: 'describe',
      id: 'pod/shop/api-7d4b9c-x2x4z',
      locator: 'pasted.txt:1',
    });
    expect(snapshot.texts).toEqual([]);
  });

  it('never claims what describe does not print', () => {
    const [pod] = pods(read(POD));
    expect(pod?.spec).not.toHaveProperty('imagePullSecrets');
    expect(pod?.spec.containers[0]).not.toHaveProperty('imagePullPolicy');
  });

  it('gives the events with their container, whole messages and absolute times', () => {
    const snapshot = read(POD);
    expect(snapshot.takenAt).toBe('2026-03-01T10:02:30Z');
    expect(events(snapshot).map((e) => [e.reason, e.count, e.firstSeen, e.lastSeen, e.involved.fieldPath])).toEqual([
      ['Scheduled', 1, '2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z', undefined],
      ['Pulling', 4, '2026-03-01T10:00:30Z', '2026-03-01T10:02:00Z', 'spec.containers{app}'],
      ['Failed', 4, '2026-03-01T10:00:30Z', '2026-03-01T10:02:01Z', 'spec.containers{app}'],
      ['Failed', 4, '2026-03-01T10:00:30Z', '2026-03-01T10:02:01Z', 'spec.containers{app}'],
    ]);
    expect(events(snapshot)[2]?.message).toBe(
      'Failed to pull image "registry.acme.example/shop/api:2.0": unexpected status: 429\n{"errors":[{"code":"TOOMANYREQUESTS"}]}',
    );
    expect(snapshot.objects.find(({ object }) => object.kind === 'Event')).toMatchObject({
      locator: 'pasted.txt:52',
      id: 'event/pasted.txt:52',
    });
  });

  it.each([
    ['Windows line ends', POD.replaceAll('\n', '\r\n')],
    ['indentation', POD.replaceAll(/^/gm, '    ')],
    ['a prompt line', `user@host:~$ kubectl describe pod api-7d4b9c-x2x4z -n shop\n${POD}`],
    ['talk around it', `Hello, my pod does not start, please help:\n\n${POD}`],
  ])('reads the same with %s', (_, text) => {
    const plain = (snapshot: Snapshot) =>
      snapshot.objects.map(({ object }) => ({ ...object, metadata: { ...object.metadata, name: '' } }));
    const expected = plain(read(POD));
    const actual = plain(read(text));
    // A message that was indented with everything else keeps the indentation of its later lines.
    const trimmed = (list: typeof actual) =>
      list.map((o) => (o.kind === 'Event' ? { ...o, message: o.message.replaceAll(/\n\s*/g, '\n') } : o));
    expect(trimmed(actual)).toEqual(trimmed(expected));
    expect(read(text).texts).toEqual([]);
  });

  it('reads several pods, and a workload and a node among them', () => {
    const second = POD.replaceAll('api-7d4b9c-x2x4z', 'api-7d4b9c-other');
    const deployment =
      'Name:                   api\nNamespace:              shop\nLabels:                 app=api\nSelector:               app=api\nReplicas:               3 desired | 1 updated | 4 total | 2 available | 2 unavailable\nStrategyType:           RollingUpdate\nPod Template:\n  Labels:  app=api\n  Containers:\n   app:\n    Image:  registry.acme.example/shop/api:2.0\nEvents:  <none>\n';
    const node =
      'Name:               node-a\nRoles:              <none>\nLabels:             a=b\nUnschedulable:      false\nConditions:\n  Type             Status  LastHeartbeatTime                 LastTransitionTime                Reason                       Message\n  ----             ------  -----------------                 ------------------                ------                       -------\n  DiskPressure     True    Sun, 01 Mar 2026 10:03:00 +0000   Sun, 01 Mar 2026 09:00:00 +0000   KubeletHasDiskPressure       kubelet has disk pressure\nSystem Info:\n  Architecture:               arm64\n  Container Runtime Version:  containerd://2.1.9\nEvents:              <none>\n';
    const account =
      'Name:                robot\nNamespace:           shop\nLabels:              <none>\nAnnotations:         <none>\nImage pull secrets:  regcred (not found)\n                     other\nMountable secrets:   <none>\nTokens:              <none>\nEvents:              <none>\n';
    const snapshot = read([POD, second, deployment, node, account].join('\n\n'));
    expect(snapshot.objects.map(({ object }) => object.kind).filter((kind) => kind !== 'Event')).toEqual([
      'Pod',
      'Pod',
      'Deployment',
      'Node',
      'ServiceAccount',
    ]);
    expect(snapshot.objects.find(({ object }) => object.kind === 'Deployment')?.object).toMatchObject({
      desired: 3,
      status: { updated: 1, unavailable: 2 },
      template: { containers: [{ name: 'app', image: 'registry.acme.example/shop/api:2.0' }] },
    });
    expect(snapshot.objects.find(({ object }) => object.kind === 'Node')?.object).toMatchObject({
      info: { architecture: 'arm64', containerRuntimeVersion: 'containerd://2.1.9' },
      conditions: [{ type: 'DiskPressure', status: 'True', reason: 'KubeletHasDiskPressure' }],
    });
    expect(snapshot.objects.find(({ object }) => object.kind === 'ServiceAccount')?.object).toMatchObject({
      imagePullSecrets: ['regcred', 'other'],
    });
  });

  it.each([
    ['without columns for the object', '  Warning  Failed  5s (x3 over 1m)  kubelet, node-a  Failed to pull image "x"'],
    [
      'with counts in columns',
      '  1m\t5s\t3\tkubelet, node-a\tspec.containers{app}\tWarning\tFailed\tFailed to pull image "x"',
    ],
    [
      'with braces',
      '  1m        5s       3    {kubelet node-a}   spec.containers{app}   Warning   Failed   Failed to pull image "x"',
    ],
  ])('reads old event tables %s', (_, row) => {
    const head = POD.slice(0, POD.indexOf('  Type     Reason'));
    const [event] = events(read(`${head}${row}\n`));
    expect(event).toMatchObject({
      type: 'Warning',
      reason: 'Failed',
      count: 3,
      component: 'kubelet',
      host: 'node-a',
      message: 'Failed to pull image "x"',
    });
  });

  it('joins messages that a terminal of 80 columns broke', () => {
    const row =
      '  Warning  Failed  5s  kubelet  Failed to pull image "registry.acme.example/shop/api:2.0": failed to resolve reference "registry.acme.example/shop/api:2.0": registry.acme.example/shop/api:2.0: not found';
    const wrapped = row.match(/.{1,80}/g)?.join('\n') ?? '';
    const head = POD.slice(0, POD.indexOf('  Type     Reason'));
    expect(events(read(`${head}${wrapped}\n`))[0]?.message).toBe(row.slice(row.indexOf('Failed to pull')));
  });
});

describe('an events section alone', () => {
  const rows =
    '  Type     Reason     Age   From     Message\n  ----     ------     ----  ----     -------\n  Warning  Failed     5s    kubelet  Failed to pull image "registry.acme.example/a:1": x: not found\n  Warning  Failed     5s    kubelet  Error: ErrImagePull\n';

  it('belongs to the pod that a message names', () => {
    const assigned = '  Normal   Scheduled  9s    default-scheduler  Successfully assigned shop/api-0 to node-a\n';
    const [first] = events(read(`Events:\n${rows}${assigned}`));
    expect(first).toMatchObject({
      involved: { kind: 'Pod', namespace: 'shop', name: 'api-0' },
      message: 'Failed to pull image "registry.acme.example/a:1": x: not found',
    });
  });

  it('belongs to the pod that the command names', () => {
    const [first] = events(read(`$ kubectl describe pod api-0 -n shop | tail\nEvents:\n${rows}`));
    expect(first?.involved).toEqual({ kind: 'Pod', namespace: 'shop', name: 'api-0' });
  });

  it('is text when nothing names the pod', () => {
    const snapshot = read(rows);
    expect(snapshot.objects).toEqual([]);
    expect(snapshot.texts).toEqual([
      {
        id: 'text/pasted.txt:3',
        locator: 'pasted.txt:3',
        raw: 'Failed to pull image "registry.acme.example/a:1": x: not found\nError: ErrImagePull',
      },
    ]);
    expect(snapshot.source.kind).toBe('text');
  });
});

describe('tables', () => {
  it('reads pods, their waiting reason and role', () => {
    const table = `NAMESPACE   NAME                   READY   STATUS                             RESTARTS      AGE   IP       NODE
shop        api-598967b4f8-5r42h   0/1     ImagePullBackOff                   0             23s   <none>   node-a
shop        job-x                  0/2     Init:ErrImagePull                  0             23s   <none>   <none>
pay         web-0                  1/1     Running                            3 (2m ago)    23d   <none>   node-b
pay         odd-0                  0/1     illegal base64 data at input byte 5   0             23d   <none>   node-b
`;
    const found = pods(read(table));
    const summary = (pod: Pod) => [
      pod.metadata.namespace,
      pod.metadata.name,
      pod.spec.nodeName,
      pod.status.phase,
      pod.status.containers.map((c) => [c.role, c.state.waiting?.reason]),
    ];
    expect(found.map(summary).slice(0, 3)).toEqual([
      ['shop', 'api-598967b4f8-5r42h', 'node-a', undefined, [['main', 'ImagePullBackOff']]],
      ['shop', 'job-x', undefined, undefined, [['init', 'ErrImagePull']]],
      ['pay', 'web-0', 'node-b', 'Running', []],
    ]);
    expect(read(table)).toMatchObject({ coverage: [], objects: [{ view: 'table' }, {}, {}, {}] });
  });

  it('keeps a reason of several words', () => {
    const table =
      'NAME   READY   STATUS                                RESTARTS   AGE\nodd    0/1     illegal base64 data at input byte 5   0          23d\n';
    expect(pods(read(table))[0]?.status.containers[0]?.state.waiting?.reason).toBe(
      'illegal base64 data at input byte 5',
    );
  });

  it.each([
    [
      'default',
      'LAST SEEN   TYPE      REASON   OBJECT      MESSAGE\n5s          Warning   Failed   pod/api-0   Failed to pull image "x"\n',
    ],
    [
      'of all namespaces',
      'NAMESPACE   LAST SEEN   TYPE      REASON   OBJECT      MESSAGE\nshop        5s          Warning   Failed   pod/api-0   Failed to pull image "x"\n',
    ],
    [
      'wide',
      'LAST SEEN   TYPE      REASON   OBJECT      SUBOBJECT              SOURCE            MESSAGE                    FIRST SEEN   COUNT   NAME\n5s          Warning   Failed   pod/api-0   spec.containers{app}   kubelet, node-a   Failed to pull image "x"   1m           3       api-0.18e9dfc28a29179f\n',
    ],
    [
      'of kubectl events',
      'LAST SEEN          TYPE      REASON   OBJECT      MESSAGE\n5s (x3 over 1m)    Warning   Failed   Pod/api-0   Failed to pull image "x"\n',
    ],
    [
      'of kubectl 1.12',
      'LAST SEEN   FIRST SEEN   COUNT   NAME                     KIND   SUBOBJECT              TYPE      REASON   SOURCE            MESSAGE\n5s          1m           3       api-0.18e9dfc28a29179f   Pod    spec.containers{app}   Warning   Failed   kubelet, node-a   Failed to pull image "x"\n',
    ],
    [
      'with lost alignment',
      'LAST SEEN TYPE REASON OBJECT MESSAGE\n5s Warning Failed pod/api-0 Failed to pull image "x"\n',
    ],
  ])('reads events, %s', (_, table) => {
    expect(events(read(table))).toMatchObject([
      {
        type: 'Warning',
        reason: 'Failed',
        involved: { kind: 'Pod', name: 'api-0' },
        message: 'Failed to pull image "x"',
      },
    ]);
  });

  it('reckons no time when nothing tells when the table was printed', () => {
    const snapshot = read(
      'LAST SEEN   TYPE      REASON   OBJECT      MESSAGE\n5s          Warning   Failed   pod/api-0   x\n',
    );
    expect(snapshot.takenAt).toBeUndefined();
    expect(events(snapshot)[0]).not.toHaveProperty('lastSeen');
  });

  it('takes the namespace from the command', () => {
    const [pod] = pods(
      read(
        '$ kubectl get pods -n shop\nNAME    READY   STATUS         RESTARTS   AGE\napi-0   0/1     ErrImagePull   0          5s\n',
      ),
    );
    expect(pod?.metadata.namespace).toBe('shop');
  });
});

describe('logs', () => {
  it('that are short and were named are kept whole as well', () => {
    const line = 'time="2026-03-01T10:00:00Z" level=error msg="Handler for POST /images/create returned error: EOF"';
    expect(read(`${line}\n`, 'stdin').texts).toMatchObject([{ raw: line, wholeLog: true }]);
  });

  const klog =
    'I0301 10:00:00.000001     859 util.go:34] "Volume is mounted"\nE0301 10:00:01.500000     859 plugin.go:418] "Failed to provide credentials for image" err=<\n\tfailed to get credential: exit status 1\n > provider="acme" image="registry.acme.example/a"\nI0301 10:00:02.000001     859 util.go:34] "Nothing to see"\n';

  it('keeps what is about pulls, joined, with time and origin', () => {
    const snapshot = read(klog, 'kubelet.node-b.log');
    expect(snapshot.logs).toEqual([
      {
        id: 'log/kubelet.node-b.log:2',
        log: 'kubelet',
        node: 'node-b',
        at: '2026-03-01T10:00:01.500Z',
        locator: 'kubelet.node-b.log:2',
        raw: klog.split('\n').slice(1, 4).join('\n'),
      },
    ]);
  });

  it.each([
    [
      'time="2026-03-01T10:00:00.123Z" level=info msg="PullImage \\"registry.acme.example/a:1\\""',
      'containerd',
      '2026-03-01T10:00:00.123Z',
      undefined,
    ],
    [
      'time="2026-03-01T10:00:00.123Z" level=info msg="Pulling image: registry.acme.example/a:1" id=1 name=/runtime.v1.ImageService/PullImage',
      'cri-o',
      '2026-03-01T10:00:00.123Z',
      undefined,
    ],
    [
      'Mar 01 10:00:00 node-a containerd[812]: time="2026-03-01T10:00:00.5Z" level=error msg="PullImage failed"',
      'containerd',
      '2026-03-01T10:00:00.500Z',
      'node-a',
    ],
    [
      'Mar  1 10:00:00 node-a kubelet[812]: E0301 10:00:00.500000     812 pod_workers.go:1] "Error syncing pod" err="ErrImagePull"',
      'kubelet',
      '2026-03-01T10:00:00.000Z',
      'node-a',
    ],
    [
      '2026-03-01T10:00:00+0000 node-a dockerd[812]: time="2026-03-01T10:00:00.5Z" level=error msg="Handler for POST /images/create returned error"',
      'docker',
      '2026-03-01T10:00:00.500Z',
      'node-a',
    ],
    [
      'Mar 01 10:00:00 node-a kernel: Out of memory: Killed process 7 (containerd)',
      'kernel',
      '2026-03-01T10:00:00.000Z',
      'node-a',
    ],
    [
      '{"__REALTIME_TIMESTAMP":"1772359200000000","_HOSTNAME":"node-a","SYSLOG_IDENTIFIER":"crio","MESSAGE":"Failed to pull image"}',
      'cri-o',
      '2026-03-01T10:00:00.000Z',
      'node-a',
    ],
    [
      '{"ts":1772359200000.5,"caller":"kubelet/remote_image.go:250","msg":"PullImage from image service failed"}',
      'other',
      '2026-03-01T10:00:00.000Z',
      undefined,
    ],
    [
      '10.5.0.3: time="2026-03-01T10:00:00.123Z" level=info msg="PullImage \\"registry.acme.example/a:1\\""',
      'containerd',
      '2026-03-01T10:00:00.123Z',
      undefined,
    ],
    [
      'fd00:5::3: {"ts":1772359200000.5,"caller":"kubelet/remote_image.go:250","msg":"PullImage from image service failed"}',
      'other',
      '2026-03-01T10:00:00.000Z',
      undefined,
    ],
    [
      '{"insertId":"a","jsonPayload":{"MESSAGE":"E0301 10:00:00.5 8 pod_workers.go:1] \\"Error syncing pod\\" err=\\"ErrImagePull\\"","SYSLOG_IDENTIFIER":"kubelet"},"resource":{"labels":{"node_name":"node-a"}},"timestamp":"2026-03-01T10:00:00.5Z","logName":"projects/p/logs/kubelet"}',
      'kubelet',
      '2026-03-01T10:00:00.500Z',
      'node-a',
    ],
    ['2026-03-01T10:00:00.123456789Z stderr F error pulling image', 'other', '2026-03-01T10:00:00.123Z', undefined],
  ])('tells %s', (line, log, at, node) => {
    const [entry] = read(`${line}\n`, 'x.txt').logs;
    expect(entry).toMatchObject({ log, at });
    expect(entry?.node).toBe(node);
  });

  const failed = 'E0301 10:00:0N.5 8 pod_workers.go:1] "Error syncing pod, skipping" err="ErrImagePull" pod="shop/api"';
  const line = (n: number) => failed.replace('N', String(n));
  const cloud = (n: number) => ({
    logName: 'projects/p/logs/kubelet',
    timestamp: `2026-03-01T10:00:0${n}.5Z`,
    resource: { labels: { node_name: 'node-a' } },
    jsonPayload: { MESSAGE: line(n) },
  });
  const watch = (n: number) => ({
    timestamp: Date.parse('2026-03-01T10:00:00.500Z') + n * 1000,
    message: JSON.stringify({ hostname: 'node-a', systemd_unit: 'kubelet.service', message: line(n) }),
  });

  it.each([
    ['Cloud Logging', [cloud(2), cloud(1)], ['x.json [1]', 'x.json [0]']],
    ['CloudWatch', { events: [watch(1), watch(2)], searchedLogStreams: [] }, ['x.json events[0]', 'x.json events[1]']],
  ])('in an export of %s are read in the order of time', (_, value, places) => {
    const { logs } = read(JSON.stringify(value, null, 2), 'x.json');
    expect(logs).toMatchObject(
      places.map((locator, i) => ({ locator, log: 'kubelet', node: 'node-a', at: `2026-03-01T10:00:0${i + 1}.500Z` })),
    );
    expect(logs.map(({ raw }) => raw)).toEqual([line(1), line(2)]);
  });

  it('are read in the order of time within a second too', () => {
    const whole = { ...cloud(1), timestamp: '2026-03-01T10:00:01Z' };
    const { logs } = read(JSON.stringify([cloud(1), whole]), 'x.json');
    expect(logs.map(({ locator }) => locator)).toEqual(['x.json [1]', 'x.json [0]']);
  });

  it('are read beside an entry that nests without end', () => {
    const deep = JSON.stringify(cloud(1)).replace(
      '"MESSAGE"',
      `"a":${'['.repeat(50_000)}${']'.repeat(50_000)},"MESSAGE"`,
    );
    const { logs, gaps } = read(`[${deep},${JSON.stringify(cloud(2))}]`, 'x.json');
    expect(logs.map(({ locator }) => locator)).toEqual(['x.json [1]']);
    expect(gaps).toEqual([
      { wanted: 'log entries that nest too deeply: 1, the first at x.json [0]', why: 'truncated' },
    ]);
  });

  it('in the answer of a run-command are read as what was printed', () => {
    const message = `Enable succeeded: \n[stdout]\n${line(1)}\n${line(2)}\n\n[stderr]\n`;
    const { logs } = read(JSON.stringify({ value: [{ code: 'ProvisioningState/succeeded', message }] }), 'x.json');
    expect(logs.map(({ raw }) => raw)).toEqual([line(1), line(2)]);
  });

  it('of GKE hold events as they are', () => {
    const [cause] = events(
      read(
        JSON.stringify([
          {
            logName: 'projects/p/logs/events',
            timestamp: '2026-03-01T10:00:00Z',
            jsonPayload: {
              apiVersion: 'v1',
              kind: 'Event',
              metadata: { name: 'api.1', namespace: 'shop' },
              involvedObject: { kind: 'Pod', name: 'api', namespace: 'shop' },
              reason: 'Failed',
              message: 'Failed to pull image "registry.acme.example/a:1": not found',
              type: 'Warning',
              lastTimestamp: '2026-03-01T10:00:00Z',
            },
          },
        ]),
      ),
    );
    expect(cause).toMatchObject({ reason: 'Failed', involved: { name: 'api' } });
  });

  it.each([
    '[]',
    '{"events":[]}',
    '{"value":[1]}',
    '[{"logName":1}]',
    '{"events":[{"timestamp":1e300,"message":"x"}]}',
  ])('are not seen in other JSON: %s', (text) => {
    expect(read(text, 'x.json').logs).toEqual([]);
  });

  it.each([
    ['kubelet.node-b.log', 'node-b'],
    ['kubelet_ip-10-0-1-7.eu-west-1.compute.internal.log', 'ip-10-0-1-7.eu-west-1.compute.internal'],
    ['kubelet.err.log', undefined],
    ['kubelet.out.log', undefined],
    ['kubelet_last24h.txt', undefined],
    ['kubelet.previous.log', undefined],
  ])('of a file %s are of node %s', (name, node) => {
    expect(read(klog, name).logs[0]?.node).toBe(node);
  });

  it.each([80, 100, 133])('that a terminal of %d columns broke are joined, and stand where they stood', (width) => {
    const lines = [1, 2, 3, 4, 5].map((n) => `${line(n)} podUID="${'0123456789ab-'.repeat(12)}" at the end ${n}`);
    const printed = lines.flatMap((each) => each.match(new RegExp(`.{1,${width}}`, 'g')) ?? []);
    const { logs } = read(printed.map((each) => each.trimEnd()).join('\n'), 'kubelet.log');
    expect(logs.map(({ raw }) => raw)).toEqual(lines);
    const rows = Math.ceil((lines[0]?.length ?? 0) / width);
    expect(logs.map(({ locator }) => locator)).toEqual(lines.map((_, n) => `kubelet.log:${n * rows + 1}`));
  });

  it('places a time without year near the other evidence, and never ahead of now', () => {
    const line = 'E1231 23:59:59.000000     1 remote_image.go:1] "PullImage failed"\n';
    expect(readText(line, 'kubelet.log', { now: '2026-01-02T00:00:00Z' }).logs[0]?.at).toBe('2025-12-31T23:59:59.000Z');
    expect(readText(line, 'kubelet.log', { now: '2026-12-31T23:00:00Z' }).logs[0]?.at).toBe('2026-12-31T23:59:59.000Z');
  });

  it('keeps the newest entries within the budget, and says so', () => {
    const lines = Array.from(
      { length: 50 },
      (_, i) => `time="2026-03-01T10:00:${String(i).padStart(2, '0')}Z" level=info msg="PullImage ${i}"`,
    );
    const snapshot = readText(lines.join('\n'), 'containerd.log', { limits: { logEntries: 10 } });
    expect(snapshot.logs.map(({ locator }) => locator)).toEqual(
      Array.from({ length: 10 }, (_, i) => `containerd.log:${41 + i}`),
    );
    expect(snapshot.gaps).toContainEqual({ wanted: 'older entries of containerd.log', why: 'truncated' });
  });
});

describe('a paste out of a page or a terminal', () => {
  const message = 'Failed to pull image "registry.acme.example/a:1": pull QPS exceeded';

  it.each([
    ['with the quotes of HTML', POD.replaceAll('"', '&quot;')],
    ['with colours', POD.replaceAll('Warning', '\u001b[33mWarning\u001b[0m')],
    ['inside a fence of Markdown', `Bonjour :\n\n\`\`\`\n${POD}\`\`\`\nMerci\n`],
  ])('is read as printed, %s', (_, pasted) => {
    const told = (text: string) => events(read(text)).map((e) => [e.involved.name, e.message]);
    expect(told(pasted)).toEqual(told(POD));
  });

  it('keeps entities beside real quotes', () => {
    expect(read('error: "a &quot; b" failed to pull').texts[0]?.raw).toContain('&quot;');
  });

  it('holds a YAML document in its fence', () => {
    const yaml = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: api-1\n';
    expect(pods(read(`hola:\n\n\`\`\`yaml\n${yaml}\`\`\`\n\n¿qué hago?\n`)).map((p) => p.metadata.name)).toEqual([
      'api-1',
    ]);
  });

  it('is text where its YAML is torn', () => {
    const torn = `apiVersion: v1\nkind: Pod\nstatus:\n\t- message: '${message}\n`;
    expect(read(torn).texts[0]?.raw).toContain(message);
  });
});

describe('loose text', () => {
  it('is kept as it is', () => {
    const text = 'Error response from daemon: manifest for registry.acme.example/a:1 not found';
    expect(read(`${text}\n`, 'stdin')).toMatchObject({
      source: { kind: 'text' },
      texts: [{ raw: text, locator: 'stdin:1' }],
      objects: [],
    });
  });

  it('of great length is cut down to the places that speak of a failed pull', () => {
    const talk = 'building step\n'.repeat(10_000);
    const { texts } = read(`${talk}Failed to pull image "a": x\n${talk}`);
    expect(texts).toHaveLength(1);
    expect(texts[0]?.raw).toContain('Failed to pull image "a": x');
    expect(texts[0]?.raw.length).toBeLessThan(200);
  });

  it('turns a refusal of kubectl into a gap', () => {
    const snapshot = read(
      `Error from server (Forbidden): secrets "regcred" is forbidden: User "dev" cannot get resource "secrets"\n`,
    );
    expect(snapshot.gaps).toEqual([{ wanted: 'secrets "regcred"', why: 'forbidden' }]);
  });
});

describe('merging', () => {
  const event = (message: string, count: number): KubeEvent => ({
    kind: 'Event',
    metadata: { name: 'e', namespace: 'shop', labels: {}, annotations: {}, ownerReferences: [] },
    involved: { kind: 'Pod', namespace: 'shop', name: 'api-7d4b9c-x2x4z' },
    reason: 'Failed',
    message,
    count,
  });
  const json = (count: number) =>
    JSON.stringify({
      apiVersion: 'v1',
      ...event('Error: ErrImagePull', count),
      involvedObject: { ...event('', 0).involved, fieldPath: 'spec.containers{app}' },
    });

  it('drops a printed event that an event object tells, and keeps it when it tells of more', () => {
    const rows = (text: string) => events(read(text)).filter((e) => e.message === 'Error: ErrImagePull');
    expect(rows(`${json(4)}\n${POD}`)).toHaveLength(1);
    expect(rows(`${json(3)}\n${POD}`).map((e) => e.count)).toEqual([3, 4]);
  });

  it('keeps the same words of two containers apart', () => {
    const two = `${POD}  Warning  Failed  29s (x4 over 2m)  kubelet  spec.containers{side}: Error: ErrImagePull\n`;
    expect(events(read(two)).filter((e) => e.message === 'Error: ErrImagePull')).toHaveLength(2);
  });
});
