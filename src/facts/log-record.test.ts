import { describe, expect, it } from 'vitest';
import { fc } from '../../test/support/properties.ts';
import { parseLogLine } from './log-line.ts';
import { recordOf } from './log-record.ts';
import { log } from './snapshot.fixture.ts';

const LINES: readonly (readonly [string, object])[] = [
  ['time="x" level=info msg="PullImage \\"acme.example/a:1\\""', { kind: 'pull-started', image: 'acme.example/a:1' }],
  [
    'time="x" level=error msg="PullImage \\"acme.example/a:1\\" failed" error="not found"',
    { kind: 'pull-failed', image: 'acme.example/a:1', text: 'not found' },
  ],
  [
    'time="x" level=info msg="PullImage \\"acme.example/a:1\\" returns image reference \\"sha256:0\\""',
    { kind: 'pull-done', image: 'acme.example/a:1' },
  ],
  [
    'time="x" level=info msg="stop pulling image acme.example/a:1: active requests=0, bytes read=512"',
    { kind: 'pull-stopped', bytesRead: 512 },
  ],
  [
    'time="x" level=error msg="cancel pulling image acme.example/a:1 because of no progress in 5m0s"',
    { kind: 'no-progress', image: 'acme.example/a:1' },
  ],
  [
    'time="x" level=info msg="trying next host" error="dial tcp: no such host" host=mirror.acme.example',
    { kind: 'host-failed', host: 'mirror.acme.example', text: 'dial tcp: no such host' },
  ],
  [
    'time="x" level=error msg="failed to decode /etc/containerd/certs.d/acme.example_5000_/hosts.toml" error="toml: bad"',
    { kind: 'host-config', host: 'acme.example:5000', file: '/etc/containerd/certs.d/acme.example_5000_/hosts.toml' },
  ],
  [
    'Nov 20 21:58:55 node-a kubelet[859]: E1120 21:58:55.007076     859 remote_image.go:250] "PullImage from image service failed" err="boom" image="acme.example/a:1"',
    { kind: 'pull-failed', image: 'acme.example/a:1', text: 'boom' },
  ],
  [
    'E1120 21:58:55.007076     859 plugin.go:418] "Failed to provide credentials for image" err=<\n\terror execing credential provider plugin acme-plugin for image acme.example/a: exit status 1\n > provider="acme-plugin" image="acme.example/a"',
    { kind: 'credential-provider', plugin: 'acme-plugin', image: 'acme.example/a' },
  ],
  [
    'I1120 22:04:37.538677     859 kubelet_pods.go:1083] "Unable to retrieve pull secret, the image pull may not succeed." pod="shop/api-1" secret="" err="secret \\"regcred\\" not found"',
    { kind: 'secret-missing', namespace: 'shop', pod: 'api-1', secret: 'regcred' },
  ],
  [
    'E0101 10:00:00.000000       1 pod_workers.go:191] Error syncing pod 3a0a-11 ("api-1_shop(3a0a-11)"), skipping: failed to "StartContainer" for "app" with ErrImagePull: "boom"',
    { kind: 'sync-failed', namespace: 'shop', pod: 'api-1', podUid: '3a0a-11', container: 'app' },
  ],
  [
    '{"ts":1,"caller":"x.go:1","msg":"Error syncing pod, skipping","pod":{"name":"api-1","namespace":"shop"},"podUID":"3a0a","err":"failed to \\"StartContainer\\" for \\"app\\" with ErrImagePull: \\"boom\\""}',
    { kind: 'sync-failed', namespace: 'shop', pod: 'api-1', container: 'app' },
  ],
  [
    'time="x" level=warning msg="failed to load plugin io.containerd.grpc.v1.cri" error="invalid plugin config: mirrors cannot be set when config_path is provided"',
    { kind: 'runtime-config' },
  ],
  [
    'Nov 20 21:58:55 node-a systemd[1]: containerd.service: Main process exited, code=killed',
    { kind: 'runtime-restart' },
  ],
];

describe('recordOf', () => {
  it.each(LINES)('%s', (raw, expected) => {
    expect(recordOf(log(raw, 'other'))).toMatchObject(expected);
  });

  it.each(['', 'nothing of interest', 'time="x" level=info msg="RunPodSandbox for app"'])(
    'says nothing of %j',
    (raw) => {
      expect(recordOf(log(raw))).toBeUndefined();
    },
  );

  it('takes any line in linear time', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300 }),
        fc.constantFrom('"', '\\"', 'a=', '<\n', '/', '{"'),
        (text, repeat) => {
          recordOf(log(`time="x" level=error msg="${text}" ${repeat.repeat(2000)}`));
          recordOf(log(`E1120 21:58:55.007076     859 a.go:1] "${text}" ${repeat.repeat(2000)}`));
          return true;
        },
      ),
    );
  });
});

describe('parseLogLine', () => {
  it('undoes the quoting of one level', () => {
    const line = parseLogLine(
      log('E1120 21:58:55.007076     859 a.go:1] "it \\"failed\\"" err="a \\\\\\"b\\\\\\"" count=3'),
    );
    expect(line.message).toBe('it "failed"');
    expect([...line.fields]).toEqual([
      ['err', 'a \\"b\\"'],
      ['count', '3'],
    ]);
    expect(line.level).toBe('error');
  });
});
