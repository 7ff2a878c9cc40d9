import type { AnswerGap } from '../../core/fact.ts';
import type { SectionText } from './section-reader.ts';
import { environmentOf, readUnit, shellWords, type UnitSetting } from './unit.ts';

/** A flag of dockerd about registries. */
export interface DockerFlag {
  readonly name: 'registry-mirror' | 'insecure-registry';
  readonly value: string;
  readonly path: string;
}

export interface DockerFlags {
  readonly flags: readonly DockerFlag[];
  /** What decides about further flags and was not seen. */
  readonly gaps: readonly AnswerGap[];
}

const MAX_WORDS = 500;
const MAX_FILES = 50;

/** A word of a command line, and the file that it stands in. */
interface Word {
  readonly text: string;
  readonly path: string;
}

/**
 * `dockerd --registry-mirror=https://… --insecure-registry … $OPTIONS`: the last ExecStart= counts, and its variables are
 * those of `Environment=` and of the files that the unit reads (systemd.exec).
 */
export function readDockerFlags(units: readonly SectionText[], environments: readonly SectionText[]): DockerFlags {
  const settings = units
    .filter(({ path }) => !isOverridden(path, units))
    .toSorted((a, b) => dropIn(a.path).localeCompare(dropIn(b.path)))
    .flatMap(settingsOfDocker);
  const start = settings.findLast(({ key, value }) => key === 'ExecStart' && value !== '');
  if (start === undefined) return withoutUnit(environments);
  const gaps: AnswerGap[] = [];
  if (!STARTS_DOCKERD.test(start.value)) {
    const what = `the flags of dockerd, which another program starts by ${start.path}`;
    return { flags: [], gaps: [{ what, why: 'not-collected', how: 'ps -C dockerd -o args=' }] };
  }
  const words = shellWords(start.value).slice(0, MAX_WORDS);
  const expanded = words.flatMap((text): readonly Word[] => {
    const variable = /^\$\{?([A-Za-z_]\w{0,60})\}?$/.exec(text)?.[1];
    if (variable === undefined) return [{ text, path: start.path }];
    const found = variableIn(variable, settings, environments);
    if (found.gap !== undefined && !gaps.some(({ what }) => what === found.gap?.what)) gaps.push(found.gap);
    return found.words;
  });
  return { flags: flagsIn(expanded), gaps };
}

/** As the unit has it, with what systemd takes before the program; or as `systemctl show` prints it. */
const STARTS_DOCKERD = /^(?:[@:+!|-]{0,5}|\{ path=)(?:\/\S{0,300}\/)?dockerd(?:-current)?(?:\s|$)/;

/** The unit of the package on RHEL and Amazon Linux reads /etc/sysconfig/docker; whether this one does was not seen. */
function withoutUnit(environments: readonly SectionText[]): DockerFlags {
  const files = environments.filter(({ path }) => /etc\/sysconfig\/docker$/.test(path));
  const flags = files.flatMap((file) => flagsIn(assigned('OPTIONS', file) ?? []));
  const [first] = flags;
  if (first === undefined) return { flags, gaps: [] };
  const what = `whether dockerd is started with the OPTIONS of ${first.path}`;
  return { flags, gaps: [{ what, why: 'not-collected', how: 'systemctl cat docker' }] };
}

interface Variable {
  readonly words: readonly Word[];
  /** A file that may set it otherwise. */
  readonly gap?: AnswerGap;
}

/** Files go before `Environment=`, a later file before an earlier one. */
function variableIn(
  variable: string,
  settings: readonly UnitSetting[],
  environments: readonly SectionText[],
): Variable {
  const read = environmentFiles(settings).map((name) => {
    const file = environments.find(({ path }) => `/${path}`.endsWith(name));
    return { name, isSeen: file !== undefined, words: file === undefined ? undefined : assigned(variable, file) };
  });
  // What stands before the last file that sets it decides nothing.
  const deciding = read.slice(
    Math.max(
      0,
      read.findLastIndex(({ words }) => words !== undefined),
    ),
  );
  const inFile = deciding[0]?.words;
  const unseen = deciding.find(({ isSeen }) => !isSeen);
  if (unseen !== undefined) {
    const what = `the flags of dockerd in ${unseen.name}`;
    return { words: inFile ?? [], gap: { what, why: 'not-collected', how: `cat ${unseen.name}` } };
  }
  const own = environmentOf(settings).get(variable);
  return { words: inFile ?? (own === undefined ? [] : wordsOf(own.value, own.from.path)) };
}

/** The files that the unit reads; an empty `EnvironmentFile=` drops those before it (systemd.exec). */
function environmentFiles(settings: readonly UnitSetting[]): readonly string[] {
  const named = settings.flatMap(({ key, value }) => (/^EnvironmentFiles?$/.test(key) ? [value] : []));
  return named
    .slice(named.lastIndexOf('') + 1)
    .map((name) => name.replace(/^-/, '').replace(/ \(ignore_errors=\w{1,5}\)$/, ''))
    .filter((name) => name.startsWith('/'))
    .slice(-MAX_FILES);
}

/** `OPTIONS="--insecure-registry a:5000"`; undefined: the file does not set it. */
function assigned(variable: string, { path, text }: SectionText): readonly Word[] | undefined {
  const lines = text.replaceAll('\\\n', ' ').split('\n');
  const last = lines.findLast((line) => line.trimStart().startsWith(`${variable}=`));
  if (last === undefined) return undefined;
  const value = shellWords(last.trim().slice(variable.length + 1)).join(' ');
  return wordsOf(value, path);
}

function wordsOf(value: string, path: string): readonly Word[] {
  return shellWords(value)
    .slice(0, MAX_WORDS)
    .map((text) => ({ text, path }));
}

function flagsIn(words: readonly Word[]): readonly DockerFlag[] {
  return words.flatMap(({ text, path }, i): DockerFlag[] => {
    const [, name, joinedValue] = /^--(registry-mirror|insecure-registry)(?:=(.{1,500}))?$/.exec(text) ?? [];
    const value = joinedValue ?? words[i + 1]?.text;
    if (name === undefined || value === undefined || value.startsWith('--')) return [];
    return [{ name: name as DockerFlag['name'], value, path }];
  });
}

/** Not that of cri-dockerd, which `cri-docker.service` starts. */
const OF_DOCKER = /(?<![\w.-])docker\.service\b/;

function settingsOfDocker(unit: SectionText): readonly UnitSetting[] {
  const isPath = OF_DOCKER.test(unit.path);
  return readUnit(unit).filter(({ file }) => (file === unit.path ? isPath : OF_DOCKER.test(file)));
}

/** A unit of the administrator's stands in the place of the package's (systemd.unit). */
function isOverridden(path: string, units: readonly SectionText[]): boolean {
  if (!/(?:^|\/)lib\/systemd\/system\/docker\.service$/.test(path)) return false;
  return units.some((unit) => /(?:^|\/)etc\/systemd\/system\/docker\.service$/.test(unit.path));
}

/** Drop-ins by their names after the unit itself. */
function dropIn(path: string): string {
  return /\.service\.d\/([^/]+)$/.exec(path)?.[1] ?? '';
}
