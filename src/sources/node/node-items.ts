/** How a file is made safe before it is kept. */
export type Treatment =
  /** As it is, but for secret values in its text. */
  | 'text'
  /** Also without the values of keys that hold logins. */
  | 'config'
  /** Docker logins: the hosts alone. */
  | 'logins'
  /** Trusted certificates: their fingerprints alone. */
  | 'certificates'
  /** That it is there, never what is in it. */
  | 'presence';

/** A file or folder of a node that tells of image pulls. */
export interface NodePath {
  readonly path: string;
  readonly what: string;
  readonly treat: Treatment;
  /** All files below it. */
  readonly folder?: true;
  /** Where it is kept; left out: its own path. */
  readonly as?: string;
  /** The end of it is what counts. */
  readonly log?: true;
}

/** Something that a program of the node tells. */
export interface NodeCommand {
  readonly what: string;
  /** Where its answer is kept, by the names of the EKS log collector where it has one. */
  readonly as: string;
  /** One after the other, their answers joined. */
  readonly run: readonly (readonly string[])[];
  readonly treat: 'text' | 'config';
  /** The log of a unit: only lines since the time that was asked for, and of those the end. */
  readonly log?: true;
}

/** Of these at least one must be there, or a diagnosis lacks something. */
export interface Need {
  readonly what: string;
  readonly anyOf: readonly string[];
  readonly how: string;
}

const UNITS = ['kubelet', 'containerd', 'crio', 'docker', 'k3s', 'k3s-agent', 'rke2-agent', 'rke2-server'];
const UNIT_FOLDERS = ['/etc/systemd/system', '/usr/lib/systemd/system', '/run/systemd/system'];

const units: readonly NodePath[] = UNITS.flatMap((unit) =>
  UNIT_FOLDERS.flatMap((folder): NodePath[] => [
    { path: `${folder}/${unit}.service`, what: `the unit ${unit}`, treat: 'config' },
    { path: `${folder}/${unit}.service.d`, what: `drop-ins of the unit ${unit}`, treat: 'config', folder: true },
  ]),
);

