import type { Fact } from '../../core/fact.ts';
import { unknown } from '../../core/fact.ts';
import { readClock } from '../sections/clock.ts';
import { readLinks } from '../sections/network-state.ts';
import {
  containerdConfig,
  containerdVersion,
  dockerConfig,
  kubeletSettings,
  proxySettingsOf,
} from '../sections/node-sections.ts';
import { readAuthorities, readCredentialProviders, readSignaturePolicy } from '../sections/others.ts';
import { proxiesOfRuntime } from '../sections/proxies.ts';
import type { ProxySettings } from '../sections/proxy.ts';
import { readRegistriesConf } from '../sections/registries-conf.ts';
import { readHostFolders } from '../sections/registry-hosts.ts';
import { readResolver } from '../sections/resolver.ts';
import { runtimeOf } from '../sections/runtime-kind.ts';
import type { SectionReader } from '../sections/section-reader.ts';
import { machineTopics } from './machine-topics.ts';
import type { Topic } from './topic.ts';

/** The settings of one node by topic; every node gives the same topics. */
export async function topicsOf(reader: SectionReader): Promise<readonly Topic[]> {
  const settings = await kubeletSettings(reader);
  const config = await containerdConfig(reader);
  const runtime = await runtimeOf(reader);
  const providers = await reader.fact('providers', ['credential-provider-config'], readCredentialProviders);
  return [
    { topic: 'runtime', value: runtime.because === undefined ? undefined : runtime.runtime },
    topic('version of containerd', await containerdVersion(reader), (version) => version),
    topic('registry settings of containerd', config, ({ version, all }) => flat({ version: String(version), ...all })),
    topic('certs.d', await foldersFact(reader), (text) => text),
    topic(
      'registries.conf',
      await reader.fact('registries.conf', ['registries-conf'], readRegistriesConf),
      ({ registries, searchRegistries, shortNameMode }) =>
        JSON.stringify({ registries: registries.map(({ path: _, ...rule }) => rule), searchRegistries, shortNameMode }),
    ),
    topic('registry settings of dockerd', await dockerConfig(reader), ({ mirrors, insecure }) =>
      flat({ mirrors: mirrors.map(({ value }) => value), insecure: insecure.map(({ value }) => value) }),
    ),
    topic(
      'signature policy',
      await reader.fact('policy.json', ['signature-policy'], readSignaturePolicy),
      ({ byDefault, scopes }) => JSON.stringify([byDefault, [...scopes]]),
    ),
    ...(await proxyTopics(reader)),
    topic(
      'resolver',
      await reader.fact('resolver', ['resolv-conf'], readResolver),
      ({ servers, search, ndots, options }) =>
        `servers ${servers.join(' ')}; search ${search.join(' ')}; ndots ${ndots}; ${options.join(' ')}`,
    ),
    topic('trusted authorities', await reader.fact('authorities', ['ca-bundle'], readAuthorities), digestWords),
    topic('credential providers', providers, (all) => JSON.stringify(all)),
    topic('kubelet settings for pulls', settings, ({ all: _, ...own }) => flat(own)),
    ...(await machineTopics(reader)),
    topic('MTU', await reader.fact('links', ['links'], (texts) => texts.flatMap(readLinks)), (links) =>
      links
        .filter(({ name }) => /^(?:e(?:th|n|ns|np)|bond)/.test(name))
        .map(({ name, mtu }) => `${name} ${mtu}`)
        .join(', '),
    ),
    topic(
      'clock',
      await reader.fact('clock', ['clock'], readClock),
      ({ synchronized }) => `synchronized: ${String(synchronized)}`,
    ),
  ];
}

function topic<T>(name: string, fact: Fact<T>, words: (value: T) => string): Topic {
  return {
    topic: name,
    value: fact.state === 'present' ? words(fact.value) : fact.state === 'absent' ? 'none' : undefined,
  };
}

/** What containerd is told about each host, in the words that decide. */
async function foldersFact(reader: SectionReader): Promise<Fact<string>> {
  const files = reader.of('registry-hosts');
  if (files.length === 0) return unknown('certs.d');
  const folders = readHostFolders(
    await reader.texts('registry-hosts'),
    files.map(({ path }) => path),
  );
  const lines = folders.map(({ name, file, authorities, clientCertificates }) => {
    const said =
      file === undefined
        ? 'no hosts.toml'
        : 'problem' in file
          ? `not readable: ${file.problem}`
          : JSON.stringify(file.config);
    return `${name}: ${said} ${authorities.join(' ')} ${clientCertificates.join(' ')}`.trim();
  });
  return { state: 'present', value: lines.sort().join('\n'), because: files.map(({ path }) => path) };
}

async function proxyTopics(reader: SectionReader): Promise<readonly Topic[]> {
  const { runtime } = await runtimeOf(reader);
  const all = proxiesOfRuntime(await proxySettingsOf(reader), runtime);
  const words = (proxy: ProxySettings | undefined, isSeen: boolean) => {
    if (proxy === undefined) return isSeen ? 'none' : undefined;
    return `http ${proxy.http ?? 'none'}; https ${proxy.https ?? 'none'}; except ${proxy.none.join(',')}`;
  };
  const isKubelet = ({ of }: ProxySettings) => of === 'kubelet';
  const hasRuntime = reader.of('containerd-unit', 'proxy').length > 0;
  const hasKubelet = reader.of('kubelet-unit', 'proxy').length > 0;
  return [
    {
      topic: 'proxy of the runtime',
      value: words(
        all.find((each) => !isKubelet(each)),
        hasRuntime,
      ),
    },
    { topic: 'proxy of the kubelet', value: words(all.find(isKubelet), hasKubelet) },
  ];
}

function flat(fields: object): string {
  return Object.entries(fields)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .sort()
    .join('; ');
}

/** Hundreds of fingerprints are told by their number; that they differ is what counts. */
function digestWords(fingerprints: readonly string[]): string {
  let hash = 0;
  for (const each of fingerprints) for (const char of each) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) | 0;
  return `${fingerprints.length} authorities (checksum ${(hash >>> 0).toString(16)})`;
}
