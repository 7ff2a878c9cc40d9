import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../core/objects.ts';
import { findCases } from './cases.ts';
import {
  at,
  backOff,
  container,
  coverage,
  event,
  failed,
  IMAGE,
  indexOf,
  metadata,
  NOT_FOUND,
  pod,
  pulled,
  pulling,
  type SnapshotOptions,
  seen,
  status,
  waiting,
  workload,
} from './snapshot.fixture.ts';

function search(...objects: readonly KubeObject[]) {
  return findCases(indexOf({ objects }));
}

function searchIn(options: SnapshotOptions) {
  return findCases(indexOf(options));
}

describe('waiting reasons', () => {
  it.each([
    'ErrImagePull',
    'ImagePullBackOff',
    'InvalidImageName',
    'ImageInspectError',
    'ErrImageNeverPull',
    'RegistryUnavailable',
    'SignatureValidationFailed',
    'illegal base64 data at input byte 7',
    'unable to parse auth field, must be formatted as base64(username:password)',
  ])('%s is a case', (reason) => {
    const { cases } = search(pod({ statuses: [waiting(reason)] }));
    expect(cases.map((c) => c.subject)).toMatchObject([
      { kind: 'container', pod: 'api-1', container: 'app', image: IMAGE },
    ]);
  });

  it.each(['CreateContainerConfigError', 'PostStartHookError', 'CreateContainerError'])(
    '%s is listed as something else',
    (reason) => {
      const found = search(pod({ statuses: [waiting(reason, 'configmap "settings" not found')] }));
      expect(found.cases).toEqual([]);
      expect(found.notImagePull).toMatchObject([{ reason, pod: { name: 'api-1', container: 'app' } }]);
    },
  );

  it('takes one case per failing container and none for the running ones', () => {
    const statuses = [
      status({ name: 'app', state: { running: { startedAt: at('10:01') } } }),
      { ...waiting('ImagePullBackOff'), name: 'logs' },
      { ...waiting('ErrImagePull'), name: 'metrics' },
    ];
    const containers = ['app', 'logs', 'metrics'].map((name) => container({ name, image: `acme.example/${name}:1` }));
    const { cases } = search(pod({ statuses, spec: { containers } }));
    expect(cases.map((c) => c.subject.container)).toEqual(['logs', 'metrics']);
  });

  it('judges the init container while the others wait for it', () => {
    const containers = [container({ name: 'migrate', role: 'init', image: 'acme.example/migrate:1' }), container()];
    const statuses = [
      { ...waiting('ImagePullBackOff'), name: 'migrate', role: 'init' as const },
      waiting('PodInitializing'),
    ];
    const { cases } = search(pod({ statuses, spec: { containers } }));
    expect(cases.map((c) => c.subject)).toMatchObject([{ container: 'migrate', role: 'init' }]);
  });
});

describe('pods that are well', () => {
  it.each([
    ['running', pod({ phase: 'Running', statuses: [status({ state: { running: { startedAt: at('11:56') } } })] })],
    ['completed', pod({ phase: 'Succeeded', statuses: [status({ state: { terminated: { exitCode: 0 } } })] })],
    ['starting, with its image', pod({ statuses: [waiting('ContainerCreating')] })],
  ])('are no case in spite of old failures: %s', (_name, thePod) => {
    const found = search(thePod, pulling(), failed(NOT_FOUND, { last: '11:50' }), backOff(), pulled({ last: '11:56' }));
    expect(found.cases).toEqual([]);
  });

  it('does not inherit the events of an older pod of the same name', () => {
    const old = failed(NOT_FOUND, { uid: 'uid-before' });
    expect(search(pod({ statuses: [waiting('ContainerCreating')] }), old).cases).toEqual([]);
  });
});

