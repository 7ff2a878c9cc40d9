import { describe, expect, it } from 'vitest';
import type { RawObject } from '../src/testing/store.ts';
import {
  at,
  deployment,
  kanikoJob,
  NAMESPACE,
  NOW,
  REGISTRY,
  registry,
  registryAnswers,
  stuckPod,
  surroundings,
} from './support/registry-cluster.ts';
import { askLive, type LiveOptions } from './support/replayed-cluster.ts';

const IMAGE = `${REGISTRY}/api:1.5.0`;
const says = (image: string, tail: string) =>
  `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${tail}`;
const WORKLOAD = [
  ...surroundings(),
  ...registry(),
  ...deployment('api', IMAGE),
  ...stuckPod('api', IMAGE, says(IMAGE, `${IMAGE}: not found`)),
];

const inNamespace = (objects: readonly RawObject[], options: Partial<LiveOptions> = {}) =>
  askLive({ namespace: NAMESPACE, targets: [] }, { objects, now: NOW, ...options });

const run = (apiVersion: string, kind: string, rest: object): RawObject => ({
  apiVersion,
  kind,
  metadata: { name: 'build-api', namespace: NAMESPACE, creationTimestamp: at('09:00') },
  ...rest,
});

describe('what should have built a missing image', () => {
  it('is a Kaniko Job, and the line of its log says why it did not push', async () => {
    const { report, paths } = await inNamespace([...WORKLOAD, ...kanikoJob('build-api', IMAGE, 'failed')], {
      logs: {
        [`${NAMESPACE}/build-api-zz9zz/kaniko`]: [
          '2026-03-01T09:28:00.1Z INFO[0001] Retrieving image manifest alpine:3.20',
          `2026-03-01T09:30:00.1Z error pushing image: failed to push to destination ${IMAGE}: Put "http://${REGISTRY}/v2/api/manifests/1.5.0": dial tcp ${REGISTRY}: i/o timeout`,
          '',
        ].join('\n'),
      },
    });
    const [incident] = report.incidents;
    expect([incident?.cause.id, incident?.cause.detail, incident?.verdict]).toEqual([
      'image-not-built',
      'build-failed',
      'confirmed',
    ]);
    expect(incident?.statement).toContain('Job parlor/build-api: the registry cannot be reached: "error pushing image');
    expect(incident?.evidence.find(({ source }) => source === 'log')?.locator).toBe(
      'log of Pod parlor/build-api-zz9zz, container kaniko',
    );
    expect(paths.filter((path) => path.includes('/log?'))).toHaveLength(1);
  });

  it.each([
    [
      'a TaskRun',
      run('tekton.dev/v1', 'TaskRun', {
        spec: { params: [{ name: 'IMAGE', value: IMAGE }] },
        status: {
          conditions: [
            { type: 'Succeeded', status: 'False', reason: 'Failed', message: '"step-build" exited with code 1' },
          ],
        },
      }),
      'TaskRun parlor/build-api: "step-build" exited with code 1',
    ],
    [
      'a BuildRun',
      run('shipwright.io/v1beta1', 'BuildRun', {
        spec: { build: { spec: { output: { image: IMAGE } } } },
        status: { conditions: [{ type: 'Succeeded', status: 'False', message: 'git clone failed' }] },
      }),
      'BuildRun parlor/build-api: git clone failed',
    ],
    [
      'a Workflow',
      run('argoproj.io/v1alpha1', 'Workflow', {
        spec: { arguments: { parameters: [{ name: 'image', value: IMAGE }] }, templates: [] },
        status: { phase: 'Failed', message: 'child build failed' },
      }),
      'Workflow parlor/build-api: child build failed',
    ],
  ])('is %s, whose API is asked for because it is installed', async (_, object, words) => {
    const { report, paths } = await inNamespace([...WORKLOAD, object]);
    expect(report.incidents[0]?.statement).toBe(`${IMAGE} was never pushed: ${words}`);
    expect(
      paths.filter((path) => path.includes('tekton.dev') || path.includes('shipwright') || path.includes('argoproj')),
    ).toHaveLength(object.kind === 'TaskRun' ? 2 : 1);
  });

  it('costs one request to learn that no build system is installed', async () => {
    const { paths } = await inNamespace(WORKLOAD);
    expect(paths.filter((path) => /taskruns|pipelineruns|buildruns|workflows/.test(path))).toEqual([]);
    expect(paths.filter((path) => path.endsWith(' /apis'))).toHaveLength(1);
  });

  it('is looked for beside the registry too, and everywhere with --thorough', async () => {
    const elsewhere = kanikoJob('build-api', IMAGE, 'failed').map((object) => ({
      ...object,
      metadata: { ...object.metadata, namespace: 'ci' },
    }));
    const near = await inNamespace([...WORKLOAD, ...elsewhere]);
    expect(near.report.incidents[0]?.cause.id).not.toBe('image-not-built');
    const far = await askLive(
      { namespace: NAMESPACE, targets: [], thorough: true },
      { objects: [...WORKLOAD, ...elsewhere], now: NOW },
    );
    expect(far.report.incidents[0]?.statement).toContain('Job ci/build-api');
  });
});

