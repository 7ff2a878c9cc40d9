import type { SectionText } from './section-reader.ts';

/** A setting of a systemd unit or drop-in, as `systemctl cat` prints it. */
export interface UnitSetting {
  readonly key: string;
  readonly value: string;
  /** The file of the node that sets it, from the comment before; else the collected file. */
  readonly file: string;
  readonly path: string;
  readonly line: number;
}

const MAX_LINES = 20_000;

/** All `Key=value` lines, continuation lines joined. */
export function readUnit({ path, text }: SectionText): readonly UnitSetting[] {
  const settings: UnitSetting[] = [];
  let file = path;
  const lines = text.split('\n').slice(0, MAX_LINES);
  for (let i = 0; i < lines.length; i += 1) {
    const first = i + 1;
    let line = lines[i] ?? '';
    while (line.endsWith('\\') && i + 1 < lines.length) {
      i += 1;
      line = `${line.slice(0, -1)} ${(lines[i] ?? '').trim()}`;
    }
    const named = /^# (\/\S{1,500})$/.exec(line);
    if (named !== null) file = named[1] ?? file;
    const setting = /^\s{0,20}([A-Za-z][A-Za-z0-9]{0,60})\s{0,4}=(.*)$/s.exec(line);
    if (setting !== null)
      settings.push({ key: setting[1] ?? '', value: (setting[2] ?? '').trim(), file, path, line: first });
  }
  return settings;
}

/** Variables of `Environment=` lines; a later one replaces an earlier, an empty `Environment=` drops all (systemd.exec). */
export function environmentOf(
  settings: readonly UnitSetting[],
): ReadonlyMap<string, { readonly value: string; readonly from: UnitSetting }> {
  const variables = new Map<string, { readonly value: string; readonly from: UnitSetting }>();
  for (const setting of settings) {
    if (setting.key !== 'Environment') continue;
    if (setting.value === '') variables.clear();
    for (const assignment of shellWords(setting.value)) {
      const at = assignment.indexOf('=');
      if (at > 0) variables.set(assignment.slice(0, at), { value: assignment.slice(at + 1), from: setting });
    }
  }
  return variables;
}

/** Words of a line, quotes taken off. */
export function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  let inside = false;
  for (const char of line) {
    if (quote !== '') {
      if (char === quote) quote = '';
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      inside = true;
    } else if (/\s/.test(char)) {
      if (inside) words.push(word);
      word = '';
      inside = false;
    } else {
      word += char;
      inside = true;
    }
  }
  if (inside) words.push(word);
  return words;
}
