import { readdir } from 'node:fs/promises';
import type { InsideRoot } from './inside-root.ts';

export interface KubeletProcess {
  readonly flags: readonly string[];
  /** A file, or since 1.34 a folder of files. */
  readonly credentialProviderConfig?: string;
}

const MAX_CMDLINE = 64 * 2 ** 10;

/** The kubelet that runs now; undefined when none does, or processes cannot be seen. */
export async function kubeletProcess(place: InsideRoot): Promise<KubeletProcess | undefined> {
  const names = await readdir(await place.place('/proc')).catch(() => []);
  for (const pid of names.filter((name) => /^\d+$/.test(name))) {
    const read = await place.read(`/proc/${pid}/cmdline`, MAX_CMDLINE);
    const words =
      read.state === 'present' ? new TextDecoder().decode(read.value.bytes).split('\0').filter(Boolean) : [];
    if (!/(?:^|\/)(?:kubelet|hyperkube)$/.test(words[0] ?? '')) continue;
    const config = flagIn(words, '--image-credential-provider-config');
    return { flags: words, ...(config?.startsWith('/') === true ? { credentialProviderConfig: config } : {}) };
  }
  return undefined;
}

function flagIn(words: readonly string[], flag: string): string | undefined {
  const at = words.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
  const word = words[at];
  return word?.includes('=') === true ? word.slice(flag.length + 1) : at < 0 ? undefined : words[at + 1];
}
