import { describe, expect, it } from 'vitest';
import { fc } from '../../test/support/properties.ts';
import { editDistance } from '../core/edit-distance.ts';
import { nearestOfficialImage, nearestRegistryHost, nearestTags } from './near-miss.ts';
import { OFFICIAL_IMAGES, POPULAR_REPOSITORIES } from './official-images.ts';
import { WELL_KNOWN_HOSTS } from './well-known-hosts.ts';

describe('editDistance', () => {
  it.each([
    ['nginx', 'nginx', 0],
    ['ngnix', 'nginx', 1],
    ['postgre', 'postgres', 1],
    ['alphine', 'alpine', 1],
    ['abc', 'xyz', 3],
    ['', 'abc', 3],
  ])('%s %s: %i', (a, b, distance) => expect(editDistance(a, b, 5)).toBe(distance));

  it('says max + 1 for everything farther', () => {
    expect(editDistance('kitten', 'sitting', 2)).toBe(3);
    expect(editDistance('a', 'a'.repeat(1_000_000), 2)).toBe(3);
  });

  it('is symmetric, and the bound changes nothing within it', () => {
    const text = fc.stringMatching(/^[abc]{0,8}$/);
    fc.assert(
      fc.property(text, text, fc.integer({ min: 0, max: 8 }), (a, b, max) => {
        const exact = editDistance(a, b, 20);
        expect(editDistance(b, a, 20)).toBe(exact);
        expect(editDistance(a, b, max)).toBe(Math.min(exact, max + 1));
      }),
    );
  });
});

describe('nearestRegistryHost', () => {
  it.each([
    ['ghrc.io', 'ghcr.io'],
    ['gchr.io', 'ghcr.io'],
    ['ghcr.com', 'ghcr.io'],
    ['dokcer.io', 'docker.io'],
    ['docker.oi', 'docker.io'],
    ['uay.io', 'quay.io'],
    ['quay.com', 'quay.io'],
    ['regsitry.k8s.io', 'registry.k8s.io'],
    ['registry.k8.io', 'registry.k8s.io'],
    ['mcr.microsft.com', 'mcr.microsoft.com'],
    ['regisrty.gitlab.com', 'registry.gitlab.com'],
    ['acme.azurecr.oi', 'acme.azurecr.io'],
    ['123456789012.dkr.ecr.eu-west-1.amazonws.com', '123456789012.dkr.ecr.eu-west-1.amazonaws.com'],
    ['europe-docker.pkg.dve', 'europe-docker.pkg.dev'],
  ])('%s: %s', (host, meant) => expect(nearestRegistryHost(host)).toBe(meant));

  it.each([
    ...WELL_KNOWN_HOSTS,
    'registry.acme.example',
    'harbor.acme.example',
    'nexus.acme.example:8443',
    'localhost:5000',
    'de.icr.io',
    'europe-west1-docker.pkg.dev',
    'acme.azurecr.io',
    '10.0.0.7',
    'MyOrg',
    '',
  ])('%s is no slip', (host) => expect(nearestRegistryHost(host)).toBeUndefined());
});

describe('nearestOfficialImage', () => {
  it.each([
    ['ngnix', 'nginx'],
    ['nginix', 'nginx'],
    ['postgre', 'postgres'],
    ['postgresql', 'postgres'],
    ['alphine', 'alpine'],
    ['reddis', 'redis'],
    ['mongodb', 'mongo'],
    ['library/unbuntu', 'ubuntu'],
    ['rabitmq', 'rabbitmq'],
    ['prom/promethues', 'prom/prometheus'],
    ['grafna/grafana', 'grafana/grafana'],
  ])('%s: %s', (name, meant) => expect(nearestOfficialImage(name)).toBe(meant));

  it.each([
    ...OFFICIAL_IMAGES,
    ...POPULAR_REPOSITORIES,
    'myapp',
    'api',
    'shop-backend',
    'controller',
    'acme/orders',
    'prom/memcached-exporter',
    'platform-team/api',
    'x'.repeat(1_000_000),
  ])('%s is no slip', (name) => expect(nearestOfficialImage(name)).toBeUndefined());
});

describe('nearestTags', () => {
  it.each([
    ['1.5.0', ['v1.5.0', '1.5.1', '2.0.0'], ['v1.5.0', '1.5.1']],
    ['v1.2', ['1.2', '1.3', '1.2.4'], ['1.2', '1.2.4', '1.3']],
    ['1.5', ['1.5.0', '1.5.3', '1.6.0'], ['1.5.0', '1.5.3', '1.6.0']],
    ['1.27-alpin', ['1.27', '1.27-alpine', '2.26-slim'], ['1.27-alpine', '1.27']],
    ['1.4.3', ['1.4.0', '1.4.2', '1.4.4', '1.3.9', '9.9.9'], ['1.4.4', '1.4.2', '1.4.0', '1.3.9']],
    ['lates', ['latest', '1.0'], ['latest']],
    ['Main', ['main', 'develop'], ['main']],
    ['sha-1a2b3c4', ['sha-1a2b3c4d5e6f', 'sha-9999999'], ['sha-1a2b3c4d5e6f']],
    ['feature-login', ['main', '1.0.0'], []],
    ['1a2b3c4', ['1.0.0', '1a2b3c5'], ['1a2b3c5']],
  ])('%s', (wanted, available, expected) => expect(nearestTags(wanted, available, 5)).toEqual(expected));

  it('keeps to the limit and never proposes the tag itself', () => {
    expect(nearestTags('1.0', ['1.0', '1.1', '1.2', '1.3'], 2)).toHaveLength(2);
    expect(nearestTags('1.0', ['1.0'], 5)).toEqual([]);
  });

  it('proposes only distinct tags that exist, in an order of its own', () => {
    const tags = fc.array(fc.stringMatching(/^v?[0-9]\.[0-9]{1,2}(-alpine|-rc1)?$/), { maxLength: 20 });
    fc.assert(
      fc.property(fc.stringMatching(/^v?[0-9]\.[0-9]$/), tags, (wanted, available) => {
        const found = nearestTags(wanted, available, 10);
        expect(new Set(found).size).toBe(found.length);
        for (const tag of found) expect(available).toContain(tag);
        expect(nearestTags(wanted, available.toReversed(), 10)).toEqual(found);
      }),
    );
  });

  it('copes with tens of thousands of tags and with tags that are none', () => {
    const many = Array.from({ length: 50_000 }, (_, index) => `1.${index}.0`);
    expect(nearestTags('1.5', [...many, 'x'.repeat(1_000_000)], 1)).toEqual(['1.5.0']);
  });
});
