import type { SectionText } from './section-reader.ts';
import { environmentOf, readUnit } from './unit.ts';

/** The proxy settings of one program, from the environment of its unit. User and password are not kept. */
export interface ProxySettings {
  /** `containerd`, `kubelet`, `crio`, `docker`; else the file. */
  readonly of: string;
  readonly http?: string;
  readonly https?: string;
  /** Entries of NO_PROXY in order. */
  readonly none: readonly string[];
  readonly path: string;
}

const VARIABLES: Readonly<Record<string, 'http' | 'https' | 'none'>> = {
  HTTP_PROXY: 'http',
  http_proxy: 'http',
  HTTPS_PROXY: 'https',
  https_proxy: 'https',
  NO_PROXY: 'none',
  no_proxy: 'none',
};

/** Go reads the upper-case variables first, and http_proxy applies to plain HTTP alone (golang.org/x/net/http/httpproxy). */
export function readProxy(section: SectionText): ProxySettings | undefined {
  const settings = readUnit(section);
  const environment = new Map([...environmentOf(settings)].map(([name, { value }]) => [name, value]));
  // A plain environment file: `HTTPS_PROXY=…`.
  for (const { key, value } of plainAssignments(section.text)) if (!environment.has(key)) environment.set(key, value);
  const found: { http?: string; https?: string; none?: string } = {};
  for (const [name, kind] of Object.entries(VARIABLES)) {
    const value = environment.get(name);
    if (value !== undefined && value !== '' && found[kind] === undefined) found[kind] = value;
  }
  const files = settings.map(({ file }) => file);
  return proxySettings({ of: programOf(section, files), path: section.path, ...found });
}

interface WrittenProxy {
  readonly of: string;
  readonly path: string;
  readonly http?: string | undefined;
  readonly https?: string | undefined;
  /** As NO_PROXY is written. */
  readonly none?: string | undefined;
}

/** Undefined when nothing is set. */
export function proxySettings({ of, path, http, https, none }: WrittenProxy): ProxySettings | undefined {
  if (http === undefined && https === undefined && none === undefined) return undefined;
  return {
    of,
    ...(http === undefined ? {} : { http: withoutUser(http) }),
    ...(https === undefined ? {} : { https: withoutUser(https) }),
    none: (none ?? '')
      .split(/[\s,]+/)
      .filter(Boolean)
      .slice(0, 500),
    path,
  };
}

function plainAssignments(text: string): readonly { readonly key: string; readonly value: string }[] {
  return text
    .split('\n')
    .slice(0, 2000)
    .flatMap((line) => {
      const found = /^\s{0,8}(?:export\s{1,4})?([A-Za-z_]{5,12})=(.{0,8000})$/.exec(line);
      const key = found?.[1] ?? '';
      if (VARIABLES[key] === undefined) return [];
      return [{ key, value: (found?.[2] ?? '').trim().replace(/^(["'])(.*)\1$/, '$2') }];
    });
}

/** The program that a unit, a drop-in or an environment file is of. */
export function programOf({ path }: SectionText, files: readonly string[]): string {
  const places = [...files, path].join('\n');
  const named =
    /(containerd|kubelet|crio|cri-o|docker)(?:\.service|[-_])/i.exec(places)?.[1] ??
    /etc\/(?:sysconfig|default)\/(crio|cri-o|docker)$/i.exec(path)?.[1];
  return named?.toLowerCase().replace('cri-o', 'crio') ?? path;
}

/** `http://user:password@proxy:3128` without its login. */
function withoutUser(url: string): string {
  const at = url.lastIndexOf('@');
  if (at < 0) return url;
  return `${/^[a-z]{1,10}:\/\//i.exec(url)?.[0] ?? ''}${url.slice(at + 1)}`;
}
