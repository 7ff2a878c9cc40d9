import type { Rule } from '../rule.ts';

/** An image that has no build for the node, as the runtimes and their clients say it. */
export const PLATFORM_LEAVES: readonly Rule[] = [
  { like: 'no match for platform in manifest', gives: manifest(), leaf: { kind: 'platform' }, prose: true },
  {
    like: 'no matching manifest for {wanted:w}',
    gives: manifest(),
    leaf: ({ captures }) => platform(captures.wanted),
    prose: true,
  },
  { like: 'no matching manifest for unknown in the manifest list', gives: manifest(), leaf: { kind: 'platform' } },
  { like: 'no matching manifest', gives: manifest(), leaf: { kind: 'platform' } },
  {
    like: 'no image found in manifest list for architecture {wanted}, os {os:w}',
    gives: manifest(),
    leaf: ({ captures }) => chosen(captures),
    prose: true,
  },
  {
    like: 'no image found in image index for architecture {wanted}, os {os:w}',
    gives: manifest(),
    leaf: ({ captures }) => chosen(captures),
    prose: true,
  },
  {
    like: 'no child with platform {wanted:w}',
    gives: manifest(),
    leaf: ({ captures }) => platform(captures.wanted),
  },
  {
    like: 'image operating system {os:q} cannot be used on this platform',
    gives: manifest(),
    leaf: { kind: 'platform' },
  },
  {
    // Amazon ECS
    like: 'image manifest does not contain descriptor matching platform {wanted:q}',
    gives: manifest(),
    leaf: ({ captures }) => platform(captures.wanted),
    prose: true,
  },
  {
    // containers/image copy/single.go
    like: 'image architecture mismatch: image uses {actual:q}, expecting {wanted:q}',
    gives: manifest(),
    leaf: ({ captures }) => platform(captures.wanted === undefined ? undefined : `linux/${captures.wanted}`),
    prose: true,
  },
  { like: 'image operating system mismatch: image uses', gives: manifest(), leaf: { kind: 'platform' } },
  { like: 'operating system is not supported', gives: manifest(), leaf: { kind: 'platform' }, generic: true },
  { like: 'cannot download docker manifest for platform', gives: manifest(), leaf: { kind: 'platform' } },
  {
    like: 'image platform ({actual}) does not match the expected platform ({wanted})',
    gives: manifest(),
    leaf: ({ captures }) => platform(captures.wanted),
  },
  {
    like: "the requested image's platform ({actual}) does not match the detected host platform ({wanted})",
    gives: manifest(),
    leaf: ({ captures }) => platform(captures.wanted?.split('/').slice(0, 2).join('/')),
    prose: true,
  },
  {
    like: 'image with reference {image:w} was found but does not match the specified platform',
    gives: manifest(),
    leaf: { kind: 'platform' },
  },
  { like: 'does not provide the specified platform', gives: manifest(), leaf: { kind: 'platform' }, generic: true },
  {
    like: 'a windows version {version}-based image is incompatible with',
    gives: manifest(),
    leaf: { kind: 'platform' },
  },
  {
    like: 'the container operating system does not match the host operating system',
    gives: manifest(),
    leaf: { kind: 'platform' },
    prose: true,
  },
];

function manifest() {
  return { pull: true, stage: 'manifest' } as const;
}

function platform(wanted: string | undefined) {
  return { kind: 'platform', ...(wanted === undefined || wanted === '' ? {} : { wanted }) } as const;
}

/** `"arm64", variant "v8", OS "linux"` to `linux/arm64/v8`. */
function chosen(captures: Readonly<Record<string, string>>) {
  const [architecture = '', variant = ''] = (captures.wanted ?? '').replace(/["\s]|variant/g, '').split(',');
  const os = (captures.os ?? '').replace(/"/g, '') || 'linux';
  return platform([os, architecture, variant].filter((part) => part !== '').join('/'));
}