/** Config of runtimes and kubelet, name resolution, clock: containerd docs/hosts.md, CRI-O, containers/image, kubelet 1.36, amazon-eks-ami. */
export const NODE_PATHS: readonly NodePath[] = [
  { path: '/etc/containerd/config.toml', what: "containerd's configuration", treat: 'config' },
  { path: '/etc/containerd/conf.d', what: "containerd's drop-ins", treat: 'config', folder: true },
  { path: '/etc/containerd/certs.d', what: "containerd's registry hosts", treat: 'config', folder: true },
  { path: '/etc/docker/certs.d', what: 'registry certificates', treat: 'config', folder: true },
  { path: '/etc/docker/daemon.json', what: "docker's configuration", treat: 'config' },
  { path: '/etc/crio/crio.conf', what: "CRI-O's configuration", treat: 'config' },
  { path: '/etc/crio/crio.conf.d', what: "CRI-O's drop-ins", treat: 'config', folder: true },
  { path: '/etc/containers/registries.conf', what: 'registries.conf', treat: 'config' },
  { path: '/etc/containers/registries.conf.d', what: 'drop-ins of registries.conf', treat: 'config', folder: true },
  { path: '/etc/containers/policy.json', what: 'the signature policy', treat: 'config' },
  { path: '/etc/containers/certs.d', what: 'registry certificates', treat: 'config', folder: true },
  {
    path: '/var/lib/rancher/k3s/agent/etc/containerd',
    what: "k3s's containerd configuration",
    treat: 'config',
    folder: true,
  },
  {
    path: '/var/lib/rancher/rke2/agent/etc/containerd',
    what: "RKE2's containerd configuration",
    treat: 'config',
    folder: true,
  },
  { path: '/etc/rancher/k3s/registries.yaml', what: "k3s's registries", treat: 'config' },
  { path: '/etc/rancher/rke2/registries.yaml', what: "RKE2's registries", treat: 'config' },
  ...units,
  { path: '/var/lib/kubelet/config.yaml', what: "the kubelet's configuration", treat: 'config' },
  { path: '/etc/kubernetes/kubelet/config.json', what: "the kubelet's configuration", treat: 'config' },
  {
    path: '/etc/kubernetes/kubelet/config.json.d',
    what: "drop-ins of the kubelet's configuration",
    treat: 'config',
    folder: true,
  },
  { path: '/etc/kubernetes/kubelet/kubelet-config.json', what: "the kubelet's configuration", treat: 'config' },
  { path: '/var/lib/kubelet/kubeadm-flags.env', what: "the kubelet's flags", treat: 'config' },
  { path: '/etc/default/kubelet', what: "the kubelet's flags", treat: 'config' },
  { path: '/etc/sysconfig/kubelet', what: "the kubelet's flags", treat: 'config' },
  { path: '/etc/sysconfig/crio', what: "CRI-O's environment", treat: 'config' },
  { path: '/etc/sysconfig/docker', what: "dockerd's environment", treat: 'config' },
  { path: '/etc/default/docker', what: "dockerd's environment", treat: 'config' },
  {
    path: '/etc/eks/image-credential-provider/config.json',
    what: "the credential providers' configuration",
    treat: 'config',
  },
  {
    path: '/etc/kubernetes/image-credential-provider',
    what: "the credential providers' configuration",
    treat: 'config',
    folder: true,
  },
  { path: '/var/lib/kubelet/config.json', what: 'registry logins of the node', treat: 'logins' },
  { path: '/root/.docker/config.json', what: 'registry logins of the node', treat: 'logins' },
  { path: '/.docker/config.json', what: 'registry logins of the node', treat: 'logins' },
  { path: '/var/lib/kubelet/image_manager/pulled', what: "the kubelet's pull records", treat: 'config', folder: true },
  { path: '/var/lib/kubelet/image_manager/pulling', what: "the kubelet's open pulls", treat: 'config', folder: true },
  { path: '/etc/resolv.conf', what: 'the resolver configuration', treat: 'text', as: 'networking/resolv.conf' },
  { path: '/run/systemd/resolve/resolv.conf', what: 'the resolver behind systemd-resolved', treat: 'text' },
  { path: '/etc/hosts', what: 'the hosts file', treat: 'text' },
  { path: '/etc/os-release', what: 'the operating system', treat: 'text' },
  { path: '/proc/mounts', what: 'what is mounted', treat: 'text', as: 'storage/proc-mounts.txt' },
  {
    path: '/proc/sys/net/netfilter/nf_conntrack_count',
    what: 'tracked connections',
    treat: 'text',
    as: 'networking/conntrack-count.txt',
  },
  {
    path: '/proc/sys/net/netfilter/nf_conntrack_max',
    what: 'the limit of tracked connections',
    treat: 'text',
    as: 'networking/conntrack-max.txt',
  },
  {
    path: '/etc/ssl/certs/ca-certificates.crt',
    what: 'trusted certificates',
    treat: 'certificates',
    as: 'system/ca-bundle.txt',
  },
  {
    path: '/etc/pki/tls/certs/ca-bundle.crt',
    what: 'trusted certificates',
    treat: 'certificates',
    as: 'system/ca-bundle-pki.txt',
  },
  { path: '/var/log/kubelet.log', what: 'the kubelet log', treat: 'text', as: 'kubelet/kubelet-file.log', log: true },
  {
    path: '/var/log/containerd.log',
    what: 'the containerd log',
    treat: 'text',
    as: 'containerd/containerd-file.log',
    log: true,
  },
  { path: '/var/log/messages', what: 'the system log', treat: 'text', as: 'var_log/messages', log: true },
  { path: '/var/log/syslog', what: 'the system log', treat: 'text', as: 'var_log/syslog', log: true },
];

