/** What a line tells, for a timeline; the first that fits. */
export interface Label {
  readonly what: string;
  readonly says: RegExp;
}

/**
 * kubelet (pod_workers, kuberuntime_image, image_gc_manager, eviction_manager, plugin), containerd (daemon, internal/cri),
 * systemd, chrony, Linux. Bounded repetitions only: the lines are hostile.
 */
export const LABELS: readonly Label[] = [
  {
    what: 'clock-step',
    says: /time jumped|system clock (?:was )?(?:stepped|wrong)|clock (?:has been|was) (?:changed|stepped|set)|time has been changed|stepping system clock/i,
  },
  { what: 'certificate-time', says: /x509: certificate has expired or is not yet valid/i },
  {
    what: 'runtime-start',
    says: /containerd successfully booted|msg="starting containerd|start(?:ed|ing) (?:containerd|cri-?o|container runtime|docker)\b|started (?:containerd|crio|docker)\.service/i,
  },
  {
    what: 'runtime-stop',
    says: /(?:containerd|crio|docker)\.service: (?:main process exited|failed with result|scheduled restart job|deactivated|killing process)|stopp(?:ed|ing) (?:containerd|cri-?o|container runtime|docker)\b/i,
  },
  { what: 'runtime-down', says: /container runtime is down|(?:containerd|crio|cri-dockerd|docker)\.sock: connect/i },
  { what: 'out-of-memory', says: /out of memory|oom-kill|oom_reaper|killed process \d/i },
  {
    what: 'disk-error',
    says: /i\/o error|input\/output error|ext4-fs error|remounting filesystem|read-only file ?system/i,
  },
  {
    what: 'image-removed',
    says: /removing image to free|image garbage collection succeeded|image_gc_manager.{0,80}remov|"ImageDelete|ImageDelete event/i,
  },
  {
    what: 'sandbox-image-missing',
    says: /failed to get sandbox image|sandbox image.{0,300}(?:not found|failed to pull)/i,
  },
  { what: 'no-space', says: /no space left on device|disk quota exceeded/i },
  {
    what: 'disk-pressure',
    says: /diskpressure|over the high threshold|freediskspacefailed|imagegcfailed|garbage collection failed|failed to garbage collect|must evict pod|evictionthresholdmet|attempting to reclaim/i,
  },
  { what: 'dns-failed', says: /\blookup [\w.-]{1,253}(?: on [\w.:[\]-]{1,100})?: /i },
  { what: 'token-expired', says: /token has expired|expiredtoken|token expired|credential.{0,60}expired/i },
  {
    what: 'credential-plugin-failed',
    says: /credential provider plugin|failed to provide credentials|nocredentialproviders|ec2rolerequesterror/i,
  },
  { what: 'rate-limited', says: /toomanyrequests|429 too many requests/i },
  {
    what: 'auth-refused',
    says: /\b40[13] (?:unauthorized|forbidden)|status(?: code)?:? 40[13]\b|authorization failed|unauthorized:|no basic auth credentials|pull access denied/i,
  },
  { what: 'sandbox-failed', says: /failed to create (?:pod )?sandbox|failedcreatepodsandbox|createpodsandbox/i },
  {
    what: 'pull-failed',
    says: /pullimage.{0,700}failed|failed to pull|errimagepull|imagepullbackoff|back-off pulling/i,
  },
  {
    what: 'connection-failed',
    says: /dial tcp .{1,120}(?:timeout|refused|unreachable|no route)|tls handshake timeout|connection reset by peer/i,
  },
  { what: 'pulled', says: /successfully pulled image|msg="pulled image|returns image reference/i },
  { what: 'kubelet-start', says: /"Kubelet version"|started kubelet|starting kubelet/i },
];

/** Any of these words makes a line worth a label; lines of error level count without one. */
export const NOTABLE = new RegExp(
  [
    '^(?:[^\\n]{0,120}[\\s:])?[EF]\\d{4} \\d\\d:\\d\\d',
    'level=(?:error|fatal)',
    'time jumped|system clock|clock (?:has been|was) |time has been changed|stepping system',
    'x509: ',
    'containerd successfully|starting containerd|start(?:ed|ing) (?:containerd|cri|docker|kubelet)|\\.service: |stopp(?:ed|ing) (?:containerd|cri|docker)',
    'runtime is down|\\.sock: connect|out of memory|oom-kill|oom_reaper|killed process',
    'i/o error|input/output error|ext4-fs error|remounting|read-only file',
    'removing image|garbage collect|imagedelete|sandbox|diskpressure|high threshold|no space left|freediskspace|imagegcfailed|evict|attempting to reclaim',
    '\\blookup [\\w.-]+|token has expired|expiredtoken|token expired|credential',
    'toomanyrequests|too many requests|unauthorized|forbidden|authorization failed|no basic auth|access denied',
    'pullimage|to pull|imagepull|pulling|pulled image|image reference',
    'dial tcp|handshake timeout|connection reset|kubelet version',
  ].join('|'),
  'gim',
);

const ERROR_LEVEL = /(?:^|[\s:])[EF]\d{4} \d\d:\d\d|level=(?:error|fatal)/;

/** The label of a line; `error` for other lines of that level; undefined for lines that tell nothing. */
export function labelOf(raw: string): string | undefined {
  const label = LABELS.find(({ says }) => says.test(raw))?.what;
  return label ?? (ERROR_LEVEL.test(raw.slice(0, 400)) ? 'error' : undefined);
}
