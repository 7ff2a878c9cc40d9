import type { AnswerGap } from '../../core/fact.ts';
import { type DockerFlag, readDockerFlags } from './docker-flags.ts';
import { parseJson } from './parsed.ts';
import { type ProxySettings, proxySettings } from './proxy.ts';
import type { SectionText } from './section-reader.ts';
import { at, text, texts } from './values.ts';

/** What dockerd is told about registries: daemon.json, and the flags of its unit. */
export interface DockerConfig {
  /** Asked for images of Docker Hub only, in this order. */
  readonly mirrors: readonly DockerSetting[];
  /** Host, host with port, or a network in CIDR notation. */
  readonly insecure: readonly DockerSetting[];
  readonly proxies?: ProxySettings;
  readonly paths: readonly string[];
  /** What decides too, and was not seen. */
  readonly gaps: readonly AnswerGap[];
  /** Why dockerd does not start with it. */
  readonly problem?: { readonly path: string; readonly why: string };
}

export interface DockerSetting {
  readonly value: string;
  readonly path: string;
}

const MAX_ENTRIES = 200;

/** Undefined: neither a daemon.json nor flags about registries. */
export function readDockerConfig(
  configs: readonly SectionText[],
  units: readonly SectionText[],
  environments: readonly SectionText[] = [],
): DockerConfig | undefined {
  const [config] = configs;
  const { flags, gaps } = readDockerFlags(units, environments);
  if (config === undefined) return flags.length === 0 ? undefined : { ...joined(flags, flags), gaps };
  const { path } = config;
  // An empty file is as good as none.
  const parsed = config.text.trim() === '' ? { value: {} } : parseJson(config.text);
  if ('problem' in parsed) return { ...NOTHING, paths: [path], problem: { path, why: `not JSON: ${parsed.problem}` } };
  const { value } = parsed;
  const twice = TWICE.find((key) => value[key] !== undefined && flags.some((flag) => flag.name === flagOf(key)));
  // Only flags that are surely given can keep dockerd from starting.
  if (twice !== undefined && gaps.length === 0) {
    const why = `${twice} is set there and by a flag of the unit, which dockerd does not accept`;
    return { ...NOTHING, paths: [path], problem: { path, why } };
  }
  const settings = TWICE.flatMap((key) => texts(value[key]).map((each) => ({ name: flagOf(key), value: each, path })));
  const proxies = proxySettings({
    of: 'docker',
    path,
    http: text(at(value, 'proxies', 'http-proxy')),
    https: text(at(value, 'proxies', 'https-proxy')),
    none: text(at(value, 'proxies', 'no-proxy')),
  });
  return {
    ...joined([...settings, ...flags], [{ path }, ...flags]),
    gaps,
    ...(proxies === undefined ? {} : { proxies }),
  };
}

/** Keys of daemon.json that dockerd does not accept beside the flag of the same meaning. */
const TWICE = ['registry-mirrors', 'insecure-registries'] as const;

const NOTHING = { mirrors: [], insecure: [], gaps: [] } as const;

function flagOf(key: (typeof TWICE)[number]): DockerFlag['name'] {
  return key === 'registry-mirrors' ? 'registry-mirror' : 'insecure-registry';
}

function joined(
  settings: readonly DockerFlag[],
  from: readonly { readonly path: string }[],
): Pick<DockerConfig, 'mirrors' | 'insecure' | 'paths'> {
  const named = (name: DockerFlag['name']) =>
    settings
      .filter((each) => each.name === name)
      .map(({ value, path }) => ({ value, path }))
      .slice(0, MAX_ENTRIES);
  return {
    mirrors: named('registry-mirror'),
    insecure: named('insecure-registry'),
    paths: [...new Set(from.map(({ path }) => path))],
  };
}
