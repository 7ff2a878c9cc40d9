import { describe, expect, it } from 'vitest';
import { isRegistryName } from './registry-name.ts';

describe('isRegistryName', () => {
  it.each([
    ['registry-1.docker.io', true],
    ['index.docker.io', true],
    ['registry.k8s.io', true],
    ['k8s.gcr.io', true],
    ['ghcr.io', true],
    ['mcr.microsoft.com', true],
    ['111122223333.dkr.ecr.eu-central-1.amazonaws.com', true],
    ['acme.azurecr.io', true],
    ['harbor.acme.example:8443', true],
    ['acme.jfrog.io', true],
    ['image-registry.openshift-image-registry.svc:5000', true],
    ['db.acme.example', false],
    ['api.acme.example:6443', false],
    ['dockers.acme.example', false],
    ['registry.terraform.io', false],
    ['kubernetes.docker.internal:6443', false],
    ['download.docker.com', false],
    ['', false],
  ])('%s: %s', (host, expected) => {
    expect(isRegistryName(host)).toBe(expected);
  });
});
