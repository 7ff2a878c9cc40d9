import { describe, expect, it } from 'vitest';
import type { ManifestChange } from '../../src/core/manifest-change.ts';
import type { LiveTarget } from '../../src/gitops/live-target.ts';
import { BETTER, change, deployment, type Layout, LIVE } from '../support/checkout.ts';

const IMAGE = LIVE.image ?? '';
const ATTACH: ManifestChange = { kind: 'pull-secret', name: 'regcred' };

/** What the only changed file has after the patch that it had not before, and the other way round. */
function changed(files: Layout, what: ManifestChange, live: Partial<LiveTarget> = {}) {
  const { after, best, decided } = change(files, what, { ...LIVE, ...live });
  const [path = ''] = Object.keys(after);
  const [old, now] = [(files[path] ?? '').split('\n'), (after[path] ?? '').split('\n')];
  return {
    path,
    at: best === undefined ? '' : `${best.path}:${best.line}`,
    decided,
    added: now.filter((line) => !old.includes(line)),
    removed: old.filter((line) => !now.includes(line)),
    best,
  };
}

describe('a pull secret', () => {
  it('is listed before the containers, set in as they are', () => {
    expect(changed({ 'api.yaml': deployment(IMAGE) }, ATTACH)).toMatchObject({
      added: ['      imagePullSecrets:', '        - name: regcred'],
      removed: [],
    });
    const flat = deployment(IMAGE)
      .replaceAll(/^ {8}(- name: app)/gm, '      $1')
      .replaceAll(/^ {10}/gm, '        ');
    expect(changed({ 'api.yaml': flat }, ATTACH).added).toEqual(['      imagePullSecrets:', '      - name: regcred']);
  });

  it.each([
    ['      imagePullSecrets:\n        - name: other\n', ['        - name: regcred'], []],
    ['      imagePullSecrets:\n      - name: other # mine\n', ['      - name: regcred'], []],
    ['      imagePullSecrets: []\n', ['      imagePullSecrets: [{name: regcred}]'], ['      imagePullSecrets: []']],
    [
      '      imagePullSecrets: [{name: a}]\n',
      ['      imagePullSecrets: [{name: a}, {name: regcred}]'],
      ['      imagePullSecrets: [{name: a}]'],
    ],
  ])('joins those that are listed: %j', (list, added, removed) => {
    const files = { 'api.yaml': deployment(IMAGE).replace('      containers:\n', `${list}      containers:\n`) };
    expect(changed(files, ATTACH)).toMatchObject({ added, removed });
  });

  it('takes the place of a misspelt name', () => {
    const list = '      imagePullSecrets:\n        - name: regcerd\n';
    const files = { 'api.yaml': deployment(IMAGE).replace('      containers:\n', `${list}      containers:\n`) };
    expect(changed(files, { ...ATTACH, replaces: 'regcerd' })).toMatchObject({
      at: 'api.yaml:10',
      added: ['        - name: regcred'],
      removed: ['        - name: regcerd'],
    });
  });

  it('is not listed twice', () => {
    const list = '      imagePullSecrets:\n        - name: regcred\n';
    const files = { 'api.yaml': deployment(IMAGE).replace('      containers:\n', `${list}      containers:\n`) };
    const { path, best } = changed(files, ATTACH);
    expect(path).toBe('');
    expect(best?.notes[0]).toMatch(/says so already/);
  });

  const chart = (values: string, list: string): Layout => ({
    'c/Chart.yaml': 'name: api\nversion: 1.0.0\n',
    'c/values.yaml': values,
    'c/templates/d.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  template:\n    spec:\n${list}      containers:\n        - name: app\n          image: {{ .Values.image }}\n`,
  });

  it('goes into the values of a chart that reads it from there', () => {
    const list =
      '      {{- with .Values.imagePullSecrets }}\n      imagePullSecrets:\n        {{- toYaml . | nindent 8 }}\n      {{- end }}\n';
    expect(changed(chart(`image: ${IMAGE}\nimagePullSecrets: []\n`, list), ATTACH, { release: 'api' })).toMatchObject({
      path: 'c/values.yaml',
      added: ['imagePullSecrets: [{name: regcred}]'],
    });
  });

  it('goes into the values as a bare name where the template makes the map', () => {
    const list =
      '      imagePullSecrets:\n      {{- range .Values.global.imagePullSecrets }}\n      - name: {{ . }}\n      {{- end }}\n';
    const values = `image: ${IMAGE}\nglobal:\n  imagePullSecrets:\n    - other\n`;
    expect(changed(chart(values, list), ATTACH, { release: 'api' })).toMatchObject({
      path: 'c/values.yaml',
      added: ['    - regcred'],
    });
  });

  it('goes into the template of a chart that knows no pull secrets', () => {
    expect(changed(chart(`image: ${IMAGE}\n`, ''), ATTACH, { release: 'api' })).toMatchObject({
      path: 'c/templates/d.yaml',
      added: ['      imagePullSecrets:', '        - name: regcred'],
    });
  });
});