export const NODE_COMMANDS: readonly NodeCommand[] = [
  unitLog('kubelet', 'kubelet/kubelet.log'),
  unitLog('k3s', 'kubelet/k3s.log', ['k3s', 'k3s-agent']),
  unitLog('rke2', 'kubelet/rke2-agent.log', ['rke2-agent', 'rke2-server']),
  unitLog('containerd', 'containerd/containerd-log.txt'),
  unitLog('crio', 'crio/crio.log'),
  unitLog('docker', 'docker/docker.log', ['docker', 'cri-docker']),
  { what: 'the kernel log', as: 'kernel/kernel.log', run: [['journalctl', '-k']], treat: 'text', log: true },
  {
    what: 'room on the file systems',
    as: 'storage/mounts.txt',
    run: [['mount'], ['df', '-P']],
    treat: 'text',
  },
  { what: 'inodes of the file systems', as: 'storage/inodes.txt', run: [['df', '-Pi']], treat: 'text' },
  {
    what: "containerd's configuration in use",
    as: 'containerd/containerd-config.txt',
    run: [['containerd', 'config', 'dump']],
    treat: 'config',
  },
  { what: "the runtime's live configuration", as: 'crictl-info.json', run: [['crictl', 'info']], treat: 'config' },
  {
    what: 'images on the node',
    as: 'crictl-images.json',
    run: [['crictl', 'images', '--digests', '-o', 'json']],
    treat: 'text',
  },
  { what: 'containers on the node', as: 'crictl-ps.txt', run: [['crictl', 'ps', '-a']], treat: 'text' },
  {
    what: 'the kubelet unit',
    as: 'kubelet/kubelet_service.txt',
    run: [['systemctl', 'cat', 'kubelet']],
    treat: 'config',
  },
  {
    what: 'the containerd unit',
    as: 'containerd/containerd.service.txt',
    run: [['systemctl', 'cat', 'containerd']],
    treat: 'config',
  },
  {
    what: 'the state of services',
    as: 'system/services.txt',
    run: [['systemctl', 'list-units', '--type=service', '--all', '--no-pager', '--plain']],
    treat: 'text',
  },
  {
    what: 'state and environment of the units: proxies',
    as: 'system/proxy.txt',
    run: ['kubelet', 'containerd', 'crio', 'docker'].map((unit) => [
      'systemctl',
      'show',
      unit,
      '--property=Id,ActiveState,SubState,Result,NRestarts,ExecMainStartTimestamp,Environment,EnvironmentFiles',
    ]),
    treat: 'config',
  },
  { what: 'routes', as: 'networking/iproute.txt', run: [['ip', 'route', 'show', 'table', 'all']], treat: 'text' },
  { what: 'links and their MTU', as: 'networking/links.txt', run: [['ip', '-s', 'address']], treat: 'text' },
  {
    what: 'dropped connection tracking',
    as: 'networking/conntrack.txt',
    run: [['conntrack', '-S']],
    treat: 'text',
  },
  {
    what: 'the clock',
    as: 'system/clock.txt',
    run: [
      ['date', '-u', '+%Y-%m-%dT%H:%M:%SZ'],
      ['timedatectl'],
      ['chronyc', '-n', 'tracking'],
      ['timedatectl', 'timesync-status'],
      ['ntpq', '-pn'],
    ],
    treat: 'text',
  },
  {
    what: 'versions',
    as: 'containerd/containerd-version.txt',
    run: [
      ['containerd', '--version'],
      ['crio', '--version'],
      ['crictl', '--version'],
      ['kubelet', '--version'],
      ['uname', '-a'],
    ],
    treat: 'text',
  },
];

/** What a diagnosis of a pull needs of a node. */
export const NEEDS: readonly Need[] = [
  {
    what: 'the kubelet log',
    anyOf: [
      'kubelet/kubelet.log',
      'kubelet/k3s.log',
      'kubelet/rke2-agent.log',
      'kubelet/kubelet-file.log',
      'var_log/messages',
      'var_log/syslog',
    ],
    how: 'journalctl -u kubelet --since -24h > kubelet.log',
  },
  {
    what: "the runtime's log",
    anyOf: [
      'containerd/containerd-log.txt',
      'crio/crio.log',
      'docker/docker.log',
      'kubelet/k3s.log',
      'kubelet/rke2-agent.log',
      'containerd/containerd-file.log',
      'var_log/messages',
      'var_log/syslog',
    ],
    how: 'journalctl -u containerd --since -24h > containerd.log',
  },
  { what: 'room on the file systems', anyOf: ['storage/mounts.txt'], how: 'df -P' },
  { what: 'inodes of the file systems', anyOf: ['storage/inodes.txt'], how: 'df -Pi' },
  { what: 'the resolver configuration', anyOf: ['networking/resolv.conf'], how: 'cat /etc/resolv.conf' },
];

function unitLog(name: string, as: string, units: readonly string[] = [name]): NodeCommand {
  return {
    what: `the ${name} log`,
    as,
    run: [['journalctl', ...units.flatMap((unit) => ['-u', unit])]],
    treat: 'text',
    log: true,
  };
}

/** Names of files that may hold keys: never read, only told of. */
export function mayHoldKey(path: string): boolean {
  return /\.(?:key|pem|p12|pfx|jks|cert)$|(?:^|\/)(?:kubeconfig|id_[a-z0-9]+|token|auth\.json)[^/]*$/i.test(path);
}

/** Certificates: no secret, but only their fingerprints are wanted. */
export function isCertificate(path: string): boolean {
  return /\.(?:crt|ca)$/i.test(path);
}
