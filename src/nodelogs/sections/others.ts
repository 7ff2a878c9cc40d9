import { parseJson } from './parsed.ts';
import type { SectionText } from './section-reader.ts';
import { at, defined, list, table, text, texts } from './values.ts';
import { parseJsonOrYaml } from './yaml.ts';

/** A plugin that the kubelet asks for credentials (CredentialProviderConfig). */
export interface CredentialProvider {
  readonly name: string;
  readonly matchImages: readonly string[];
  readonly cacheDuration?: string;
  readonly apiVersion?: string;
}

export function readCredentialProviders(sections: readonly SectionText[]): readonly CredentialProvider[] | undefined {
  for (const section of sections) {
    const parsed = parseJsonOrYaml(section.text);
    if (!('value' in parsed)) continue;
    const providers = list(parsed.value.providers)
      .slice(0, 50)
      .flatMap((each): CredentialProvider[] => {
        const name = text(at(each, 'name'));
        if (name === undefined) return [];
        return [
          {
            name,
            matchImages: texts(at(each, 'matchImages')).slice(0, 100),
            ...defined({
              cacheDuration: text(at(each, 'defaultCacheDuration')),
              apiVersion: text(at(each, 'apiVersion')),
            }),
          },
        ];
      });
    if (providers.length > 0) return providers;
  }
  return undefined;
}

/** policy.json of containers/image: what is accepted of which registry. */
export interface SignaturePolicy {
  readonly byDefault: readonly string[];
  /** Scope to requirement types: `docker.io/acme` → `signedBy`. */
  readonly scopes: ReadonlyMap<string, readonly string[]>;
}

export function readSignaturePolicy(sections: readonly SectionText[]): SignaturePolicy | undefined {
  const parsed = parseJson(sections[0]?.text ?? '');
  if (!('value' in parsed)) return undefined;
  const types = (value: unknown) =>
    list(value)
      .flatMap((each) => text(at(each, 'type')) ?? [])
      .slice(0, 20);
  const docker = Object.entries(table(at(parsed.value, 'transports', 'docker')) ?? {}).slice(0, 500);
  return {
    byDefault: types(parsed.value.default),
    scopes: new Map(docker.map(([scope, rules]) => [scope, types(rules)])),
  };
}

/** `/etc/os-release`: `Amazon Linux 2023`. */
export function readOsRelease(sections: readonly SectionText[]): string | undefined {
  const content = sections[0]?.text.slice(0, 20_000) ?? '';
  return /^PRETTY_NAME="?([^"\n]{1,200})/m.exec(content)?.[1];
}

/** From `uname -a` or the versions of programs: `amd64`, `arm64`. */
export function readArchitecture(sections: readonly SectionText[]): string | undefined {
  const content = sections.map(({ text: each }) => each.slice(0, 20_000)).join('\n');
  const found = /\b(x86_64|amd64|aarch64|arm64|s390x|ppc64le)\b/.exec(content)?.[1];
  return found === 'x86_64' ? 'amd64' : found === 'aarch64' ? 'arm64' : found;
}

/** SHA-256 fingerprints and names of authorities, where a collector listed them; the certificates themselves otherwise. */
export function readAuthorities(sections: readonly SectionText[]): readonly string[] | undefined {
  const lines = new Set<string>();
  for (const { text: content } of sections) {
    for (const raw of content.split('\n').slice(0, 200_000)) {
      const print = /\b((?:[\dA-F]{2}:){31}[\dA-F]{2}|[\da-f]{64})\b/i.exec(raw.slice(0, 400))?.[1];
      if (print !== undefined) lines.add(print.replaceAll(':', '').toLowerCase());
    }
    for (const block of content.split('-----BEGIN CERTIFICATE-----').slice(1, 2000)) {
      const body = block.split('-----END CERTIFICATE-----', 1)[0] ?? '';
      lines.add(`pem ${body.replaceAll(/\s+/g, '').slice(0, 4000)}`);
    }
  }
  return lines.size === 0 ? undefined : [...lines].sort();
}

/** One value of a small file: instance id, region. */
export function firstLine(sections: readonly SectionText[]): string | undefined {
  const line = sections[0]?.text.trim().split('\n', 1)[0]?.trim();
  return line === undefined || line === '' || line.length > 200 ? undefined : line;
}
