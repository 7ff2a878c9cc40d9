import type { DockerConfig } from './docker-config.ts';
import { type ProxySettings, programOf, readProxy } from './proxy.ts';
import type { RuntimeKind } from './runtime-kind.ts';
import type { SectionText } from './section-reader.ts';
import { readUnit } from './unit.ts';

/** Files that tell of proxies, by what they are. */
export interface ProxySources {
  /** Units, drop-ins and what `systemctl show` prints of units. */
  readonly units: readonly SectionText[];
  /** Environment files that units may read. */
  readonly environments: readonly SectionText[];
  readonly docker?: DockerConfig | undefined;
}

/**
 * One entry per program with a proxy. dockerd's daemon.json goes before its environment (moby daemon/command/daemon.go),
 * an environment file before `Environment=`, a later drop-in before an earlier one (systemd.exec, systemd.unit).
 */
export function readProxies({ units, environments, docker }: ProxySources): readonly ProxySettings[] {
  const parts = units.flatMap(unitsIn);
  const read = environments.filter((file) => isRead(file, parts));
  const ofConfig = docker?.proxies === undefined ? [] : [docker.proxies];
  const inOrder = [
    ...ofConfig,
    ...read.flatMap((file) => readProxy(file) ?? []),
    ...parts.toSorted(byDropIn).flatMap((file) => readProxy(file) ?? []),
  ];
  const byProgram = new Map<string, ProxySettings>();
  for (const each of inOrder) {
    const first = byProgram.get(each.of);
    byProgram.set(each.of, first === undefined ? each : filled(first, each));
  }
  return [...byProgram.values()];
}

/** Of the runtime that pulls, and of what is no runtime; another runtime on the node may well have proxies of its own. */
export function proxiesOfRuntime(all: readonly ProxySettings[], runtime: RuntimeKind): readonly ProxySettings[] {
  const own = runtime === 'cri-o' ? 'crio' : runtime;
  return all.filter(({ of }) => of === own || !RUNTIMES.has(of));
}

const RUNTIMES: ReadonlySet<string> = new Set(['containerd', 'crio', 'docker']);

function filled(first: ProxySettings, more: ProxySettings): ProxySettings {
  const { http = more.http, https = more.https, none } = first;
  return {
    ...first,
    ...(http === undefined ? {} : { http }),
    ...(https === undefined ? {} : { https }),
    none: none.length > 0 ? none : more.none,
  };
}

/** `systemctl show` of several units in one file is several units. */
function unitsIn(section: SectionText): readonly SectionText[] {
  const starts = [...section.text.matchAll(/^\$ systemctl show (\S{1,200}).*$/gm)].slice(0, 50);
  if (starts.length === 0) return [section];
  return starts.map(({ index, 1: unit = '' }, i) => {
    const text = section.text.slice(index, starts[i + 1]?.index);
    return { ...section, text: `# /${unit.replace(/\.service$/, '')}.service\n${text}` };
  });
}

/** A unit that was seen whole, and names the file nowhere, does not read it. */
function isRead(file: SectionText, units: readonly SectionText[]): boolean {
  const name = /etc\/(?:sysconfig|default)\/[^/]+$/.exec(file.path)?.[0];
  const own = units.filter((unit) => programIn(unit) === programOf(file, []));
  const settings = own.flatMap(readUnit);
  const isWhole = settings.some(({ key }) => key === 'ExecStart' || key === 'EnvironmentFiles');
  if (!isWhole || name === undefined) return true;
  return settings.some(({ key, value }) => /^EnvironmentFiles?$/.test(key) && value.includes(`/${name}`));
}

function programIn(unit: SectionText): string {
  return programOf(
    unit,
    readUnit(unit).map(({ file }) => file),
  );
}

function byDropIn(a: SectionText, b: SectionText): number {
  return rank(b.path).localeCompare(rank(a.path));
}

/** Drop-ins by their names, whatever folder they lie in; after the unit itself. */
function rank(path: string): string {
  const dropIn = /\.service\.d\/([^/]+)$/.exec(path)?.[1];
  return dropIn === undefined ? '' : `1 ${dropIn}`;
}
