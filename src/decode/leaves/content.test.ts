import { describe, expect, it } from 'vitest';
import { decode } from '../decode.ts';
import { decisive } from '../test-summary.ts';

const PULL = 'failed to pull and unpack image "registry.acme.example/shop/api:1.4": ';
const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;
const AT = '@registry.acme.example';

describe('what is no image, or one of another age', () => {
  it.each([
    [
      'failed to pull and unpack image "acme/api:1": failed to get converter for "acme/api:1": Pulling Schema 1 images have been deprecated and disabled by default since containerd v2.0.',
      'schema1',
    ],
    [
      'Failed to pull image "acme/api": [DEPRECATION NOTICE] Docker Image Format v1 and Docker Image manifest version 2, schema 1 support is disabled by default',
      'schema1',
    ],
    ['Error response from daemon: invalid rootfs in image configuration', 'not-an-image'],
  ])('%s', (text, problem) => {
    expect(decode(text).error).toMatchObject({ stage: 'manifest', leaf: { kind: 'media-type', problem } });
  });
});

describe('platforms', () => {
  it.each([
    [`${PULL}no match for platform in manifest: not found`, undefined],
    [`get image config descriptor: no match for platform in manifest ${A}: not found`, undefined],
    ['no matching manifest for linux/arm64/v8 in the manifest list entries', 'linux/arm64/v8'],
    ['no matching manifest for windows/amd64 10.0.17763 in the manifest list entries', 'windows/amd64'],
    [
      'choosing an image from manifest list docker://registry.acme.example/shop/api:1.4: no image found in image index for architecture "arm64", variant "v8", OS "linux"',
      'linux/arm64/v8',
    ],
    [
      'choosing image instance: no image found in manifest list for architecture amd64, variant "", OS linux',
      'linux/amd64',
    ],
    ['docker: a Windows version 10.0.26100-based image is incompatible with a 10.0.20348 host.', undefined],
    ['no matching manifest in the list', undefined],
    [
      "CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/amd64'",
      'linux/amd64',
    ],
    ['Image architecture mismatch: image uses "amd64", expecting "arm64"', 'linux/arm64'],
    ['Image operating system mismatch: image uses OS "windows"+architecture "amd64"+"", expecting "linux"', undefined],
    ['the node told us `no image found in image index for architecture "s390x", OS "linux"` today', 'linux/s390x'],
    ['WARNING: image platform (linux/arm64) does not match the expected platform (linux/amd64)', 'linux/amd64'],
  ])('%s', (text, wanted) => {
    const { error } = decode(text);
    expect(error).toMatchObject({ stage: 'manifest', leaf: { kind: 'platform' } });
    expect('wanted' in error.leaf ? error.leaf.wanted : undefined).toBe(wanted);
  });
});

describe('media types', () => {
  it.each([
    ['unsupported docker v2s2 media type: ""', 'manifest/content:bad-answer'],
    ['unsupported docker v2s2 media type: "application/vnd.acme.index+json"', 'manifest/media-type:unsupported'],
    [
      `${PULL}failed to unpack image on snapshotter overlayfs: unexpected media type text/html for ${A}: not found`,
      `manifest/media-type:html ${AT}`,
    ],
    [
      `time="2026-11-20T22:06:11Z" level=warning msg="reference for unknown type: text/html" digest="${A}" mediatype=text/html size=906`,
      'manifest/media-type:html',
    ],
    [
      "initializing image from source docker://registry.acme.example/shop/api:1.4: invalid character '<' looking for beginning of value",
      `manifest/media-type:html ${AT}`,
    ],
    [
      `${PULL}failed to unpack image on snapshotter overlayfs: mismatched image rootfs and manifest layers`,
      `manifest/media-type:not-an-image ${AT}`,
    ],
    [
      'parsing image configuration: unsupported image-specific operation on artifact with type "application/vnd.cncf.helm.config.v1+json"',
      'manifest/media-type:not-an-image',
    ],
    [`${PULL}number of layers and diffIDs don't match: 1 != 0`, `manifest/media-type:not-an-image ${AT}`],
    [
      `${PULL}not implemented: media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported since containerd v2.0, please rebuild the image`,
      `manifest/media-type:schema1 ${AT}`,
    ],
    [`${PULL}schema 1 image manifests are no longer supported: invalid argument`, `manifest/media-type:schema1 ${AT}`],
    [
      'Error response from daemon: unsupported media type application/vnd.acme.thing.v1+json',
      'manifest/media-type:unsupported',
    ],
    [
      `${PULL}failed to extract layer ${A}: failed to get stream processor for application/vnd.oci.image.layer.v1.tar+zstd: no processor for media-type: unknown`,
      `unpack/media-type:compression ${AT}`,
    ],
    [
      `${PULL}failed to extract layer ${A}: failed to get stream processor for application/vnd.oci.image.layer.v1.tar+gzip+encrypted: no processor for media-type: unknown`,
      `unpack/media-type:encrypted ${AT}`,
    ],
    [
      'ctr: unhandled media type application/vnd.acme.layer.v1.tar+lz4: invalid argument',
      'manifest/media-type:compression',
    ],
    [
      `${PULL}failed to extract layer ${A}: failed to get stream processor for application/vnd.oci.image.layer.v1.tar+encrypted: exec: "acme-decoder": executable file not found in $PATH: unknown`,
      `unpack/media-type:encrypted ${AT}`,
    ],
    [
      `${PULL}failed to extract layer ${A}: missing private key needed for decryption`,
      `unpack/media-type:encrypted ${AT}`,
    ],
    [`${PULL}rejecting 9437184 byte manifest ${A}`, `manifest/media-type:oversized ${AT}`],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });
});

