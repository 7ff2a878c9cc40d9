import { describe, expect, it } from 'vitest';
import { fc } from '../../test/support/properties.ts';
import { valueIn } from '../core/fact.ts';
import type { KubeObject, Workload } from '../core/objects.ts';
import { parseObject } from '../sources/objects-schema.ts';
import { destinationsOf } from './build-destinations.ts';
import {
  at,
  container,
  coverage,
  factsOf,
  IMAGE,
  metadata,
  pod,
  status,
  waiting,
  workload,
} from './snapshot.fixture.ts';

const KANIKO = 'gcr.acme.example/kaniko/executor:v1';
const TARGET = 'registry.acme.example/shop/api:1.5.0';

describe('destinationsOf', () => {
  it.each([
    ['kaniko', KANIKO, [`--destination=${TARGET}`], [TARGET]],
    ['kaniko, two words', KANIKO, ['--destination', TARGET], [TARGET]],
    ['kaniko, short', KANIKO, ['-d', TARGET, '-c', '.'], [TARGET]],
    [
      'kaniko, several',
      KANIKO,
      [`--destination=${TARGET}`, '--destination=acme.example/b:2'],
      [TARGET, 'acme.example/b:2'],
    ],
    [
      'buildctl',
      'acme.example/buildkit:1',
      ['buildctl', 'build', '--output', `type=image,name=${TARGET},push=true`],
      [TARGET],
    ],
    [
      'buildctl, several names',
      'acme.example/buildkit:1',
      ['--output', `type=image,"name=${TARGET},acme.example/b:2",push=true`],
      [TARGET, 'acme.example/b:2'],
    ],
    ['docker in a script', 'docker:27', ['sh', '-c', `docker build -t ${TARGET} . && docker push ${TARGET}`], [TARGET]],
    [
      'buildah push',
      'acme.example/buildah:1',
      ['buildah', 'push', '--tls-verify=false', 'app', `docker://${TARGET}`],
      [TARGET],
    ],
    ['podman push', 'acme.example/tools:1', ['podman', 'push', TARGET], [TARGET]],
    [
      'skopeo copy',
      'acme.example/skopeo:1',
      ['skopeo', 'copy', 'docker://acme.example/from:1', `docker://${TARGET}`],
      [TARGET],
    ],
    ['a shell that only sets -t', 'acme.example/tools:1', ['tar', '-t', '-f', 'a.tar'], []],
    ['a plain app', 'acme.example/app:1', ['serve', '--image', 'logo.png'], []],
    ['docker without push or tag', 'docker:27', ['docker', 'run', '--rm', 'acme.example/x:1'], []],
  ])('%s', (_name, image, args, expected) => {
    expect(destinationsOf(container({ image, args }))).toEqual(expected);
  });

  it('reads the environment of builders only', () => {
    const env = { IMAGE: TARGET, PASSWORD: 'canary' };
    expect(destinationsOf(container({ image: KANIKO, env }))).toEqual([TARGET]);
    expect(destinationsOf(container({ image: 'acme.example/app:1', env }))).toEqual([]);
  });

  it('takes any command line', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (args) =>
        destinationsOf(container({ image: KANIKO, args })).every((d) => d !== ''),
      ),
    );
  });
});

function job(destination: string, overrides: Partial<Workload['status']> = {}, name = 'build-api'): Workload {
  const template = {
    containers: [container({ image: KANIKO, args: [`--destination=${destination}`] })],
    imageVolumes: [],
  };
  return workload('Job', name, { template, status: { conditions: [], ...overrides } });
}

function builds(...args: Parameters<typeof factsOf>) {
  const [options, key] = args;
  const failing = pod({ statuses: [waiting('ErrImagePull')] });
  return factsOf({ ...options, objects: [failing, ...(options.objects ?? [])] }, key ?? 'api-1').builds;
}

