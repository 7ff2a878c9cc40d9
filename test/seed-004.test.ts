import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Incident } from '../src/core/report.ts';
import { readBundle } from '../src/sources/bundle/read-bundle.ts';
import { openLoopback } from '../src/sources/cluster/access.ts';
import { ClusterClient } from '../src/sources/cluster/client.ts';
import { writtenBuilds } from '../src/sources/repo/written-builds.ts';
import { diagnose } from '../src/tasks/diagnose/diagnose.ts';
import { diagnoseCluster } from '../src/tasks/diagnose/diagnose-cluster.ts';
import { findInCheckout } from '../src/tasks/diagnose/find-in-checkout.ts';
import { type ReplayedService, startReplayServer } from '../src/testing/replay-server.ts';
import type { RawObject } from '../src/testing/store.ts';
import { applied, type Layout } from './support/checkout.ts';
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

const BACKEND = `${REGISTRY}/parlor-backend:latest`;
const FRONTEND = `${REGISTRY}/parlor-frontend:latest`;
const ROUTER = `${REGISTRY}/router:latest`;
const NGINX = 'nginx:1.25-alpine';

const notFound = (image: string) =>
  `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
const timedOut = (image: string) =>
  `failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to do request: Head "http://${REGISTRY}/v2/router/manifests/latest": dial tcp ${REGISTRY}: i/o timeout`;
const refusedTls = `failed to pull and unpack image "docker.io/library/${NGINX}": failed to resolve reference "docker.io/library/${NGINX}": failed to do request: Head "https://registry-1.docker.io/v2/library/nginx/manifests/1.25-alpine": remote error: tls: handshake failure`;

/** The manifests of the same cluster. */
const CHECKOUT: Layout = Object.fromEntries(
  [
    'parlor-backend-deployment',
    'parlor-deployment',
    'docker-registry-deployment',
    'frontend-build-job',
    'router-build-job',
  ].map((name) => [
    `apps/parlor/${name}.yaml`,
    readFileSync(`fixtures/registry-cluster/apps/parlor/${name}.yaml`, 'utf8'),
  ]),
);
const FILES = Object.entries(CHECKOUT).map(([path, text]) => ({ path, text }));

const never: ReplayedService = () => ({ status: 503, body: '' });

/** The one incident, of the running cluster. */
async function live(objects: readonly RawObject[], service: ReplayedService = never): Promise<Incident> {
  const server = await startReplayServer({
    objects,
    now: NOW,
    services: { [`${NAMESPACE}/docker-registry:5000`]: service },
  });
  const access = openLoopback(server.url, 'replay');
  try {
    const client = new ClusterClient(access);
    const { report, snapshot } = await diagnoseCluster(
      client,
      { namespace: NAMESPACE, targets: [] },
      {
        now: () => NOW,
        select: () => () => true,
        askFurther: async (seen) => ({ ...seen, written: writtenBuilds(FILES).objects }),
      },
    );
    return only(findInCheckout(report, snapshot, FILES).incidents);
  } finally {
    access.close();
    await server.close();
  }
}

/** The same of what kubectl printed. */
async function saved(objects: readonly RawObject[]): Promise<Incident> {
  const folder = mkdtempSync(join(tmpdir(), 'pullwhy-004-'));
  try {
    const file = join(folder, 'objects.json');
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
    const snapshot = { ...(await readBundle([file])), written: writtenBuilds(FILES).objects };
    return only(findInCheckout(diagnose(snapshot, { now: NOW }), snapshot, FILES).incidents);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function only(incidents: readonly Incident[]): Incident {
  const [incident] = incidents;
  expect(incidents).toHaveLength(1);
  if (incident === undefined) throw new Error('no incident');
  return incident;
}

const remedy = ({ remedies }: Incident, words: string) => remedies.find(({ title }) => title.includes(words));
const commands = ({ verify }: Incident) => verify.map(({ command, expect: says }) => `${command} → ${says}`);

const CATALOG = `kubectl get --raw /api/v1/namespaces/parlor/services/docker-registry:5000/proxy/v2`;

describe('an image that was never built', () => {
  const objects = [
    ...surroundings(),
    ...registry(),
    ...deployment('parlor-backend', BACKEND),
    ...stuckPod('parlor-backend', BACKEND, notFound(BACKEND)),
  ];
  const withJob = [...objects, ...kanikoJob('build-frontend', FRONTEND, 'complete')];
  const holds = registryAnswers({ 'parlor-frontend': ['latest'], router: ['latest'] });

  it('is confirmed where the registry lists what it has and no build makes it', async () => {
    const incident = await live(withJob, holds);
    expect(incident.cause).toMatchObject({ id: 'image-not-built', detail: 'no-build' });
    expect(incident.verdict).toBe('confirmed');
    expect(incident.statement).toBe(`${BACKEND} was never pushed: no build that was seen makes it`);
    const said = incident.evidence.find(({ source }) => source === 'registry');
    expect(said?.excerpt).toContain('the registry has 2 repositories, and not parlor-backend');
    expect(said?.locator).toContain('from the API server, by its proxy to Service parlor/docker-registry');
    expect(incident.chain.find(({ link }) => link === 'manifest')?.status).toBe('broken');
  });

  it('names the build to copy, its file, and how to see that it worked', async () => {
    const incident = await live(withJob, holds);
    const build = remedy(incident, 'Make a build for it, as Job parlor/build-frontend');
    expect(build?.file).toEqual({ path: 'apps/parlor/frontend-build-job.yaml', line: 4, column: 9 });
    expect(build?.note).toContain(`its destination to ${BACKEND}`);
    expect(commands(incident)).toEqual([
      `${CATALOG}/parlor-backend/tags/list → {"name":"parlor-backend","tags":["latest"]}, other tags beside it`,
      'kubectl -n parlor rollout status deployment/parlor-backend → successfully rolled out',
    ]);
    expect(incident.prevention.slice(0, 2)).toEqual([
      'Tag latest says no version: let the build of parlor-backend push a tag of its own, and deploy that.',
      'Deployment parlor/docker-registry keeps its images in its pod (emptyDir): give it a PersistentVolumeClaim, or every new pod begins empty.',
    ]);
  });

  it('is likely where the registry was not asked, Jobs long cleaned up', async () => {
    const incident = await saved(objects);
    expect([incident.cause.id, incident.cause.detail, incident.verdict]).toEqual([
      'image-not-built',
      'no-build',
      'likely',
    ]);
    expect(incident.toDecide).toBe(`${CATALOG}/parlor-backend/tags/list`);
    expect(incident.evidence.some(({ source }) => source === 'file')).toBe(true);
  });

  it('is waited for while its build runs, which is not deleted', async () => {
    const pod = stuckPod('router', ROUTER, notFound(ROUTER));
    const build = kanikoJob('build-router', ROUTER, 'running');
    const cluster = [...surroundings(), ...registry(), ...deployment('router', ROUTER), ...pod, ...build];
    const incident = await live(cluster, registryAnswers({}));
    expect(incident.cause.detail).toBe('build-running');
    expect(incident.remedies.map(({ safety, commands: all }) => [safety, ...all])).toEqual([
      [
        'green',
        'kubectl -n parlor logs job/build-router --tail=50 -f',
        'kubectl -n parlor wait --for=condition=complete job/build-router --timeout=30m',
      ],
    ]);
  });

  it('was pushed elsewhere by a build whose file and line are named', async () => {
    const pod = stuckPod('router', `${ROUTER}-2`, notFound(`${ROUTER}-2`));
    const build = kanikoJob('build-router', ROUTER, 'complete');
    const cluster = [...surroundings(), ...registry(), ...deployment('router', `${ROUTER}-2`), ...pod, ...build];
    const incident = await live(cluster, registryAnswers({ router: ['latest'] }));
    expect([incident.cause.detail, incident.verdict]).toEqual(['pushed-elsewhere', 'confirmed']);
    expect(remedy(incident, 'Make the build push')?.file?.path).toBe('apps/parlor/router-build-job.yaml');
  });

  it('is built again by the tool that owns the Job', async () => {
    const owned = kanikoJob('build-router', ROUTER, 'failed').map((object) =>
      object.kind === 'Job'
        ? {
            ...object,
            metadata: {
              ...object.metadata,
              annotations: { 'argocd.argoproj.io/tracking-id': 'parlor:batch/Job:parlor/build-router' },
            },
          }
        : object,
    );
    const pod = stuckPod('router', ROUTER, notFound(ROUTER));
    const incident = await live(
      [...surroundings(), ...registry(), ...deployment('router', ROUTER), ...pod, ...(owned as RawObject[])],
      registryAnswers({}),
    );
    const again = remedy(incident, 'run it again');
    expect(again?.commands).toEqual([
      'kubectl -n parlor delete job build-router --ignore-not-found',
      'argocd app sync parlor',
    ]);
    expect(again?.note).toContain('Argo CD (app parlor) owns its manifest');
  });

  it('has a build in the checkout that did not run', async () => {
    const pod = stuckPod('router', ROUTER, notFound(ROUTER));
    const incident = await live(
      [...surroundings(), ...registry(), ...deployment('router', ROUTER), ...pod],
      registryAnswers({}),
    );
    expect([incident.cause.detail, incident.verdict]).toEqual(['build-not-run', 'confirmed']);
    expect(incident.statement).toBe(
      `${ROUTER} was never pushed: Job parlor/build-router stands in apps/parlor/router-build-job.yaml only, not in the cluster`,
    );
    expect(incident.remedies[0]?.commands).toEqual(['kubectl -n parlor apply -f apps/parlor/router-build-job.yaml']);
  });
});

describe('a TLS handshake that an external registry refuses', () => {
  const objects = [
    ...surroundings(),
    ...registry(),
    ...deployment('parlor', NGINX, { container: 'frontend', before: FRONTEND }),
    ...stuckPod('parlor', NGINX, refusedTls, { container: 'frontend' }),
  ];

  it.each([
    ['live', live],
    ['from files', saved],
  ])('is named, and the old pod is kept: %s', async (_, ask) => {
    const incident = await ask(objects);
    expect([incident.cause.id, incident.verdict]).toEqual(['tls-handshake-failure', 'likely']);
    expect(incident.statement).toBe('registry-1.docker.io refuses the TLS handshake');
    expect(incident.impact).toEqual([
      'the rollout of deploy/parlor is blocked; 1 pod of the previous revision still serves',
    ]);
    const keep = remedy(incident, 'take the rollout back');
    expect(keep?.commands).toEqual([]);
    expect(keep?.note).toContain('Argo CD (app parlor) owns the manifest');
    expect(keep?.note).toContain('Do not delete or restart the old pods');
    expect(incident.prevention[0]).toContain('No mirror of Docker Hub was seen');
    expect(incident.remedies.every(({ patch }) => patch === undefined)).toBe(true);
  });
});

describe('a registry that took the first build and then timed out', () => {
  const killed = { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: at('11:50') } };
  const limits = { resources: { limits: { memory: '512Mi' } } };
  const objects = (ready: boolean) => [
    ...surroundings(),
    ...registry({ ready, restarts: 7, lastState: killed, startedAt: at('11:51'), ...limits }),
    ...deployment('router', ROUTER),
    ...stuckPod('router', ROUTER, timedOut(ROUTER)),
    ...kanikoJob('build-router', ROUTER, 'complete', at('09:30')),
    ...kanikoJob('build-router-v2', ROUTER, 'failed', at('11:40')),
  ];

  it.each([
    ['live', live],
    ['from files', saved],
  ])('has no ready pod, for it runs out of memory: %s', async (_, ask) => {
    const incident = await ask(objects(false));
    expect([incident.cause.id, incident.cause.detail, incident.verdict]).toEqual([
      'in-cluster-registry-down',
      'no-endpoints',
      'confirmed',
    ]);
    expect(incident.statement).toContain('is not ready since it ran out of memory (OOMKilled)');
    const more = remedy(incident, 'more memory');
    expect(more?.safety).toBe('red');
    expect(more?.file).toEqual({ path: 'apps/parlor/docker-registry-deployment.yaml', line: 25, column: 21 });
    const file = 'apps/parlor/docker-registry-deployment.yaml';
    expect(applied(CHECKOUT, more?.patch ?? '')[file]).toContain('            memory: 1024Mi # enough until now\n');
    expect(commands(incident)).toContain(`${CATALOG}/_catalog → {"repositories":[…]}`);
    expect(incident.escalate.some(({ met }) => met === true)).toBe(true);
  });

  it('is ready again, and was not while the pulls failed', async () => {
    const incident = await live(objects(true), registryAnswers({ router: ['latest'] }));
    expect([incident.cause.id, incident.cause.detail, incident.verdict]).toEqual([
      'in-cluster-registry-down',
      'restarting',
      'likely',
    ]);
  });

  it('lost the image with its pod', async () => {
    const pod = stuckPod('router', ROUTER, notFound(ROUTER));
    const lost = [
      ...surroundings(),
      ...registry().map((object) =>
        object.kind === 'Pod'
          ? { ...object, metadata: { ...object.metadata, creationTimestamp: at('10:00') } }
          : object,
      ),
      ...deployment('router', ROUTER),
      ...pod,
      ...kanikoJob('build-router', ROUTER, 'complete', at('09:30')),
    ];
    const incident = await live(lost as RawObject[], registryAnswers({}));
    expect([incident.cause.id, incident.cause.detail, incident.verdict]).toEqual([
      'image-not-built',
      'lost-with-registry',
      'confirmed',
    ]);
    expect(incident.remedies[0]?.commands).toEqual([
      'kubectl -n parlor delete job build-router --ignore-not-found',
      'kubectl -n parlor apply -f apps/parlor/router-build-job.yaml',
    ]);
    expect(commands(incident)[0]).toBe('kubectl -n parlor get job build-router → COMPLETIONS 1/1');
  });
});
