import type { ProbePlatform } from '../../core/probe.ts';

/** The usual other names of architectures (containerd platforms, normalizeArch). */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  i386: '386',
  armhf: 'arm',
};

interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string;
}

/** `amd64` alone means Linux; undefined when the text is no platform. */
export function parsePlatform(text: string): Platform | undefined {
  const parts = text.toLowerCase().split('/');
  const [os = '', named = '', variant = ''] = parts.length === 1 ? ['linux', ...parts] : parts;
  const architecture = ARCHITECTURES[named] ?? named;
  const isName = (part: string) => /^[a-z0-9_.-]{1,40}$/.test(part);
  if (parts.length > 3 || !isName(os) || !isName(architecture)) return undefined;
  // Version 8 is the only one of arm64 that images are built for.
  return { os, architecture, variant: architecture === 'arm64' && variant === 'v8' ? '' : variant };
}

/** The entry of an index that a node of this platform takes. */
export function choosePlatform(wanted: string, offered: readonly ProbePlatform[]): ProbePlatform | undefined {
  const want = parsePlatform(wanted);
  if (want === undefined) return undefined;
  const fitting = offered.filter(({ platform }) => runsOn(platform, want));
  return fitting.find(({ platform }) => parsePlatform(platform)?.variant === want.variant) ?? fitting[0];
}

/** Whether an image of this platform runs on such a node: older variants of arm run on newer ones. */
export function runsOn(platform: string, want: Platform): boolean {
  const have = parsePlatform(platform);
  if (have === undefined || have.os !== want.os || have.architecture !== want.architecture) return false;
  if (have.variant === want.variant || have.variant === '' || want.variant === '') return true;
  return want.architecture === 'arm' && have.variant <= want.variant;
}
