import { ALWAYS, type LogPattern } from './pattern.ts';

/** Health and configuration of the runtime. containerd: plugins, core/remotes/docker/config/hosts.go; systemd's words for units. */
export const RUNTIME_PATTERNS: readonly LogPattern[] = [
  {
    id: 'registry-config-broken',
    title: "The runtime's registry configuration is broken",
    severity: 'high',
    words: ['hosts.toml', 'certs.d', 'registries.conf', 'unable to load ca cert'],
    match:
      /(?:fail|unable|invalid|error|cannot).{0,200}(?:hosts\.toml|certs\.d\/|registries\.conf)|(?:hosts\.toml|certs\.d\/|registries\.conf).{0,200}(?:fail|unable|invalid|error|cannot)|unable to load CA cert/i,
    implies: 'mirror-misconfigured',
  },
  {
    id: 'runtime-config-refused',
    title: 'The runtime refuses its configuration',
    severity: 'critical',
    words: [
      'load plugin',
      'invalid plugin config',
      'failed to load toml',
      'unable to load cri',
      'unknown service runtime.v1',
    ],
    match:
      /failed to load plugin|invalid plugin config|failed to load TOML|unable to load CRI|unknown service runtime\.v1/i,
    implies: 'runtime-unavailable',
    usual: [
      {
        when: /(?:devmapper|zfs|btrfs|aufs|blockfile|erofs|nri|otlp|tracing|overlaybd)\b/i,
        why: 'an optional plugin that is not set up; the others work without it',
      },
    ],
  },
  {
    id: 'snapshotter-missing',
    title: 'A snapshotter is not there',
    severity: 'high',
    words: ['snapshotter'],
    match: /snapshotter not loaded|unable to resolve snapshotter|snapshotter \S{1,100} was not found/i,
    judged: true,
  },
  {
    id: 'runtime-down',
    title: 'The container runtime does not answer',
    severity: 'critical',
    words: ['runtime is down', '.sock', 'runtime status check', 'containerd.service', 'crio.service', 'docker.service'],
    match:
      /container runtime is down|(?:dial(?:ing:?)?|connect).{0,60}(?:containerd|crio|docker|dockershim)[\w/.-]{0,40}\.sock.{0,60}(?:refused|no such file)|(?:containerd|crio|docker)\.service: (?:Main process exited|Failed with result|Start request repeated)|Failed to start (?:containerd|cri-?o|docker|Container Runtime)|(?:containerd|crio|docker)\.service +loaded +(?:failed|inactive)/i,
    implies: 'runtime-unavailable',
    usual: [
      {
        when: /runtime status check may not have completed yet/i,
        why: 'logged at each start of the kubelet, until it has asked the runtime once',
      },
    ],
  },
  {
    id: 'runtime-stopped',
    title: 'The container runtime was stopped or restarted',
    severity: 'medium',
    words: ['stopping', 'stopped', 'scheduled restart job', 'stop cri service'],
    match:
      /Stopp(?:ing|ed) (?:containerd|crio|cri-o|docker|Container Runtime)|(?:containerd|crio|docker)\.service: Scheduled restart job|msg="?Stop CRI service/i,
  },
  {
    id: 'runtime-started',
    title: 'The container runtime was started',
    severity: 'info',
    words: ['starting containerd', 'booted', 'started', 'starting'],
    match:
      /containerd successfully booted|starting containerd\b|Start(?:ed|ing) (?:containerd|crio|docker)(?:\.service)?\b|Start(?:ed|ing) (?:Docker Application Container Engine|Container Runtime)/i,
    usual: [{ when: ALWAYS, why: 'logged at every start of the runtime' }],
  },
];
