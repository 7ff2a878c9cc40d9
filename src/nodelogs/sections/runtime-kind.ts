import { valueIn } from '../../core/fact.ts';
import { kubeletSettings } from './node-sections.ts';
import type { SectionReader } from './section-reader.ts';
import { readServices } from './services.ts';

export type RuntimeKind = 'containerd' | 'cri-o' | 'docker';

export interface RuntimeGuess {
  readonly runtime: RuntimeKind;
  /** What tells; undefined when nothing does and the usual one is taken. */
  readonly because?: string;
}

const BY_SOCKET: readonly (readonly [RegExp, RuntimeKind])[] = [
  [/crio/, 'cri-o'],
  [/dockerd|cri-dockerd|docker\.sock/, 'docker'],
  [/containerd/, 'containerd'],
];

/** Which runtime pulls on the node: the kubelet's socket, else a running service, else whose log or settings were collected. */
export async function runtimeOf(reader: SectionReader): Promise<RuntimeGuess> {
  const settings = await kubeletSettings(reader);
  const endpoint = valueIn(settings)?.runtimeEndpoint;
  const bySocket = BY_SOCKET.find(([pattern]) => endpoint !== undefined && pattern.test(endpoint))?.[1];
  if (bySocket !== undefined) return { runtime: bySocket, because: `the kubelet's runtime endpoint ${endpoint}` };
  const services = (await reader.texts('services')).flatMap(readServices);
  for (const [unit, runtime] of [
    ['crio', 'cri-o'],
    ['cri-docker', 'docker'],
    ['containerd', 'containerd'],
    ['docker', 'docker'],
  ] as const) {
    if (services.some(({ name, active }) => name === unit && active === 'active'))
      return { runtime, because: `${unit}.service is active` };
  }
  for (const [kinds, runtime] of [
    [['containerd', 'containerd-config'], 'containerd'],
    [['cri-o'], 'cri-o'],
    [['docker', 'docker-config'], 'docker'],
  ] as const) {
    const file = reader.of(...kinds)[0];
    if (file !== undefined) return { runtime, because: file.path };
  }
  return { runtime: 'containerd' };
}
