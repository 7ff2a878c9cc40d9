import { describe, expect, it } from 'vitest';
import type { ManifestChange } from '../../src/core/manifest-change.ts';
import type { LiveTarget } from '../../src/gitops/live-target.ts';
import { locate } from '../../src/gitops/locate.ts';
import { Repository } from '../../src/gitops/repository.ts';
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

function located(files: Layout, live: LiveTarget = LIVE) {
  const all = Object.entries(files).map(([path, text]) => ({ path, text }));
  return locate(new Repository(all), live, { kind: 'image', to: BETTER });
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

  it('goes into the values as a new key where the template reads it and no values have it', () => {
    const list =
      '      {{- with .Values.imagePullSecrets }}\n      imagePullSecrets: {{ toYaml . }}\n      {{- end }}\n';
    expect(changed(chart(`image: ${IMAGE}\n`, list), ATTACH, { release: 'api' })).toMatchObject({
      path: 'c/values.yaml',
      added: ['imagePullSecrets:', '  - name: regcred'],
    });
  });

  it('goes into the values for a chart of elsewhere where they have such a list, and is not invented', () => {
    const release = (values: string) => ({
      'hr.yaml': `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: api\nspec:\n  values:\n    image:\n      repository: registry.acme.example/shop/api\n      tag: 1.5.0\n      pullPolicy: Never\n${values}`,
    });
    const live: Partial<LiveTarget> = { owner: { tool: 'flux', name: 'api' } };
    expect(changed(release('    imagePullSecrets: []\n'), ATTACH, live).added).toEqual([
      '    imagePullSecrets: [{name: regcred}]',
    ]);
    expect(changed(release(''), ATTACH, live).best).toBeUndefined();
    expect(changed(release(''), { kind: 'pull-policy', to: 'IfNotPresent' }, live).added).toEqual([
      '      pullPolicy: IfNotPresent',
    ]);
  });

  it('goes into the template of a chart that knows no pull secrets', () => {
    expect(changed(chart(`image: ${IMAGE}\n`, ''), ATTACH, { release: 'api' })).toMatchObject({
      path: 'c/templates/d.yaml',
      added: ['      imagePullSecrets:', '        - name: regcred'],
    });
  });
});

