import type { ContainerdConfig } from './containerd-config.ts';
import { parseJson } from './parsed.ts';
import type { SectionText } from './section-reader.ts';
import { at, defined, flag, number, table, text, texts } from './values.ts';

/** The settings that containerd's CRI plugin runs with, as `crictl info` prints them (containerd internal/cri/server/status.go, 1.6 to 1.7). */
export function readCrictlInfo(sections: readonly SectionText[]): ContainerdConfig | undefined {
  const section = sections[0];
  const parsed = parseJson(section?.text ?? '');
  const config = 'value' in parsed ? table(parsed.value.config) : undefined;
  const registry = table(config?.registry);
  if (section === undefined || config === undefined || registry === undefined) return undefined;
  const mirrors = Object.entries(table(registry.mirrors) ?? {}).map(
    ([host, mirror]) => [host, texts(at(mirror, 'endpoint')).slice(0, 50)] as const,
  );
  const fields = defined({
    configPath: text(registry.configPath) || undefined,
    sandboxImage: text(config.sandboxImage),
    snapshotter: text(at(config, 'containerd', 'snapshotter')),
    discardUnpackedLayers: flag(at(config, 'containerd', 'discardUnpackedLayers')),
    disableSnapshotAnnotations: flag(at(config, 'containerd', 'disableSnapshotAnnotations')),
    maxConcurrentDownloads: number(config.maxConcurrentDownloads),
    root: text(config.containerdRootDir),
  });
  return {
    ...fields,
    version: 2,
    merged: true,
    mirrors: new Map(mirrors.slice(0, 500)),
    configuredHosts: Object.keys(table(registry.configs) ?? {}).slice(0, 500),
    disabledPlugins: [],
    paths: [section.path],
    ignored: [],
    all: Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value)])),
  };
}
