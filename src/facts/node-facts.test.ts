import { describe, expect, it } from 'vitest';
import { valueIn } from '../core/fact.ts';
import type { KubeObject } from '../core/objects.ts';
import {
  at,
  container,
  event,
  factsOf,
  IMAGE,
  log,
  metadata,
  node,
  pod,
  pulled,
  type SnapshotOptions,
  status,
  waiting,
} from './snapshot.fixture.ts';

const failing = pod({ statuses: [waiting('ErrImagePull')] });

function facts(objects: readonly KubeObject[], rest: SnapshotOptions = {}) {
  return factsOf({ ...rest, objects: [failing, ...objects] }, 'api-1');
}

function running(name: string, image: string, nodeName: string, imagePullPolicy = 'IfNotPresent') {
  return pod({
    name,
    phase: 'Running',
    spec: { nodeName, containers: [container({ image, imagePullPolicy })] },
    statuses: [status({ imageID: 'x@sha256:00', state: { running: { startedAt: at('09:00') } } })],
  });
}

describe('siblings', () => {
  it('that run may do so from the cache', () => {
    const siblings = valueIn(facts([running('api-2', IMAGE, 'node-b')]).siblings);
    expect(siblings?.sameImageWorks).toMatchObject([{ pod: 'api-2', maybeCached: true }]);
    expect(siblings?.oneNodeOnly).toBe(false);
  });

  it('whose pull was seen prove the registry, and one bad node', () => {
    const siblings = valueIn(
      facts([running('api-2', IMAGE, 'node-b'), pulled({ pod: 'api-2', last: '11:58' })]).siblings,
    );
    expect(siblings?.sameImageWorks).toMatchObject([{ pod: 'api-2', maybeCached: false, at: at('11:58') }]);
    expect(siblings?.oneNodeOnly).toBe(true);
  });

  it('with policy Always asked the registry when they started', () => {
    const siblings = valueIn(facts([running('api-2', IMAGE, 'node-b', 'Always')]).siblings);
    expect(siblings?.sameImageWorks).toMatchObject([{ maybeCached: false, at: at('09:00') }]);
  });

  it('that fail on another node make it no matter of one node', () => {
    const other = pod({ name: 'api-3', spec: { nodeName: 'node-c' }, statuses: [waiting('ErrImagePull')] });
    const siblings = valueIn(facts([other, running('api-2', IMAGE, 'node-b', 'Always')]).siblings);
    expect(siblings?.sameImageFails.map((s) => s.pod)).toEqual(['api-3']);
    expect(siblings?.oneNodeOnly).toBe(false);
  });

  it('do not include the pull itself', () => {
    expect(valueIn(facts([]).siblings)?.sameNodeFails).toEqual([]);
  });
});

describe('the image on the node', () => {
  it.each([
    [
      'listed by the node',
      [node('node-a', { images: [{ names: [IMAGE] }] })],
      { onNode: true, shownBy: 'node-status' },
    ],
    [
      'not in a short list',
      [node('node-a', { images: [{ names: ['acme.example/x:1'] }] })],
      { onNode: false, shownBy: 'node-status' },
    ],
    ['run by another pod there', [running('api-2', IMAGE, 'node-a')], { onNode: true, shownBy: 'sibling' }],
    [
      'found by the kubelet',
      [event('Pulled', `Container image "${IMAGE}" already present on machine`, { container: 'app' })],
      { onNode: true, shownBy: 'event' },
    ],
  ])('%s', (_name, objects, expected) => {
    expect(valueIn(facts(objects).imageOnNode)).toEqual(expected);
  });

  it('is unknown when the list is full, or no node was seen', () => {
    const images = Array.from({ length: 50 }, (_, i) => ({ names: [`acme.example/x:${i}`] }));
    expect(facts([node('node-a', { images })]).imageOnNode).toMatchObject({
      state: 'unknown',
      gap: { why: 'truncated' },
    });
    expect(facts([]).imageOnNode.state).toBe('unknown');
  });
});

