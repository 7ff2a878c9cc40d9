import { describe, expect, it } from 'vitest';
import type { ManifestChange } from '../../src/core/manifest-change.ts';
import type { LiveTarget } from '../../src/gitops/live-target.ts';
import { BETTER, change, deployment, type Layout, LIVE } from '../support/checkout.ts';

const TO_BETTER: ManifestChange = { kind: 'image', to: BETTER };
const OLD = LIVE.image ?? '';

interface Case {
  readonly name: string;
  readonly files: Layout;
  readonly live?: Partial<LiveTarget>;
  readonly what?: ManifestChange;
  /** The place that is named. */
  readonly at: string;
  /** The only line that differs afterwards, before and after. */
  readonly turns: readonly [string, string];
}

const KUSTOMIZATION = (more: string) => `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${more}`;

const PLAIN: readonly Case[] = [
  {
    name: 'one manifest',
    files: { 'api.yaml': deployment(OLD) },
    at: 'api.yaml:11',
    turns: [`          image: ${OLD} # bumped by hand`, `          image: ${BETTER} # bumped by hand`],
  },
  {
    name: 'the second document of a stream, quoted',
    files: {
      'all.yaml': `apiVersion: v1\nkind: Service\nmetadata: { name: app }\n---\n${deployment(`"${OLD}"`)}`,
    },
    at: 'all.yaml:15',
    turns: [`          image: "${OLD}" # bumped by hand`, `          image: "${BETTER}" # bumped by hand`],
  },
  {
    name: 'a List',
    files: {
      'list.yaml': `kind: List\napiVersion: v1\nitems:\n- apiVersion: apps/v1\n  kind: Deployment\n  metadata:\n    name: api\n  spec:\n    template:\n      spec:\n        containers:\n        - image: '${OLD}'\n          name: app\n`,
    },
    at: 'list.yaml:12',
    turns: [`        - image: '${OLD}'`, `        - image: '${BETTER}'`],
  },
  {
    name: 'a CronJob',
    files: {
      'jobs/nightly.yml': `apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: nightly\nspec:\n  schedule: "0 3 * * *"\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n          - name: app\n            image: ${OLD}\n          restartPolicy: Never\n`,
    },
    live: { workload: { kind: 'CronJob', name: 'nightly' } },
    at: 'jobs/nightly.yml:13',
    turns: [`            image: ${OLD}`, `            image: ${BETTER}`],
  },
  {
    name: 'a bare Pod, without a line feed at the end',
    files: {
      'pod.yaml': `apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n  - name: app\n    image: ${OLD}`,
    },
    live: { workload: { kind: 'Pod', name: 'api' } },
    at: 'pod.yaml:8',
    turns: [`    image: ${OLD}`, `    image: ${BETTER}`],
  },
  {
    name: 'an init container beside others with other images',
    files: {
      'sts.yaml': `apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: api\nspec:\n  template:\n    spec:\n      initContainers:\n      - name: app\n        image: ${OLD}\n      containers:\n      - name: web\n        image: nginx:1.27\n`,
    },
    live: { workload: { kind: 'StatefulSet', name: 'api' } },
    at: 'sts.yaml:10',
    turns: [`        image: ${OLD}`, `        image: ${BETTER}`],
  },
  {
    name: 'the namespace decides between two copies',
    files: {
      'a.yaml': deployment(OLD, { namespace: 'shop-staging' }),
      'b.yaml': deployment(OLD, { namespace: 'shop-prod' }),
    },
    at: 'b.yaml:12',
    turns: [`          image: ${OLD} # bumped by hand`, `          image: ${BETTER} # bumped by hand`],
  },
  {
    name: 'the path names the namespace',
    files: { 'envs/prod/api.yaml': deployment(OLD), 'envs/staging/api.yaml': deployment(OLD) },
    at: 'envs/prod/api.yaml:11',
    turns: [`          image: ${OLD} # bumped by hand`, `          image: ${BETTER} # bumped by hand`],
  },
  {
    name: 'JSON',
    files: {
      'api.json': `{\n  "apiVersion": "apps/v1",\n  "kind": "Deployment",\n  "metadata": {"name": "api"},\n  "spec": {"template": {"spec": {"containers": [{\n    "name": "app",\n    "image": "${OLD}"\n  }]}}}\n}\n`,
    },
    at: 'api.json:7',
    turns: [`    "image": "${OLD}"`, `    "image": "${BETTER}"`],
  },
  {
    name: 'an anchor that is written anew before the alias',
    files: {
      'api.yaml': `apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nx: &i registry.acme.example/shop/api:1.0.0\ny: &i ${OLD}\nspec:\n  containers:\n  - {name: app, image: *i}\nz: &i registry.acme.example/shop/api:2.0.0\n`,
    },
    live: { workload: { kind: 'Pod', name: 'api' } },
    at: 'api.yaml:5',
    turns: [`y: &i ${OLD}`, `y: &i ${BETTER}`],
  },
  {
    name: 'an image behind an anchor',
    files: {
      'api.yaml': deployment(`&image ${OLD}`).replace(' # bumped by hand', ''),
    },
    at: 'api.yaml:11',
    turns: [`          image: &image ${OLD}`, `          image: &image ${BETTER}`],
  },
  {
    name: 'a workload of another kind with a pod template',
    files: {
      'rollout.yaml': deployment(OLD).replace('apps/v1', 'argoproj.io/v1alpha1').replace('Deployment', 'Rollout'),
    },
    live: { workload: { kind: 'Rollout', name: 'api' } },
    at: 'rollout.yaml:11',
    turns: [`          image: ${OLD} # bumped by hand`, `          image: ${BETTER} # bumped by hand`],
  },
  {
    name: 'a custom resource that an operator turns into pods',
    files: {
      'db.yaml': `apiVersion: db.acme.example/v1\nkind: Database\nmetadata:\n  name: api\nspec:\n  # app\n  image: ${OLD}\n`,
    },
    live: { workload: { kind: 'StatefulSet', name: 'api-db' } },
    at: 'db.yaml:7',
    turns: [`  image: ${OLD}`, `  image: ${BETTER}`],
  },
  {
    name: 'a Knative Service, whose Deployment is all that was seen',
    files: {
      'k.yaml': `apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata:\n  name: api\nspec:\n  template:\n    spec:\n      containers:\n      - image: ${OLD}\n`,
    },
    live: { workload: { kind: 'Deployment', name: 'api-00001-deployment' }, container: 'user-container' },
    at: 'k.yaml:9',
    turns: [`      - image: ${OLD}`, `      - image: ${BETTER}`],
  },
  {
    name: 'a Rollout that takes its template from a Deployment',
    files: {
      'r.yaml':
        'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata:\n  name: api\nspec:\n  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: api}\n',
      'd.yaml': deployment(OLD),
    },
    live: { workload: { kind: 'Rollout', name: 'api' } },
    at: 'd.yaml:11',
    turns: [`          image: ${OLD} # bumped by hand`, `          image: ${BETTER} # bumped by hand`],
  },
  {
    name: 'a template of Argo Workflows',
    files: {
      'w.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata:\n  name: nightly\nspec:\n  templates:\n  - name: app\n    container:\n      image: ${OLD}\n`,
    },
    live: { workload: { kind: 'Workflow', name: 'nightly-x1' }, container: 'main' },
    at: 'w.yaml:9',
    turns: [`      image: ${OLD}`, `      image: ${BETTER}`],
  },
  {
    name: 'a custom resource of a group below k8s.io',
    files: {
      's.yaml': `apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nmetadata:\n  name: api\nspec:\n  image: ${OLD}\n`,
    },
    live: { workload: { kind: 'Pod', name: 'api-driver' }, container: 'spark' },
    at: 's.yaml:6',
    turns: [`  image: ${OLD}`, `  image: ${BETTER}`],
  },
  {
    name: 'an image that an operator is handed in a variable',
    files: {
      'o.yaml': deployment('registry.acme.example/shop/operator:1', { name: 'operator' }).replace(
        '          ports:',
        `          env:\n            - name: RELATED_IMAGE_API\n              value: ${OLD}\n          ports:`,
      ),
    },
    at: 'o.yaml:14',
    turns: [`              value: ${OLD}`, `              value: ${BETTER}`],
  },
  {
    name: 'an image that an operator is handed in an option',
    files: {
      'o.yaml': deployment('registry.acme.example/shop/operator:1', { name: 'operator' }).replace(
        '          ports:',
        `          args:\n            - --reloader=${OLD}\n          ports:`,
      ),
    },
    at: 'o.yaml:13',
    turns: [`            - --reloader=${OLD}`, `            - --reloader=${BETTER}`],
  },
  {
    name: 'the host added',
    files: { 'api.yaml': deployment('shop/api:1.5.0') },
    live: { image: 'shop/api:1.5.0' },
    what: { kind: 'image', to: OLD },
    at: 'api.yaml:11',
    turns: ['          image: shop/api:1.5.0 # bumped by hand', `          image: ${OLD} # bumped by hand`],
  },
  {
    name: 'a path with blanks and letters beyond ASCII',
    files: { 'läden/my shop/api.yaml': deployment(OLD) },
    at: 'läden/my shop/api.yaml:11',
    turns: [`          image: ${OLD} # bumped by hand`, `          image: ${BETTER} # bumped by hand`],
  },
  {
    name: 'the Deployment of a ReplicaSet, when no more of its owners was seen',
    files: { 'api.yaml': deployment(OLD), 'web.yaml': deployment(OLD, { name: 'web' }) },
    live: { workload: { kind: 'ReplicaSet', name: 'api-5d9cf86b95' } },
    at: 'api.yaml:11',
    turns: [`          image: ${OLD} # bumped by hand`, `          image: ${BETTER} # bumped by hand`],
  },
  {
    name: 'a merge key',
    files: {
      'api.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nx-app: &app\n  name: app\n  image: ${OLD}\nspec:\n  template:\n    spec:\n      containers:\n      - <<: *app\n        args: [x]\n`,
    },
    at: 'api.yaml:6',
    turns: [`  image: ${OLD}`, `  image: ${BETTER}`],
  },
  {
    name: 'an object in braces on one line',
    files: {
      'api.yaml': `{apiVersion: apps/v1, kind: Deployment, metadata: {name: api}, spec: {template: {spec: {containers: [{name: app, image: "${OLD}"}]}}}}\n`,
    },
    at: 'api.yaml:1',
    turns: [
      `{apiVersion: apps/v1, kind: Deployment, metadata: {name: api}, spec: {template: {spec: {containers: [{name: app, image: "${OLD}"}]}}}}`,
      `{apiVersion: apps/v1, kind: Deployment, metadata: {name: api}, spec: {template: {spec: {containers: [{name: app, image: "${BETTER}"}]}}}}`,
    ],
  },
  {
    name: 'JSON as deep as manifests are',
    files: {
      'list.json': `${JSON.stringify({ kind: 'List', items: [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api' }, spec: { template: { spec: { containers: [{ name: 'app', image: OLD, env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] }] } } } }] }, null, 1)}\n`,
    },
    at: 'list.json:16',
    turns: [`        "image": "${OLD}",`, `        "image": "${BETTER}",`],
  },
  {
    name: 'lines that end in CR LF',
    files: { 'api.yaml': deployment(OLD).replaceAll('\n', '\r\n') },
    at: 'api.yaml:11',
    turns: [`          image: ${OLD} # bumped by hand\r`, `          image: ${BETTER} # bumped by hand\r`],
  },
  {
    name: 'a byte order mark',
    files: { 'api.yaml': `\uFEFF${deployment(OLD)}` },
    at: 'api.yaml:11',
    turns: [`          image: ${OLD} # bumped by hand`, `          image: ${BETTER} # bumped by hand`],
  },
  {
    name: 'values that a pipeline hands to a chart of elsewhere',
    files: {
      'envs/prod/api.yaml': 'image:\n  repository: registry.acme.example/shop/api\n  tag: 1.5.0\n',
      '.github/workflows/x.yaml': `jobs:\n  a:\n    container:\n      image: ${OLD}\n`,
      'docker-compose.yaml': `services:\n  api:\n    image: ${OLD}\n`,
    },
    at: 'envs/prod/api.yaml:3',
    turns: ['  tag: 1.5.0', '  tag: 1.5.1'],
  },
];

