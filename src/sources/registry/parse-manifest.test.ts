import { describe, expect, it } from 'vitest';
import { fc } from '../../../test/support/properties.ts';
import { parseManifest } from './parse-manifest.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const parse = (value: unknown, type?: string) => parseManifest(Buffer.from(JSON.stringify(value)), type, 100);

describe('manifests', () => {
  it('leaves attestations out of an index, and entries without a usable digest', () => {
    const entry = (os: string, digest = DIGEST) => ({ digest, platform: { os, architecture: 'amd64' } });
    const index = {
      schemaVersion: 2,
      manifests: [entry('linux'), entry('unknown'), entry('linux', '../../etc'), {}, null],
    };
    expect(parse(index)).toMatchObject({ kind: 'index', platforms: [{ platform: 'linux/amd64', digest: DIGEST }] });
  });

  it('adds up what a pull fetches', () => {
    const layers = [1, 2, -3, 'x'].map((size) => ({
      digest: DIGEST,
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      size,
    }));
    const config = { digest: DIGEST, mediaType: 'application/vnd.oci.image.config.v1+json', size: 10 };
    expect(parse({ schemaVersion: 2, config, layers })).toMatchObject({
      kind: 'image',
      bytes: 13,
      configDigest: DIGEST,
    });
  });

  it.each([
    [{ schemaVersion: 1, name: 'x' }, undefined, 'schema1'],
    [{ schemaVersion: 2 }, 'application/vnd.docker.distribution.manifest.v1+prettyjws; charset=utf-8', 'schema1'],
    [
      { schemaVersion: 2, config: { mediaType: 'application/vnd.cncf.helm.config.v1+json' }, layers: [] },
      undefined,
      'artifact',
    ],
    [{ schemaVersion: 2 }, 'application/vnd.acme.thing+json', 'unknown'],
  ])('%j as %s is %s', (value, type, kind) => {
    expect(parse(value, type)?.kind).toBe(kind);
  });

  it('takes no web page for a manifest', () => {
    expect(parseManifest(Buffer.from('<html>'), 'text/html', 10)).toBeUndefined();
    expect(parse({ error: 'x' })).toBeUndefined();
    expect(parse([1])).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (manifests, layers) => {
        parse({ schemaVersion: 2, manifests, layers, config: layers });
        parse({ schemaVersion: 2, layers: [layers], config: manifests });
      }),
    );
  });
});