describe('builds of an image', () => {
  it('are those that push it, the closest first', () => {
    const objects = [
      job('other.acme.example/team/api:2', {}, 'same-name'),
      job('registry.acme.example/shop/api:1.4.0', {}, 'same-repository'),
      job(TARGET, {}, 'exact'),
      job('registry.acme.example/shop/web:1', {}, 'unrelated'),
    ];
    expect(valueIn(builds({ objects }))?.map(({ name, match }) => [name, match])).toEqual([
      ['exact', 'exact'],
      ['same-repository', 'same-repository'],
      ['same-name', 'same-name'],
    ]);
  });

  it('match by repository when a variable fills in the tag', () => {
    const tagged = ['registry.acme.example/shop/api:', '{TAG}'].join('$');
    expect(valueIn(builds({ objects: [job(tagged)] }))).toMatchObject([{ match: 'same-repository' }]);
  });

  it('know the tool that owns them, and the CI system that ran their pod', () => {
    const owned = job(TARGET, {}, 'owned');
    const meta = { annotations: { 'argocd.argoproj.io/tracking-id': 'ci:batch/Job:shop/owned' } };
    const objects = [{ ...owned, metadata: { ...owned.metadata, ...meta } }] as const;
    expect(valueIn(builds({ objects }))).toMatchObject([{ manager: { tool: 'argo-cd', name: 'ci' } }]);
    const url = 'https://gitlab.acme.example/shop/api/-/jobs/7';
    const runner = pod({
      name: 'runner-1',
      phase: 'Running',
      meta: { annotations: { 'job.runner.gitlab.com/url': url, 'job.runner.gitlab.com/id': '7' } },
      spec: {
        containers: [
          container({ name: 'build', image: KANIKO, env: { CI_REGISTRY_IMAGE: 'registry.acme.example/shop/api' } }),
        ],
      },
      statuses: [status({ name: 'build', state: { running: {} } })],
    });
    expect(valueIn(builds({ objects: [runner] }))).toMatchObject([
      { kind: 'Pod', match: 'same-repository', state: 'running', ci: { system: 'GitLab', url } },
    ]);
  });

  it.each([
    [
      'variables of GitLab',
      { CI_REGISTRY_IMAGE: 'registry.acme.example/shop/api', CI_COMMIT_TAG: '1.5.0' },
      ['--destination=$CI_REGISTRY_IMAGE:$CI_COMMIT_TAG'],
    ],
    ['a variable in an option', { REPO: 'registry.acme.example/shop', V: '1.5.0' }, ['--destination=$(REPO)/api:$(V)']],
    ['a variable in a script', { V: '1.5.0' }, ['-c', 'docker push registry.acme.example/shop/api:$V']],
  ])('read the tag from %s', (_, env, args) => {
    const runner = pod({
      name: 'runner-1',
      phase: 'Running',
      spec: { containers: [container({ name: 'build', image: KANIKO, env, args })] },
      statuses: [status({ name: 'build', state: { running: {} } })],
    });
    expect(valueIn(builds({ objects: [runner] }))).toMatchObject([{ kind: 'Pod', match: 'exact' }]);
  });

  it('are absent when Jobs were seen and none builds it, else unknown', () => {
    expect(builds({ objects: [job('acme.example/unrelated:1')] }).state).toBe('absent');
    expect(builds({ coverage: coverage('Job') }).state).toBe('absent');
    expect(builds({}).state).toBe('unknown');
  });

  it.each([
    ['succeeded', { completionTime: at('11:00') }, { state: 'succeeded', finishedAt: at('11:00') }],
    [
      'failed',
      {
        conditions: [
          {
            type: 'Failed',
            status: 'True',
            reason: 'BackoffLimitExceeded',
            message: 'Job has reached the specified backoff limit',
          },
        ],
      },
      { state: 'failed', problem: 'Job has reached the specified backoff limit' },
    ],
    ['unknown', { active: 1 }, { state: 'unknown' }],
  ])('tell that the Job is %s', (_name, jobStatus, expected) => {
    expect(valueIn(builds({ objects: [job(TARGET, jobStatus)] }))).toMatchObject([expected]);
  });

  const jobPod = (statuses: Parameters<typeof pod>[0] & object) =>
    pod({
      name: 'build-api-x',
      meta: { ownerReferences: [{ kind: 'Job', name: 'build-api', controller: true }] },
      spec: { containers: [container({ image: KANIKO })] },
      ...statuses,
    });

  it('tell why the build does not run', () => {
    const objects = [job(TARGET, { active: 1 }), jobPod({ statuses: [waiting('ImagePullBackOff')] })];
    expect(valueIn(builds({ objects }))).toMatchObject([
      { state: 'pending', problem: `its own image ${KANIKO} cannot be pulled (ImagePullBackOff)` },
    ]);
  });

  it('tell that it is running, or how it ended', () => {
    const running = jobPod({ phase: 'Running', statuses: [status({ state: { running: {} } })] });
    expect(valueIn(builds({ objects: [job(TARGET), running] }))).toMatchObject([{ state: 'running' }]);
    const broken = jobPod({ phase: 'Failed', statuses: [status({ state: { terminated: { exitCode: 2 } } })] });
    const failed = { conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }] };
    expect(valueIn(builds({ objects: [job(TARGET, failed), broken] }))).toMatchObject([
      { state: 'failed', problem: 'container app exited with code 2' },
    ]);
  });

  it('follow a CronJob to its newest run', () => {
    const { template } = job(TARGET);
    const cron = workload('CronJob', 'nightly', { template });
    const run = (name: string, created: string, jobStatus: Workload['status']) =>
      workload('Job', name, {
        metadata: metadata(name, {
          creationTimestamp: created,
          ownerReferences: [{ kind: 'CronJob', name: 'nightly' }],
        }),
        status: jobStatus,
      });
    const objects = [
      cron,
      run('nightly-2', at('11:00'), { conditions: [{ type: 'Failed', status: 'True', reason: 'DeadlineExceeded' }] }),
      run('nightly-1', at('10:00'), { conditions: [], completionTime: at('10:05') }),
    ];
    expect(valueIn(builds({ objects }))).toMatchObject([
      { kind: 'CronJob', name: 'nightly', state: 'failed', problem: 'DeadlineExceeded' },
    ]);
  });
});

