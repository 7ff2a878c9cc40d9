import { describe, expect, it } from 'vitest';
import { readUrl, registryOf } from './url.ts';

describe('readUrl', () => {
  it.each([
    [
      'https://Registry.Acme.example/v2/a/manifests/1',
      'https://registry.acme.example/v2/a/manifests/1',
      'registry.acme.example',
    ],
    [
      'https://user:secret@registry.acme.example:5000/v2/?x=1#y',
      'https://registry.acme.example:5000/v2/',
      'registry.acme.example:5000',
    ],
    ['http://[fd00::1]:5000/v2/', 'http://[fd00::1]:5000/v2/', '[fd00::1]:5000'],
    ['https://<REGISTRY>/v2/', 'https://<registry>/v2/', undefined],
  ])('%s', (printed, url, host) => {
    expect(readUrl(printed)).toMatchObject({ url });
    expect(readUrl(printed)?.host).toBe(host);
  });

  it.each([['plain'], [''], ['***']])('%j is none', (text) => {
    expect(readUrl(text)).toBeUndefined();
  });

  it.each([
    ['http://m/v2/a/manifests/1?ns=docker.io', 'docker.io'],
    ['http://m/v2/a/manifests/1?ns=localhost%3A5000', 'localhost:5000'],
    ['http://m/v2/a/manifests/1?ns=%5BREDACTED%5D', ''],
    ['http://m/v2/a/manifests/1', undefined],
  ])('%s names the registry that was meant', (printed, mirrorOf) => {
    expect(readUrl(printed)?.mirrorOf).toBe(mirrorOf);
  });
});

describe('registryOf', () => {
  it.each([
    ['nginx', 'docker.io'],
    ['acme/api:1', 'docker.io'],
    ['registry.acme.example/api', 'registry.acme.example'],
    ['registry:5000/api', 'registry:5000'],
    ['localhost/api', 'localhost'],
    ['<id>.dkr.ecr.eu-west-1.amazonaws.com/api', undefined],
    ['{REGISTRY}/api', undefined],
  ])('%s', (image, host) => {
    expect(registryOf(image)).toBe(host);
  });
});
