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
  const settings = units.toSorted((a, b) => dropIn(a.path).localeCompare(dropIn(b.path))).flatMap(settingsOfDocker);
  const start = settings.findLast(({ key, value }) => key === 'ExecStart' && /\bdockerd\b/.test(value));
  if (start === undefined) return withoutUnit(environments);
  const gaps: AnswerGap[] = [];
  const words = shellWords(start.value).slice(0, MAX_WORDS);
  const expanded = words.flatMap((text): readonly Word[] => {
    const variable = /^\$\{?([A-Za-z_]\w{0,60})\}?$/.exec(text)?.[1];
    if (variable === undefined) return [{ text, path: start.path }];
    const found = variableIn(variable, settings, environments);
    if ('gap' in found) gaps.push(found.gap);
    return 'gap' in found ? [] : found.words;
  });
  return { flags: flagsIn(expanded), gaps };
}

/** The unit of the package on RHEL and Amazon Linux reads /etc/sysconfig/docker; whether this one does was not seen. */
function withoutUnit(environments: readonly SectionText[]): DockerFlags {
  const files = environments.filter(({ path }) => /etc\/sysconfig\/docker$/.test(path));
  const flags = files.flatMap((file) => flagsIn(assigned('OPTIONS', file) ?? []));
  const [first] = flags;
  if (first === undefined) return { flags, gaps: [] };
  const what = `whether dockerd is started with the OPTIONS of ${first.path}`;
  return { flags, gaps: [{ what, why: 'not-collected', how: 'systemctl cat docker' }] };
}

/** Files go before `Environment=`, a later file before an earlier one. */
function variableIn(
  variable: string,
  settings: readonly UnitSetting[],
  environments: readonly SectionText[],
): { readonly words: readonly Word[] } | { readonly gap: AnswerGap } {
  const named = settings.flatMap(({ key, value }) => (key === 'EnvironmentFile' ? [value.replace(/^-/, '')] : []));
  const read = named.map((name) => ({ name, file: environments.find(({ path }) => `/${path}`.endsWith(name)) }));
  const inFile = read.map(({ file }) => (file === undefined ? undefined : assigned(variable, file)));
  const words = inFile.findLast((each) => each !== undefined);
  if (words !== undefined) return { words };
  const unseen = read.find(({ file }) => file === undefined);
  if (unseen !== undefined) {
    const what = `the flags of dockerd in ${unseen.name}`;
    return { gap: { what, why: 'not-collected', how: `cat ${unseen.name}` } };
  }
  const own = environmentOf(settings).get(variable);
  return { words: own === undefined ? [] : wordsOf(own.value, own.from.path) };
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

function settingsOfDocker(unit: SectionText): readonly UnitSetting[] {
  return readUnit(unit).filter(
    ({ path, file }) => /\bdocker\.service\b/.test(path) || /\bdocker\.service\b/.test(file),
  );
}

/** Drop-ins by their names after the unit itself. */
function dropIn(path: string): string {
  return /\.service\.d\/([^/]+)$/.exec(path)?.[1] ?? '';
}
