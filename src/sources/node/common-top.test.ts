import { describe, expect, it } from 'vitest';
import { commonTop } from './common-top.ts';

const TOP = 'eks_i-0123456789abcdef0_2026-11-20_2131-UTC_0.7.9';
const EKS = ['kubelet/kubelet.log', 'storage/mounts.txt', 'system/region.txt'];
const inside = (top: string, paths: readonly string[] = EKS) => paths.map((path) => `${top}/${path}`);

describe('the folder that holds everything', () => {
  it.each<[string, readonly string[], string | undefined]>([
    ['of the EKS log collector', inside(TOP), TOP],
    ['in another one', inside(`tmp/${TOP}`), `tmp/${TOP}`],
    ['of anybody', inside('from-node-7'), 'from-node-7'],
    [
      'of a sosreport',
      inside('sosreport-a-2026-11-20-abcdefg', ['etc/hostname', 'sos_commands/x/y']),
      'sosreport-a-2026-11-20-abcdefg',
    ],
    ['is none', EKS, undefined],
    ['is none for one file beside', [...inside(TOP), 'notes.md'], undefined],
    ['is none where two begin alike', ['a/kubelet.log', 'ab/kubelet.log'], undefined],
    ['is none without files', [], undefined],
    [
      'is a part of the layout',
      inside('etc', ['containerd/config.toml', 'containerd/certs.d/_default/hosts.toml']),
      undefined,
    ],
    ['is what tells the kind', ['kubelet/kubelet.log', 'kubelet/config.json'], undefined],
    ['is what tells the node', ['nodes/node-a/kubelet.log', 'nodes/node-a/x.txt'], undefined],
  ])('%s', (_, paths, top) => {
    expect(commonTop('evidence.tar.gz', paths)).toBe(top);
  });
});
