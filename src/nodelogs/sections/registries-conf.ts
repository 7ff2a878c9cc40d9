import type { SectionText } from './section-reader.ts';
import { parseToml } from './toml.ts';
import { at, defined, flag, list, type Table, table, text, texts } from './values.ts';

/** registries.conf of containers/image (CRI-O, podman), drop-ins merged. */
export interface RegistriesConf {
  readonly registries: readonly RegistryRule[];
  readonly searchRegistries: readonly string[];
  /** `enforcing`, `permissive`, `disabled`. */
  readonly shortNameMode?: string;
  readonly aliases: ReadonlyMap<string, string>;
  readonly paths: readonly string[];
  readonly problems: readonly { readonly path: string; readonly why: string }[];
}

export interface RegistryRule {
  /** What it applies to: `docker.io`, `quay.io/acme`, `*.acme.example`. */
  readonly prefix: string;
  /** Replaces the prefix; the same when left out. */
  readonly location?: string;
  readonly insecure: boolean;
  readonly blocked: boolean;
  readonly mirrorByDigestOnly: boolean;
  readonly mirrors: readonly RegistryMirror[];
  readonly path: string;
}

export interface RegistryMirror {
  readonly location: string;
  readonly insecure: boolean;
  /** `all`, `digest-only`, `tag-only`. */
  readonly pullFrom: string;
}

const MAX_RULES = 1000;

/** The main file first, drop-ins by name; a later rule replaces an earlier one of the same prefix (sysregistriesv2). */
export function readRegistriesConf(sections: readonly SectionText[]): RegistriesConf | undefined {
  const files = sections
    .filter(({ path }) => !/\.ya?ml$/i.test(path))
    .sort((a, b) => order(a) - order(b) || (a.path < b.path ? -1 : 1));
  if (files.length === 0) return undefined;
  const rules = new Map<string, RegistryRule>();
  const problems: { path: string; why: string }[] = [];
  const aliases = new Map<string, string>();
  let search: readonly string[] = [];
  let mode: string | undefined;
  for (const { path, text: content } of files) {
    const parsed = parseToml(content);
    if ('problem' in parsed) {
      problems.push({ path, why: parsed.problem });
      continue;
    }
    const { value } = parsed;
    for (const rule of [...rulesOf(value, path), ...rulesOfVersion1(value, path)]) rules.set(rule.prefix, rule);
    const listed = value['unqualified-search-registries'] ?? at(value, 'registries', 'search', 'registries');
    if (listed !== undefined) search = texts(listed).slice(0, 50);
    mode = text(value['short-name-mode']) ?? mode;
    for (const [name, target] of Object.entries(table(value.aliases) ?? {}).slice(0, MAX_RULES)) {
      const image = text(target);
      if (image !== undefined) aliases.set(name, image);
    }
  }
  return {
    registries: [...rules.values()].slice(0, MAX_RULES),
    searchRegistries: search,
    ...defined({ shortNameMode: mode }),
    aliases,
    paths: files.map(({ path }) => path),
    problems,
  };
}

function order({ path }: SectionText): number {
  return /registries\.conf\.d\//.test(path) ? 1 : 0;
}

function rulesOf(value: Table, path: string): readonly RegistryRule[] {
  return list(value.registry)
    .slice(0, MAX_RULES)
    .flatMap((each): RegistryRule[] => {
      const fields = table(each);
      const location = text(fields?.location);
      const prefix = text(fields?.prefix) || location;
      if (fields === undefined || prefix === undefined) return [];
      return [
        {
          prefix,
          ...(location === undefined ? {} : { location }),
          insecure: flag(fields.insecure) ?? false,
          blocked: flag(fields.blocked) ?? false,
          mirrorByDigestOnly: flag(fields['mirror-by-digest-only']) ?? false,
          mirrors: list(fields.mirror).slice(0, 50).flatMap(mirrorOf),
          path,
        },
      ];
    });
}

function mirrorOf(value: unknown): RegistryMirror[] {
  const fields = table(value);
  const location = text(fields?.location);
  if (fields === undefined || location === undefined) return [];
  return [{ location, insecure: flag(fields.insecure) ?? false, pullFrom: text(fields['pull-from-mirror']) ?? 'all' }];
}

/** `[registries.insecure]` and `[registries.block]` of the old form. */
function rulesOfVersion1(value: Table, path: string): readonly RegistryRule[] {
  const named = (key: string) => texts(at(value, 'registries', key, 'registries')).slice(0, MAX_RULES);
  const insecure = new Set(named('insecure'));
  const blocked = new Set(named('block'));
  return [...new Set([...insecure, ...blocked])].map((prefix) => ({
    prefix,
    insecure: insecure.has(prefix),
    blocked: blocked.has(prefix),
    mirrorByDigestOnly: false,
    mirrors: [],
    path,
  }));
}