const OVERLAY = {
  'base/deploy.yaml': deployment('registry.acme.example/shop/api:0.0.0'),
  'base/kustomization.yaml': KUSTOMIZATION('resources:\n- deploy.yaml\n'),
};

const KUSTOMIZE: readonly Case[] = [
  {
    name: 'a tag in an overlay',
    files: {
      ...OVERLAY,
      'overlays/prod/kustomization.yaml': KUSTOMIZATION(
        'namespace: shop-prod\nresources:\n  - ../../base\nimages:\n  # the shop\n  - name: registry.acme.example/shop/api\n    newTag: 1.5.0 # release\n',
      ),
      'overlays/staging/kustomization.yaml': KUSTOMIZATION(
        'namespace: shop-staging\nresources:\n  - ../../base\nimages:\n  - name: registry.acme.example/shop/api\n    newTag: 1.5.0\n',
      ),
    },
    at: 'overlays/prod/kustomization.yaml:9',
    turns: ['    newTag: 1.5.0 # release', '    newTag: 1.5.1 # release'],
  },
  {
    name: 'a quoted tag that stays quoted',
    files: {
      ...OVERLAY,
      'prod/kustomization.yaml': KUSTOMIZATION(
        'bases:\n- ../base\nimages:\n- name: registry.acme.example/shop/api\n  newTag: "1.10"\n',
      ),
    },
    live: { image: 'registry.acme.example/shop/api:1.10' },
    what: { kind: 'image', to: 'registry.acme.example/shop/api:1.9' },
    at: 'prod/kustomization.yaml:7',
    turns: ['  newTag: "1.10"', '  newTag: "1.9"'],
  },
  {
    name: 'a digest in the place of a tag',
    files: {
      ...OVERLAY,
      'prod/kustomization.yaml': KUSTOMIZATION(
        'resources:\n- ../base\nimages:\n- name: registry.acme.example/shop/api\n  newTag: 1.5.0\n',
      ),
    },
    what: { kind: 'image', to: `registry.acme.example/shop/api@sha256:${'a'.repeat(64)}` },
    at: 'prod/kustomization.yaml:7',
    turns: ['  newTag: 1.5.0', `  digest: sha256:${'a'.repeat(64)}`],
  },
  {
    name: 'a new name that lacks its host',
    files: {
      'base/deploy.yaml': deployment('api'),
      'base/kustomization.yaml': KUSTOMIZATION('resources:\n- deploy.yaml\n'),
      'prod/kustomization.yaml': KUSTOMIZATION(
        'resources:\n- ../base\nimages:\n- name: api\n  newName: shop/api\n  newTag: 1.5.0\n',
      ),
    },
    live: { image: 'shop/api:1.5.0' },
    what: { kind: 'image', to: OLD },
    at: 'prod/kustomization.yaml:7',
    turns: ['  newName: shop/api', '  newName: registry.acme.example/shop/api'],
  },
  {
    name: 'a host added where only the tag was changed',
    files: {
      'base/deploy.yaml': deployment('shop/api:0'),
      'base/kustomization.yaml': KUSTOMIZATION('resources:\n- deploy.yaml\n'),
      'prod/kustomization.yaml': KUSTOMIZATION('resources:\n- ../base\nimages:\n- name: shop/api\n  newTag: 1.5.0\n'),
    },
    live: { image: 'shop/api:1.5.0' },
    what: { kind: 'image', to: OLD },
    at: 'prod/kustomization.yaml:6',
    turns: ['', '  newName: registry.acme.example/shop/api'],
  },
  {
    name: 'no transformer: the base itself',
    files: {
      'base/deploy.yaml': deployment(OLD),
      'base/kustomization.yaml': KUSTOMIZATION('resources:\n- deploy.yaml\n'),
      'prod/kustomization.yaml': KUSTOMIZATION('namespace: shop-prod\nresources:\n- ../base\n'),
    },
    at: 'base/deploy.yaml:11',
    turns: [`          image: ${OLD} # bumped by hand`, `          image: ${BETTER} # bumped by hand`],
  },
  {
    name: 'a strategic merge patch in a file',
    files: {
      ...OVERLAY,
      'prod/image.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  template:\n    spec:\n      containers:\n      - name: app\n        image: ${OLD}\n`,
      'prod/kustomization.yaml': KUSTOMIZATION('resources:\n- ../base\npatchesStrategicMerge:\n- image.yaml\n'),
    },
    at: 'prod/image.yaml:10',
    turns: [`        image: ${OLD}`, `        image: ${BETTER}`],
  },
  {
    name: 'an inline strategic merge patch',
    files: {
      ...OVERLAY,
      'prod/kustomization.yaml': KUSTOMIZATION(
        `resources:\n- ../base\npatches:\n- target:\n    kind: Deployment\n  patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata:\n      name: any\n    spec:\n      template:\n        spec:\n          containers:\n          - name: app\n            image: ${OLD}\n`,
      ),
    },
    at: 'prod/kustomization.yaml:18',
    turns: [`            image: ${OLD}`, `            image: ${BETTER}`],
  },
  {
    name: 'an inline JSON patch',
    files: {
      ...OVERLAY,
      'prod/kustomization.yaml': KUSTOMIZATION(
        `resources:\n- ../base\npatches:\n- target:\n    kind: Deployment\n    name: api\n  patch: |-\n    - op: replace\n      path: /spec/template/spec/containers/0/image\n      value: ${OLD}\n`,
      ),
    },
    at: 'prod/kustomization.yaml:12',
    turns: [`      value: ${OLD}`, `      value: ${BETTER}`],
  },
  {
    name: 'a JSON patch in a file',
    files: {
      ...OVERLAY,
      'prod/image.yaml': `- op: replace\n  path: /spec/template/spec/containers/0/image\n  value: "${OLD}"\n`,
      'prod/kustomization.yaml': KUSTOMIZATION(
        `resources:\n- ../base\npatchesJson6902:\n- target:\n    version: v1\n    kind: Deployment\n    name: api\n  path: image.yaml\n`,
      ),
    },
    at: 'prod/image.yaml:3',
    turns: [`  value: "${OLD}"`, `  value: "${BETTER}"`],
  },
  {
    name: 'a component that sets the tag',
    files: {
      ...OVERLAY,
      'components/release/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages:\n- name: registry.acme.example/shop/api\n  newTag: 1.5.0\n',
      'prod/kustomization.yaml': KUSTOMIZATION('resources:\n- ../base\ncomponents:\n- ../components/release\n'),
    },
    at: 'components/release/kustomization.yaml:5',
    turns: ['  newTag: 1.5.0', '  newTag: 1.5.1'],
  },
  {
    name: 'a name prefix',
    files: {
      ...OVERLAY,
      'prod/kustomization.yaml': KUSTOMIZATION(
        'namePrefix: prod-\nresources:\n- ../base\nimages:\n- name: registry.acme.example/shop/api\n  newTag: 1.5.0\n',
      ),
    },
    live: { workload: { kind: 'Deployment', name: 'prod-api' } },
    at: 'prod/kustomization.yaml:8',
    turns: ['  newTag: 1.5.0', '  newTag: 1.5.1'],
  },
  {
    name: 'images for a base of another repository',
    files: {
      'prod/kustomization.yaml': KUSTOMIZATION(
        'resources:\n- https://git.acme.example/base//deploy?ref=v1\nimages:\n- name: registry.acme.example/shop/api\n  newTag: 1.5.0\n',
      ),
    },
    at: 'prod/kustomization.yaml:7',
    turns: ['  newTag: 1.5.0', '  newTag: 1.5.1'],
  },
  {
    name: 'a replacement of the whole image',
    files: {
      ...OVERLAY,
      'prod/env.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: env\ndata:\n  image: ${OLD}\n`,
      'prod/kustomization.yaml': KUSTOMIZATION(
        'resources: [../base, env.yaml]\nreplacements:\n- source:\n    kind: ConfigMap\n    name: env\n    fieldPath: data.image\n  targets:\n  - select:\n      kind: Deployment\n      name: api\n    fieldPaths:\n    - spec.template.spec.containers.[name=app].image\n',
      ),
    },
    at: 'prod/env.yaml:6',
    turns: [`  image: ${OLD}`, `  image: ${BETTER}`],
  },
  {
    name: 'a replacement by the image of another workload',
    files: {
      'd.yaml': deployment(OLD, { name: 'web' }),
      'm.yaml': deployment('stand-in'),
      'kustomization.yaml': KUSTOMIZATION(
        'resources: [d.yaml, m.yaml]\nreplacements:\n- source:\n    kind: Deployment\n    name: web\n    fieldPath: spec.template.spec.containers.[name=app].image\n  targets:\n  - select: {kind: Deployment, name: api}\n    fieldPaths:\n    - spec.template.spec.containers.[name=app].image\n',
      ),
    },
    at: 'd.yaml:11',
    turns: [`          image: ${OLD} # bumped by hand`, `          image: ${BETTER} # bumped by hand`],
  },
  {
    name: 'a replacement of the tag by a generated value, in a file of its own',
    files: {
      ...OVERLAY,
      'prod/tag.yaml':
        'source:\n  kind: ConfigMap\n  name: env\n  fieldPath: data.tag\ntargets:\n- select:\n    kind: Deployment\n  fieldPaths:\n  - spec.template.spec.containers.0.image\n  options:\n    delimiter: ":"\n    index: 1\n',
      'prod/kustomization.yaml': KUSTOMIZATION(
        'resources: [../base]\nconfigMapGenerator:\n- name: env\n  literals:\n  - tag=1.5.0\nreplacements:\n- path: tag.yaml\n',
      ),
    },
    at: 'prod/kustomization.yaml:7',
    turns: ['  - tag=1.5.0', '  - tag=1.5.1'],
  },
  {
    name: 'a transformer in a file of its own',
    files: {
      ...OVERLAY,
      'prod/image.yaml':
        'apiVersion: builtin\nkind: ImageTagTransformer\nmetadata:\n  name: x\nimageTag:\n  name: registry.acme.example/shop/api\n  newTag: 1.5.0\n',
      'prod/kustomization.yaml': KUSTOMIZATION('resources: [../base]\ntransformers: [image.yaml]\n'),
    },
    at: 'prod/image.yaml:7',
    turns: ['  newTag: 1.5.0', '  newTag: 1.5.1'],
  },
  {
    name: 'a transformer in a folder of its own',
    files: {
      ...OVERLAY,
      't/image.yaml':
        'apiVersion: builtin\nkind: ImageTagTransformer\nmetadata:\n  name: x\nimageTag:\n  name: registry.acme.example/shop/api\n  newTag: 1.5.0\n',
      't/kustomization.yaml': KUSTOMIZATION('resources: [image.yaml]\n'),
      'prod/kustomization.yaml': KUSTOMIZATION('resources: [../base]\ntransformers: [../t]\n'),
    },
    at: 't/image.yaml:7',
    turns: ['  newTag: 1.5.0', '  newTag: 1.5.1'],
  },
  {
    name: 'an image of a custom resource that `configurations` tells of',
    files: {
      'cr.yaml':
        'apiVersion: acme.example/v1\nkind: Shop\nmetadata:\n  name: api\nspec:\n  image: registry.acme.example/shop/api\n',
      'fields.yaml': 'images:\n- path: spec/image\n  kind: Shop\n',
      'kustomization.yaml': KUSTOMIZATION(
        'resources: [cr.yaml]\nconfigurations: [fields.yaml]\nimages:\n- name: registry.acme.example/shop/api\n  newTag: 1.5.0\n',
      ),
    },
    at: 'kustomization.yaml:7',
    turns: ['  newTag: 1.5.0', '  newTag: 1.5.1'],
  },
  {
    name: 'values of a chart that kustomize renders',
    files: {
      'prod/kustomization.yaml': KUSTOMIZATION(
        'helmCharts:\n- name: api\n  repo: https://charts.acme.example\n  releaseName: api\n  namespace: shop-prod\n  valuesFile: values.yaml\n',
      ),
      'prod/values.yaml': 'image:\n  repository: registry.acme.example/shop/api\n  tag: 1.5.0\n',
    },
    at: 'prod/values.yaml:3',
    turns: ['  tag: 1.5.0', '  tag: 1.5.1'],
  },
  {
    name: 'a patch whose target is a pattern',
    files: {
      ...OVERLAY,
      'prod/kustomization.yaml': KUSTOMIZATION(
        `resources: [../base]\npatches:\n- target: {kind: Deployment, name: "(api|web).*"}\n  patch: |-\n    - op: replace\n      path: /spec/template/spec/containers/0/image\n      value: ${OLD}\n`,
      ),
    },
    at: 'prod/kustomization.yaml:9',
    turns: [`      value: ${OLD}`, `      value: ${BETTER}`],
  },
  {
    name: 'a JSON patch in quotes',
    files: {
      ...OVERLAY,
      'prod/kustomization.yaml': KUSTOMIZATION(
        `resources: [../base]\npatches:\n- target: {kind: Deployment}\n  patch: '[{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "${OLD}"}]'\n`,
      ),
    },
    at: 'prod/kustomization.yaml:6',
    turns: [
      `  patch: '[{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "${OLD}"}]'`,
      `  patch: '[{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "${BETTER}"}]'`,
    ],
  },
  {
    name: 'a container that a JSON patch adds',
    files: {
      ...OVERLAY,
      'prod/kustomization.yaml': KUSTOMIZATION(
        `resources: [../base]\npatches:\n- target: {kind: Deployment, name: api}\n  patch: |-\n    - op: add\n      path: /spec/template/spec/containers/-\n      value:\n        name: side\n        image: ${OLD}\n`,
      ),
    },
    live: { container: 'side' },
    at: 'prod/kustomization.yaml:11',
    turns: [`        image: ${OLD}`, `        image: ${BETTER}`],
  },
  {
    name: 'a container that moves up when a JSON patch removes the one before it',
    files: {
      'base/deploy.yaml': `${deployment('envoy:1').replace('- name: app', '- name: side')}        - name: app\n          image: x\n`,
      'base/kustomization.yaml': KUSTOMIZATION('resources:\n- deploy.yaml\n'),
      'prod/kustomization.yaml': KUSTOMIZATION(
        `resources: [../base]\npatches:\n- target: {kind: Deployment}\n  patch: |-\n    - op: remove\n      path: /spec/template/spec/containers/0\n    - op: replace\n      path: /spec/template/spec/containers/0/image\n      value: ${OLD}\n`,
      ),
    },
    at: 'prod/kustomization.yaml:11',
    turns: [`      value: ${OLD}`, `      value: ${BETTER}`],
  },
  {
    name: 'a tag in the place of a tag and the digest that hides it',
    files: {
      ...OVERLAY,
      'prod/kustomization.yaml': KUSTOMIZATION(
        `resources: [../base]\nimages:\n- name: registry.acme.example/shop/api\n  newTag: 1.5.0\n  digest: sha256:${'b'.repeat(64)}\n`,
      ),
    },
    live: { image: `registry.acme.example/shop/api@sha256:${'b'.repeat(64)}` },
    at: 'prod/kustomization.yaml:6',
    turns: [`  newTag: 1.5.0\n  digest: sha256:${'b'.repeat(64)}`, '  newTag: 1.5.1'],
  },
];

