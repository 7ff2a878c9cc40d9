import type { LogEntry } from '../core/snapshot.ts';
import { type LogLine, parseLogLine } from './log-line.ts';

/** What a log line reports, as far as pulls are concerned. */
type LogEventKind =
  | 'pull-started'
  | 'pull-failed'
  | 'pull-done'
  | 'pull-stopped'
  | 'no-progress'
  | 'host-failed'
  | 'host-config'
  | 'sync-failed'
  | 'sandbox-failed'
  | 'sandbox-made'
  | 'secret-missing'
  | 'pod-started'
  | 'container-started'
  | 'credential-provider'
  | 'runtime-restart'
  | 'runtime-stop'
  | 'runtime-down'
  | 'runtime-config'
  | 'disk';

/** One log line with its meaning. */
export interface LogRecord {
  readonly kind: LogEventKind;
  readonly entry: LogEntry;
  /** The error text, to be decoded; the message where there is none. */
  readonly text: string;
  readonly image?: string;
  readonly host?: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly podUid?: string;
  readonly container?: string;
  readonly plugin?: string;
  readonly secret?: string;
  readonly file?: string;
  readonly bytesRead?: number;
}

/** The meaning of a line; undefined when it has none for pulls. */
export function recordOf(entry: LogEntry): LogRecord | undefined {
  const line = parseLogLine(entry);
  for (const reader of READERS) {
    const found = reader(line);
    if (found !== undefined) return { entry, ...found };
  }
  return undefined;
}

type Reader = (line: LogLine) => Omit<LogRecord, 'entry'> | undefined;

/** Order matters where a line fits two: the pull's own words come before the general ones. */
const READERS: readonly Reader[] = [
  runtimePull,
  crioPull,
  kubeletPull,
  kubeletSync,
  kubeletSandbox,
  runtimeSandbox,
  kubeletSecret,
  hostFailure,
  hostConfig,
  credentialProvider,
  podStarted,
  runtimeConfig,
  runtimeDown,
  runtimeStop,
  runtimeRestart,
  noSpace,
];

const QUOTED_IMAGE = /^PullImage "([^"]{1,600})"/;

/** containerd: internal/cri/server/images (image_pull.go) and instrument (instrumented_service.go), 1.6 to 2.x. */
function runtimePull({ message, fields }: LogLine) {
  const image = QUOTED_IMAGE.exec(message)?.[1];
  if (image !== undefined) {
    const error = fields.get('error');
    if (/" failed\b/.test(message) || error !== undefined) {
      return { kind: 'pull-failed', image, text: error ?? message } as const;
    }
    const done = message.includes(' returns image reference');
    return { kind: done ? 'pull-done' : 'pull-started', image, text: message } as const;
  }
  const pulled = /^Pulled image "([^"]{1,600})"/.exec(message)?.[1];
  if (pulled !== undefined) return { kind: 'pull-done', image: pulled, text: message } as const;
  const stopped = /^stop pulling image (\S{1,600}): active requests=\d+, bytes read=(\d+)/.exec(message);
  if (stopped !== null) {
    return { kind: 'pull-stopped', image: stopped[1] ?? '', bytesRead: Number(stopped[2]), text: message } as const;
  }
  const stalled = /cancel pulling image (\S{1,600}) because of no progress/.exec(message)?.[1];
  return stalled === undefined ? undefined : ({ kind: 'no-progress', image: stalled, text: message } as const);
}

/** CRI-O: server/image_pull.go. */
function crioPull({ entry, message, fields }: LogLine) {
  if (entry.log !== 'cri-o' && !fields.has('id')) return undefined;
  const started = /^(Pulling|Pulled) image: (\S{1,600})$/.exec(message);
  if (started === null) return undefined;
  return {
    kind: started[1] === 'Pulled' ? 'pull-done' : 'pull-started',
    image: started[2] ?? '',
    text: message,
  } as const;
}

