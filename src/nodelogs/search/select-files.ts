import type { NodeFile } from '../../core/node/bundle.ts';
import type { NodeFileKind } from '../../core/node/file-kind.ts';
import { UsageError } from '../../core/usage-error.ts';

/** Which files are searched; nothing given: all. */
export interface FileChoice {
  /** `kubelet`, `containerd`, `kernel`, `networking`: see `LOG_TYPES`. */
  readonly logTypes?: readonly string[];
  /** `kubelet/*.log`, `**` over folders; without a star a part of the path. */
  readonly files?: readonly string[];
  readonly node?: string;
}

/** Names of log types as collectors and procedures use them, and the kinds of files that they mean. */
export const LOG_TYPES: Readonly<Record<string, readonly NodeFileKind[]>> = {
  kubelet: ['kubelet', 'kubelet-config', 'kubelet-unit', 'credential-provider-config'],
  containerd: ['containerd', 'containerd-config', 'containerd-unit', 'containerd-version', 'registry-hosts'],
  crio: ['cri-o', 'registries-conf', 'signature-policy'],
  docker: ['docker'],
  runtime: ['containerd', 'cri-o', 'docker'],
  kernel: ['kernel'],
  system: ['system', 'services', 'processes', 'clock', 'instance', 'os-release'],
  events: ['events'],
  networking: ['resolv-conf', 'hosts-file', 'proxy', 'routes', 'links', 'conntrack', 'iptables', 'imds'],
  storage: ['mounts', 'inodes', 'block-devices', 'stats-summary'],
  config: [
    'kubelet-config',
    'kubelet-unit',
    'containerd-config',
    'containerd-unit',
    'credential-provider-config',
    'registry-hosts',
    'registries-conf',
    'signature-policy',
    'ca-bundle',
    'kubelet-ca',
  ],
  other: ['other'],
};

const ALIASES: Readonly<Record<string, string>> = {
  'cri-o': 'crio',
  dmesg: 'kernel',
  messages: 'system',
  syslog: 'system',
  journal: 'system',
  network: 'networking',
  dns: 'networking',
  dockerd: 'docker',
};

export function selectFiles(files: readonly NodeFile[], choice: FileChoice): readonly NodeFile[] {
  const kinds = choice.logTypes === undefined ? undefined : kindsOf(choice.logTypes);
  return files.filter(
    (file) =>
      (kinds === undefined || kinds.has(file.kind)) &&
      (choice.node === undefined || file.node === undefined || file.node === choice.node) &&
      (choice.files === undefined || choice.files.some((glob) => fitsPath(file.path, glob))),
  );
}

/** Undefined: all of them. */
function kindsOf(names: readonly string[]): ReadonlySet<NodeFileKind> | undefined {
  const kinds = new Set<NodeFileKind>();
  for (const given of names.flatMap((name) => name.split(','))) {
    const name = given.trim().toLowerCase();
    if (name === 'all' || name === '*') return undefined;
    const found = LOG_TYPES[ALIASES[name] ?? name];
    if (found === undefined)
      throw new UsageError(`no log type ${name}: use ${Object.keys(LOG_TYPES).join(', ')} or all`);
    for (const kind of found) kinds.add(kind);
  }
  return kinds;
}

/** `*` stays within one folder, `**` does not; a pattern without a slash is held against the name alone. */
export function fitsPath(path: string, glob: string): boolean {
  if (!glob.includes('*')) return path.includes(glob);
  const subject = glob.includes('/') ? path : path.slice(path.lastIndexOf('/') + 1);
  return fits(subject, glob);
}

/** Greedy with one place to come back to, so that time grows with the product of the lengths at most. */
function fits(text: string, glob: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let mark = 0;
  const afterStar = (): number => star + (glob[star + 1] === '*' ? 2 : 1);
  while (at < text.length) {
    if (glob[next] === '*') {
      star = next;
      mark = at;
      next = afterStar();
    } else if (glob[next] === text[at]) {
      next += 1;
      at += 1;
    } else if (star >= 0 && (glob[star + 1] === '*' || text[mark] !== '/')) {
      mark += 1;
      at = mark;
      next = afterStar();
    } else {
      return false;
    }
  }
  while (glob[next] === '*') next += 1;
  return next === glob.length;
}