const CHART = 'apiVersion: v2\nname: api\nversion: 0.1.0\nappVersion: 1.5.0\n';
const TEMPLATE = (image: string) => `{{- $labels := include "api.labels" . }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "api.fullname" . }}
  labels:
    {{- $labels | nindent 4 }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicaCount }}
  {{- end }}
  template:
    spec:
      {{- with .Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: app
          image: ${image}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
`;
const HELPERS = `{{/* The name of all. */}}
{{- define "api.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}
{{- define "api.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}
`;
const VALUES = (image: string) =>
  `replicaCount: 2\nautoscaling:\n  enabled: false\n# Which image.\nimage:\n${image}  pullPolicy: IfNotPresent\nimagePullSecrets: []\nresources:\n  limits: {cpu: 1}\n`;
const REPO_TAG = '"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"';

function chart(values: string, image = REPO_TAG, at = 'charts/api'): Layout {
  return {
    [`${at}/Chart.yaml`]: CHART,
    [`${at}/values.yaml`]: values,
    [`${at}/templates/_helpers.tpl`]: HELPERS,
    [`${at}/templates/deployment.yaml`]: TEMPLATE(image),
  };
}

const RELEASED: Partial<LiveTarget> = { release: 'api', owner: { tool: 'helm', name: 'api' } };