describe('pods on their way out', () => {
  const refused = {
    statuses: [waiting('ImagePullBackOff', `Back-off pulling image "${IMAGE}": ErrImagePull: ${NOT_FOUND}`)],
  };
  const owner = { kind: 'ReplicaSet', name: 'api-6f5', controller: true };
  const leaving = (ownerReferences: readonly (typeof owner)[]) =>
    pod({ ...refused, meta: { deletionTimestamp: at('11:59'), ownerReferences } });
  const set = (desired: number) => workload('ReplicaSet', 'api-6f5', { desired, status: { ready: 0, conditions: [] } });

  it.each([
    ['nothing owns it', [leaving([])], 0],
    ['its owner wants no more pods', [leaving([owner]), set(0)], 0],
    ['its owner misses pods', [leaving([owner]), set(2)], 1],
    ['its owner was not seen', [leaving([owner])], 1],
  ] as const)('count by what is missed: %s', (_name, objects, cases) => {
    expect(search(...objects).cases).toHaveLength(cases);
  });

  it('are known from a describe text, too', () => {
    const described = pod(refused);
    const gone = { ...described, status: { ...described.status, reason: 'Terminating' } };
    expect(search(gone).cases).toEqual([]);
  });
});

describe('pulls without a reason in the status', () => {
  it('finds a pull that is under way', () => {
    expect(search(pod({ statuses: [waiting('ContainerCreating')] }), pulling()).cases).toHaveLength(1);
  });

  it('finds a failure that the status does not show yet', () => {
    expect(search(pod({ statuses: [waiting('ContainerCreating')] }), pulling(), failed()).cases).toHaveLength(1);
  });

  it('finds both of two containers that only events tell apart by image', () => {
    const containers = [
      container({ name: 'a', image: 'acme.example/a:1' }),
      container({ name: 'b', image: 'acme.example/b:1' }),
    ];
    const statuses = ['a', 'b'].map((name) => ({ ...waiting('ContainerCreating'), name }));
    const { cases } = search(
      pod({ spec: { containers }, statuses }),
      event('Failed', 'Failed to pull image "acme.example/b:1": pull QPS exceeded', { type: 'Warning' }),
    );
    expect(cases.map((c) => c.subject.container)).toEqual(['b']);
  });
});

describe('image volumes', () => {
  const weights = 'acme.example/ml/weights:7b';
  const spec = {
    containers: [container({ name: 'app', mounts: ['weights'] }), container({ name: 'side', mounts: ['weights'] })],
    imageVolumes: [{ volume: 'weights', reference: weights, pullPolicy: 'IfNotPresent' }],
  };
  const message = `Back-off pulling image "${weights}": ErrImagePull: failed to pull and unpack image "${weights}": failed to resolve image: ${weights}: not found`;

  it('make one case, not one per container that mounts them', () => {
    const statuses = ['app', 'side'].map((name) => ({ ...waiting('ImagePullBackOff', message), name }));
    const { cases } = search(pod({ spec, statuses }));
    expect(cases.map((c) => c.subject)).toMatchObject([{ kind: 'image-volume', volume: 'weights', image: weights }]);
  });

  it('are known by their events where the status names no image', () => {
    const statuses = ['app', 'side'].map((name) => ({ ...waiting('ErrImagePull'), name }));
    const failure = event('Failed', `Failed to pull image "${weights}": ${weights}: not found`, { type: 'Warning' });
    const { cases } = search(pod({ spec, statuses }), failure);
    expect(cases.map((c) => c.subject.kind)).toEqual(['image-volume']);
  });

  it('leave a container with a broken image of its own alone', () => {
    const statuses = [
      waiting('ErrImagePull', `failed to resolve image: ${IMAGE}: not found`),
      { ...waiting('ErrImagePull', message), name: 'side' },
    ];
    const { cases } = search(pod({ spec, statuses }));
    expect(cases.map((c) => c.subject.kind).sort()).toEqual(['container', 'image-volume']);
  });
});

describe('sandboxes', () => {
  const pause = 'acme.example/pause:3.99';
  const sandbox = (text: string) =>
    event('FailedCreatePodSandBox', `Failed to create pod sandbox: rpc error: code = Unknown desc = ${text}`, {
      type: 'Warning',
    });
  const creating = pod({ statuses: [waiting('ContainerCreating')] });

  it('whose image cannot be pulled are one case', () => {
    const { cases } = search(
      creating,
      sandbox(
        `failed to get sandbox image "${pause}": failed to pull image "${pause}": failed to pull and unpack image "${pause}": failed to resolve image: ${pause}: not found`,
      ),
    );
    expect(cases.map((c) => c.subject)).toMatchObject([{ kind: 'sandbox', image: pause, pod: 'api-1' }]);
  });

  it('that fail for the network plugin are something else', () => {
    const found = search(
      creating,
      sandbox('failed to setup network for sandbox "1f": plugin type="calico" failed (add): no IPs left'),
    );
    expect(found.cases).toEqual([]);
    expect(found.notImagePull).toMatchObject([{ reason: 'FailedCreatePodSandBox' }]);
  });
});