describe('a registry of the cluster, asked through the API server', () => {
  const services = (held: Readonly<Record<string, readonly string[]>>) => ({
    services: { [`${NAMESPACE}/docker-registry:5000`]: registryAnswers(held) },
  });

  it('lists the tags that are there, the nearest first', async () => {
    const { report } = await inNamespace(WORKLOAD, services({ api: ['1.4.9', '1.5', 'main'] }));
    const [incident] = report.incidents;
    expect([incident?.cause.id, incident?.verdict]).toEqual(['tag-not-found', 'confirmed']);
    expect(incident?.remedies.some(({ note = '' }) => note.includes(`Write ${REGISTRY}/api:1.5.`))).toBe(true);
    expect(incident?.remedies[0]?.commands).toEqual([
      'kubectl get --raw /api/v1/namespaces/parlor/services/docker-registry:5000/proxy/v2/api/tags/list',
    ]);
  });

  it('tells an emptied repository from one that never was', async () => {
    const emptied = await inNamespace(WORKLOAD, services({ api: [] }));
    expect(emptied.report.incidents[0]?.evidence.find(({ source }) => source === 'registry')?.excerpt).toContain(
      'the registry has no tag at all, and not 1.5.0',
    );
    const never = await inNamespace(WORKLOAD, services({}));
    expect(never.report.incidents[0]?.cause.id).toBe('repository-not-found');
    expect(never.report.incidents[0]?.evidence.find(({ source }) => source === 'registry')?.excerpt).toContain(
      'the registry is empty, and not api',
    );
  });

  it('is not asked where that is forbidden: the smallest Role is told', async () => {
    const deny = [{ resource: 'services/proxy' }];
    const { report } = await inNamespace(WORKLOAD, { ...services({}), deny });
    expect(report.incidents[0]?.verdict).toBe('likely');
    expect(report.unknowns).toContainEqual({
      what: 'proxy of Service parlor/docker-registry:5000',
      why: 'forbidden',
      how: 'kubectl auth can-i get services/docker-registry:5000 --subresource=proxy -n parlor (Role rule: apiGroups: [""], resources: [services/proxy], resourceNames: [docker-registry:5000], verbs: [get]; pullwhy rbac prints the whole)',
    });
  });

  it('shows by a working answer that only the way of the node is at fault', async () => {
    const error = says(
      IMAGE,
      `failed to do request: Head "http://${REGISTRY}/v2/api/manifests/1.5.0": dial tcp ${REGISTRY}: i/o timeout`,
    );
    const objects = [...surroundings(), ...registry(), ...deployment('api', IMAGE), ...stuckPod('api', IMAGE, error)];
    const { report } = await inNamespace(objects, services({ api: ['1.5.0'] }));
    expect(report.incidents[0]?.cause.id).toBe('connect-timeout');
  });
});

describe('a host of an Ingress', () => {
  const HOST = 'images.parlor.example';
  const image = `${HOST}/api:1.5.0`;
  const unavailable = says(
    image,
    `unexpected status from HEAD request to https://${HOST}/v2/api/manifests/1.5.0: 503 Service Unavailable`,
  );
  const ingress = run('networking.k8s.io/v1', 'Ingress', {
    spec: {
      rules: [
        {
          host: HOST,
          http: { paths: [{ backend: { service: { name: 'docker-registry', port: { number: 5000 } } } }] },
        },
      ],
    },
  });
  const route = run('gateway.networking.k8s.io/v1', 'HTTPRoute', {
    spec: { hostnames: ['*.parlor.example'], rules: [{ backendRefs: [{ name: 'docker-registry', port: 5000 }] }] },
  });

  it.each([
    ['Ingress', ingress],
    ['HTTPRoute', route],
  ])('leads to the Service behind it: %s', async (kind, object) => {
    const objects = [
      ...surroundings(),
      ...registry({ ready: false }),
      ...deployment('api', image),
      ...stuckPod('api', image, unavailable),
      object,
    ];
    const { report } = await inNamespace(objects);
    const [incident] = report.incidents;
    expect([incident?.cause.id, incident?.verdict]).toEqual(['in-cluster-registry-down', 'confirmed']);
    expect(incident?.statement).toContain(`Service parlor/docker-registry behind ${kind} parlor/build-api`);
  });
});

describe('a full volume', () => {
  it('is told by the log of the registry', async () => {
    const volume = { volume: { persistentVolumeClaim: { claimName: 'images' } } };
    const error = says(
      IMAGE,
      `unexpected status from HEAD request to http://${REGISTRY}/v2/api/manifests/1.5.0: 500 Internal Server Error`,
    );
    const objects = [
      ...surroundings(),
      ...registry({ ready: false, ...volume }),
      ...deployment('api', IMAGE),
      ...stuckPod('api', IMAGE, error.replace('500 Internal Server Error', '503 Service Unavailable')),
      {
        ...run('v1', 'PersistentVolumeClaim', { status: { phase: 'Bound' } }),
        metadata: { name: 'images', namespace: NAMESPACE },
      },
    ];
    const { report } = await inNamespace(objects, {
      logs: {
        [`${NAMESPACE}/docker-registry-7c9d4b6f5-x2x2x/registry`]:
          '2026-03-01T11:00:00Z level=error msg="filesystem: write /var/lib/registry/docker: no space left on device"\n',
      },
    });
    const [incident] = report.incidents;
    expect(incident?.statement).toContain('volume images is full');
    expect(incident?.remedies.map(({ title }) => title)).toContain('Enlarge volume images');
  });
});