const HELM: readonly Case[] = [
  {
    name: 'repository and tag in the values',
    files: chart(VALUES('  repository: registry.acme.example/shop/api\n  tag: "1.5.0"\n')),
    live: RELEASED,
    at: 'charts/api/values.yaml:7',
    turns: ['  tag: "1.5.0"', '  tag: "1.5.1"'],
  },
  {
    name: 'an empty tag, so that the appVersion counts',
    files: chart(VALUES('  repository: registry.acme.example/shop/api\n  tag: ""\n')),
    live: RELEASED,
    at: 'charts/api/values.yaml:7',
    turns: ['  tag: ""', '  tag: "1.5.1"'],
  },
  {
    name: 'no tag at all, so that the appVersion counts',
    files: chart(VALUES('  repository: registry.acme.example/shop/api\n')),
    live: RELEASED,
    at: 'charts/api/values.yaml:6',
    turns: ['', '  tag: 1.5.1'],
  },
  {
    name: 'values of an environment',
    files: {
      ...chart(VALUES('  repository: registry.acme.example/shop/api\n  tag: latest\n')),
      'charts/api/values-prod.yaml': 'image:\n  tag: 1.5.0\n',
      'charts/api/values-staging.yaml': 'image:\n  tag: 1.6.0-rc1\n',
    },
    live: RELEASED,
    at: 'charts/api/values-prod.yaml:2',
    turns: ['  tag: 1.5.0', '  tag: 1.5.1'],
  },
  {
    name: 'registry, repository and tag apart, in a helper',
    files: {
      ...chart(
        VALUES('  registry: registry.acme.example\n  repository: shop/api\n  tag: 1.5.0\n'),
        '{{ include "api.image" . }}',
      ),
      'charts/api/templates/_image.tpl':
        '{{- define "api.image" -}}\n{{- $r := .Values.image.registry -}}\n{{- if $r -}}\n{{- printf "%s/%s:%s" $r .Values.image.repository (.Values.image.tag | toString) -}}\n{{- else -}}\n{{- printf "%s:%s" .Values.image.repository .Values.image.tag -}}\n{{- end -}}\n{{- end -}}\n',
    },
    live: RELEASED,
    at: 'charts/api/values.yaml:8',
    turns: ['  tag: 1.5.0', '  tag: 1.5.1'],
  },
  {
    name: 'the host added to a repository',
    files: chart(VALUES('  repository: shop/api\n  tag: 1.5.0\n')),
    live: { ...RELEASED, image: 'shop/api:1.5.0' },
    what: { kind: 'image', to: OLD },
    at: 'charts/api/values.yaml:6',
    turns: ['  repository: shop/api', '  repository: registry.acme.example/shop/api'],
  },
  {
    name: 'a digest behind the tag that the template always writes',
    files: chart(VALUES('  repository: registry.acme.example/shop/api\n  tag: 1.5.0\n')),
    live: RELEASED,
    what: { kind: 'image', to: `registry.acme.example/shop/api@sha256:${'b'.repeat(64)}` },
    at: 'charts/api/values.yaml:7',
    turns: ['  tag: 1.5.0', `  tag: 1.5.0@sha256:${'b'.repeat(64)}`],
  },
  {
    name: 'a digest where the template puts all together from texts of its own',
    files: chart(
      VALUES('  repository: registry.acme.example/shop/api\n  tag: 1.5.0\n'),
      '{{ printf "%s:%s" .Values.image.repository .Values.image.tag }}',
    ),
    live: RELEASED,
    what: { kind: 'image', to: `registry.acme.example/shop/api@sha256:${'b'.repeat(64)}` },
    at: 'charts/api/values.yaml:7',
    turns: ['  tag: 1.5.0', `  tag: 1.5.0@sha256:${'b'.repeat(64)}`],
  },
  {
    name: 'a template that is one named template for each service',
    files: {
      'c/Chart.yaml': CHART,
      'c/values.yaml':
        'global: {registry: registry.acme.example}\nservices:\n  api: {name: shop/api, tag: 1.5.0}\n  web: {name: shop/web, tag: 1.5.0}\n',
      'c/templates/_all.tpl':
        '{{- define "all" -}}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .n }}\nspec:\n  template:\n    spec:\n      containers:\n      - name: app\n        image: {{ .g.registry }}/{{ .s.name }}:{{ .s.tag }}\n{{- end -}}\n',
      'c/templates/all.yaml':
        '{{- range $n, $s := .Values.services }}\n---\n{{ include "all" (dict "n" $n "s" $s "g" $.Values.global) }}\n{{- end }}\n',
    },
    live: RELEASED,
    at: 'c/values.yaml:3',
    turns: ['  api: {name: shop/api, tag: 1.5.0}', '  api: {name: shop/api, tag: 1.5.1}'],
  },
  {
    name: 'values beside the folder of a chart, that a pipeline hands to it',
    files: {
      ...chart(VALUES('  repository: registry.acme.example/shop/api\n  tag: 0.0.1\n'), REPO_TAG, 'svc/api/chart'),
      ...chart(VALUES('  repository: registry.acme.example/shop/web\n  tag: 0.0.1\n'), REPO_TAG, 'svc/web/chart'),
      'svc/api/deploy/prod.yaml': 'image:\n  tag: 1.5.0\n',
      'svc/api/deploy/test.yaml': 'image:\n  tag: 1.6.0\n',
    },
    live: RELEASED,
    at: 'svc/api/deploy/prod.yaml:2',
    turns: ['  tag: 1.5.0', '  tag: 1.5.1'],
  },
  {
    name: 'values of its own where another chart has the same ones for the environment',
    files: {
      ...chart(VALUES('  repository: registry.acme.example/shop/api\n  tag: 0.0.1\n')),
      ...chart(VALUES('  repository: registry.acme.example/shop/web\n  tag: 0.0.1\n'), REPO_TAG, 'charts/web'),
      'charts/api/values-prod.yaml': 'image:\n  tag: 1.5.0\n',
      'charts/web/values-prod.yaml': 'image:\n  tag: 1.5.0\n',
    },
    live: RELEASED,
    at: 'charts/api/values-prod.yaml:2',
    turns: ['  tag: 1.5.0', '  tag: 1.5.1'],
  },
  {
    name: 'values of an environment, in a file with the name of the chart',
    files: {
      ...chart(VALUES('  repository: registry.acme.example/shop/api\n  tag: 0.0.1\n')),
      'envs/shop-prod/api.yaml': 'image:\n  tag: 1.5.0\n',
      'envs/shop-prod/web.yaml': 'image:\n  tag: 1.5.0\n',
      'envs/shop-test/api.yaml': 'image:\n  tag: 1.5.0\n',
    },
    live: RELEASED,
    at: 'envs/shop-prod/api.yaml:2',
    turns: ['  tag: 1.5.0', '  tag: 1.5.1'],
  },
  {
    name: 'the whole image in one value',
    files: chart(VALUES(`  name: ${OLD}\n`), '{{ .Values.image.name | quote }}'),
    live: RELEASED,
    at: 'charts/api/values.yaml:6',
    turns: [`  name: ${OLD}`, `  name: ${BETTER}`],
  },
  {
    name: 'an image that the template itself spells out',
    files: chart(VALUES('  repository: x\n'), OLD),
    live: RELEASED,
    at: 'charts/api/templates/deployment.yaml:20',
    turns: [`          image: ${OLD}`, `          image: ${BETTER}`],
  },
  {
    name: 'with and range',
    files: {
      'chart/Chart.yaml': CHART,
      'chart/values.yaml': `services:\n  - name: web\n    image: {repository: nginx, tag: "1.27"}\n  - name: api\n    image: {repository: registry.acme.example/shop/api, tag: "1.5.0"}\n`,
      'chart/templates/all.yaml': `{{- range $service := .Values.services }}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ $service.name }}\nspec:\n  template:\n    spec:\n      containers:\n        - name: app\n          {{- with $service.image }}\n          image: "{{ .repository }}:{{ .tag }}"\n          {{- end }}\n{{- end }}\n`,
    },
    at: 'chart/values.yaml:5',
    turns: [
      '    image: {repository: registry.acme.example/shop/api, tag: "1.5.0"}',
      '    image: {repository: registry.acme.example/shop/api, tag: "1.5.1"}',
    ],
  },
  {
    name: 'a chart inside a chart',
    files: {
      'shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\ndependencies:\n- name: api\n  version: 0.1.0\n',
      'shop/values.yaml': 'api:\n  image:\n    tag: 1.5.0\n',
      ...chart(VALUES('  repository: registry.acme.example/shop/api\n  tag: 0.0.1\n'), REPO_TAG, 'shop/charts/api'),
    },
    live: RELEASED,
    at: 'shop/values.yaml:3',
    turns: ['    tag: 1.5.0', '    tag: 1.5.1'],
  },
  {
    name: 'the image helper of a library chart that is not in the checkout',
    files: chart(
      VALUES('  registry: registry.acme.example\n  repository: shop/api\n  tag: 1.5.0\n'),
      '{{ include "common.images.image" (dict "imageRoot" .Values.image "global" .Values.global) }}',
    ),
    live: RELEASED,
    at: 'charts/api/values.yaml:8',
    turns: ['  tag: 1.5.0', '  tag: 1.5.1'],
  },
  {
    name: 'containers that stand in the values',
    files: {
      'chart/Chart.yaml': CHART,
      'chart/values.yaml': `sidecars:\n- name: app\n  image: ${OLD}\n  args: ["--x"]\n`,
      'chart/templates/d.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: nginx\n        {{- toYaml .Values.sidecars | nindent 8 }}\n`,
    },
    live: RELEASED,
    at: 'chart/values.yaml:3',
    turns: [`  image: ${OLD}`, `  image: ${BETTER}`],
  },
  {
    name: 'a value that is a template itself',
    files: chart(
      'registry: registry.acme.example\nimage:\n  name: "{{ .Values.registry }}/shop/api:1.5.0"\n',
      '{{ tpl .Values.image.name . }}',
    ),
    live: RELEASED,
    at: 'charts/api/values.yaml:3',
    turns: ['  name: "{{ .Values.registry }}/shop/api:1.5.0"', '  name: "{{ .Values.registry }}/shop/api:1.5.1"'],
  },
  {
    name: 'the version of a chart that is not in the checkout, under its name',
    files: {
      'shop/Chart.yaml':
        'apiVersion: v2\nname: shop\nversion: 0.1.0\ndependencies:\n- name: api\n  repository: oci://registry.acme.example/charts\n  version: 0.1.0\n',
      'shop/values.yaml': 'api:\n  image:\n    tag: 1.5.0\n',
    },
    live: RELEASED,
    at: 'shop/values.yaml:3',
    turns: ['    tag: 1.5.0', '    tag: 1.5.1'],
  },
  {
    name: 'one chart under two aliases, one of them switched off',
    files: {
      'shop/Chart.yaml':
        'apiVersion: v2\nname: shop\nversion: 0.1.0\ndependencies:\n- {name: api, alias: backend, version: 0.1.0}\n- {name: api, alias: admin, version: 0.1.0, condition: admin.enabled}\n',
      'shop/values.yaml':
        'admin:\n  enabled: false\n  fullnameOverride: api\n  image:\n    tag: 1.5.0\nbackend:\n  fullnameOverride: api\n  image:\n    tag: "1.5.0"\n',
      ...chart(VALUES('  repository: registry.acme.example/shop/api\n  tag: 0.0.1\n'), REPO_TAG, 'shop/charts/api'),
    },
    live: RELEASED,
    at: 'shop/values.yaml:9',
    turns: ['    tag: "1.5.0"', '    tag: "1.5.1"'],
  },
  {
    name: 'a template for clusters of one version and up',
    files: {
      'chart/Chart.yaml': CHART,
      'chart/values.yaml': `image:\n  repository: registry.acme.example/shop/api\n  tag: 1.5.0\n`,
      'chart/templates/d.yaml': `{{- if and (.Capabilities.APIVersions.Has "apps/v1") (semverCompare ">=1.21-0" .Capabilities.KubeVersion.GitVersion) }}\n{{- $image := mergeOverwrite (dict "tag" "x") .Values.image }}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  template:\n    spec:\n      containers:\n        - name: app\n          image: "{{ $image.repository }}:{{ $image.tag }}"\n{{- end }}\n`,
    },
    live: RELEASED,
    at: 'chart/values.yaml:3',
    turns: ['  tag: 1.5.0', '  tag: 1.5.1'],
  },
  {
    name: 'a release of a helmfile with values of its own and of a file',
    files: {
      'helmfile.yaml':
        'releases:\n- name: api\n  namespace: shop-prod\n  chart: acme/api\n  values:\n  - envs/prod.yaml\n  - image:\n      repository: registry.acme.example/shop/api\n',
      'envs/prod.yaml': 'image:\n  tag: 1.5.0\n',
    },
    live: RELEASED,
    at: 'envs/prod.yaml:2',
    turns: ['  tag: 1.5.0', '  tag: 1.5.1'],
  },
];

