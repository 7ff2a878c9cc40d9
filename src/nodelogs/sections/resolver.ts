import type { SectionText } from './section-reader.ts';

/** resolv.conf(5) of the node: what the runtime resolves registry names with. */
export interface Resolver {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  /** 1 when not set. */
  readonly ndots: number;
  readonly options: readonly string[];
  /** systemd-resolved's own address: the real servers are elsewhere (`resolvectl status`). */
  readonly stub: boolean;
  readonly path: string;
}

const MAX_LINES = 2000;

/** Where a stub and the list behind it were collected, the real servers are told with the stub's other settings. */
export function readResolver(sections: readonly SectionText[]): Resolver | undefined {
  const behind = sections.find(({ path }) => path.includes('systemd/resolve/'));
  const first = sections.find((section) => section !== behind) ?? behind;
  if (first === undefined) return undefined;
  const resolver = readOne(first);
  if (!resolver.stub || behind === undefined || behind === first) return resolver;
  return { ...resolver, servers: readOne(behind).servers };
}

function readOne(section: SectionText): Resolver {
  const servers: string[] = [];
  let search: readonly string[] = [];
  const options: string[] = [];
  for (const line of section.text.split('\n').slice(0, MAX_LINES)) {
    const [word = '', ...rest] = line.slice(0, 2000).trim().split(/\s+/);
    if (word === 'nameserver' && rest[0] !== undefined) servers.push(rest[0]);
    else if (word === 'search' || word === 'domain') search = rest;
    else if (word === 'options') options.push(...rest);
  }
  const ndots = /^ndots:(\d{1,2})$/.exec(options.find((each) => each.startsWith('ndots:')) ?? '')?.[1];
  return {
    servers: servers.slice(0, 20),
    search: search.slice(0, 50),
    ndots: ndots === undefined ? 1 : Number(ndots),
    options: options.slice(0, 20),
    stub: servers.some((server) => server === '127.0.0.53' || server === '127.0.0.54'),
    path: section.path,
  };
}

/** A line of /etc/hosts. */
export interface HostsEntry {
  readonly address: string;
  readonly names: readonly string[];
  readonly path: string;
  readonly line: number;
}

export function readHostsFile({ path, text }: SectionText): readonly HostsEntry[] {
  return text
    .split('\n')
    .slice(0, 20_000)
    .flatMap((raw, index): HostsEntry[] => {
      const [address = '', ...names] = (raw.slice(0, 2000).split('#', 1)[0] ?? '').trim().split(/\s+/);
      if (names.length === 0 || !/^[\da-f:.]+$/i.test(address)) return [];
      return [{ address, names, path, line: index + 1 }];
    });
}
