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

  it('is not written where the file ends its lines in several ways', () => {
    const mixed = deployment(IMAGE).replace('\n', '\r\n');
    const remedy = remedyFor([...api('api'), runsOther], { 'api.yaml': mixed });
    expect(remedy.file?.line).toBe(11);
    expect(remedy.patch).toBeUndefined();
  });
});