const APP = (source: string) =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: shop\n  namespace: argocd\nspec:\n  destination:\n    namespace: shop-prod\n  source:\n    repoURL: https://git.acme.example/shop.git\n${source}`;
const ARGO_OWNED: Partial<LiveTarget> = { owner: { tool: 'argo-cd', name: 'shop' } };
const IN_CHART = chart(VALUES('  repository: registry.acme.example/shop/api\n  tag: 0.0.1\n'));

const ARGO: readonly Case[] = [
  {
    name: 'the overlay that the Application points at',
    files: {
      ...OVERLAY,
      'overlays/a/kustomization.yaml': KUSTOMIZATION(
        'resources:\n- ../../base\nimages:\n- name: registry.acme.example/shop/api\n  newTag: 1.5.0\n',
      ),
      'overlays/b/kustomization.yaml': KUSTOMIZATION(
        'resources:\n- ../../base\nimages:\n- name: registry.acme.example/shop/api\n  newTag: 1.5.0\n',
      ),
      'argocd/shop.yaml': APP('    path: overlays/b\n'),
    },
    live: ARGO_OWNED,
    at: 'overlays/b/kustomization.yaml:7',
    turns: ['  newTag: 1.5.0', '  newTag: 1.5.1'],
  },
  {
    name: 'values in a text',
    files: {
      ...IN_CHART,
      'argocd/shop.yaml': APP(
        '    path: charts/api\n    helm:\n      values: |\n        # prod\n        image:\n          tag: 1.5.0\n',
      ),
    },
    live: { ...ARGO_OWNED, workload: { kind: 'Deployment', name: 'shop-api' } },
    at: 'argocd/shop.yaml:16',
    turns: ['          tag: 1.5.0', '          tag: 1.5.1'],
  },
  {
    name: 'values as an object',
    files: {
      ...IN_CHART,
      'argocd/shop.yaml': APP(
        '    path: charts/api\n    helm:\n      releaseName: api\n      valuesObject:\n        image:\n          tag: "1.5.0"\n',
      ),
    },
    live: ARGO_OWNED,
    at: 'argocd/shop.yaml:16',
    turns: ['          tag: "1.5.0"', '          tag: "1.5.1"'],
  },
  {
    name: 'a parameter',
    files: {
      ...IN_CHART,
      'argocd/shop.yaml': APP(
        '    path: charts/api\n    helm:\n      parameters:\n      - name: image.tag\n        value: 1.5.0\n',
      ),
    },
    live: { ...ARGO_OWNED, workload: { kind: 'Deployment', name: 'shop-api' } },
    at: 'argocd/shop.yaml:15',
    turns: ['        value: 1.5.0', '        value: 1.5.1'],
  },
  {
    name: 'a file of values',
    files: {
      ...IN_CHART,
      'envs/prod.yaml': 'image:\n  tag: 1.5.0\n',
      'argocd/shop.yaml': APP('    path: charts/api\n    helm:\n      valueFiles:\n      - ../../envs/prod.yaml\n'),
    },
    live: { ...ARGO_OWNED, workload: { kind: 'Deployment', name: 'shop-api' } },
    at: 'envs/prod.yaml:2',
    turns: ['  tag: 1.5.0', '  tag: 1.5.1'],
  },
  {
    name: 'kustomize images of the Application',
    files: {
      ...OVERLAY,
      'argocd/shop.yaml': APP(
        '    path: base\n    kustomize:\n      images:\n      - registry.acme.example/shop/api:1.5.0\n',
      ),
    },
    live: ARGO_OWNED,
    at: 'argocd/shop.yaml:14',
    turns: [`      - ${OLD}`, `      - ${BETTER}`],
  },
  {
    name: 'a folder of manifests',
    files: {
      'apps/shop/api.yaml': deployment(OLD),
      'apps/old/api.yaml': deployment(OLD),
      'argocd/shop.yaml': APP('    path: apps/shop\n'),
    },
    live: ARGO_OWNED,
    at: 'apps/shop/api.yaml:11',
    turns: [`          image: ${OLD} # bumped by hand`, `          image: ${BETTER} # bumped by hand`],
  },
  {
    name: 'a patch of the Application',
    files: {
      ...OVERLAY,
      'argocd/shop.yaml': APP(
        `    path: base\n    kustomize:\n      patches:\n      - target: {kind: Deployment, name: api}\n        patch: |-\n          - op: replace\n            path: /spec/template/spec/containers/0/image\n            value: ${OLD}\n`,
      ),
    },
    live: ARGO_OWNED,
    at: 'argocd/shop.yaml:18',
    turns: [`            value: ${OLD}`, `            value: ${BETTER}`],
  },
  {
    name: 'what the image updater wrote beside the manifests',
    files: {
      ...OVERLAY,
      'base/.argocd-source-shop.yaml': 'kustomize:\n  images:\n  - registry.acme.example/shop/api:1.5.0\n',
      'argocd/shop.yaml': APP('    path: base\n'),
    },
    live: ARGO_OWNED,
    at: 'base/.argocd-source-shop.yaml:3',
    turns: [`  - ${OLD}`, `  - ${BETTER}`],
  },
  {
    name: 'the last of several files of values',
    files: {
      ...IN_CHART,
      'charts/api/a.yaml': 'image: {tag: 1.4.0}\n',
      'charts/api/b.yaml': 'image: {tag: 1.5.0}\n',
      'argocd/shop.yaml': APP('    path: charts/api\n    helm:\n      valueFiles: [a.yaml, b.yaml]\n'),
    },
    live: { ...ARGO_OWNED, workload: { kind: 'Deployment', name: 'shop-api' } },
    at: 'charts/api/b.yaml:1',
    turns: ['image: {tag: 1.5.0}', 'image: {tag: 1.5.1}'],
  },
  {
    name: 'values of another source',
    files: {
      ...IN_CHART,
      'envs/prod.yaml': 'image:\n  tag: 1.5.0\n',
      'argocd/shop.yaml': APP('').replace(
        / {2}source:[\s\S]*/,
        '  sources:\n  - repoURL: https://git.acme.example/shop.git\n    path: charts/api\n    helm:\n      valueFiles: [$values/envs/prod.yaml]\n  - repoURL: https://git.acme.example/shop.git\n    ref: values\n',
      ),
    },
    live: { ...ARGO_OWNED, workload: { kind: 'Deployment', name: 'shop-api' } },
    at: 'envs/prod.yaml:2',
    turns: ['  tag: 1.5.0', '  tag: 1.5.1'],
  },
  {
    name: 'parameters for a chart of elsewhere',
    files: {
      'argocd/shop.yaml': APP(
        '    chart: api\n    helm:\n      parameters:\n      - {name: image.repository, value: registry.acme.example/shop/api}\n      - {name: image.tag, value: 1.5.0}\n',
      ),
    },
    live: ARGO_OWNED,
    at: 'argocd/shop.yaml:15',
    turns: ['      - {name: image.tag, value: 1.5.0}', '      - {name: image.tag, value: 1.5.1}'],
  },
  {
    name: 'a tag in values of a chart that makes the Applications',
    files: {
      ...OVERLAY,
      'apps/Chart.yaml': CHART,
      'apps/values.yaml': 'env: prod\napi:\n  tag: 1.5.0\n',
      'apps/templates/api.yaml': APP(
        '    path: o/{{ .Values.env }}\n    kustomize:\n      images:\n      - registry.acme.example/shop/api:{{ .Values.api.tag }}\n',
      ),
      'o/prod/kustomization.yaml': KUSTOMIZATION(
        'resources: [../../base]\nimages:\n- name: registry.acme.example/shop/api\n  newTag: 1.4.0\n',
      ),
    },
    live: ARGO_OWNED,
    at: 'apps/values.yaml:3',
    turns: ['  tag: 1.5.0', '  tag: 1.5.1'],
  },
  {
    name: 'a folder without the folders below it',
    files: {
      'apps/api.yaml': deployment(OLD),
      'apps/old/api.yaml': deployment(OLD),
      'argocd/shop.yaml': APP('    path: apps\n'),
    },
    live: ARGO_OWNED,
    at: 'apps/api.yaml:11',
    turns: [`          image: ${OLD} # bumped by hand`, `          image: ${BETTER} # bumped by hand`],
  },
  {
    name: 'a folder with those below it, but for some',
    files: {
      'apps/a/api.yaml': deployment(OLD),
      'apps/old/api.yaml': deployment(OLD),
      'argocd/shop.yaml': APP("    path: apps\n    directory:\n      recurse: true\n      exclude: '{old/*,x}'\n"),
    },
    live: ARGO_OWNED,
    at: 'apps/a/api.yaml:11',
    turns: [`          image: ${OLD} # bumped by hand`, `          image: ${BETTER} # bumped by hand`],
  },
];

