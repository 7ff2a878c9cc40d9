import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';

/** Where the EKS log collector (amazon-eks-ami) puts what is given. */
const PLACES: Readonly<Record<string, string>> = {
  'kubelet.log': 'kubelet/kubelet.log',
  'containerd.log': 'containerd/containerd-log.txt',
};

/** Writes the logs of a node as `eks_<instance>_<time>_<version>.tar.gz`, as the collector would; its path. */
export async function packLikeEks(paths: readonly string[], into: string): Promise<string> {
  const entries = paths.map((path) => {
    const body = new Uint8Array(readFileSync(path));
    return { header: { name: PLACES[basename(path)] ?? basename(path), size: body.length }, body };
  });
  const archive = join(into, 'eks_i-0123456789abcdef0_2026-11-20_2200-UTC_0.7.9.tar.gz');
  writeFileSync(archive, gzipSync(await packTar(entries)));
  return archive;
}