describe('pods stuck elsewhere', () => {
  it('are listed with the reason', () => {
    const conditions = [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' },
    ];
    expect(search(pod({ conditions })).notImagePull).toMatchObject([
      { reason: 'Unschedulable', because: '0/3 nodes are available' },
    ]);
    const mount = event('FailedMount', 'MountVolume.SetUp failed for volume "data": timed out', { type: 'Warning' });
    expect(search(pod({ statuses: [waiting('ContainerCreating')] }), mount).notImagePull).toMatchObject([
      { reason: 'FailedMount' },
    ]);
  });

  it('do not show secret values that a message quotes', () => {
    const token = 'ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8';
    const { notImagePull } = search(
      pod({ statuses: [waiting('CreateContainerConfigError', `token ${token} refused`)] }),
    );
    expect(JSON.stringify(notImagePull)).not.toContain(token);
  });
});

describe('images that were pulled and do not run', () => {
  const crashed = (finished: string) =>
    status({
      imageID: 'acme.example/shop/api@sha256:00',
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container' } },
      lastState: { terminated: { exitCode: 255, startedAt: at('11:50:00'), finishedAt: at(finished) } },
    });

  it('are a case that says what to list otherwise', () => {
    const { cases } = search(pod({ phase: 'Running', statuses: [crashed('11:50:00')] }));
    expect(cases).toMatchObject([{ otherwise: { reason: 'CrashLoopBackOff', pod: { name: 'api-1' } } }]);
  });

  it('are no case when the program ran for a while', () => {
    const found = search(pod({ phase: 'Running', statuses: [crashed('11:50:30')] }));
    expect(found.cases).toEqual([]);
    expect(found.notImagePull).toMatchObject([{ reason: 'CrashLoopBackOff' }]);
  });

  it('include images without a command, told by the status or (in describe texts) by an event', () => {
    const text = 'failed to generate container "1f" spec: failed to generate spec: no command specified';
    expect(search(pod({ statuses: [waiting('CreateContainerError', text)] })).cases).toHaveLength(1);
    const told = event('Failed', `Error: ${text}`, { container: 'app', type: 'Warning' });
    expect(search(pod({ statuses: [waiting('CreateContainerError')] }), told).cases).toHaveLength(1);
  });
});

describe('owners whose pods are refused', () => {
  const refused = (text: string, last = '11:55') =>
    event('FailedCreate', `Error creating: pods "api-6f5-" is forbidden: ${text}`, {
      kind: 'ReplicaSet',
      pod: 'api-6f5',
      last,
      type: 'Warning',
    });
  const policy =
    "ValidatingAdmissionPolicy 'registries' with binding 'registries' denied request: images must come from harbor.acme.example";
  const set = workload('ReplicaSet', 'api-6f5', {
    desired: 1,
    template: { containers: [container()], imageVolumes: [] },
    metadata: metadata('api-6f5', { ownerReferences: [{ kind: 'Deployment', name: 'api', controller: true }] }),
  });

  it('by a policy on images are a case of the owner', () => {
    const { cases } = search(set, refused(policy));
    expect(cases.map((c) => c.subject)).toMatchObject([
      {
        kind: 'owner',
        image: IMAGE,
        owners: [
          { kind: 'ReplicaSet', name: 'api-6f5' },
          { kind: 'Deployment', name: 'api' },
        ],
      },
    ]);
  });

  it.each([
    'exceeded quota: compute, requested: pods=1',
    'error looking up service account shop-prod/ci: serviceaccount "ci" not found',
  ])('by something else are listed: %s', (text) => {
    const found = search(set, refused(text));
    expect(found.cases).toEqual([]);
    expect(found.notImagePull).toMatchObject([{ reason: 'FailedCreate', pod: { name: 'ReplicaSet/api-6f5' } }]);
  });

  it('are history once a pod was made', () => {
    const created = event('SuccessfulCreate', 'Created pod: api-6f5-x', {
      kind: 'ReplicaSet',
      pod: 'api-6f5',
      last: '11:58',
    });
    expect(search(set, refused(policy), created).cases).toEqual([]);
  });
});

