import { describe, expect, it } from 'vitest';
import { valueIn } from '../core/fact.ts';
import type { KubeObject } from '../core/objects.ts';
import type { LogEntry } from '../core/snapshot.ts';
import { findCases } from './cases.ts';
import { event, factsOf, indexOf, log, node, pod, pulling, status, waiting } from './snapshot.fixture.ts';

/** A node that stops pods before anything of them is pulled. */

const creating = pod({ statuses: [waiting('ContainerCreating')] });

function nodeSaying(message: string, ready = 'False') {
  return node('node-a', { conditions: [{ type: 'Ready', status: ready, reason: 'KubeletNotReady', message }] });
}

function search(objects: readonly KubeObject[], logs: readonly LogEntry[] = []) {
  return findCases(indexOf({ objects, logs }));
}

const DOWN = '[container runtime is down, PLEG is not healthy: pleg was last seen active 4m2s ago; threshold is 3m0s]';

function skipping(time: string, text = 'container runtime is down'): LogEntry {
  return log(
    `E0301 ${time}:00.000001     859 kubelet.go:2470] "Skipping pod synchronization" err="${text}"`,
    'kubelet',
    time,
    'node-a',
  );
}

describe('a node whose container runtime is down', () => {
  it('makes a case of a pod that the kubelet has not begun with', () => {
    const { cases } = search([creating, nodeSaying(DOWN)]);
    expect(cases).toMatchObject([
      { subject: { kind: 'sandbox', pod: 'api-1', node: 'node-a' }, seenIn: ['node//node-a'] },
    ]);
    const { decisive } = valueIn(factsOf({ objects: [creating, nodeSaying(DOWN)] }).pullError) ?? {};
    expect(decisive).toMatchObject({
      evidence: 'node//node-a',
      error: { leaf: { kind: 'runtime', problem: 'unavailable' } },
    });
  });

  it('does so for a pod without any status yet', () => {
    expect(search([pod(), nodeSaying(DOWN)]).cases).toHaveLength(1);
  });

  it('is known from the log of the kubelet as well', () => {
    expect(search([creating], [skipping('11:50')]).cases).toMatchObject([{ subject: { kind: 'sandbox' } }]);
  });

  it.each([
    [
      'the log went on without it',
      [
        skipping('11:50'),
        log('I0301 11:58:00.000001     859 kubelet.go:1] "SyncLoop containerd"', 'kubelet', '11:58', 'node-a'),
      ],
    ],
    ['it was before the pod', [skipping('09:10')]],
    ['only the network is not ready', [skipping('11:50', 'container runtime network not ready: NetworkReady=false')]],
  ])('is over or another matter when %s', (_, logs) => {
    expect(search([creating], logs).cases).toEqual([]);
  });

  it.each([
    ['runs', pod({ phase: 'Running', statuses: [status({ state: { running: {} } })] })],
    ['is on another node', pod({ spec: { nodeName: 'node-b' }, statuses: [waiting('ContainerCreating')] })],
    ['is not bound', pod({ spec: { nodeName: undefined } as never })],
  ])('leaves a pod alone that %s', (_, thePod) => {
    expect(search([thePod, nodeSaying(DOWN)]).cases).toEqual([]);
  });

  it('does not hide the pull that has begun', () => {
    const { cases } = search([creating, nodeSaying(DOWN), pulling()]);
    expect(cases.map((c) => c.subject.kind)).toEqual(['container']);
  });
});

describe('a node that is not ready for another reason', () => {
  const network = 'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady';

  it.each(['False', 'Unknown'])('is what the pod waits for, and no case (Ready %s)', (ready) => {
    const { cases, notImagePull } = search([creating, nodeSaying(network, ready)]);
    expect(cases).toEqual([]);
    expect(notImagePull).toMatchObject([{ reason: 'NodeNotReady', because: `node node-a is not ready: ${network}` }]);
  });

  it('is named where no node takes the pod', () => {
    const conditions = [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes are available' },
    ];
    const unbound = pod({ conditions, spec: { nodeName: undefined } as never });
    expect(search([unbound, nodeSaying(DOWN)]).notImagePull[0]?.because).toMatch(
      /^0\/1 nodes are available; node node-a is not ready/,
    );
  });
});

describe('a sandbox that failed', () => {
  const sandbox = (time: string, tail: string) =>
    log(
      `E0301 ${time}:00.000001     859 kuberuntime_sandbox.go:70] "Failed to create sandbox for pod" err="rpc error: code = Unknown desc = ${tail}" pod="shop-prod/api-1"`,
      'kubelet',
      time,
      'node-a',
    );
  const readOnly = 'failed to create sandbox root directory: mkdir /var/lib/containerd/x: read-only file system';

  it('is read from the log when its event is gone', () => {
    expect(search([creating], [sandbox('11:50', readOnly)]).cases).toMatchObject([{ subject: { kind: 'sandbox' } }]);
    const network = 'failed to setup network for sandbox \\"1f\\": plugin type=\\"calico\\" failed (add): no IPs left';
    expect(search([creating], [sandbox('11:50', network)]).cases).toEqual([]);
  });

  it('is history once a container of the pod was tried', () => {
    const started = log(
      'I0301 11:55:00.000001     859 kubelet.go:2752] "SyncLoop (PLEG): event for pod" pod="shop-prod/api-1" event={"ID":"0835","Type":"ContainerStarted","Data":"052c"}',
      'kubelet',
      '11:55',
      'node-a',
    );
    expect(search([creating], [sandbox('11:50', readOnly), started]).cases).toEqual([]);
  });

  it('has the folders of the pod before it', () => {
    const folders = event(
      'Failed',
      'error making pod data directories: mkdir /var/lib/kubelet/pods/1f: read-only file system',
      { type: 'Warning' },
    );
    const { cases } = search([creating, folders]);
    expect(cases.map((c) => c.subject)).toMatchObject([{ kind: 'sandbox' }]);
    expect(factsOf({ objects: [creating, folders] }).passedLinks.map(({ link }) => link)).toEqual(['admission']);
  });
});
