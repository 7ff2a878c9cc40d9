import { describe, expect, it } from 'vitest';
import { applied, deployment } from '../../../test/support/checkout.ts';
import type { Report, ReportRemedy } from '../../core/report.ts';
import {
  container,
  IMAGE,
  metadata,
  NOT_FOUND,
  pod,
  type SnapshotOptions,
  snapshot,
  status,
  waiting,
  workload,
} from '../../facts/snapshot.fixture.ts';
import { locate } from '../../gitops/locate.ts';
import { Repository } from '../../gitops/repository.ts';
import { patchFor } from './checkout-patch.ts';
import { diagnose } from './diagnose.ts';
import { findInCheckout } from './find-in-checkout.ts';

const OTHER = 'registry.acme.example/shop/api:1.4.9';

function api(name: string, labels: Readonly<Record<string, string>> = {}, annotations = {}) {
  const set = `${name}-1`;
  return [
    workload('Deployment', name, { metadata: metadata(name, { labels, annotations }) }),
    workload('ReplicaSet', set, {
      metadata: metadata(set, { ownerReferences: [{ kind: 'Deployment', name, controller: true }] }),
    }),
    pod({
      name: `${set}-x`,
      meta: { ownerReferences: [{ kind: 'ReplicaSet', name: set, controller: true }] },
      statuses: [waiting('ErrImagePull', NOT_FOUND)],
    }),
  ];
}

const runsOther = pod({
  name: 'other',
  phase: 'Running',
  spec: { containers: [container({ image: OTHER })] },
  statuses: [status({ image: OTHER, imageID: `${OTHER}@sha256:1`, ready: true, state: { running: {} } })],
});

function remedyFor(
  objects: NonNullable<SnapshotOptions['objects']>,
  files: Readonly<Record<string, string>>,
): ReportRemedy {
  const seen = snapshot({ objects });
  const report: Report = diagnose(seen, { now: '2026-03-01T12:00:00Z' });
  const found = findInCheckout(
    report,
    seen,
    Object.entries(files).map(([path, text]) => ({ path, text })),
  );
  const remedy = found.incidents[0]?.remedies.find(({ change }) => change?.kind === 'image');
  if (remedy === undefined) throw new Error('no remedy changes the image');
  return remedy;
}

