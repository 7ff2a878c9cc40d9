/** What a file of a node holds, told by its place in the layouts of known collectors. */
export type NodeFileKind = LogFileKind | SectionKind | 'other';

/** Logs: many lines, each with a time. */
export type LogFileKind = 'kubelet' | 'containerd' | 'cri-o' | 'docker' | 'kernel' | 'system' | 'events';

/** Sections: the state of one thing when the evidence was taken. */
export type SectionKind =
  | 'mounts'
  | 'inodes'
  | 'block-devices'
  | 'stats-summary'
  | 'kubelet-config'
  | 'kubelet-unit'
  | 'kubelet-metrics'
  | 'credential-provider-config'
  | 'containerd-config'
  | 'containerd-unit'
  | 'containerd-version'
  | 'registry-hosts'
  | 'registries-conf'
  | 'signature-policy'
  | 'crictl-info'
  | 'crictl-images'
  | 'services'
  | 'processes'
  | 'resolv-conf'
  | 'hosts-file'
  | 'proxy'
  | 'routes'
  | 'links'
  | 'conntrack'
  | 'iptables'
  | 'imds'
  | 'ca-bundle'
  | 'clock'
  | 'os-release'
  | 'kubelet-ca'
  | 'instance';

const LOGS: ReadonlySet<NodeFileKind> = new Set([
  'kubelet',
  'containerd',
  'cri-o',
  'docker',
  'kernel',
  'system',
  'events',
]);

export function isLogKind(kind: NodeFileKind): kind is LogFileKind {
  return LOGS.has(kind);
}

/**
 * Path patterns, the first that fits wins. Layouts: the EKS log collector (amazon-eks-ami), sosreport, must-gather,
 * what pullwhy itself collects (which keeps the names of the EKS log collector where it has one).
 */
const KINDS: readonly (readonly [RegExp, NodeFileKind])[] = [
  [/(?:^|\/)storage\/mounts\.txt$|(?:^|\/)df(?:_-\w+)*(?:\.txt)?$|sos_commands\/filesys\/df_/i, 'mounts'],
  [/(?:^|\/)storage\/inodes\.txt$|(?:^|\/)df_-\w*i\w*(?:\.txt)?$/i, 'inodes'],
  [/(?:^|\/)lsblk(?:\.txt)?$|sos_commands\/block\/lsblk/i, 'block-devices'],
  [/(?:^|\/)stats-summary\.json$/i, 'stats-summary'],
  [
    /(?:^|\/)configz\.json$|(?:^|\/)kubelet\/(?:kubelet-)?config\.json(?:\.d\/.*)?$|(?:^|\/)var\/lib\/kubelet\/config\.yaml$|(?:^|\/)kubelet-config\.(?:json|ya?ml)$/i,
    'kubelet-config',
  ],
  [/(?:^|\/)kubelet_service\.txt$|(?:^|\/)kubelet\.service(?:\.d\/.*|\.txt)?$/i, 'kubelet-unit'],
  [/(?:^|\/)kubelet\/metrics\.txt$/i, 'kubelet-metrics'],
  [/image-credential-provider\/|(?:^|\/)credential-provider-config\.(?:json|ya?ml)$/i, 'credential-provider-config'],
  [
    /(?:^|\/)containerd\/containerd-config\.txt$|(?:^|\/)containerd\/(?:conf\.d\/)?[\w.-]+\.toml$/i,
    'containerd-config',
  ],
  [/(?:^|\/)containerd\/containerd-version\.txt$|(?:^|\/)containerd\/version\.txt$/i, 'containerd-version'],
  [/(?:^|\/)containerd\.service(?:\.d\/.*|\.txt)?$/i, 'containerd-unit'],
  [/(?:^|\/)certs\.d\//i, 'registry-hosts'],
  [/(?:^|\/)registries\.(?:conf(?:\.d\/.*)?|ya?ml)$/i, 'registries-conf'],
  [/(?:^|\/)containers\/policy\.json$/i, 'signature-policy'],
  [/(?:^|\/)crictl[-_]info(?:\.json|\.txt)?$/i, 'crictl-info'],
  [/(?:^|\/)(?:crictl[-_]images|containerd-images)(?:\.json|\.txt)?$/i, 'crictl-images'],
  [/(?:^|\/)system\/services\.txt$|systemctl_list-units/i, 'services'],
  [/(?:^|\/)system\/ps[\w-]*\.txt$|(?:^|\/)ps(?:_\w+)?$/i, 'processes'],
  [/(?:^|\/)resolv\.conf(?:\.txt)?$/i, 'resolv-conf'],
  [/(?:^|\/)etc\/hosts$|(?:^|\/)networking\/hosts(?:\.txt)?$/i, 'hosts-file'],
  [/(?:^|\/)(?:http-)?proxy(?:\.conf|\.txt)$/i, 'proxy'],
  [/(?:^|\/)networking\/(?:iproute|routes?)\.txt$|(?:^|\/)ip_route/i, 'routes'],
  [/(?:^|\/)networking\/(?:ifconfig|ip-?addr|links?)\.txt$|(?:^|\/)ip_(?:-\w+_)?addr/i, 'links'],
  [/(?:^|\/)networking\/conntrack[\w-]*\.txt$/i, 'conntrack'],
  [/(?:^|\/)iptables[\w-]*\.txt$/i, 'iptables'],
  [/(?:^|\/)networking\/(?:imds|ping_imds)[\w.-]*\.txt$/i, 'imds'],
  [/(?:^|\/)ca-bundle[\w.-]*$|(?:^|\/)ca-certificates\.crt$|tls-ca-bundle\.pem$/i, 'ca-bundle'],
  [/(?:^|\/)(?:clock|chronyc?[\w-]*|timedatectl)(?:\.txt)?$/i, 'clock'],
  [/(?:^|\/)os-release(?:\.txt)?$/i, 'os-release'],
  [/(?:^|\/)system\/(?:instance-id|region|instance)[\w-]*\.(?:txt|json)$/i, 'instance'],
  [/(?:^|\/)(?:kubelet|k3s(?:-agent)?|rke2-(?:agent|server))[\w.-]*\.(?:log|txt)(?:\.\d+)?(?:\.gz)?$/i, 'kubelet'],
  [
    /(?:^|\/)containerd[\w.-]*(?:log|\.log|log\.txt)(?:\.\d+)?(?:\.gz)?$|containerd-log\.txt(?:\.gz)?$|(?:^|\/)containerd[._][\w.-]+\.(?:log|txt)$/i,
    'containerd',
  ],
  [/(?:^|\/)cri-?o[\w.-]*\.(?:log|txt)(?:\.\d+)?(?:\.gz)?$/i, 'cri-o'],
  [/(?:^|\/)(?:docker|dockerd|cri-dockerd)[\w.-]*\.(?:log|txt)(?:\.\d+)?(?:\.gz)?$/i, 'docker'],
  [/(?:^|\/)(?:dmesg|kern(?:el)?)[\w.-]*(?:\.(?:log|txt|current|human\.current|boot))?(?:\.\d+)?(?:\.gz)?$/i, 'kernel'],
  [/(?:^|\/)(?:messages|syslog|journal|journalctl)[\w.-]*(?:\.(?:log|txt))?(?:\.\d+)?(?:\.gz)?$/i, 'system'],
  [/(?:^|\/)events[\w.-]*\.(?:json|ya?ml|txt)$/i, 'events'],
];

/** By place alone; content may still tell better. */
export function fileKindOf(path: string): NodeFileKind {
  return KINDS.find(([pattern]) => pattern.test(path))?.[1] ?? 'other';
}
