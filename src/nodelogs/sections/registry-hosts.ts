import type { SectionText } from './section-reader.ts';
import { parseToml } from './toml.ts';
import { defined, flag, list, type Table, table, text, texts } from './values.ts';

/** One folder of a certs.d tree: what containerd is told about one registry host. */
export interface HostFolder {
  /** `/etc/containerd/certs.d`; `certs.d` when the layout does not tell where it was. */
  readonly root: string;
  /** `registry.acme.example`, `registry.acme.example_5000_`, `_default`. */
  readonly name: string;
  /** The hosts.toml, when there is one. */
  readonly file?: HostsFile;
  /** Files of other names that look like configuration; containerd does not read them. */
  readonly otherFiles: readonly string[];
  /** `.crt`: authorities for the host itself. Read only where hosts.toml is missing or broken. */
  readonly authorities: readonly string[];
  /** `.cert` with `.key` of the same name. */
  readonly clientCertificates: readonly string[];
}

export type HostsFile = { readonly path: string } & (
  | { readonly config: HostsConfig }
  /** Why containerd cannot read it. */
  | { readonly problem: string }
);

export interface HostsConfig {
  /** Asked last, instead of the registry itself. */
  readonly server?: string;
  /** Settings of that last host. */
  readonly serverEntry: HostEntry;
  /** In the order of the file. */
  readonly hosts: readonly HostEntry[];
}

export interface HostEntry {
  /** As written. */
  readonly url: string;
  /** Empty list as written: none. Undefined: all. */
  readonly capabilities?: readonly string[];
  readonly authorities: readonly string[];
  readonly client: readonly string[];
  readonly skipVerify?: boolean;
  readonly overridePath?: boolean;
  readonly dialTimeout?: string;
}

const MAX_HOSTS = 100;

/** The folders of all certs.d trees among the files; `names` are files whose content is not needed (keys). */
export function readHostFolders(sections: readonly SectionText[], names: readonly string[]): readonly HostFolder[] {
  const texts = new Map(sections.map((section) => [section.path, section] as const));
  const folders = new Map<string, { root: string; name: string; files: string[] }>();
  for (const path of [...new Set([...texts.keys(), ...names])]) {
    const place = placeOf(path);
    if (place === undefined) continue;
    const key = `${place.root}\n${place.name}`;
    const folder = folders.get(key) ?? { root: place.root, name: place.name, files: [] };
    folder.files.push(path);
    folders.set(key, folder);
  }
  return [...folders.values()].map(({ root, name, files }) => folderOf(root, name, files, texts));
}

function placeOf(path: string): { readonly root: string; readonly name: string } | undefined {
  const parts = path.split('/');
  const at = parts.lastIndexOf('certs.d');
  if (at < 0 || parts.length !== at + 3) return undefined;
  const etc = parts.lastIndexOf('etc', at);
  const root =
    etc >= 0 && at - etc <= 2
      ? `/${parts.slice(etc, at + 1).join('/')}`
      : parts.slice(Math.max(0, at - 1), at + 1).join('/');
  return {
    root: /^(?:containerd\/)?certs\.d$/.test(root) ? '/etc/containerd/certs.d' : root,
    name: parts[at + 1] ?? '',
  };
}

function folderOf(
  root: string,
  name: string,
  files: readonly string[],
  sections: ReadonlyMap<string, SectionText>,
): HostFolder {
  const ending = (suffix: string) => files.filter((path) => path.endsWith(suffix)).map(baseName);
  const toml = files.find((path) => baseName(path) === 'hosts.toml');
  const section = toml === undefined ? undefined : sections.get(toml);
  const keys = new Set(ending('.key').map((key) => key.slice(0, -4)));
  return {
    root,
    name,
    ...(section === undefined ? {} : { file: readHostsFile(section) }),
    otherFiles: files
      .map(baseName)
      .filter((file) => file !== 'hosts.toml' && /\.(?:toml|ya?ml|conf)|hosts/i.test(file)),
    authorities: ending('.crt'),
    clientCertificates: ending('.cert').filter((cert) => keys.has(cert.slice(0, -5))),
  };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** containerd core/remotes/docker/config/hosts.go, parseHostsFile. */
export function readHostsFile({ path, text: content }: SectionText): HostsFile {
  const parsed = parseToml(content);
  if ('problem' in parsed) return { path, problem: parsed.problem };
  const { value } = parsed;
  const hosts: HostEntry[] = [];
  for (const [url, entry] of Object.entries(table(value.host) ?? {}).slice(0, MAX_HOSTS)) {
    const fields = table(entry);
    if (fields === undefined) return { path, problem: `host."${url}" is no table` };
    const wrong = wrongType(fields);
    if (wrong !== undefined) return { path, problem: `host."${url}": ${wrong}` };
    hosts.push(entryOf(url, fields));
  }
  if (value.host !== undefined && table(value.host) === undefined) return { path, problem: 'host is no table' };
  const server = text(value.server);
  const wrong = wrongType(value);
  if (wrong !== undefined) return { path, problem: wrong };
  return {
    path,
    config: { ...(server === undefined ? {} : { server }), serverEntry: entryOf(server ?? '', value), hosts },
  };
}

/** Types and words that containerd refuses; the whole file is then dropped. */
function wrongType(fields: Table): string | undefined {
  const { capabilities, skip_verify: skipVerify, override_path: overridePath } = fields;
  if (capabilities !== undefined) {
    if (!Array.isArray(capabilities)) return 'capabilities is no list';
    const odd = capabilities.find(
      (each) => !['pull', 'resolve', 'push', 'referrers'].includes(String(each).toLowerCase()),
    );
    if (odd !== undefined) return `unknown capability ${String(odd).slice(0, 60)}`;
  }
  if (skipVerify !== undefined && typeof skipVerify !== 'boolean') return 'skip_verify is neither true nor false';
  if (overridePath !== undefined && typeof overridePath !== 'boolean') return 'override_path is neither true nor false';
  return undefined;
}

function entryOf(url: string, fields: Table): HostEntry {
  const capabilities = Array.isArray(fields.capabilities)
    ? texts(fields.capabilities).map((each) => each.toLowerCase())
    : undefined;
  return {
    url,
    ...(capabilities === undefined ? {} : { capabilities }),
    authorities: texts(fields.ca).slice(0, 20),
    client:
      list(fields.client).length > 0
        ? list(fields.client)
            .flatMap((pair) => texts(pair))
            .slice(0, 20)
        : texts(fields.client),
    ...defined({
      skipVerify: flag(fields.skip_verify),
      overridePath: flag(fields.override_path),
      dialTimeout: text(fields.dial_timeout),
    }),
  };
}
