import { describe, expect, it } from 'vitest';
import { parseReference } from './reference.ts';

const HEX = '86e0e091d0da6bde2456dbb48306f3956bbeb2eae1b5b9a43045843f69fe4aaa';

function notesOf(raw: string) {
  const result = parseReference(raw);
  if (!result.ok) throw new Error(`${raw}: ${result.error.hint}`);
  return result.notes;
}

describe('ordinary references have no notes', () => {
  it.each([
    'nginx',
    'nginx:1.27',
    'redis:7.2-alpine',
    'rocket.chat:6.0',
    'docker.io/library/postgres:16',
    'acmecorp/orders:3.1.0',
    'platform-team/api:1.4.2',
    'bitnami/redis:7.2',
    'prom/memcached-exporter:v0.15.0',
    'goharbor/harbor-core:v2.11.0',
    'ghcr.io/org/app:v1',
    'quay.io/prometheus/node-exporter:v1.8.2',
    'gcr.io/distroless/static:nonroot',
    'us-docker.pkg.dev/acme/images/app:1',
    'registry.k8s.io/pause:3.10',
    'mcr.microsoft.com/dotnet/runtime:8.0',
    'docker.elastic.co/eck/eck-operator:2.1.0',
    'public.ecr.aws/docker/library/nginx:1.27',
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:2026.11.1',
    'acmecr.azurecr.io/finance/api:4.4',
    'de.icr.io/acme/app:1',
    'registry.gitlab.com/acme/shop/api:main',
    'registry.acme.example/shop/api:1.5.0',
    'harbor.acme.example/audit/api:1.4.2',
    'proxy-cache.acme.example/docker.io/library/nginx:1.27',
    'cdn.archive.example/logs/api:1.4.2',
    'localhost:5000/x',
    '10.0.0.7:5000/app:v1',
    `registry.acme.example/shop/api@sha256:${HEX}`,
    'registry.acme.example/node-18/app:1',
  ])('%s', (raw) => expect(notesOf(raw)).toEqual([]));
});

describe('references that parse to something else than was meant', () => {
  it.each([
    ['MyOrg/app:1', 'uppercase-first-element-is-host', 'myorg/app:1'],
    ['GHCR.IO/acme/app:1', 'uppercase-host', 'ghcr.io/acme/app:1'],
    ['ghrc.io/acme/app:1', 'host-typo', 'ghcr.io/acme/app:1'],
    ['dokcer.io/acme/app', 'host-typo', 'docker.io/acme/app'],
    ['acme.azurerc.io/app:1', 'host-typo', 'acme.azurecr.io/app:1'],
    ['localhost:5000', 'host-like-single-name', undefined],
    ['registry.acme.example:5000', 'host-like-single-name', undefined],
    ['acme-registry:32000', 'host-like-single-name', undefined],
    ['10.0.0.7:5000', 'host-like-single-name', undefined],
    ['quay.io/repository/acme/app:1', 'web-url-path', 'quay.io/acme/app:1'],
    ['hub.docker.com/r/acme/app', 'web-url-path', 'acme/app'],
    ['hub.docker.com/r/library/nginx:1.27', 'web-url-path', 'nginx:1.27'],
    ['docker.com/acme/app', 'web-url-path', undefined],
    ['gallery.ecr.aws/nginx/nginx', 'web-url-path', 'public.ecr.aws/nginx/nginx'],
    ['github.com/acme/app', 'web-url-path', undefined],
    ['index.docker.io/acme/app:1', 'hub-alias-host', 'docker.io/acme/app:1'],
    ['registry-1.docker.io/library/nginx:1', 'hub-alias-host', 'nginx:1'],
    ['registry.hub.docker.com/acme/app:1', 'hub-alias-host', 'acme/app:1'],
    ['docker.io/registry.acme.example/app:1', 'host-repeated', 'registry.acme.example/app:1'],
    ['ghcr.io/ghcr.io/acme/app:1', 'host-repeated', 'ghcr.io/acme/app:1'],
    ['gcr.io/app:1', 'namespace-missing', undefined],
    ['europe-docker.pkg.dev/acme/app:1', 'namespace-missing', undefined],
    ['quay.io/app:1', 'namespace-missing', undefined],
    ['ngnix:1.27', 'hub-name-typo', 'nginx:1.27'],
    ['docker.io/library/alphine:3', 'hub-name-typo', 'alpine:3'],
    ['grafana/grafna:11', 'hub-name-typo', 'grafana/grafana:11'],
    ['myapp:latest', 'docker-hub-assumed', undefined],
    ['acme-registry/app:1', 'docker-hub-assumed', undefined],
    ['ghcr/acme:1', 'docker-hub-assumed', undefined],
    ['shop/backend/api:1', 'docker-hub-assumed', undefined],
    ['registry_acme.example/app', 'empty-domain', undefined],
    [`sha256:${HEX}`, 'image-id-as-name', undefined],
    ['registry.acme.example/app:undefined', 'placeholder-tag', undefined],
    ['registry.acme.example/app:IMAGE_TAG', 'placeholder-tag', undefined],
    ['registry.acme.example/app:__TAG__', 'placeholder-tag', undefined],
    ['registry.acme.example/shop/api/1.5.0', 'latest-implied', 'registry.acme.example/shop/api:1.5.0'],
    ['registry.acme.example/shop/api-1.5.0', 'latest-implied', 'registry.acme.example/shop/api:1.5.0'],
    [`registry.acme.example/api:1@sha256:${HEX}`, 'tag-dropped-for-digest', undefined],
  ])('%s: %s', (raw, kind, suggestion) => {
    const notes = notesOf(raw);
    expect(notes.map((note) => note.kind)).toEqual([kind]);
    expect(notes[0]?.suggestion).toBe(suggestion);
  });
});