describe('content', () => {
  it.each([
    `Error: failed to create containerd container: error unpacking image: failed to extract layer ${A}: failed to get reader from content store: content digest ${B}: not found`,
    `failed to "StartContainer" for "api" with CreateContainerError: "failed to create containerd container: error unpacking image: failed to extract layer ${A}: failed to get reader from content store: content digest ${B}: not found"`,
  ])('is unpacked late: %s', (text) => {
    expect(decisive(text)).toBe('unpack/content:missing-content');
  });

  it('is known inside inline code', () => {
    expect(decisive("it ends with `Digest of source image's manifest would not match destination reference`")).toBe(
      'blob/content:digest-mismatch',
    );
  });

  it.each([
    [
      `${PULL}failed to extract layer ${A}: exit status 3: unpigz: skipping: <stdin>: corrupted -- crc32 mismatch`,
      `unpack/content:bad-archive ${AT}`,
    ],
    [
      `${PULL}failed commit on ref "layer-${A}": unexpected commit digest ${B}, expected ${A}: failed precondition`,
      `blob/content:digest-mismatch ${AT}`,
    ],
    [
      `${PULL}failed commit on ref "layer-${A}": commit failed: unexpected commit size 5, expected 9: failed precondition`,
      `blob/content:size-mismatch ${AT}`,
    ],
    [
      `${PULL}failed commit on ref "layer-${A}": "layer-${A}" failed size validation: 12 != 94: failed precondition`,
      `blob/content:size-mismatch ${AT}`,
    ],
    [`${PULL}short read: expected 400 bytes but got 100: unexpected EOF`, `blob/content:short-read ${AT}`],
    [`${PULL}failed to copy: failed to read expected number of bytes: unexpected EOF`, `blob/content:short-read ${AT}`],
    [
      `writing blob: storing blob to file "/var/tmp/storage1/2": happened during read: Digest did not match, expected ${A}, got ${B}`,
      'blob/content:digest-mismatch',
    ],
    [
      "copying system image from manifest list: Digest of source image's manifest would not match destination reference",
      'blob/content:digest-mismatch',
    ],
    [
      'Error response from daemon: filesystem layer verification failed for digest sha256:aa',
      'blob/content:digest-mismatch',
    ],
    [
      `${PULL}failed to extract layer ${A}: wrong diff id calculated on extraction "${B}": unknown`,
      `unpack/content:diff-id-mismatch ${AT}`,
    ],
    [
      `${PULL}failed to extract layer ${A}: archive/tar: invalid tar header: unknown`,
      `unpack/content:bad-archive ${AT}`,
    ],
    [
      `${PULL}failed to extract layer (application/vnd.oci.image.layer.v1.tar+gzip ${A}) to overlayfs as "extract-1 ${B}": gzip: invalid header`,
      `unpack/content:bad-archive ${AT}`,
    ],
    [`${PULL}failed to extract layer ${A}: unexpected EOF: unknown`, `unpack/content:bad-archive ${AT}`],
    [
      `${PULL}failed to extract layer ${A}: failed to get reader from content store: content digest ${B}: not found`,
      `unpack/content:missing-content ${AT}`,
    ],
    [
      `${PULL}failed to copy: httpReadSeeker: ref layer-${A} locked for 4m30s (since 2026-01-01 10:00:00): unavailable`,
      `blob/content:locked ${AT}`,
    ],
    [
      'failed to register layer: Untar re-exec error: exit status 1: output: gzip: invalid checksum',
      'unpack/content:bad-archive',
    ],
    ['could not resolve digest for registry.acme.example/shop/api:1.4', 'resolve/content:bad-answer'],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });
});