describe('a ServiceAccount', () => {
  const what: ManifestChange = { kind: 'service-account', account: 'shop', name: 'regcred' };

  it('gets the name at its end, or in its list', () => {
    const bare = 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: shop\n';
    expect(changed({ 'sa.yaml': bare }, what).added).toEqual(['imagePullSecrets:', '  - name: regcred']);
    const listed = `${bare}imagePullSecrets:\n- name: other\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: shop\n`;
    expect(changed({ 'sa.yaml': listed }, what).added).toEqual(['- name: regcred']);
  });

  it('is not guessed when no file makes it', () => {
    expect(changed({ 'api.yaml': deployment(IMAGE) }, what).best).toBeUndefined();
  });
});

describe('the pull policy', () => {
  const what: ManifestChange = { kind: 'pull-policy', to: 'IfNotPresent' };

  it('is replaced, or written below the image', () => {
    expect(changed({ 'api.yaml': deployment(IMAGE) }, what).added).toEqual(['          imagePullPolicy: IfNotPresent']);
    const never = deployment(IMAGE).replace(
      '          ports:',
      '          imagePullPolicy: Never # local\n          ports:',
    );
    expect(changed({ 'api.yaml': never }, what)).toMatchObject({
      added: ['          imagePullPolicy: IfNotPresent # local'],
      removed: ['          imagePullPolicy: Never # local'],
    });
  });

  it('is changed in the values that a template reads', () => {
    const files = {
      'c/Chart.yaml': 'name: api\nversion: 1.0.0\n',
      'c/values.yaml': `image:\n  name: ${IMAGE}\n  pullPolicy: Never\n`,
      'c/templates/d.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  template:\n    spec:\n      containers:\n        - name: app\n          image: {{ .Values.image.name }}\n          imagePullPolicy: {{ .Values.image.pullPolicy }}\n',
    };
    expect(changed(files, what, { release: 'api' })).toMatchObject({
      path: 'c/values.yaml',
      added: ['  pullPolicy: IfNotPresent'],
    });
  });
});

describe("a secret's namespace", () => {
  const what: ManifestChange = { kind: 'secret-namespace', name: 'regcred', from: 'default', to: 'shop-prod' };

  it('is changed where the secret is made', () => {
    const file =
      'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: regcred\n  namespace: default\nspec: {}\n';
    expect(changed({ 'es.yaml': file }, what)).toMatchObject({ at: 'es.yaml:5', added: ['  namespace: shop-prod'] });
  });

  it('is left alone for a sealed secret, which is bound to its namespace', () => {
    const file =
      'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: regcred\n  namespace: default\n';
    expect(changed({ 's.yaml': file }, what).best).toBeUndefined();
  });
});

