import { gzipSync } from 'node:zlib';
import { digestOf } from '../../../src/sources/registry/fake-registry.fixture.ts';

export interface Blob {
  readonly digest: string;
  readonly body: Buffer;
}

/** An image that a runtime can unpack. */
export interface Image {
  readonly type: string;
  readonly manifest: Buffer;
  readonly config: Blob;
  readonly layer: Blob;
}

export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const INDEX = 'application/vnd.oci.image.index.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** One file in one layer, different for each name. */
export function imageOf(name: string, platform = 'linux/amd64'): Image {
  const [os, architecture] = platform.split('/');
  const tar = tarOf('hello.txt', Buffer.from(`hello from ${name} on ${platform}\n`));
  const layer = blobOf(gzipSync(tar));
  const config = blobOf(
    json({ os, architecture, config: { Cmd: ['/hello'] }, rootfs: { type: 'layers', diff_ids: [digestOf(tar)] } }),
  );
  return { type: MANIFEST, manifest: manifestOf(config, CONFIG, layer, LAYER), config, layer };
}

/** A chart as `helm push` stores it. */
export function chartOf(name: string): Image {
  const layer = blobOf(gzipSync(tarOf('Chart.yaml', Buffer.from(`name: ${name}\nversion: 1.0.0\n`))));
  const config = blobOf(json({ name, version: '1.0.0', apiVersion: 'v2' }));
  const type = 'application/vnd.cncf.helm.config.v1+json';
  const content = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
  return { type: MANIFEST, manifest: manifestOf(config, type, layer, content), config, layer };
}

export function indexOf(images: readonly (readonly [platform: string, image: Image])[]): Buffer {
  const manifests = images.map(([platform, { manifest, type }]) => {
    const [os, architecture] = platform.split('/');
    return { mediaType: type, digest: digestOf(manifest), size: manifest.length, platform: { os, architecture } };
  });
  return json({ schemaVersion: 2, mediaType: INDEX, manifests });
}

/** Schema 1, as registries of 2015 have it, unsigned. */
export function schema1Of(repository: string, { layer }: Image): Buffer {
  const compatible = { id: 'a'.repeat(64), created: '2015-01-01T00:00:00Z', os: 'linux', architecture: 'amd64' };
  return json({
    schemaVersion: 1,
    name: repository,
    tag: '1.0',
    architecture: 'amd64',
    fsLayers: [{ blobSum: layer.digest }],
    history: [{ v1Compatibility: JSON.stringify(compatible) }],
  });
}

function manifestOf(config: Blob, configType: string, layer: Blob, layerType: string): Buffer {
  return json({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: configType, digest: config.digest, size: config.body.length },
    layers: [{ mediaType: layerType, digest: layer.digest, size: layer.body.length }],
  });
}

function blobOf(body: Buffer): Blob {
  return { digest: digestOf(body), body };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** A tar archive of one file (POSIX.1-1988 ustar). */
function tarOf(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(512);
  head.write(name, 0);
  head.write('0000644\0' + '0000000\0' + '0000000\0', 100);
  head.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  head.write('00000000000\0', 136);
  head.write('        0', 148);
  head.write('ustar\x0000', 257);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([head, content, padding, Buffer.alloc(1_024)]);
}