describe('a remedy that changes a manifest', () => {
  it('has file, line, reason and a patch that git applies', () => {
    const files = { 'apps/api.yaml': deployment(IMAGE) };
    const remedy = remedyFor([...api('api'), runsOther], files);
    expect(remedy.change).toEqual({ kind: 'image', to: OTHER });
    expect(remedy.file).toEqual({ path: 'apps/api.yaml', line: 11, column: 18 });
    expect(remedy.places).toHaveLength(1);
    expect(applied(files, remedy.patch ?? '')['apps/api.yaml']).toContain(`image: ${OTHER} # bumped by hand`);
  });

  it('covers every workload of the incident in one patch', () => {
    const files = { 'api.yaml': deployment(IMAGE), 'web.yaml': deployment(IMAGE, { name: 'web' }) };
    const remedy = remedyFor([...api('api'), ...api('web'), runsOther], files);
    expect(Object.keys(applied(files, remedy.patch ?? ''))).toEqual(['api.yaml', 'web.yaml']);
  });

  it('has the file and no patch while the value is not known', () => {
    const remedy = remedyFor(api('api'), { 'api.yaml': deployment(IMAGE) });
    expect(remedy.file?.line).toBe(11);
    expect(remedy.patch).toBeUndefined();
  });

  it('has all places and no file where nothing decides', () => {
    const remedy = remedyFor([...api('api'), runsOther], { 'a.yaml': deployment(IMAGE), 'b.yaml': deployment(IMAGE) });
    expect(remedy.file).toBeUndefined();
    expect(remedy.patch).toBeUndefined();
    expect(remedy.places?.map(({ path, line }) => `${path}:${line}`)).toEqual(['a.yaml:11', 'b.yaml:11']);
  });

  it('says when no file writes it', () => {
    expect(remedyFor([...api('api'), runsOther], { 'x.yaml': 'kind: Service\n' }).note).toMatch(
      /No file of the checkout/,
    );
  });

  it('is left to the tool that owns the manifest', () => {
    const annotations = { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop-prod/api' };
    const remedy = remedyFor([...api('api', {}, annotations), runsOther], { 'api.yaml': deployment(IMAGE) });
    expect(remedy.commands).toEqual(['argocd app sync shop']);
    expect(remedy.note).toMatch(/let it sync/);
  });
});

describe('a patch', () => {
  it('shows no value of a variable beside the change', () => {
    const secret = 'CANARY-5d1f';
    const text = deployment(IMAGE).replace(
      '          ports:',
      `          env:\n            - name: DB_PASSWORD\n              value: ${secret}\n          ports:`,
    );
    const files = { 'api.yaml': text };
    const remedy = remedyFor([...api('api'), runsOther], files);
    expect(remedy.patch).toContain('name: DB_PASSWORD');
    expect(JSON.stringify(remedy)).not.toContain(secret);
    expect(applied(files, remedy.patch ?? '')['api.yaml']).toContain(OTHER);
  });

  it('shows nothing of a Secret in the same file', () => {
    const secret = 'CANARY-77aa';
    const files = {
      'all.yaml': `${deployment(IMAGE).replace(/ {10}ports[\s\S]*/, '')}---\nkind: Secret\nstringData:\n  anything: ${secret}\n`,
    };
    const remedy = remedyFor([...api('api'), runsOther], files);
    expect(JSON.stringify(remedy)).not.toContain(secret);
    expect(applied(files, remedy.patch ?? '')['all.yaml']).toContain(OTHER);
  });

  it('keeps the line ends of the file, and says what loses them', () => {
    const files = { 'api.yaml': deployment(IMAGE).replaceAll('\n', '\r\n') };
    const remedy = remedyFor([...api('api'), runsOther], files);
    expect(remedy.file?.line).toBe(11);
    expect(applied(files, remedy.patch ?? '')['api.yaml']).toBe(files['api.yaml'].replace(IMAGE, OTHER));
    expect(remedy.note).toMatch(/CR LF.*-o patch/);
  });

  it('keeps each line end of a file that mixes them', () => {
    const mixed = deployment(IMAGE).replace(/\n(?= {10}(?:image|ports))/g, '\r\n');
    const files = { 'api.yaml': mixed, 'web.yaml': deployment(IMAGE, { name: 'web' }) };
    const remedy = remedyFor([...api('api'), ...api('web'), runsOther], files);
    expect(applied(files, remedy.patch ?? '')['api.yaml']).toBe(mixed.replace(IMAGE, OTHER));
    expect(remedy.note).toMatch(/CR LF/);
    const bare = deployment(IMAGE).replace('# Serves', '# \rServes');
    const told = remedyFor([...api('api'), runsOther], { 'api.yaml': bare });
    expect(told.patch).toBeUndefined();
    expect(told.note).toMatch(/No patch: in api\.yaml the file has carriage returns that end no line/);
  });

  it('needs no line before the change, which may hold a secret', () => {
    const text = deployment(IMAGE).replace('- name: app', '- args: ["--password", "CANARY-11"]\n          name: app');
    const files = { 'api.yaml': text.replace(/ {10}name: app\n( {10}image: .*\n)/, '$1          name: app\n') };
    const remedy = remedyFor([...api('api'), runsOther], files);
    expect(remedy.patch).not.toContain('CANARY');
    expect(applied(files, remedy.patch ?? '')['api.yaml']).toContain(OTHER);
  });

  it('says why there is none, and what to write where, when the line behind may hold a secret', () => {
    const text = deployment(IMAGE).replace(
      '          ports:',
      '          args: ["--password", "CANARY-12"]\n          ports:',
    );
    const remedy = remedyFor([...api('api'), runsOther], { 'api.yaml': text });
    expect(remedy.patch).toBeUndefined();
    expect(remedy.note).toContain(`git apply takes no patch without that line. Write ${OTHER} at api.yaml:11:18`);
    expect(JSON.stringify(remedy)).not.toContain('CANARY');
  });

  it('shows the lines of another document than that of a Secret', () => {
    const secret = 'kind: Secret\nstringData:\n  anything: CANARY-13\n---\n';
    const files = { 'all.yaml': `${secret}${deployment(IMAGE)}` };
    const remedy = remedyFor([...api('api'), runsOther], files);
    expect(remedy.patch).toContain('containerPort: 8080');
    expect(applied(files, remedy.patch ?? '')['all.yaml']).toContain(OTHER);
    expect(JSON.stringify(remedy)).not.toContain('CANARY');
  });

  it('copies no line that may hold a secret', () => {
    const made = (spec: string) =>
      `apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: regcred\n  namespace: infra\nspec:\n${spec}`;
    const located = (text: string) => {
      const repository = new Repository([{ path: 's.yaml', text }]);
      return patchFor(repository, [
        locate(repository, { namespace: 'shop' }, { kind: 'secret-namespace', name: 'regcred', to: 'shop' }),
      ]);
    };
    expect(located(made('  refreshInterval: 1h\n'))).toMatchObject({
      text: expect.stringContaining('+  namespace: shop\n'),
    });
    expect(located(made('  target: {template: {data: {a: CANARY}}}\n'))).toBeUndefined();
    const hidden = located(made('  password: |\n    CANARY words\n'));
    expect(hidden).toEqual({
      why: expect.stringMatching(/^No patch: in s\.yaml the line to change may hold a secret/),
    });
    expect(JSON.stringify(hidden)).not.toContain('CANARY');
  });

  it('covers two changes with a line between them that may hold a secret', () => {
    const [, first = ''] = /( {8}- name: app[\s\S]*)/.exec(deployment(IMAGE)) ?? [];
    const files = {
      'api.yaml': `${deployment(IMAGE).replace(first, '')}        - name: app\n          image: ${IMAGE}\n          tty: true\n          args: ["--password", "CANARY-14"]\n          stdin: true\n---\n${deployment(IMAGE, { name: 'web' })}`,
    };
    const remedy = remedyFor([...api('api'), ...api('web'), runsOther], files);
    expect(remedy.patch).not.toContain('CANARY');
    expect(applied(files, remedy.patch ?? '')['api.yaml']).not.toContain(IMAGE);
  });
});

describe('what bounds leave out', () => {
  const seen = snapshot({ objects: [...api('api'), runsOther] });
  const unknownsOf = (files: Readonly<Record<string, string>>) =>
    findInCheckout(
      diagnose(seen, { now: '2026-03-01T12:00:00Z' }),
      seen,
      Object.entries(files).map(([path, text]) => ({ path, text })),
    ).unknowns.flatMap(({ what }) => (what.includes('checkout') ? what : []));
  const elements = (count: number) => Array.from({ length: count }, (_, i) => `{a: "${i}"}`).join(', ');
  const set = (generator: string) =>
    `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: x}\nspec:\n  generators:\n  - ${generator}\n  template:\n    metadata: {name: x}\n    spec: {source: {path: "{{a}}"}}\n`;

  it.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'Applications of a set',
      { 'set.yaml': set(`list: {elements: [${elements(250)}]}`) },
      'Applications of ApplicationSets beyond 200 of one set or 20000 of all: 50, in set.yaml of the checkout',
    ],
    [
      'parameters of a generator',
      { 'set.yaml': set(`list: {elements: [${elements(501)}]}`) },
      'sets of parameters beyond 500 of one generator: 1, in set.yaml of the checkout',
    ],
    [
      'patterns of a generator',
      { 'set.yaml': set(`git: {files: [{path: "${'**/'.repeat(5)}x.yaml"}]}`) },
      'patterns that are too wide to be worked out: 1, in set.yaml of the checkout',
    ],
    [
      'entries of a list',
      { 'list.yaml': `kind: List\nitems:\n${'- {kind: Deployment, app: 1}\n'.repeat(2001)}` },
      'entries after the first 2000 of a list or map: 1, in list.yaml of the checkout',
    ],
    [
      'brackets in brackets',
      { 'deep.yaml': `kind: Deployment # app\nx: ${'['.repeat(101)}1${']'.repeat(101)}\n` },
      'texts whose parts or aliases are nested too deeply: 1, in deep.yaml of the checkout',
    ],
    [
      'files of values beside a chart',
      {
        'c/Chart.yaml': 'name: c\n',
        ...Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`c/values-${i}.yaml`, 'a: 1\n'])),
      },
      'files of values beyond 50 of one chart: 1, in c/values.yaml of the checkout',
    ],
    [
      'a template that includes itself',
      {
        'c/Chart.yaml': 'name: c\n',
        'c/templates/d.yaml': '{{ define "x" }}{{ include "x" . }}{{ end }}image: {{ include "x" . }}\n',
      },
      'templates that are too large to be rendered whole: 1, in c/templates/d.yaml of the checkout',
    ],
    [
      'kustomizations in kustomizations',
      Object.fromEntries(
        Array.from({ length: 15 }, (_, i) => [`k${i}/kustomization.yaml`, `resources: [../k${i + 1}]\n`]),
      ),
      'kustomizations deeper than 12 or beyond 1000 of one build: 1, in k13 of the checkout',
    ],
  ])('of %s is told', (_, files, what) => {
    expect(unknownsOf(files)).toContain(what);
  });

  it('is nothing where all was read', () => {
    expect(unknownsOf({ 'api.yaml': deployment(IMAGE), 'set.yaml': set('list: {elements: [{a: x}]}') })).toEqual([]);
  });
});
