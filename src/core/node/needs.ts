import type { Gap } from '../fact.ts';
import type { NodeFile } from './bundle.ts';
import type { NodeFileKind } from './file-kind.ts';
import type { DamagedFile, NeedState } from './validation.ts';

interface Need {
  readonly need: string;
  readonly title: string;
  /** Any of these is enough. */
  readonly kinds: readonly NodeFileKind[];
  /** How gaps speak of it. */
  readonly words: RegExp;
  /** What cannot be told without it. */
  readonly costs: string;
  readonly how: string;
  /** What the EKS log collector does about it (amazon-eks-ami 0.7). */
  readonly eks?: string;
}

/** What diagnoses of image pulls use of a node, the most telling first. */
const NEEDS: readonly Need[] = [
  {
    need: 'kubelet-log',
    title: 'kubelet log',
    kinds: ['kubelet'],
    words: /kubelet(?:'s)? (?:log|journal)|logs? of (?:the )?kubelet/i,
    costs: 'pull errors whose events have expired, and errors of credential providers, which only the kubelet logs',
    how: 'journalctl -u kubelet',
  },
  {
    need: 'runtime-log',
    title: 'log of the container runtime',
    kinds: ['containerd', 'cri-o', 'docker'],
    words:
      /(?:containerd|cri-?o|docker|runtime)\S* (?:log|journal)|logs? of (?:the )?(?:container )?(?:runtime|containerd|crio|docker)/i,
    costs: 'which mirror or host really failed, broken hosts.toml files, and whether the runtime was down',
    how: 'journalctl -u containerd',
    eks: 'the EKS log collector takes it only while containerd runs: it may have been down',
  },
  {
    need: 'runtime-config',
    title: 'configuration of the runtime',
    kinds: ['containerd-config', 'docker-config', 'crictl-info', 'registries-conf'],
    words: /configuration of (?:the )?(?:runtime|containerd)|(?:containerd|CRI-O)'s configuration/i,
    costs: 'which mirrors, registry folders and sandbox image are in use',
    how: 'containerd config dump',
    eks: 'the EKS log collector takes it only while containerd runs: it may have been down',
  },
  {
    need: 'registry-hosts',
    title: 'registry hosts (certs.d, registries.conf)',
    kinds: ['registry-hosts', 'registries-conf'],
    words: /registry hosts|certs\.d|registries\.conf/i,
    costs: 'which host an image is really asked from, and with which CA',
    how: 'cp -r /etc/containerd/certs.d',
    eks: 'the EKS log collector does not take certs.d',
  },
  {
    need: 'kubelet-config',
    title: 'configuration of the kubelet',
    kinds: ['kubelet-config', 'kubelet-unit'],
    words: /kubelet(?:'s)? config|configz/i,
    costs: 'image garbage collection, pull limits and credential providers',
    how: 'systemctl cat kubelet; the file of its --config',
  },
  {
    need: 'disk',
    title: 'free disk space',
    kinds: ['mounts', 'stats-summary'],
    words: /disk|room on|mounted|statistics/i,
    costs: 'whether images had room: "no space left" can also be inodes or a quota',
    how: 'df -P',
  },
  {
    need: 'inodes',
    title: 'free inodes',
    kinds: ['inodes', 'stats-summary'],
    words: /inode|statistics/i,
    costs: 'whether inodes ran out, which reads like a full disk',
    how: 'df -Pi',
  },
  {
    need: 'dns',
    title: 'name servers of the node',
    kinds: ['resolv-conf'],
    words: /resolv\.conf|resolver|name servers?|DNS/i,
    costs: 'which name server the runtime asks: the node does not use the DNS of the cluster',
    how: 'cat /etc/resolv.conf',
  },
  {
    need: 'proxy',
    title: 'proxy of the runtime',
    kinds: ['proxy', 'containerd-unit'],
    words: /prox(?:y|ies)|unit containerd|unit crio/i,
    costs: 'whether pulls go through a proxy, and which hosts are excepted',
    how: 'systemctl cat containerd',
    eks: 'the EKS log collector takes the unit of the kubelet, not that of containerd',
  },
  {
    need: 'clock',
    title: 'clock of the node',
    kinds: ['clock'],
    words: /clock|chrony|timedatectl/i,
    costs: 'whether a wrong clock makes certificates and tokens look invalid',
    how: 'timedatectl; chronyc tracking',
    eks: 'the EKS log collector does not take it',
  },
  {
    need: 'services',
    title: 'running services',
    kinds: ['services', 'processes'],
    words: /services|systemctl/i,
    costs: 'whether runtime and kubelet were up when the evidence was taken',
    how: 'systemctl list-units',
  },
];

/** A file of one node, looked into. */
export interface SeenFile {
  readonly file: NodeFile;
  readonly damage?: DamagedFile;
  /** Logs whose lines are in it: a journal holds several. */
  readonly heard: readonly NodeFileKind[];
}

/** How each need is met by the files of one node. */
export function needsMet(files: readonly SeenFile[], gaps: readonly Gap[], origin: string): readonly NeedState[] {
  return NEEDS.map((need) => met(need, files, gaps, origin));
}

function met(
  { need, title, kinds, words, costs, how, eks }: Need,
  files: readonly SeenFile[],
  gaps: readonly Gap[],
  origin: string,
): NeedState {
  const found = files.filter(({ file, heard }) => [file.kind, ...heard].some((kind) => kinds.includes(kind)));
  const paths = found.map(({ file }) => file.path);
  const note = eks !== undefined && origin.includes('eks-log-collector') ? { note: eks } : {};
  if (found.length === 0) {
    const gap = gaps.find(({ wanted }) => words.test(wanted));
    const why = gap?.why ?? 'not-collected';
    return { need, title, state: 'missing', files: [], why, how: gap?.how ?? how, costs, ...note };
  }
  if (found.every(({ damage }) => damage !== undefined && damage.why !== 'cut' && damage.why !== 'damaged'))
    return { need, title, state: 'empty', files: paths, how, costs, ...note };
  const whole = found.some(({ damage }) => damage === undefined);
  return { need, title, state: whole ? 'present' : 'partial', files: paths, ...(whole ? {} : { costs }) };
}
