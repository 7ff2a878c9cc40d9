import { describe, expect, it } from 'vitest';
import { fc } from '../../test/support/properties.ts';
import { ecrHost, isClusterLocalName, isPrivateNetworkHost, knownBlobHost, registryKind } from './registry-kind.ts';

const ACCOUNT = '123456789012';

describe('registryKind', () => {
  it.each([
    ['docker.io', 'docker-hub'],
    ['registry-1.docker.io', 'docker-hub'],
    ['registry.hub.docker.com', 'docker-hub'],
    [`${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com`, 'ecr'],
    ['public.ecr.aws', 'ecr-public'],
    ['europe-west1-docker.pkg.dev', 'gar'],
    ['gcr.io', 'gcr'],
    ['eu.gcr.io', 'gcr'],
    ['k8s.gcr.io', 'k8s'],
    ['registry.k8s.io', 'k8s'],
    ['acme.azurecr.io', 'acr'],
    ['acme.azurecr.cn', 'acr'],
    ['GHCR.io', 'ghcr'],
    ['quay.io', 'quay'],
    ['registry.gitlab.com', 'gitlab'],
    ['gitlab.acme.example:5050', 'gitlab'],
    ['harbor.acme.example', 'harbor'],
    ['eu-harbor.acme.example', 'harbor'],
    ['artifactory.acme.example:443', 'artifactory'],
    ['acme.jfrog.io', 'artifactory'],
    ['mcr.microsoft.com', 'mcr'],
    ['registry.acme.example', 'other'],
    ['pearlharbor.example', 'other'],
    ['notdocker.io', 'other'],
    ['docker.io.acme.example', 'other'],
    ['', 'other'],
  ])('%s: %s', (host, kind) => expect(registryKind(host)).toBe(kind));
});

describe('ecrHost', () => {
  it.each([
    [`${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com`, { account: ACCOUNT, region: 'eu-west-1' }],
    [`${ACCOUNT}.dkr.ecr-fips.us-gov-west-1.amazonaws.com`, { account: ACCOUNT, region: 'us-gov-west-1', fips: true }],
    [`${ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn`, { account: ACCOUNT, region: 'cn-north-1' }],
    [`${ACCOUNT}.dkr-ecr.us-east-1.on.aws`, { account: ACCOUNT, region: 'us-east-1' }],
    [`${ACCOUNT}.dkr.ecr.us-iso-east-1.c2s.ic.gov`, { account: ACCOUNT, region: 'us-iso-east-1' }],
    [`${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com:443`, { account: ACCOUNT, region: 'eu-west-1' }],
    ['12345.dkr.ecr.eu-west-1.amazonaws.com', undefined],
    [`${ACCOUNT}.dkr.ecr.eu-west-1.acme.example`, undefined],
    [`${ACCOUNT}.dkr.ecr.amazonaws.com`, undefined],
    ['public.ecr.aws', undefined],
  ])('%s', (host, expected) => expect(ecrHost(host)).toEqual(expected));
});

describe('isPrivateNetworkHost', () => {
  it.each([
    '10.43.170.72:5000',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.10:5000',
    '127.0.0.1',
    '169.254.169.254',
    '100.64.0.9',
    '[::1]:5000',
    '[fd00::10]:5000',
    '[fe80::1]',
    '[::ffff:10.0.0.1]:5000',
    '::1',
    'localhost',
    'localhost:5000',
    'registry.registry.svc:5000',
    'registry.registry.svc.cluster.local',
    'nas.local',
    'registry.acme.internal',
    'REGISTRY.LOCAL',
    'myregistry:5000',
  ])('%s', (host) => expect(isPrivateNetworkHost(host)).toBe(true));

  it.each([
    'docker.io',
    'registry.acme.example:5000',
    '8.8.8.8',
    '172.32.0.1:5000',
    '100.128.0.1',
    '[2001:db8::1]:5000',
    '[::ffff:8.8.8.8]',
    '10.acme.example',
    '10.0.0.999',
    'MyOrg',
    'fd00.example',
    '',
    ':5000',
  ])('%s is not', (host) => expect(isPrivateNetworkHost(host)).toBe(false));
});

describe('isClusterLocalName', () => {
  it.each([
    'registry.infra.svc',
    'registry.infra.svc:5000',
    'registry.infra.svc.cluster.local:5000',
    'a.b.infra.svc',
    'r.n.svc.k8s.internal',
  ])('%s', (host) => expect(isClusterLocalName(host)).toBe(true));

  it.each([
    'registry.acme.example',
    'svc.acme.example',
    'registry.svc',
    'eu.registry.svc.acme.example',
    'registry.local',
    '10.0.0.1:5000',
    '',
  ])('%s is not', (host) => expect(isClusterLocalName(host)).toBe(false));

  it('knows another cluster domain when told', () => {
    expect(isClusterLocalName('registry.infra.svc.acme.example', 'acme.example')).toBe(true);
  });
});

describe('knownBlobHost', () => {
  it.each([
    ['auth.docker.io', 'docker-hub'],
    ['production.cloudflare.docker.com', 'docker-hub'],
    ['docker-images-prod.6aa30f8b08e16409b46e0173d6de2f56.r2.cloudflarestorage.com', 'docker-hub'],
    ['cdn02.quay.io', 'quay'],
    ['pkg-containers.githubusercontent.com:443', 'ghcr'],
    ['api.ecr.eu-west-1.amazonaws.com', 'ecr'],
    ['prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com', 'ecr'],
    ['acmecr.westeurope.data.azurecr.io', 'acr'],
    ['weumanaged12.blob.core.windows.net', 'acr'],
    ['eastus.data.mcr.microsoft.com', 'mcr'],
    ['europe-west4-docker.pkg.dev', 'gar'],
    ['prod-registry-k8s-io-eu-central-1.s3.dualstack.eu-central-1.amazonaws.com', 'k8s'],
    ['cdn.acme.example', undefined],
    ['acme-layers.s3.eu-west-1.amazonaws.com', undefined],
  ])('%s: %s', (host, kind) => expect(knownBlobHost(host)).toBe(kind));
});

it('takes any string for a host', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.domain(), fc.ipV6(), fc.constant('a.'.repeat(500_000))), (host) => {
      registryKind(host);
      ecrHost(host);
      isPrivateNetworkHost(host);
      isClusterLocalName(host);
      knownBlobHost(host);
    }),
  );
});
