import type { Fact } from '../../core/fact.ts';
import { unknown } from '../../core/fact.ts';
import { type ContainerdConfig, readContainerdConfig, readContainerdVersion } from './containerd-config.ts';
import { readCrictlInfo } from './crictl-info.ts';
import { type DockerConfig, readDockerConfig } from './docker-config.ts';
import { type KubeletSettings, readKubeletSettings } from './kubelet-settings.ts';
import { readProxies } from './proxies.ts';
import type { ProxySettings } from './proxy.ts';
import type { SectionReader } from './section-reader.ts';

/** The kubelet's settings from its file, its unit and its command line. */
export async function kubeletSettings(reader: SectionReader): Promise<Fact<KubeletSettings>> {
  const [config, units, processes] = await Promise.all([
    reader.texts('kubelet-config'),
    reader.texts('kubelet-unit'),
    reader.texts('processes'),
  ]);
  const value = readKubeletSettings(config, units, processes);
  const because = [...config, ...units].map(({ path }) => path);
  if (value !== undefined) return { state: 'present', value, because };
  return unknown("the kubelet's settings", because.length > 0 ? 'unreadable' : 'not-collected');
}

/** The files of containerd; where none was collected, what `crictl info` shows of the running one. */
export async function containerdConfig(reader: SectionReader): Promise<Fact<ContainerdConfig>> {
  const wanted = "containerd's configuration";
  const how = 'containerd config dump';
  const ofFiles = await reader.fact(wanted, ['containerd-config'], readContainerdConfig, { how });
  if (ofFiles.state === 'present') return ofFiles;
  const live = await reader.fact(wanted, ['crictl-info'], readCrictlInfo, { how });
  return live.state === 'present' ? live : ofFiles;
}

export function containerdVersion(reader: SectionReader): Promise<Fact<string>> {
  return reader.fact("containerd's version", ['containerd-version'], readContainerdVersion, {
    how: 'containerd --version',
  });
}

/** dockerd's daemon.json and the flags of its unit, those of its environment files among them. */
export async function dockerConfig(reader: SectionReader): Promise<Fact<DockerConfig>> {
  const config = readDockerConfig(
    await reader.texts('docker-config'),
    await reader.texts('containerd-unit'),
    await reader.texts('runtime-environment'),
  );
  if (config !== undefined) return { state: 'present', value: config, because: config.paths };
  return unknown('daemon.json of the node', 'not-collected', 'cat /etc/docker/daemon.json');
}

/** The proxies of kubelet and runtimes, each program once. */
export async function proxySettingsOf(reader: SectionReader): Promise<readonly ProxySettings[]> {
  const docker = await dockerConfig(reader);
  return readProxies({
    units: await reader.texts('containerd-unit', 'kubelet-unit', 'proxy'),
    environments: await reader.texts('runtime-environment'),
    docker: docker.state === 'present' ? docker.value : undefined,
  });
}