describe('node, versions and disk', () => {
  const condition = (type: string, value: string) => ({ type, status: value });

  it('read conditions in three values', () => {
    const conditions = [condition('Ready', 'Unknown'), condition('DiskPressure', 'True')];
    expect(valueIn(facts([node('node-a', { conditions })]).node)).toMatchObject({
      ready: undefined,
      diskPressure: true,
    });
    expect(facts([]).node.state).toBe('unknown');
  });

  it('know the versions from the node, else the runtime from the text', () => {
    expect(valueIn(facts([node('node-a')]).versions)).toEqual({
      kubelet: 'v1.35.1',
      kubeletMinor: 35,
      runtime: 'containerd',
      runtimeVersion: '2.1.5',
    });
  });

  it('tell of missing room by event, log and error, and of none only when the node says so', () => {
    const quiet = node('node-a', { conditions: [condition('DiskPressure', 'False')] });
    expect(facts([quiet]).disk.state).toBe('absent');
    expect(facts([]).disk.state).toBe('unknown');
    const full = event(
      'FreeDiskSpaceFailed',
      'Failed to garbage collect required amount of images. Attempted to free 9 bytes, but only found 0 bytes eligible to free.',
      { kind: 'Node', pod: 'node-a' },
    );
    const onNode = {
      ...full,
      metadata: metadata('node-a.1', { namespace: 'default' }),
      involved: { kind: 'Node', name: 'node-a' },
    };
    expect(valueIn(facts([quiet, onNode]).disk)?.signs).toMatchObject([{ what: 'bytes' }]);
    const logs = [log('time="x" level=error msg="sync failed" error="write /var/lib/x: no space left on device"')];
    expect(valueIn(facts([quiet], { logs }).disk)?.signs).toMatchObject([{ what: 'unsaid' }]);
    expect(facts([quiet], { logs: logs.map((entry) => ({ ...entry, node: 'node-z' })) }).disk.state).toBe('absent');
  });
});

describe('the ServiceAccount', () => {
  const account = (time: string) => ({
    kind: 'ServiceAccount' as const,
    metadata: metadata('default', { managedFields: [{ manager: 'kubectl-patch', time }] }),
    imagePullSecrets: ['regcred'],
  });

  it('knows when it was changed after the pod was made', () => {
    expect(valueIn(facts([account(at('11:00'))]).serviceAccount)).toEqual({
      name: 'default',
      imagePullSecrets: ['regcred'],
      changedAfterPod: at('11:00'),
    });
    expect(valueIn(facts([account(at('08:00'))]).serviceAccount)).not.toHaveProperty('changedAfterPod');
    expect(facts([]).serviceAccount.state).toBe('unknown');
  });
});

describe('node logs', () => {
  const raw =
    'E1120 21:58:55.007076     859 plugin.go:418] "Failed to provide credentials for image" err="error execing credential provider plugin acme-plugin for image registry.acme.example/shop/api: exit status 1: token ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8" provider="acme-plugin" image="registry.acme.example/shop/api"';

  it('tell of a failing credential provider, without its secrets', () => {
    const fact = facts([], { logs: [log(raw, 'kubelet')] }).credentialProvider;
    expect(valueIn(fact)).toMatchObject({ plugin: 'acme-plugin' });
    expect(JSON.stringify(fact)).not.toContain('ghp_');
  });

  it('of other images or without any kubelet line do not', () => {
    const other = raw.replaceAll('shop/api', 'shop/web');
    expect(facts([], { logs: [log(other, 'kubelet')] }).credentialProvider.state).toBe('absent');
    expect(facts([]).credentialProvider.state).toBe('unknown');
  });

  it('tell of open pulls, broken host files and bytes', () => {
    const logs = [
      log('time="x" level=info msg="PullImage \\"acme.example/slow:1\\""', 'containerd', '11:30'),
      log(`time="x" level=info msg="PullImage \\"${IMAGE}\\""`, 'containerd', '11:40'),
      log(
        'time="x" level=error msg="failed to decode /etc/containerd/certs.d/registry.acme.example/hosts.toml" error="toml: bad"',
        'containerd',
        '11:41',
      ),
      log(`time="x" level=error msg="PullImage \\"${IMAGE}\\" failed" error="not found"`, 'containerd', '11:41'),
      log(
        `time="x" level=info msg="stop pulling image ${IMAGE}: active requests=0, bytes read=77"`,
        'containerd',
        '11:41',
      ),
    ];
    expect(valueIn(facts([], { logs }).runtimeLog)).toMatchObject({
      openOthers: ['acme.example/slow:1'],
      bytesRead: 77,
      mirrorProblems: [{ file: '/etc/containerd/certs.d/registry.acme.example/hosts.toml' }],
    });
  });
});