describe('pods that only events know', () => {
  it('are cases while they fail, and none when they recovered', () => {
    expect(search(failed(), backOff()).cases).toMatchObject([
      { subject: { pod: 'api-1', container: 'app', image: IMAGE } },
    ]);
    expect(search(failed(), pulled({ last: '11:58' })).cases).toEqual([]);
  });

  it('count as examined', () => {
    expect(search(failed(), failed(NOT_FOUND, { pod: 'api-2' })).podsExamined).toBe(2);
  });

  const job = (completionTime?: string) =>
    workload('Job', 'build', {
      status: { conditions: [], ...(completionTime === undefined ? {} : { completionTime, succeeded: 1 }) },
    });
  const created = event('SuccessfulCreate', 'Created pod: build-x', { kind: 'Job', pod: 'build' });
  const failure = failed(NOT_FOUND, { pod: 'build-x' });

  it('still matter when the pod is gone and its Job has not done its work', () => {
    const options = { coverage: coverage('Pod', 'Job') };
    expect(searchIn({ ...options, objects: [job(), created, failure] }).cases).toMatchObject([
      { subject: { owners: [{ kind: 'Job', name: 'build' }] } },
    ]);
    expect(searchIn({ ...options, objects: [job(at('11:59')), created, failure] }).cases).toEqual([]);
    expect(searchIn({ ...options, objects: [created, failure] }).cases).toEqual([]);
  });
});

describe('table rows', () => {
  const row = (reason: string, role: 'main' | 'init' = 'main') =>
    seen(
      {
        ...pod({ spec: { containers: [] }, statuses: [{ ...waiting(reason), name: '', role }] }),
        metadata: metadata('api-1'),
      },
      'table',
    );

  it('are cases by their reason alone', () => {
    expect(searchIn({ objects: [row('ImagePullBackOff', 'init')] }).cases).toMatchObject([
      { subject: { pod: 'api-1', role: 'init' } },
    ]);
  });

  it('take container and image from events', () => {
    expect(searchIn({ objects: [row('ErrImagePull'), failed()] }).cases).toMatchObject([
      { subject: { container: 'app', image: IMAGE } },
    ]);
  });

  it('with another reason are listed', () => {
    expect(searchIn({ objects: [row('CrashLoopBackOff')] }).notImagePull).toMatchObject([
      { reason: 'CrashLoopBackOff' },
    ]);
  });
});

describe('texts', () => {
  const other =
    'Failed to pull image "acme.example/other:1": failed to pull and unpack image "acme.example/other:1": failed to resolve image: acme.example/other:1: not found';

  it('are one case per distinct error', () => {
    const { cases } = searchIn({ texts: [`Failed to pull image "${IMAGE}": ${NOT_FOUND}`, NOT_FOUND, other] });
    expect(cases.map((c) => [c.subject.image, c.seenIn.length])).toEqual([
      [IMAGE, 2],
      ['acme.example/other:1', 1],
    ]);
  });

  it('are one case where one line names the tag and the other the repository', () => {
    const denied =
      "Error response from daemon: pull access denied for acme/api, repository does not exist or may require 'docker login'";
    const text = `WARNING: Failed to pull image with policy "always": ${denied}\nERROR: Job failed: failed to pull image "acme/api:7" with specified policies [always]: ${denied}`;
    expect(searchIn({ texts: [text] }).cases.map((c) => c.subject.image)).toEqual(['acme/api:7']);
  });

  it('give way to a pod with the same image', () => {
    const { cases } = searchIn({
      objects: [pod({ statuses: [waiting('ErrImagePull', NOT_FOUND)] })],
      texts: [NOT_FOUND, other],
    });
    expect(cases.map((c) => [c.subject.kind, c.subject.image])).toEqual([
      ['container', IMAGE],
      ['text', 'acme.example/other:1'],
    ]);
  });

  it('that are no pull failure make no case', () => {
    expect(searchIn({ texts: ['Liveness probe failed: HTTP probe failed with statuscode: 500'] }).cases).toEqual([]);
  });
});