describe('what is told beside a place', () => {
  const to: ManifestChange = { kind: 'image', to: BETTER };

  it('is every place that fits, when nothing tells which one it is', () => {
    const found = change({ 'a.yaml': deployment(IMAGE), 'b.yaml': deployment(IMAGE) }, to);
    expect(found.decided).toBe(false);
    expect(found.places).toEqual(['a.yaml:11', 'b.yaml:11']);
  });

  it('is nothing, when another workload runs the image', () => {
    expect(change({ 'web.yaml': deployment(IMAGE, { name: 'web' }) }, to).places).toEqual([]);
  });

  it('is that the file says something else than what runs', () => {
    const found = change({ 'api.yaml': deployment('registry.acme.example/shop/api:1.4.0') }, to);
    expect(found.best?.reason).toMatch(/says .*1\.4\.0 and not what runs/);
    expect(found.after['api.yaml']).toContain(BETTER);
  });

  it('is that the file was changed already', () => {
    const found = change({ 'api.yaml': deployment(BETTER) }, to);
    expect(found.patch).toBe('');
    expect(found.best?.notes[0]).toMatch(/says so already/);
  });

  it('is who else the line decides for', () => {
    const base = {
      'base/d.yaml': deployment(IMAGE),
      'base/kustomization.yaml': 'resources: [d.yaml]\n',
      'prod/kustomization.yaml': 'namespace: shop-prod\nresources: [../base]\n',
      'test/kustomization.yaml': 'namespace: shop-test\nresources: [../base]\n',
    };
    expect(change(base, to).best?.notes).toEqual([
      'the same line decides for app of Deployment api in kustomization test',
    ]);
  });

  it('is who writes the line by itself', () => {
    const policy =
      'apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata:\n  name: api\n  namespace: flux-system\n';
    const files = {
      'api.yaml': deployment(IMAGE).replace('# bumped by hand', '# {"$imagepolicy": "flux-system:api"}'),
      'policy.yaml': policy,
    };
    expect(change(files, to).best?.notes[0]).toMatch(/ImagePolicy flux-system\/api \(policy\.yaml\)/);
  });

  it('is the file without a patch, when the new value is not known', () => {
    const found = change({ 'api.yaml': deployment(IMAGE) }, { kind: 'image' });
    expect(found.places).toEqual(['api.yaml:11']);
    expect(found.patch).toBe('');
  });
});

describe('hostile files', () => {
  const to: ManifestChange = { kind: 'image', to: BETTER };

  it.each([
    ['brackets', '['.repeat(5000)],
    ['unclosed quotes', `image: "${'a'.repeat(5000)}`],
    ['an alias bomb', `a: &a [x,x]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]\n`],
    ['tabs', 'kind: Deployment\n\tspec:\n\t\tapp: 1\n'],
    ['a document that is a number', '42\n---\n- 1\n---\nkind: {}\n'],
  ])('with %s hide nothing else', (_, text) => {
    const bad = `kind: Deployment # app\n${text}`;
    expect(change({ 'a.yaml': bad, 'z.yaml': deployment(IMAGE) }, to).places).toEqual(['z.yaml:11']);
  });

  it('of templates end, whatever they include', () => {
    const files = {
      'c/Chart.yaml': 'name: c\n',
      'c/templates/_x.tpl': '{{ define "x" }}{{ include "x" . }}{{ include "x" . }}{{ end }}',
      'c/templates/a.yaml': `{{ include "x" . }}{{ if }}{{ range }}{{ (((( }}{{ "${'x'.repeat(3000)} }}\nimage: {{ .Values.a.b`,
      'api.yaml': deployment(IMAGE),
    };
    expect(change(files, to).places).toEqual(['api.yaml:11']);
  });

  it('of kustomizations that take in each other end', () => {
    const files = {
      'a/kustomization.yaml': 'resources: [../b]\n',
      'b/kustomization.yaml': 'resources: [../a, ../../../../etc, https://git.acme.example/x?ref=1]\n',
      'c/kustomization.yaml': 'resources: [../a, ../api.yaml]\n',
      'api.yaml': deployment(IMAGE),
    };
    expect(change(files, to).places).toEqual(['api.yaml:11']);
  });
});