const TAGGED = KUSTOMIZATION(
  'resources: [../../base]\nimages:\n- name: registry.acme.example/shop/api\n  newTag: 1.5.0\n',
);
const ENVIRONMENTS = { ...OVERLAY, 'o/a/kustomization.yaml': TAGGED, 'o/b/kustomization.yaml': TAGGED };
const SET = (generators: string, template: string) =>
  `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata:\n  name: shop\nspec:\n  generators:\n${generators}  template:\n${template}`;

const SETS: readonly Case[] = [
  {
    name: 'a list',
    files: {
      ...ENVIRONMENTS,
      'set.yaml': SET(
        '  - list:\n      elements:\n      - {env: a}\n      - {env: b}\n',
        "    metadata:\n      name: 'shop-{{env}}'\n    spec:\n      source:\n        path: 'o/{{env}}'\n",
      ),
    },
    live: { owner: { tool: 'argo-cd', name: 'shop-b' } },
    at: 'o/b/kustomization.yaml:6',
    turns: ['  newTag: 1.5.0', '  newTag: 1.5.1'],
  },
  {
    name: 'folders, in Go templates',
    files: {
      ...ENVIRONMENTS,
      'set.yaml': SET(
        '  - git:\n      directories:\n      - path: o/*\n      - {path: o/c, exclude: true}\n',
        "    metadata:\n      name: '{{index .path.segments 1}}-shop'\n    spec:\n      source:\n        path: '{{.path.path}}'\n",
      ),
    },
    live: { owner: { tool: 'argo-cd', name: 'b-shop' } },
    at: 'o/b/kustomization.yaml:6',
    turns: ['  newTag: 1.5.0', '  newTag: 1.5.1'],
  },
  {
    name: 'files, one of which has the tag',
    files: {
      ...IN_CHART,
      'conf/a/x.json': '{\n  "env": {"name": "a"},\n  "tag": "1.5.0"\n}\n',
      'conf/b/x.json': '{\n  "env": {"name": "b"},\n  "tag": "1.5.0"\n}\n',
      'set.yaml': SET(
        '  - git:\n      files:\n      - path: conf/**/x.json\n',
        "    metadata:\n      name: 'shop-{{env.name}}'\n    spec:\n      source:\n        path: charts/api\n        helm:\n          releaseName: api\n          parameters:\n          - name: image.tag\n            value: '{{tag}}'\n",
      ),
    },
    live: { owner: { tool: 'argo-cd', name: 'shop-b' } },
    at: 'conf/b/x.json:3',
    turns: ['  "tag": "1.5.0"', '  "tag": "1.5.1"'],
  },
  {
    name: 'clusters, which only the live name tells',
    files: {
      ...ENVIRONMENTS,
      'set.yaml': SET(
        '  - matrix:\n      generators:\n      - clusters: {}\n      - list:\n          elements: [{app: shop}]\n',
        "    metadata:\n      name: '{{name}}-{{app}}'\n    spec:\n      source:\n        path: 'o/{{name}}'\n",
      ),
    },
    live: { owner: { tool: 'argo-cd', name: 'a-shop' } },
    at: 'o/a/kustomization.yaml:6',
    turns: ['  newTag: 1.5.0', '  newTag: 1.5.1'],
  },
];