it('the image of these tests is the one that is built', () => {
  expect(IMAGE).toBe(TARGET);
});

describe('runs of build systems', () => {
  const run = (apiVersion: string, kind: string, fields: object) => {
    const raw = { apiVersion, kind, metadata: { name: 'build-api', namespace: 'shop-prod' }, ...fields };
    const object = parseObject(raw)?.object;
    if (object === undefined) throw new Error('not an object');
    return object;
  };
  const condition = (status: string, message = '') => ({ conditions: [{ type: 'Succeeded', status, message }] });
  const failing = pod({ statuses: [waiting('ErrImagePull')] });
  const buildsWith = (objects: readonly KubeObject[], more = {}) =>
    valueIn(factsOf({ objects: [failing, ...objects], ...more }).builds);

  it.each([
    [
      'a Tekton TaskRun by parameter',
      run('tekton.dev/v1', 'TaskRun', {
        spec: { params: [{ name: 'IMAGE', value: TARGET }] },
        status: condition('Unknown'),
      }),
      { kind: 'TaskRun', match: 'exact', state: 'running' },
    ],
    [
      'a Tekton PipelineRun by result',
      run('tekton.dev/v1', 'PipelineRun', {
        status: {
          ...condition('True'),
          results: [{ name: 'IMAGE_URL', value: `${TARGET}\n` }],
          completionTime: at('11:00'),
        },
      }),
      { kind: 'PipelineRun', match: 'exact', state: 'succeeded', finishedAt: at('11:00') },
    ],
    [
      'a Tekton TaskRun by the steps in it',
      run('tekton.dev/v1', 'TaskRun', {
        spec: {
          params: [{ name: 'where', value: 'registry.acme.example/shop/api' }],
          taskSpec: { steps: [{ image: KANIKO, args: ['--destination=$(params.where):1.5.0'] }] },
        },
        status: condition('False', 'step build exited with 1'),
      }),
      { kind: 'TaskRun', match: 'exact', state: 'failed', problem: 'step build exited with 1' },
    ],
    [
      'a Shipwright BuildRun by output',
      run('shipwright.io/v1beta1', 'BuildRun', {
        status: {
          ...condition('False', 'push denied'),
          buildSpec: { output: { image: 'registry.acme.example/shop/api:1.4' } },
        },
      }),
      { kind: 'BuildRun', match: 'same-repository', state: 'failed', problem: 'push denied' },
    ],
    [
      'an Argo Workflow by the arguments of its containers',
      run('argoproj.io/v1alpha1', 'Workflow', {
        spec: {
          arguments: { parameters: [{ name: 'tag', value: '1.5.0' }] },
          templates: [
            {
              container: {
                image: KANIKO,
                args: ['--destination', 'registry.acme.example/shop/api:{{workflow.parameters.tag}}'],
              },
            },
          ],
        },
        status: { phase: 'Error', message: 'pod deleted' },
      }),
      { kind: 'Workflow', match: 'exact', state: 'failed', problem: 'pod deleted' },
    ],
  ])('are found: %s', (_, object, expected) => {
    expect(buildsWith([object])?.[0]).toMatchObject({ name: 'build-api', ...expected });
  });

  it('are no builds of this image when they push another one', () => {
    const other = run('tekton.dev/v1', 'TaskRun', {
      spec: { params: [{ name: 'image', value: 'acme.example/web:1' }] },
    });
    expect(buildsWith([other])).toBeUndefined();
  });

  it('keep no other parameters', () => {
    const secret = 'CANARY-31ab';
    const object = run('tekton.dev/v1', 'TaskRun', {
      spec: {
        params: [
          { name: 'password', value: secret },
          { name: 'image', value: TARGET },
        ],
      },
    });
    expect(JSON.stringify(object)).not.toContain(secret);
  });

  it('fail for what their pods say', () => {
    const object = run('tekton.dev/v1', 'TaskRun', {
      spec: { params: [{ name: 'image', value: TARGET }] },
      status: condition('False', 'failed'),
    });
    const end = {
      terminated: { exitCode: 1, message: 'error pushing image: POST https://r/v2/a/blobs/uploads/: DENIED: denied' },
    };
    const step = pod({
      name: 'build-api-pod',
      phase: 'Failed',
      spec: { containers: [container({ name: 'step-build' })] },
      statuses: [status({ name: 'step-build', state: end })],
      meta: { labels: { 'tekton.dev/taskRun': 'build-api' } },
    });
    expect(buildsWith([object, step])?.[0]?.problem).toMatch(/^the push is refused: "error pushing image/);
  });
});

describe('a failed Job', () => {
  it('says what the log of its pod says, when the evidence has it', () => {
    const job = workload('Job', 'build', {
      template: { containers: [container({ image: KANIKO, args: [`--destination=${TARGET}`] })], imageVolumes: [] },
      status: { conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }] },
    });
    const ended = pod({
      name: 'build-x7k2p',
      phase: 'Failed',
      statuses: [status({ state: { terminated: { exitCode: 1 } } })],
      meta: { ownerReferences: [{ kind: 'Job', name: 'build', controller: true }] },
    });
    const logs = [
      {
        id: 'log/1',
        log: 'other' as const,
        locator: 'shop-prod/build-x7k2p/logs.txt:40',
        raw: 'error checking push permissions: Get "https://10.0.0.9:5000/v2/": dial tcp 10.0.0.9:5000: i/o timeout',
      },
    ];
    const failing = pod({ statuses: [waiting('ErrImagePull')] });
    const builds = valueIn(factsOf({ objects: [failing, job, ended], logs }).builds);
    expect(builds?.[0]?.problem).toMatch(/^the registry cannot be reached: .*i\/o timeout/);
  });
});

describe('builds of other images', () => {
  it('are those that push to the same registry', () => {
    const job = (name: string, destination: string) =>
      workload('Job', name, {
        metadata: metadata(name),
        template: {
          containers: [container({ image: KANIKO, args: [`--destination=${destination}`] })],
          imageVolumes: [],
        },
      });
    const failing = pod({ statuses: [waiting('ErrImagePull')] });
    const jobs = [
      job('web', 'registry.acme.example/shop/web:1'),
      job('far', 'other.acme.example/far:1'),
      job('api', TARGET),
    ];
    const found = valueIn(factsOf({ objects: [failing, ...jobs] }).otherBuilds ?? { state: 'absent', because: [] });
    expect(found?.map(({ name }) => name)).toEqual(['web']);
  });
});
