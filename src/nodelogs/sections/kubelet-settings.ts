import type { SectionText } from './section-reader.ts';
import { environmentOf, readUnit, shellWords } from './unit.ts';
import { at, defined, flag, number, table, text } from './values.ts';
import { parseJsonOrYaml } from './yaml.ts';

/** The settings of a kubelet that matter for pulls; a flag beats the file (kubelet/server.go). */
export interface KubeletSettings {
  readonly imageGcHighPercent?: number;
  readonly imageGcLowPercent?: number;
  readonly imageMinimumGcAge?: string;
  readonly imageMaximumGcAge?: string;
  /** `imagefs.available` → `15%`. */
  readonly evictionHard?: Readonly<Record<string, string>>;
  readonly registryPullQps?: number;
  readonly registryBurst?: number;
  readonly serializeImagePulls?: boolean;
  readonly maxParallelImagePulls?: number;
  /** `--image-credential-provider-config`, `--image-credential-provider-bin-dir`: flags only. */
  readonly credentialProviderConfig?: string;
  readonly credentialProviderBinDir?: string;
  readonly runtimeEndpoint?: string;
  readonly imagePullVerification?: string;
  /** Every value with its name, for comparing two nodes. */
  readonly all: Readonly<Record<string, string>>;
}

const MAX_FLAGS = 200;

/** KubeletConfiguration as a file (JSON, YAML, drop-ins of a config directory), or as `/configz` answers it. */
function fromConfig({ text: content }: SectionText): Readonly<Record<string, unknown>> {
  const parsed = parseJsonOrYaml(content);
  if (!('value' in parsed)) return {};
  return table(at(parsed.value, 'kubeletconfig')) ?? parsed.value;
}

/** `--flag=value` and `--flag value`, from unit files, their variables, and the process list. */
export function flagsIn(content: string): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  const words = shellWords(content);
  for (const [i, word] of words.entries()) {
    const found = /^--([a-z][a-z0-9-]{1,80})(?:=(.*))?$/s.exec(word);
    if (found === null || flags.size >= MAX_FLAGS) continue;
    const next = words[i + 1];
    const value = found[2] ?? (next === undefined || next.startsWith('-') ? 'true' : next);
    flags.set(found[1] ?? '', value);
  }
  return flags;
}

export function readKubeletSettings(
  config: readonly SectionText[],
  units: readonly SectionText[],
  processes: readonly SectionText[],
): KubeletSettings | undefined {
  const file = Object.assign({}, ...config.map(fromConfig)) as Record<string, unknown>;
  const flags = new Map([...units.flatMap(unitFlags), ...processes.flatMap(processFlags)]);
  if (Object.keys(file).length === 0 && flags.size === 0) return undefined;
  const numberOf = (name: string, key: string) => numeric(flags.get(name)) ?? number(file[key]);
  const textOf = (name: string, key: string) => flags.get(name) ?? text(file[key]);
  const serialize = flags.get('serialize-image-pulls');
  return {
    ...defined({
      imageGcHighPercent: numberOf('image-gc-high-threshold', 'imageGCHighThresholdPercent'),
      imageGcLowPercent: numberOf('image-gc-low-threshold', 'imageGCLowThresholdPercent'),
      imageMinimumGcAge: textOf('minimum-image-ttl-duration', 'imageMinimumGCAge'),
      imageMaximumGcAge: text(file.imageMaximumGCAge),
      evictionHard: thresholds(flags.get('eviction-hard'), file.evictionHard),
      registryPullQps: numberOf('registry-qps', 'registryPullQPS'),
      registryBurst: numberOf('registry-burst', 'registryBurst'),
      serializeImagePulls: serialize === undefined ? flag(file.serializeImagePulls) : serialize === 'true',
      maxParallelImagePulls: number(file.maxParallelImagePulls),
      credentialProviderConfig: flags.get('image-credential-provider-config'),
      credentialProviderBinDir: flags.get('image-credential-provider-bin-dir'),
      runtimeEndpoint: textOf('container-runtime-endpoint', 'containerRuntimeEndpoint'),
      imagePullVerification: text(file.imagePullCredentialsVerificationPolicy),
    }),
    all: flattened(file, flags),
  };
}

function unitFlags(section: SectionText): readonly (readonly [string, string])[] {
  const settings = readUnit(section);
  const starts = settings.filter(({ key }) => key === 'ExecStart').map(({ value }) => value);
  const variables = [...environmentOf(settings).values()].map(({ value }) => value);
  // KUBELET_EXTRA_ARGS and relatives are whole command lines.
  return [...starts.slice(-1), ...variables].flatMap((line) => [...flagsIn(line)]);
}

function processFlags({ text: content }: SectionText): readonly (readonly [string, string])[] {
  const line = content.split('\n').find((each) => /(?:^|[\s/])kubelet\s+--/.test(each.slice(0, 4000)));
  return line === undefined ? [] : [...flagsIn(line.slice(0, 32_000))];
}

function numeric(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,9}(?:\.\d{1,6})?$/.test(value) ? Number(value) : undefined;
}

function thresholds(flagValue: string | undefined, config: unknown): Readonly<Record<string, string>> | undefined {
  if (flagValue !== undefined) {
    const pairs = flagValue.split(',').map((pair) => pair.split('<', 2).map((part) => part.trim()));
    return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair.length === 2).slice(0, 20));
  }
  const entries = Object.entries(table(config) ?? {}).flatMap(([key, value]) => {
    const limit = text(value);
    return limit === undefined ? [] : [[key, limit] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries.slice(0, 20));
}

/** Names and values one level deep: enough to tell two nodes apart. */
function flattened(
  file: Readonly<Record<string, unknown>>,
  flags: ReadonlyMap<string, string>,
): Record<string, string> {
  const pairs = Object.entries(file).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(
    [...pairs, ...[...flags].map(([key, value]) => [`--${key}`, value])].slice(0, 400),
  ) as Record<string, string>;
}
