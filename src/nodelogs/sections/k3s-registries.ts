import type { SectionText } from './section-reader.ts';
import { at, flag, table, texts } from './values.ts';
import { parseYaml } from './yaml.ts';

const MAX_HOSTS = 1000;

/** registries.yaml of k3s and RKE2, from which they write containerd's hosts.toml files at start. */
export interface K3sRegistries {
  /** Endpoints by host; `*` for all others. */
  readonly mirrors: ReadonlyMap<string, readonly string[]>;
  readonly insecureHosts: readonly string[];
  readonly path: string;
  readonly problem?: string;
}

export function readK3sRegistries(sections: readonly SectionText[]): K3sRegistries | undefined {
  const section = sections.find(({ path }) => /\.ya?ml$/i.test(path));
  if (section === undefined) return undefined;
  const { path } = section;
  const parsed = parseYaml(section.text);
  if ('problem' in parsed) return { mirrors: new Map(), insecureHosts: [], path, problem: parsed.problem };
  const mirrors = Object.entries(table(parsed.value.mirrors) ?? {}).map(
    ([host, entry]) => [host, texts(at(entry, 'endpoint')).slice(0, 50)] as const,
  );
  const insecureHosts = Object.entries(table(parsed.value.configs) ?? {}).flatMap(([host, entry]) =>
    flag(at(entry, 'tls', 'insecure_skip_verify')) === true ? [host] : [],
  );
  return { mirrors: new Map(mirrors.slice(0, MAX_HOSTS)), insecureHosts, path };
}
