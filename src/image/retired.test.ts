import { describe, expect, it } from 'vitest';
import { parseReference } from './reference.ts';
import { retiredFor, retiredReplacement } from './retired.ts';
import { RETIRED } from './retired-table.ts';

function lookUp(raw: string) {
  const result = parseReference(raw);
  if (!result.ok) throw new Error(raw);
  const entry = retiredFor(result.reference);
  return entry && { state: entry.state, replacement: retiredReplacement(entry, result.reference) };
}

describe('retiredFor', () => {
  it.each([
    ['k8s.gcr.io/pause:3.5', 'frozen', 'registry.k8s.io/pause:3.5'],
    ['bitnami/redis:7.2', 'gone', 'docker.io/bitnamilegacy/redis:7.2'],
    ['public.ecr.aws/bitnami/redis:7.2', 'gone', 'docker.io/bitnamilegacy/redis:7.2'],
    ['minio/minio', 'gone', 'quay.io/minio/minio'],
    ['gcr.io/kubebuilder/kube-rbac-proxy:v0.13.0', 'gone', 'quay.io/brancz/kube-rbac-proxy:v0.13.0'],
    ['gcr.io/tekton-releases/x/controller:v0.40.0', 'gone', undefined],
    ['gcr.io/istio-release/pilot:1.20.0', 'announced', 'docker.io/istio/pilot:1.20.0'],
    ['gcr.io/kaniko-project/executor:v1.25.0', 'frozen', undefined],
    ['gcr.io/acme/app:1', 'partly-gone', undefined],
    ['us.gcr.io/acme/app:1', 'partly-gone', undefined],
    ['openshift/origin-cli:v3.11', 'gone', 'quay.io/openshift/origin-cli:v3.11'],
    ['projects.registry.vmware.com/antrea/antrea-ubuntu:v1.9.0', 'gone', 'docker.io/antrea/antrea-ubuntu:v1.9.0'],
    ['projects.registry.vmware.com/tce/x:1', 'gone', undefined],
    ['akyriako/typesense-operator:0.2.21', 'gone', undefined],
    ['gcr.io/kubernetes-helm/tiller:v2.16.3', 'gone', 'ghcr.io/helm/tiller:v2.16.3'],
    ['acme-docker.bintray.io/app:1', 'gone', undefined],
  ])('%s: %s', (raw, state, replacement) => expect(lookUp(raw)).toEqual({ state, replacement }));

  it.each([
    'nginx',
    'bitnamilegacy/redis:7.2',
    'bitnami-labs/sealed-secrets:1',
    'minio/mc-extra:1',
    'registry.acme.example/bitnami/redis:7.2',
    'openshift/hello:1',
    'akyriako/typesense-operator:0.3.0',
    'akyriako/typesense-operator',
    'mirror.gcr.io/library/nginx:1.27',
    'registry.k8s.io/pause:3.10',
  ])('%s is not retired', (raw) => expect(lookUp(raw)).toBeUndefined());

  it('keeps the digest in a replacement', () => {
    const hex = 'ab'.repeat(32);
    expect(lookUp(`k8s.gcr.io/pause@sha256:${hex}`)?.replacement).toBe(`registry.k8s.io/pause@sha256:${hex}`);
  });
});

describe('the table', () => {
  it.each(RETIRED)('$what', ({ match, since, source, replacement }) => {
    expect(match.domain).toBe(match.domain.toLowerCase());
    if (since !== undefined) expect(since).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(source).not.toBe('');
    // A whole-element prefix must be replaced by a whole-element prefix.
    const ends = (prefix = '') => /[/-]$|^$/.test(prefix);
    if (replacement !== undefined) expect(ends(replacement.pathPrefix)).toBe(ends(match.pathPrefix));
  });
});