const FLUX_OWNED: Partial<LiveTarget> = { owner: { tool: 'flux', name: 'api' } };

const RELEASE = (spec: string) =>
  `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: api\nspec:\n${spec}`;

const FLUX: readonly Case[] = [
  {
    name: 'a HelmRelease with a chart of the checkout',
    files: {
      ...IN_CHART,
      'releases/api.yaml':
        'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: api\n  namespace: shop-prod\nspec:\n  chart:\n    spec:\n      chart: ./charts/api\n  values:\n    image:\n      tag: 1.5.0 # {"$imagepolicy": "flux-system:api:tag"}\n',
    },
    live: FLUX_OWNED,
    at: 'releases/api.yaml:12',
    turns: [
      '      tag: 1.5.0 # {"$imagepolicy": "flux-system:api:tag"}',
      '      tag: 1.5.1 # {"$imagepolicy": "flux-system:api:tag"}',
    ],
  },
  {
    name: 'a HelmRelease whose chart is elsewhere',
    files: {
      'releases/api.yaml':
        'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: api\n  namespace: shop-prod\nspec:\n  chart:\n    spec:\n      chart: shop-api\n      version: 1.x\n  values:\n    image:\n      repository: registry.acme.example/shop/api\n      tag: 1.5.0\n',
    },
    live: FLUX_OWNED,
    at: 'releases/api.yaml:14',
    turns: ['      tag: 1.5.0', '      tag: 1.5.1'],
  },
  {
    name: 'a HelmRelease with the tag alone',
    files: {
      'releases/api.yaml':
        'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: api\n  namespace: shop-prod\nspec:\n  values:\n    image:\n      tag: 1.5.0\n',
    },
    live: FLUX_OWNED,
    at: 'releases/api.yaml:9',
    turns: ['      tag: 1.5.0', '      tag: 1.5.1'],
  },
  {
    name: 'images of a Kustomization',
    files: {
      ...OVERLAY,
      'clusters/prod/api.yaml':
        'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: api\nspec:\n  path: ./base\n  targetNamespace: shop-prod\n  images:\n  - name: registry.acme.example/shop/api\n    newTag: 1.5.0\n',
    },
    live: FLUX_OWNED,
    at: 'clusters/prod/api.yaml:10',
    turns: ['    newTag: 1.5.0', '    newTag: 1.5.1'],
  },
  {
    name: 'a variable of a Kustomization',
    files: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Flux's own syntax
      'apps/api.yaml': deployment('registry.acme.example/shop/api:${tag}'),
      'clusters/prod/api.yaml':
        'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: api\nspec:\n  path: ./apps\n  postBuild:\n    substitute:\n      tag: 1.5.0\n',
    },
    live: FLUX_OWNED,
    at: 'clusters/prod/api.yaml:9',
    turns: ['      tag: 1.5.0', '      tag: 1.5.1'],
  },
  {
    name: 'values of a HelmRelease from a ConfigMap',
    files: {
      ...IN_CHART,
      'cm.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: vals\ndata:\n  values.yaml: |\n    image:\n      tag: 1.5.0\n',
      'hr.yaml': RELEASE(
        '  chart:\n    spec:\n      chart: ./charts/api\n  valuesFrom:\n  - kind: ConfigMap\n    name: vals\n',
      ),
    },
    live: FLUX_OWNED,
    at: 'cm.yaml:8',
    turns: ['      tag: 1.5.0', '      tag: 1.5.1'],
  },
  {
    name: 'one value of a HelmRelease from a ConfigMap',
    files: {
      ...IN_CHART,
      'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: vals\ndata:\n  tag: 1.5.0\n',
      'hr.yaml': RELEASE(
        '  chart:\n    spec:\n      chart: ./charts/api\n  valuesFrom:\n  - kind: ConfigMap\n    name: vals\n    valuesKey: tag\n    targetPath: image.tag\n',
      ),
    },
    live: FLUX_OWNED,
    at: 'cm.yaml:6',
    turns: ['  tag: 1.5.0', '  tag: 1.5.1'],
  },
  {
    name: 'values of a HelmRelease from a generated ConfigMap',
    files: {
      ...IN_CHART,
      'r/values.yaml': 'image:\n  tag: 1.5.0\n',
      'r/kustomization.yaml': KUSTOMIZATION(
        'namespace: shop-prod\nresources: [hr.yaml]\nconfigMapGenerator:\n- name: vals\n  files: [values.yaml]\n',
      ),
      'r/hr.yaml': RELEASE(
        '  chart:\n    spec:\n      chart: ./charts/api\n  valuesFrom:\n  - kind: ConfigMap\n    name: vals\n',
      ),
    },
    live: FLUX_OWNED,
    at: 'r/values.yaml:2',
    turns: ['  tag: 1.5.0', '  tag: 1.5.1'],
  },
  {
    name: 'a HelmRelease that an overlay patches',
    files: {
      ...IN_CHART,
      'base/hr.yaml': RELEASE(
        '  chart:\n    spec:\n      chart: ./charts/api\n  values:\n    image:\n      tag: 0.0.9\n',
      ),
      'base/kustomization.yaml': KUSTOMIZATION('resources: [hr.yaml]\n'),
      ...Object.fromEntries(
        ['prod', 'test'].flatMap((env) => [
          [`apps/${env}/p.yaml`, RELEASE('  values:\n    image:\n      tag: 1.5.0\n')],
          [
            `apps/${env}/kustomization.yaml`,
            KUSTOMIZATION(`namespace: shop-${env}\nresources: [../../base]\npatches: [{path: p.yaml}]\n`),
          ],
        ]),
      ),
    },
    live: FLUX_OWNED,
    at: 'apps/prod/p.yaml:8',
    turns: ['      tag: 1.5.0', '      tag: 1.5.1'],
  },
  {
    name: 'what is rendered after the chart of a HelmRelease',
    files: {
      ...IN_CHART,
      'hr.yaml': RELEASE(
        '  chart:\n    spec:\n      chart: ./charts/api\n  postRenderers:\n  - kustomize:\n      images:\n      - name: registry.acme.example/shop/api\n        newTag: 1.5.0\n',
      ),
    },
    live: FLUX_OWNED,
    at: 'hr.yaml:13',
    turns: ['        newTag: 1.5.0', '        newTag: 1.5.1'],
  },
  {
    name: 'a variable of a Kustomization from a ConfigMap',
    files: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Flux's own syntax
      'apps/api.yaml': deployment('registry.acme.example/shop/api:${tag}'),
      'vars.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: vars\ndata:\n  tag: 1.5.0\n',
      'clusters/prod/api.yaml':
        'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: api\nspec:\n  path: ./apps\n  postBuild:\n    substituteFrom:\n    - {kind: ConfigMap, name: vars}\n',
    },
    live: FLUX_OWNED,
    at: 'vars.yaml:6',
    turns: ['  tag: 1.5.0', '  tag: 1.5.1'],
  },
  {
    name: 'a component of a Kustomization',
    files: {
      ...OVERLAY,
      'comp/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages:\n- name: registry.acme.example/shop/api\n  newTag: 1.5.0\n',
      'clusters/prod/api.yaml':
        'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: api\nspec:\n  path: ./base\n  components: [../comp]\n',
    },
    live: FLUX_OWNED,
    at: 'comp/kustomization.yaml:5',
    turns: ['  newTag: 1.5.0', '  newTag: 1.5.1'],
  },
];

describe.each([
  ['plain manifests', PLAIN],
  ['Kustomize', KUSTOMIZE],
  ['Helm', HELM],
  ['Argo CD', ARGO],
  ['ApplicationSets', SETS],
  ['Flux', FLUX],
] as const)('%s', (_, cases) => {
  it.each(cases)('$name', ({ files, live, what = TO_BETTER, at, turns }) => {
    const found = change(files, what, { ...LIVE, ...live });
    expect(found.places[0]).toBe(at);
    expect(found.decided).toBe(true);
    const path = at.slice(0, at.lastIndexOf(':'));
    expect(Object.keys(found.after)).toEqual([path]);
    expect(difference(files[path] ?? '', found.after[path] ?? '')).toEqual(turns);
  });
});

/** The lines that only one of two texts has, in order; each side as one text. */
function difference(before: string, after: string): [string, string] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  return [a.slice(head, a.length - tail).join('\n'), b.slice(head, b.length - tail).join('\n')];
}