/** kubelet: cri-client remote_image.go and kuberuntime_image.go. */
function kubeletPull({ message, fields }: LogLine) {
  const failed = /^(?:PullImage from image service failed|Failed to pull image)/.test(message);
  if (!failed) return undefined;
  const image = fields.get('image');
  const text = fields.get('err') ?? message;
  return { kind: 'pull-failed', text, ...(image === undefined ? {} : { image }) } as const;
}

/** kubelet: pod_workers.go; below 1.21 in prose: `Error syncing pod UID ("name_namespace(uid)"), skipping: …`. */
function kubeletSync({ message, fields }: LogLine) {
  if (!message.startsWith('Error syncing pod')) return undefined;
  const text = fields.get('err') ?? message;
  const kind = /CreatePodSandbox/.test(text) ? 'sandbox-failed' : 'sync-failed';
  const container = /"StartContainer\\?" for \\?"([^"\\]{1,100})/.exec(text)?.[1];
  const where = podOf(fields) ?? podInProse(message);
  if (where === undefined) return undefined;
  return { kind, text, ...where, ...(container === undefined ? {} : { container }) } as const;
}

/** kubelet: kuberuntime_sandbox.go. */
function kubeletSandbox({ message, fields }: LogLine) {
  if (!/^(?:Failed to create sandbox for pod|CreatePodSandbox for pod failed)/.test(message)) return undefined;
  const where = podOf(fields);
  return where === undefined
    ? undefined
    : ({
        kind: 'sandbox-failed',
        text: `failed to create pod sandbox: ${fields.get('err') ?? message}`,
        ...where,
      } as const);
}

const SANDBOX_POD =
  /^RunPodSandbox for &PodSandboxMetadata\{Name:([^,]{1,253}),Uid:([^,]{1,64}),Namespace:([^,]{1,63}),Attempt:\d+,\}/;

/** containerd: internal/cri/instrument (instrumented_service.go), 1.6 to 2.x: the one line of the runtime that names the pod. */
function runtimeSandbox({ message, fields }: LogLine) {
  const [, pod, podUid, namespace] = SANDBOX_POD.exec(message) ?? [];
  if (pod === undefined || podUid === undefined || namespace === undefined) return undefined;
  const error = fields.get('error');
  const where = { namespace, pod, podUid };
  if (error !== undefined)
    return { kind: 'sandbox-failed', text: `failed to create pod sandbox: ${error}`, ...where } as const;
  return message.includes(' returns sandbox id')
    ? ({ kind: 'sandbox-made', text: message, ...where } as const)
    : undefined;
}

/** kubelet: kubelet_pods.go getPullSecretsForPod; the `secret` field is empty in 1.36, the error has the name. */
function kubeletSecret({ message, fields }: LogLine) {
  if (!message.startsWith('Unable to retrieve pull secret')) return undefined;
  const where = podOf(fields);
  const text = fields.get('err') ?? message;
  const secret = /secret "([^"]{1,253})" not found/.exec(text)?.[1];
  if (where === undefined || secret === undefined) return undefined;
  return { kind: 'secret-missing', text: `${message} ${text}`, secret, ...where } as const;
}

function podOf(fields: ReadonlyMap<string, string>) {
  const [namespace, pod] = (fields.get('pod') ?? '').split('/');
  if (namespace === undefined || pod === undefined) return undefined;
  const podUid = fields.get('podUID');
  return { namespace, pod, ...(podUid === undefined ? {} : { podUid }) };
}

function podInProse(message: string) {
  const [, pod, namespace, podUid] = /\("([^"_]{1,253})_([^"(]{1,63})\(([\w-]{1,64})\)"\)/.exec(message) ?? [];
  return pod === undefined || namespace === undefined || podUid === undefined ? undefined : { namespace, pod, podUid };
}

/** containerd: core/remotes/docker (resolver.go, fetcher.go); every host that was tried. */
function hostFailure({ message, fields }: LogLine) {
  if (!/^(?:trying next host|fetch failed)/.test(message)) return undefined;
  const host = fields.get('host');
  const text = fields.get('error') ?? message;
  return { kind: 'host-failed', text, ...(host === undefined ? {} : { host }) } as const;
}

