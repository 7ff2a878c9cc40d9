import type { Fact } from '../../core/fact.ts';
import { unknown } from '../../core/fact.ts';
import { type ContainerdConfig, readContainerdConfig, readContainerdVersion } from './containerd-config.ts';
import { type KubeletSettings, readKubeletSettings } from './kubelet-settings.ts';
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

export function containerdConfig(reader: SectionReader): Promise<Fact<ContainerdConfig>> {
  return reader.fact("containerd's configuration", ['containerd-config'], readContainerdConfig, {
    how: 'containerd config dump',
  });
}

export function containerdVersion(reader: SectionReader): Promise<Fact<string>> {
  return reader.fact("containerd's version", ['containerd-version'], readContainerdVersion, {
    how: 'containerd --version',
  });
}