describe('a change in Kustomize', () => {
  const base: Layout = {
    'base/d.yaml': deployment(IMAGE),
    'base/sa.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: shop\n',
    'base/es.yaml':
      'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: regcred\n  namespace: default\nspec: {}\n',
    'base/kustomization.yaml': 'resources: [d.yaml, sa.yaml, es.yaml]\n',
  };
  const patched: Layout = {
    ...base,
    'prod/p.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  template:\n    spec:\n      imagePullSecrets: [{name: wrong}]\n      containers:\n      - name: app\n        imagePullPolicy: Never\n`,
    'prod/kustomization.yaml': 'namespace: shop-prod\nresources: [../base]\npatches: [{path: p.yaml}]\n',
    'test/kustomization.yaml': 'namespace: shop-test\nresources: [../base]\n',
  };

  it('goes where a patch decides', () => {
    expect(changed(patched, { kind: 'pull-policy', to: 'IfNotPresent' })).toMatchObject({
      at: 'prod/p.yaml:10',
      added: ['        imagePullPolicy: IfNotPresent'],
    });
    expect(changed(patched, { ...ATTACH, replaces: 'wrong' })).toMatchObject({
      at: 'prod/p.yaml:7',
      added: ['      imagePullSecrets: [{name: regcred}]'],
    });
    expect(changed(patched, ATTACH).added).toEqual(['      imagePullSecrets: [{name: wrong}, {name: regcred}]']);
  });

  it('goes where a JSON patch decides', () => {
    const files = {
      ...base,
      'prod/kustomization.yaml':
        'resources: [../base]\npatches:\n- target: {kind: Deployment}\n  patch: |-\n    - op: add\n      path: /spec/template/spec/containers/0/imagePullPolicy\n      value: Never\n',
    };
    expect(changed(files, { kind: 'pull-policy', to: 'IfNotPresent' })).toMatchObject({
      at: 'prod/kustomization.yaml:7',
      added: ['      value: IfNotPresent'],
    });
  });

  it('of a base says which other overlays it reaches', () => {
    const files = { ...base, 'prod/kustomization.yaml': 'namespace: shop-prod\nresources: [../base]\n' };
    const shared = { ...files, 'test/kustomization.yaml': 'namespace: shop-test\nresources: [../base]\n' };
    for (const what of [ATTACH, { kind: 'pull-policy', to: 'IfNotPresent' } as const]) {
      expect(changed(shared, what).best?.notes).toEqual([
        'the same line decides for app of Deployment api in kustomization test',
      ]);
    }
    expect(changed(files, ATTACH).best?.notes).toEqual([]);
  });

  it('finds ServiceAccounts and secrets of the base', () => {
    const account: ManifestChange = { kind: 'service-account', account: 'shop', name: 'regcred' };
    const files = { ...base, 'prod/kustomization.yaml': 'namePrefix: p-\nresources: [../base]\n' };
    expect(changed(files, { ...account, account: 'p-shop' }).at).toBe('base/sa.yaml:1');
    const moves: ManifestChange = { kind: 'secret-namespace', name: 'regcred', from: 'default', to: 'shop-prod' };
    expect(changed(base, moves)).toMatchObject({ at: 'base/es.yaml:5', added: ['---', '  namespace: shop-prod'] });
  });

  it('leaves alone a namespace that the kustomization gives to everything', () => {
    const files = { ...base, 'base/kustomization.yaml': 'namespace: default\nresources: [es.yaml]\n' };
    const found = changed(files, { kind: 'secret-namespace', name: 'regcred', from: 'default', to: 'shop-prod' });
    expect(found.path).toBe('');
    expect(found.best?.reason).toMatch(/by the namespace of kustomization base/);
  });
});

