import { foreignLeaf } from '../registry-body.ts';
import type { Rule } from '../rule.ts';

/** Media type and content of what a registry serves, as the runtimes judge it. */
export const CONTENT_LEAVES: readonly Rule[] = [
  // media type
  { like: 'schema 1 image manifests are no longer supported', gives: manifest(), leaf: schema1(), prose: true },
  { like: 'pulling schema 1 images', gives: manifest(), leaf: schema1(), prose: true },
  { like: 'media type {type:q} is no longer supported', gives: manifest(), leaf: schema1() },
  { like: 'application/vnd.docker.distribution.manifest.v1', gives: manifest(), leaf: schema1() },
  {
    like: 'docker image format v1 and docker image manifest version 2, schema 1 support is disabled',
    gives: manifest(),
    leaf: schema1(),
    prose: true,
  },
  { like: '[deprecation notice] docker image format v1', gives: manifest(), leaf: schema1() },
  { like: 'deprecation notice] docker image format v1', gives: manifest(), leaf: schema1() },
  { like: 'unsupported schema version 1', gives: manifest(), leaf: schema1() },
  { like: 'no signatures', leaf: schema1(), when: ({ rest }) => rest.trim() === '' },
  {
    like: 'unexpected media type {type:w}',
    gives: { stage: 'manifest' },
    // containerd says of which content
    read: ({ rest }) => (/^\W{0,3}for sha\d/.test(rest) ? { pull: true } : {}),
    leaf: ({ captures }) => unexpectedType(captures.type ?? ''),
  },
  // containerd logs it of each descriptor that it knows no handler for; only a page proves that no registry answered
  {
    like: 'reference for unknown type: {type:w}',
    gives: manifest(),
    leaf: ({ captures }) => (captures.type === 'text/html' ? unexpectedType('text/html') : undefined),
  },
  {
    like: 'unsupported image-specific operation on artifact with type {type:q}',
    gives: manifest(),
    leaf: ({ captures }) => notAnImage(captures.type),
  },
  { like: 'mismatched image rootfs and manifest layers', gives: manifest(), leaf: notAnImage(), prose: true },
  { like: "number of layers and diffids don't match", gives: manifest(), leaf: notAnImage(), prose: true },
  {
    like: 'unsupported manifest media type and digest',
    gives: manifest(),
    leaf: { kind: 'media-type', problem: 'unsupported' },
  },
  {
    like: 'unsupported media type {type:w}',
    gives: { stage: 'manifest' },
    leaf: ({ captures }) => unsupported(captures.type ?? ''),
  },
  {
    like: 'unsupported media type',
    gives: { stage: 'manifest' },
    leaf: { kind: 'media-type', problem: 'unsupported' },
    generic: true,
  },
  { like: 'unhandled media type {type:w}', leaf: ({ captures }) => unsupported(captures.type ?? '') },
  { like: 'unsupported layer media type {type:w}', leaf: ({ captures }) => unsupported(captures.type ?? '') },
  { like: 'unsupported mime type {type:w}', leaf: ({ captures }) => unsupported(captures.type ?? '') },
  // without a type: the registry sent the manifest without saying what it is
  {
    like: 'unsupported docker v2s2 media type: ""',
    gives: manifest(),
    leaf: { kind: 'content', problem: 'bad-answer' },
  },
  {
    like: 'unsupported docker v2s2 media type',
    gives: manifest(),
    leaf: { kind: 'media-type', problem: 'unsupported' },
  },
  {
    like: 'unimplemented manifest mime type {type:q}',
    gives: manifest(),
    leaf: ({ captures }) => unsupported(captures.type ?? ''),
  },
  {
    like: 'unknown manifest class for {type:w}',
    gives: manifest(),
    leaf: ({ captures }) => unsupported(captures.type ?? ''),
  },
  { like: 'mediatype in manifest should be', gives: manifest(), leaf: { kind: 'media-type', problem: 'unsupported' } },
  { like: 'encountered remote {type:q}', gives: manifest(), leaf: ({ captures }) => notAnImage(captures.type) },
  { like: 'target is plugin', gives: manifest(), leaf: notAnImage() },
  { like: 'invalid rootfs in image configuration', gives: manifest(), leaf: notAnImage() },
  { like: 'invalid image config', leaf: notAnImage(), generic: true },
  {
    // diff/stream.go names the type before the reason.
    like: 'failed to get stream processor for {type:w}: no processor for media-type',
    leaf: ({ captures }) => ({
      kind: 'media-type',
      problem: captures.type?.includes('encrypted') === true ? 'encrypted' : 'compression',
    }),
  },
  {
    // a decoder is set for the type, but its program is not on the node
    like: 'failed to get stream processor for {type:w}: exec',
    leaf: ({ captures }) => ({
      kind: 'media-type',
      problem: captures.type?.includes('encrypted') === true ? 'encrypted' : 'compression',
    }),
  },
  { like: 'no processor for media-type', leaf: { kind: 'media-type', problem: 'compression' }, prose: true },
  { like: 'unknown layer type', leaf: { kind: 'media-type', problem: 'compression' } },
  { like: 'rejecting {size:w} byte manifest', gives: manifest(), leaf: { kind: 'media-type', problem: 'oversized' } },
  {
    like: 'missing private key needed for decryption',
    leaf: { kind: 'media-type', problem: 'encrypted' },
    prose: true,
  },
  { like: 'call to keyprovider', leaf: { kind: 'media-type', problem: 'encrypted' }, generic: true },
  {
    like: "invalid character '<' looking for beginning of value",
    leaf: ({ seen, rest }) => foreignLeaf(seen.status, rest) ?? { kind: 'media-type', problem: 'html' },
    generic: true,
  },
  // a status with a body that is no JSON at all: `404 page not found`
  { like: 'invalid character', leaf: ({ seen, rest }) => foreignLeaf(seen.status, rest), generic: true },
  {
    // containerd core/remotes/handlers.go: a proxy or mirror answered without the length
    like: 'unable to fetch descriptor ({digest}) which reports content size of zero',
    gives: { pull: true },
    leaf: { kind: 'content', problem: 'bad-answer' },
    prose: true,
  },
  {
    like: 'error unmarshalling content',
    gives: { fallback: { kind: 'content', problem: 'bad-answer' } },
    generic: true,
  },
  {
    like: 'unexpected end of json input',
    leaf: { kind: 'content', problem: 'bad-answer' },
    generic: true,
    when: ({ seen }) => seen.stage !== undefined && seen.stage !== 'pull',
  },

  // content
  {
    like: 'unexpected commit digest',
    gives: { pull: true, stage: 'blob' },
    leaf: content('digest-mismatch'),
    prose: true,
  },
  { like: 'unexpected commit size', gives: { pull: true, stage: 'blob' }, leaf: content('size-mismatch') },
  { like: 'failed size validation', leaf: content('size-mismatch'), prose: true },
  { like: 'digest did not match', leaf: content('digest-mismatch'), prose: true },
  {
    like: 'filesystem layer verification failed for digest',
    gives: { pull: true, stage: 'blob' },
    leaf: content('digest-mismatch'),
    prose: true,
  },
  {
    like: 'image config verification failed for digest',
    gives: { pull: true },
    leaf: content('digest-mismatch'),
    prose: true,
  },
  {
    like: 'image verification failed for digest',
    gives: { pull: true },
    leaf: content('digest-mismatch'),
    prose: true,
  },
  {
    like: 'manifest verification failed for digest',
    gives: { pull: true },
    leaf: content('digest-mismatch'),
    prose: true,
  },
  { like: "manifest doesn't match digest", gives: { pull: true }, leaf: content('digest-mismatch'), prose: true },
  {
    like: 'manifest does not match provided manifest digest',
    gives: { pull: true },
    leaf: content('digest-mismatch'),
    prose: true,
  },
  {
    like: "digest of source image's manifest would not match destination reference",
    gives: { pull: true },
    leaf: content('digest-mismatch'),
    prose: true,
  },
  {
    like: 'wrong diff id calculated on extraction',
    gives: { pull: true, stage: 'unpack' },
    leaf: content('diff-id-mismatch'),
    prose: true,
  },
  {
    like: "layers from manifest don't match image configuration",
    gives: { pull: true },
    leaf: content('diff-id-mismatch'),
    prose: true,
  },
  { like: 'short read', leaf: content('short-read') },
  {
    like: 'failed to read expected number of bytes',
    gives: { pull: true, stage: 'blob' },
    leaf: content('short-read'),
    prose: true,
  },
  { like: 'unexpected length of', leaf: content('short-read'), generic: true },
  { like: 'archive/tar', leaf: content('bad-archive') },
  { like: 'gzip: invalid', leaf: content('bad-archive') },
  { like: 'gzip', leaf: content('bad-archive'), generic: true, when: ({ seen }) => seen.stage === 'unpack' },
  { like: 'flate: corrupt input', leaf: content('bad-archive') },
  // pigz, which containerd and dockerd use where it is installed; it aborts for reasons of its own
  { like: 'unpigz: skipping', leaf: content('bad-archive') },
  { like: 'zlib: invalid', leaf: content('bad-archive') },
  { like: 'invalid tar header', leaf: content('bad-archive') },
  { like: 'magic number mismatch', leaf: content('bad-archive') },
  { like: 'unrecognized stream', leaf: content('bad-archive'), generic: true },
  { like: 'invalid checksum', leaf: content('bad-archive'), generic: true },
  {
    like: 'failed to get reader from content store',
    gives: { pull: true, stage: 'unpack', fallback: content('missing-content') },
  },
  { like: 'content digest {digest:w}', gives: { pull: true }, leaf: content('missing-content') },
  { like: 'blob {digest:w} expected at', leaf: content('missing-content') },
  { like: 'ref {ref:w} locked for', gives: { pull: true, stage: 'blob' }, leaf: content('locked') },
  { like: 'layer already being pulled by another client', leaf: content('locked'), generic: true },
];

function manifest() {
  return { pull: true, stage: 'manifest' } as const;
}

function schema1() {
  return { kind: 'media-type', problem: 'schema1' } as const;
}

function notAnImage(mediaType?: string) {
  return {
    kind: 'media-type',
    problem: 'not-an-image',
    ...(mediaType === undefined || mediaType === '' ? {} : { mediaType }),
  } as const;
}

function unexpectedType(type: string) {
  if (type.startsWith('text/html')) return { kind: 'media-type', problem: 'html', mediaType: 'text/html' } as const;
  return notAnImage(type);
}

function unsupported(mediaType: string) {
  if (mediaType.includes('manifest.v1+')) return schema1();
  const problem = /encrypted/.test(mediaType)
    ? 'encrypted'
    : /zstd|xz|bzip2|lz4/.test(mediaType)
      ? 'compression'
      : 'unsupported';
  return { kind: 'media-type', problem, ...(mediaType === '' ? {} : { mediaType }) } as const;
}

function content(
  problem:
    | 'digest-mismatch'
    | 'size-mismatch'
    | 'short-read'
    | 'diff-id-mismatch'
    | 'bad-archive'
    | 'missing-content'
    | 'locked',
) {
  return { kind: 'content', problem } as const;
}