/** containerd: core/remotes/docker/config/hosts.go logs a broken file and goes on without it. */
function hostConfig({ message, fields, level }: LogLine) {
  const text = [message, fields.get('error')].filter((part) => part !== undefined).join(': ');
  const file = /(\/[\w./:+-]{1,300}(?:hosts\.toml|certs\.d|registries\.conf)[\w./:+-]{0,200})/
    .exec(text)?.[1]
    ?.replace(/[:.,]+$/, '');
  const troubled = level === 'error' || level === 'warning' || /failed|invalid|unable|error/i.test(message);
  if (file === undefined || !troubled) return undefined;
  const host = /certs\.d\/([^/\s]{1,255})/.exec(file)?.[1]?.replace(/_(\d+)_$/, ':$1');
  return { kind: 'host-config', text, file, ...(host === undefined ? {} : { host }) } as const;
}

/** kubelet: pkg/credentialprovider/plugin/plugin.go. */
function credentialProvider({ message, fields }: LogLine) {
  const about = /^(?:Failed to provide credentials|Error getting credentials)|credential provider plugin/i;
  if (!about.test(message)) return undefined;
  const text = fields.get('err') ?? message;
  const image = fields.get('image') ?? /for image (\S{1,600}?):/.exec(text)?.[1];
  const plugin = fields.get('provider') ?? /credential provider plugin (\S{1,100})/.exec(text)?.[1];
  return {
    kind: 'credential-provider',
    text,
    ...(image === undefined ? {} : { image }),
    ...(plugin === undefined ? {} : { plugin }),
  } as const;
}

/** kubelet: pod_startup_latency_tracker.go, and the pod lifecycle event generator, which tells of mere sandboxes, too. */
function podStarted({ message, fields }: LogLine) {
  const where = podOf(fields);
  if (where === undefined) return undefined;
  if (message.startsWith('Observed pod startup duration'))
    return { kind: 'pod-started', text: message, ...where } as const;
  const started = message.includes('PLEG') && fields.get('event')?.includes('ContainerStarted') === true;
  return started ? ({ kind: 'container-started', text: message, ...where } as const) : undefined;
}

/** kubelet: kubelet.go syncLoop; said every few seconds while the runtime does not answer, and no pod is worked on. */
function runtimeDown({ message, fields }: LogLine) {
  if (!message.startsWith('Skipping pod synchronization')) return undefined;
  const text = fields.get('err') ?? message;
  return text.includes('container runtime is down') ? ({ kind: 'runtime-down', text } as const) : undefined;
}

function runtimeConfig({ message, fields }: LogLine) {
  if (!/failed to load plugin|invalid plugin config|failed to load TOML|unable to load CRI/i.test(message))
    return undefined;
  return { kind: 'runtime-config', text: [message, fields.get('error')].filter(Boolean).join(': ') } as const;
}

/** containerd: internal/cri/service.go, when the daemon ends. */
function runtimeStop({ message }: LogLine) {
  return /^Stop CRI service/.test(message) ? ({ kind: 'runtime-stop', text: message } as const) : undefined;
}

const RESTART =
  /containerd successfully booted|starting containerd\b|(?:containerd|crio|docker)\.service: (?:Main process exited|Failed with result|Scheduled restart job)|Start(?:ed|ing) (?:containerd|crio|Container Runtime)/i;

function runtimeRestart({ message }: LogLine) {
  return RESTART.test(message) ? ({ kind: 'runtime-restart', text: message } as const) : undefined;
}

function noSpace({ message, fields }: LogLine) {
  const text = [message, fields.get('error') ?? fields.get('err')].filter(Boolean).join(': ');
  return /no space left on device|disk quota exceeded/i.test(text) ? ({ kind: 'disk', text } as const) : undefined;
}