describe('JSON', () => {
  const json = (spec: object) =>
    `${JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api' }, spec: { template: { spec } } }, null, 2)}\n`;
  const file = { 'api.json': json({ containers: [{ name: 'app', image: IMAGE }] }) };

  it.each([
    [ATTACH, file, { imagePullSecrets: [{ name: 'regcred' }], containers: [{ name: 'app', image: IMAGE }] }],
    [
      ATTACH,
      { 'api.json': json({ imagePullSecrets: [{ name: 'a' }], containers: [{ name: 'app', image: IMAGE }] }) },
      { imagePullSecrets: [{ name: 'a' }, { name: 'regcred' }], containers: [{ name: 'app', image: IMAGE }] },
    ],
    [
      { kind: 'pull-policy', to: 'Always' },
      file,
      { containers: [{ name: 'app', image: IMAGE, imagePullPolicy: 'Always' }] },
    ],
  ] as const)('stays JSON with %j', (what, files, spec) => {
    expect(JSON.parse(change(files, what).after['api.json'] ?? '{}').spec.template.spec).toEqual(spec);
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

  it('of a chart gets it in its template, or in the values that the template reads', () => {
    const files = (account: string, values: string) => ({
      'c/Chart.yaml': 'name: api\nversion: 1.0.0\n',
      'c/values.yaml': `a: 1\n${values}`,
      'c/templates/sa.yaml': `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {{ .Release.Name }}\n${account}`,
    });
    const reads =
      '{{- with .Values.imagePullSecrets }}\nimagePullSecrets:\n  {{- toYaml . | nindent 2 }}\n{{- end }}\n';
    const live = { release: 'shop' };
    expect(changed(files('', ''), what, live)).toMatchObject({
      path: 'c/templates/sa.yaml',
      added: ['imagePullSecrets:', '  - name: regcred'],
    });
    expect(changed(files(reads, 'imagePullSecrets: []\n'), what, live)).toMatchObject({
      path: 'c/values.yaml',
      added: ['imagePullSecrets: [{name: regcred}]'],
    });
    expect(changed(files(reads, ''), what, live)).toMatchObject({
      path: 'c/values.yaml',
      added: ['imagePullSecrets:', '  - name: regcred'],
    });
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
  const made = (kind: string, more = '', namespace = 'default') =>
    `apiVersion: x.acme.example/v1\nkind: ${kind}\nmetadata:\n  name: regcred\n  namespace: ${namespace} # ours\n${more}`;
  const store = 'spec:\n  secretStoreRef: {kind: SecretStore, name: vault}\n  refreshInterval: 1h\n';

  it.each<[string, string, RegExp]>([
    ['an ExternalSecret', made('ExternalSecret', store), /in shop-prod as well; SecretStore vault must be there too/],
    [
      'a VaultStaticSecret',
      made('VaultStaticSecret', 'spec:\n  vaultAuthRef: login\n  destination: {name: regcred}\n'),
      /in shop-prod as well; VaultAuth login must be there too/,
    ],
    ['one before another document', `${made('OnePasswordItem')}---\nkind: Service\n`, /change the namespace instead/],
    ['one whose lines end in CR LF', made('ExternalSecret', store).replaceAll('\n', '\r\n'), /as well/],
    [
      'a secret that is sealed for all namespaces',
      made('SealedSecret').replace(
        '# ours\n',
        '# ours\n  annotations: {sealedsecrets.bitnami.com/cluster-wide: "true"}\n',
      ),
      /as well/,
    ],
  ])('gets a copy below %s', (_, text, says) => {
    const found = change({ 's.yaml': text }, what);
    expect(found.places).toEqual(['s.yaml:5']);
    expect(found.best?.reason).toMatch(says);
    const eol = text.includes('\r') ? '\r\n' : '\n';
    const [own = ''] = text.split('---');
    const copy = `---${eol}${own.replace('default', 'shop-prod')}`;
    expect(found.after['s.yaml']).toBe(text.replace(own, own + copy));
  });

  it('gets a copy where nothing says which of them is meant and there is one', () => {
    const any: ManifestChange = { kind: 'secret-namespace', name: 'regcred', to: 'shop-prod' };
    const one = { 'a.yaml': made('ExternalSecret') };
    expect(change(one, any).decided).toBe(true);
    const two = change({ ...one, 'b.yaml': made('ExternalSecret', '', 'test') }, any);
    expect([two.decided, two.places]).toEqual([false, ['a.yaml:5', 'b.yaml:5']]);
    const there = change({ ...one, 'c.yaml': made('ExternalSecret', '', 'shop-prod') }, any);
    expect([there.decided, there.places[0]]).toEqual([true, 'c.yaml:5']);
    expect(there.best?.notes[0]).toMatch(/says so already/);
  });

  it.each<[string, Layout, RegExp]>([
    ['data', { 's.yaml': made('Secret', 'stringData:\n  a: CANARY\n') }, /with the same data, which is not shown/],
    [
      'an ExternalSecret with a text of its own',
      { 's.yaml': made('ExternalSecret', 'spec:\n  target: {template: {templateFrom: [{literal: CANARY}]}}\n') },
      /make one in shop-prod as well$/,
    ],
    ['what is sealed for its namespace', { 's.yaml': made('SealedSecret') }, /kubeseal --namespace shop-prod/],
    [
      'what a kustomization moves',
      { 's.yaml': made('ExternalSecret', '', 'x'), 'kustomization.yaml': 'namespace: default\nresources: [s.yaml]\n' },
      /by the namespace of kustomization at the top; make one/,
    ],
  ])('is told and not written for %s', (_, files, says) => {
    const found = change(files, what);
    expect([found.places, found.patch]).toEqual([['s.yaml:5'], '']);
    expect(found.best?.reason).toMatch(says);
  });

  it('is found by the name of what the object makes', () => {
    const named = made('ExternalSecret', 'spec:\n  target: {name: regcred}\n').replace('name: regcred', 'name: login');
    expect(change({ 's.yaml': named }, what).places).toEqual(['s.yaml:5']);
    const other = made('ExternalSecret', 'spec:\n  target: {name: other}\n');
    expect(change({ 's.yaml': other }, what).places).toEqual([]);
  });
});

describe('what is told beside a place', () => {
  const to: ManifestChange = { kind: 'image', to: BETTER };

  it('is every place that fits, when nothing tells which one it is', () => {
    const found = change({ 'a.yaml': deployment(IMAGE), 'b.yaml': deployment(IMAGE) }, to);
    expect(found.decided).toBe(false);
    expect(found.places).toEqual(['a.yaml:11', 'b.yaml:11']);
  });

  it('is that the deployer takes its files from another repository', () => {
    const old = deployment('registry.acme.example/shop/api:1.4.0');
    const deployers = {
      'argo-cd':
        'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: x\nspec:\n  source: {path: deploy, repoURL: "git@git.acme.example:shop/api.git"}\n',
      flux: 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: x\nspec:\n  path: deploy\n  sourceRef: {kind: GitRepository, name: g}\n---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata:\n  name: g\nspec:\n  url: ssh://git@git.acme.example/shop/api\n',
    };
    for (const tool of ['argo-cd', 'flux'] as const) {
      const files = { 'deploy/d.yaml': old, 'owner.yaml': deployers[tool] };
      const live: LiveTarget = { ...LIVE, owner: { tool, name: 'x' } };
      const best = (remote: string) => {
        const all = Object.entries(files).map(([path, text]) => ({ path, text }));
        return locate(new Repository(all, [remote]), live, to).candidates[0];
      };
      expect(best('https://git.acme.example/infra/deploy.git')?.notes[0]).toBe(
        'its source is the repository api, and this is a checkout of deploy',
      );
      expect(best('https://git.acme.example/infra/deploy.git')?.edits).toBeUndefined();
      expect(best('https://mirror.acme.example/shop/API.git')?.edits).toHaveLength(1);
    }
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

  it('is which automation runs', () => {
    const files = {
      'api.yaml': deployment(IMAGE).replace('# bumped by hand', '# {"$imagepolicy": "flux-system:api"}'),
      'auto.yaml':
        'apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageUpdateAutomation\nmetadata:\n  name: all\nspec: {}\n',
    };
    expect(change(files, to).best?.notes[0]).toMatch(/ImageUpdateAutomation all \(auto\.yaml\).*overwrites it/);
  });

  it('is what was not worked out, and then nothing is written over what does not run', () => {
    const old = deployment('registry.acme.example/shop/api:0.0.0');
    const kustomization = (more: string) => ({ 'd.yaml': old, 'kustomization.yaml': `resources: [d.yaml]\n${more}` });
    const release = (more: string) =>
      `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: api\nspec:\n  path: ./apps\n${more}`;
    const cases: readonly (readonly [Layout, RegExp])[] = [
      [kustomization('transformers: [https://git.acme.example/t, t.yaml]\ngenerators: [g.yaml]\n'), /generators/],
      [
        kustomization(
          'replacements:\n- source: {kind: ConfigMap, name: gone, fieldPath: data.tag}\n  targets:\n  - select: {kind: Deployment}\n    fieldPaths: [spec.template.spec.containers.0.image]\n',
        ),
        /a replacement in kustomization\.yaml writes images from gone/,
      ],
      [
        kustomization('patches:\n- target: {name: "a[p]i+"}\n  patch: "- op: test"\n'),
        /a pattern that is not worked out/,
      ],
      [
        kustomization('patches:\n- target: {name: api}\n  patch: "[{\\"op\\": \\"test\\"}]"\n'),
        /kustomization\.yaml has a patch in escaped or folded text/,
      ],
      [
        {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: Flux's own syntax
          'apps/d.yaml': deployment('registry.acme.example/shop/api:${tag}'),
          'k.yaml': release('  postBuild:\n    substituteFrom:\n    - {kind: Secret, name: vars}\n'),
        },
        /not what runs/,
      ],
    ];
    for (const [files, says] of cases) {
      const found = change(files, to);
      expect([found.best?.reason, ...(found.best?.notes ?? [])].join(' ')).toMatch(says);
      expect(found.patch).toBe('');
    }
  });

  it('is why nothing is written over what does not run, or cannot be spelled', () => {
    const values = (more: string) => `image:\n  repository: registry.acme.example/shop/api\n${more}`;
    const chart = (text: string, version: string): Layout => ({
      'c/Chart.yaml': 'name: api\n',
      'c/values.yaml': text,
      'c/templates/d.yaml': `kind: Deployment\nmetadata: {name: api}\nspec:\n  template:\n    spec:\n      containers:\n      - name: app\n        image: "{{ .Values.image.repository }}${version}"\n`,
    });
    const digest = `sha256:${'a'.repeat(64)}`;
    const live = { ...LIVE, release: 'api', image: `registry.acme.example/shop/api@${digest}` };
    const cases: readonly (readonly [Layout, LiveTarget, RegExp])[] = [
      [chart(values('  tag: 1.4.0\n'), ':{{ .Values.image.tag }}'), LIVE, /values that are handed to the chart/],
      [{ 'api.yaml': deployment('stand-in') }, LIVE, /written from elsewhere/],
      [{ 'api.yaml': deployment('registry.acme.example/shop/api:__TAG__') }, LIVE, /written from elsewhere/],
      [{ 'api.yaml': deployment(IMAGE, { namespace: 'test' }) }, LIVE, /it is for another namespace/],
      ...['helm: {valueFiles: [values.yaml, gone.yaml]}', 'helm: {fileParameters: [{name: x, path: gone.yaml}]}'].map(
        (helm) =>
          [
            {
              ...chart(values('  tag: 1.4.0\n'), ':{{ .Values.image.tag }}'),
              'app.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec:\n  source:\n    path: c\n    ${helm}\n`,
            },
            { ...LIVE, owner: { tool: 'argo-cd', name: 'x' } },
            /its values gone\.yaml are not among the files/,
          ] as const,
      ),
      [
        {
          ...chart(values('  tag: 1.4.0\n'), ':{{ .Values.image.tag }}'),
          'hr.yaml':
            'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: api}\nspec: {chart: {spec: {chart: ./c, valuesFiles: [gone.yaml]}}}\n',
        },
        { ...LIVE, owner: { tool: 'flux', name: 'api' } },
        /its values gone\.yaml are not among the files/,
      ],
      [chart(values(`  digest: ${digest}\n`), '@{{ .Values.image.digest }}'), live, /cannot spell the new image/],
      [
        {
          ...chart(values('  tag: 1.4.0\n'), ':{{ .Values.image.tag }}'),
          'helmfile.yaml':
            'releases:\n- name: api\n  namespace: "{{ .Environment.Name }}"\n  chart: ./c\n  values: ["{{ .Environment.Name }}.yaml"]\n',
        },
        { ...LIVE, owner: { tool: 'helm', name: 'api' } },
        /its values .* are not among the files/,
      ],
    ];
    for (const [files, target, says] of cases) {
      const found = change(files, to, target);
      expect(found.best?.notes.join(' ')).toMatch(says);
      expect(found.patch).toBe('');
    }
  });

  it('is what is taken in from elsewhere, where no file writes the image', () => {
    const remote = { 'kustomization.yaml': 'resources: ["https://git.acme.example/base?ref=v1"]\n' };
    const live: LiveTarget = { ...LIVE, owner: { tool: 'argo-cd', name: 'shop' } };
    expect(located(remote).missed).toEqual([
      'kustomization at the top: kustomization.yaml takes in https://git.acme.example/base?ref=v1, which is not among the files that were read',
    ]);
    const application =
      'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: shop\nspec:\n  source: {chart: api, repoURL: "https://charts.acme.example"}\n';
    expect(located({ ...remote, 'app.yaml': application }, live).missed).toEqual([
      'Argo CD Application shop (app.yaml): api of https://charts.acme.example is not among the files that were read',
    ]);
  });

  it('is the other Application that deploys the same file', () => {
    const application = (name: string) =>
      `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: ${name}\nspec:\n  source: {path: apps}\n`;
    const files = { 'apps/d.yaml': deployment(IMAGE), 'a.yaml': application('a'), 'b.yaml': application('b') };
    expect(change(files, to, { ...LIVE, owner: { tool: 'argo-cd', name: 'b' } }).best?.notes).toEqual([
      'the same line decides for app of Deployment api in Argo CD Application a (a.yaml)',
    ]);
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

  it.each<[string, Layout]>([
    [
      'an ApplicationSet of products',
      {
        'set.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: x}\nspec:\n  generators:\n  - matrix:\n      generators:\n${Array.from({ length: 6 }, (_, n) => `      - list:\n          elements:\n${Array.from({ length: 60 }, (__, i) => `          - {a${n}: ${i}}\n`).join('')}`).join('')}  template:\n    metadata: {name: "{{a1}}"}\n    spec: {source: {path: "{{a2}}"}}\n`,
      },
    ],
    [
      'globs of many stars',
      {
        'set.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: x}\nspec:\n  generators:\n  - git: {files: [{path: "${'**/*a*'.repeat(40)}"}, {path: "${'{a,b}'.repeat(40)}"}]}\n  template: {metadata: {name: x}, spec: {}}\n`,
        [`${'aaaa/'.repeat(30)}x.yaml`]: 'a: 1\n',
      },
    ],
    [
      'merge keys of merge keys',
      {
        'm.yaml': `kind: Deployment # app\n${Array.from({ length: 40 }, (_, i) => `k${i}: &k${i} {<<: [${i === 0 ? '{a: 1}' : `*k${i - 1}, *k${i - 1}`}]}`).join('\n')}\nspec: *k39\n`,
      },
    ],
    [
      'values that are aliases of aliases',
      {
        'c/Chart.yaml': 'name: c\n',
        'c/values.yaml': `k0: &k0 {app: 1}\n${Array.from(
          { length: 11 },
          (_, i) =>
            `k${i + 1}: &k${i + 1} {${'abcdefgh'
              .split('')
              .map((key) => `${key}: *k${i}`)
              .join(', ')}}`,
        ).join('\n')}\nimage: x\n`,
        'c/templates/d.yaml': 'image: {{ toYaml .Values.k11 }}\n',
      },
    ],
    ['JSON that is only brackets', { 'j.json': `{"kind": "Deployment", "app": ${'['.repeat(200_000)}` }],
    [
      'a text of values that includes itself',
      {
        'c/Chart.yaml': 'name: c\n',
        'c/values.yaml': 'image: "{{ tpl .Values.image . }}{{ tpl .Values.image . }}"\n',
        'c/templates/d.yaml':
          'kind: Deployment\nspec: {template: {spec: {containers: [{name: app, image: {{ tpl .Values.image . }}}]}}}\n',
      },
    ],
    [
      'a pattern that never ends',
      {
        'kustomization.yaml': `resources: [d.yaml]\npatches:\n- target: {name: "(a+)+$"}\n  patch: '[{"op": "test"}]'\n- target: {name: "${'.*a'.repeat(90)}"}\n  patch: '[{"op": "test"}]'\n`,
        'd.yaml': deployment(IMAGE, { name: 'a'.repeat(250) }),
      },
    ],
  ])('with %s cost little', (_, files) => {
    const start = performance.now();
    expect(change({ ...files, 'api.yaml': deployment(IMAGE) }, to).places).toContain('api.yaml:11');
    expect(performance.now() - start).toBeLessThan(10_000);
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
