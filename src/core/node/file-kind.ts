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
  /** Units of runtimes and their drop-ins: containerd, CRI-O, dockerd. */
  | 'containerd-unit'
  /** Environment files that units of runtimes read: `/etc/sysconfig/crio`. */
  | 'runtime-environment'
  | 'docker-config'
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
  | 'kernel-version'
  | 'node-object'
  /** What a collector writes of its own work. */
  | 'collection-record'
  | 'kubelet-ca'
  | 'instance';

const LOGS: ReadonlySet<string> = new Set(['kubelet', 'containerd', 'cri-o', 'docker', 'kernel', 'system', 'events']);

export function isLogKind(kind: string): kind is LogFileKind {
  return LOGS.has(kind);
}

/**
 * Path patterns, the first that fits wins. Layouts: the EKS log collector (amazon-eks-ami 0.7), sos 4 (commands as file
 * names), must-gather, Rancher's log collector, what pullwhy itself collects (which keeps the names of the EKS log
 * collector where it has one).
 */
const KINDS: readonly (readonly [RegExp, NodeFileKind])[] = [
  [/(?:^|\/)storage\/inodes\.txt$|(?:^|\/)df_-\w*i\w*(?:_-\w+)*(?:\.txt)?$|systeminfo\/dfi$/i, 'inodes'],
  [
    /(?:^|\/)storage\/(?:proc-)?mounts\.txt$|(?:^|\/)df(?:_-\w+)*(?:\.txt)?$|(?:^|\/)proc\/mounts$|filesys\/(?:mount|findmnt)|systeminfo\/dfh$/i,
    'mounts',
  ],
  [/(?:^|\/)lsblk(?:\.txt)?$|sos_commands\/block\/lsblk/i, 'block-devices'],
  [/(?:^|\/)stats-summary\.json$/i, 'stats-summary'],
  [
    /(?:^|\/)configz\.json$|(?:^|\/)kubelet\/(?:kubelet-)?config\.json(?:\.d\/.*)?$|(?:^|\/)var\/lib\/kubelet\/config\.yaml$|(?:^|\/)kubelet-config\.(?:json|ya?ml)$|etc\/kubernetes\/kubelet\.conf$/i,
    'kubelet-config',
  ],
  [/(?:^|\/)kubelet(?:-eks)?_service\.txt$|(?:^|\/)kubelet\.service(?:\.d\/.*|\.txt)?$/i, 'kubelet-unit'],
  [/(?:^|\/)kubelet\/metrics\.txt$/i, 'kubelet-metrics'],
  [/image-credential-provider\/|(?:^|\/)credential-provider-config\.(?:json|ya?ml)$/i, 'credential-provider-config'],
  [
    /(?:^|\/)containerd\/containerd-config\.txt$|(?:^|\/)containerd\/(?:conf\.d\/)?[\w.-]+\.toml$|(?:^|\/)containerd_config_dump$/i,
    'containerd-config',
  ],
  [/(?:^|\/)containerd\/containerd-version\.txt$|(?:^|\/)containerd\/version\.txt$/i, 'containerd-version'],
  [
    /(?:^|\/)(?:containerd|cri-?o|docker|k3s(?:-agent)?|rke2-(?:agent|server))\.service(?:\.d\/.*|\.txt)?$/i,
    'containerd-unit',
  ],
  [/(?:^|\/)etc\/(?:sysconfig|default)\/(?:crio|cri-o|docker)$/i, 'runtime-environment'],
  [/(?:^|\/)docker\/daemon\.json$/i, 'docker-config'],
  [/(?:^|\/)certs\.d\//i, 'registry-hosts'],
  [/(?:^|\/)registries\.(?:conf(?:\.d\/.*)?|ya?ml)$/i, 'registries-conf'],
  [/(?:^|\/)containers\/policy\.json$/i, 'signature-policy'],
  [/(?:^|\/)crictl[-_]info(?:\.json|\.txt)?$/i, 'crictl-info'],
  [/(?:^|\/)(?:crictl[-_]images|containerd-images|docker-images)(?:_.*)?(?:\.json|\.txt)?$/i, 'crictl-images'],
  [/(?:^|\/)system\/services\.txt$|systemctl_list-units/i, 'services'],
  [/(?:^|\/)system\/ps[\w-]*\.txt$|(?:^|\/)ps(?:_[\w-]+)?$/i, 'processes'],
  [/(?:^|\/)resolv\.conf(?:\.txt)?$/i, 'resolv-conf'],
  [/(?:^|\/)etc\/hosts$|(?:^|\/)networking\/hosts(?:\.txt)?$/i, 'hosts-file'],
  [/(?:^|\/)(?:http-)?proxy(?:\.conf|\.txt)$/i, 'proxy'],
  [/(?:^|\/)networking\/(?:iproute|routes?)\.txt$|(?:^|\/)ip_route/i, 'routes'],
  [/(?:^|\/)networking\/(?:ifconfig|ip-?addr|links?)\.txt$|(?:^|\/)ip_(?:-\w+_)*(?:addr|link)/i, 'links'],
  [/(?:^|\/)networking\/conntrack[\w-]*\.txt$|(?:^|\/)conntrack_-S/i, 'conntrack'],
  [/(?:^|\/)iptables[\w-]*\.txt$/i, 'iptables'],
  [/(?:^|\/)networking\/(?:imds|ping_imds)[\w.-]*\.txt$/i, 'imds'],
  [/(?:^|\/)ca-bundle[\w.-]*$|(?:^|\/)ca-certificates\.crt$|tls-ca-bundle\.pem$/i, 'ca-bundle'],
  [/(?:^|\/)(?:clock|chronyc?[\w-]*|timedatectl[\w-]*|ntp(?:q|date|stat)(?:_[\w-]+)?)(?:\.txt)?$/i, 'clock'],
  [/(?:^|\/)os-release(?:\.txt)?$/i, 'os-release'],
  [/(?:^|\/)(?:kernel\/uname\.txt|kernel\/uname(?:_-\w+)?)$/i, 'kernel-version'],
  [/(?:^|\/)node\.json$/i, 'node-object'],
  [/(?:^|\/)collected\.json$/i, 'collection-record'],
  [/(?:^|\/)system\/(?:instance|region|availability-zone|ami)(?:-[\w-]*)?\.(?:txt|json)$/i, 'instance'],
  // What the EKS log collector prints of a runtime is no log, whatever it is called.
  [/(?:^|\/)docker-(?:info|ps|version|trace)\.txt$|\.stacks\.log$/i, 'other'],
  [log('kubelet|k3s(?:-agent)?|rke2-(?:agent|server)'), 'kubelet'],
  [/(?:^|\/)[\w.-]*_logs_kubelet(?:\.log)?(?:\.gz)?$/i, 'kubelet'],
  [
    /(?:^|\/)containerd[\w.-]*(?:log|\.log|log\.txt)(?:\.\d+)?(?:\.gz)?$|containerd-log\.txt(?:\.gz)?$|(?:^|\/)containerd[._][\w.-]+\.(?:log|txt)$/i,
    'containerd',
  ],
  [log('containerd'), 'containerd'],
  [log('cri-?o'), 'cri-o'],
  [log('docker|dockerd|cri-dockerd'), 'docker'],
  [/(?:^|\/)(?:dmesg|kern(?:el)?)[\w.-]*(?:\.(?:log|txt|current|human\.current|boot))?(?:\.\d+)?(?:\.gz)?$/i, 'kernel'],
  [/(?:^|\/)(?:messages|syslog|journal|journalctl)[\w.-]*(?:\.(?:log|txt))?(?:\.\d+)?(?:\.gz)?$/i, 'system'],
  [/(?:^|\/)events[\w.-]*\.(?:json|ya?ml|txt)$/i, 'events'],
];

/** The log of a unit by its file's name, rotated or not, or by the journalctl command that printed it. */
function log(units: string): RegExp {
  const file = `(?:${units})(?![\\w.-]*-(?:images|plugins|version|config|namespaces|containers|tasks)\\.txt)[\\w.-]*\\.(?:log|txt)`;
  const journal = `journal(?:ctl)?[\\w.=-]*[_=-](?:${units})(?:\\.service)?(?:\\.(?:log|txt))?`;
  return new RegExp(`(?:^|/)(?:${file}|${journal})(?:[.-]\\d{1,10})?(?:\\.gz)?$`, 'i');
}

/** By place alone; content may still tell better. */
export function fileKindOf(path: string): NodeFileKind {
  return KINDS.find(([pattern]) => pattern.test(path))?.[1] ?? 'other';
}
