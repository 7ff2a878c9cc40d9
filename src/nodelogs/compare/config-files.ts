import type { NodeFileKind } from '../../core/node/file-kind.ts';
import { excerpt } from '../../core/redact.ts';
import { REDACTED } from '../../core/redact-marker.ts';
import type { SectionReader } from '../sections/section-reader.ts';

/** Files that set up pulls; sections that merely show a state differ on every node. */
const CONFIG_KINDS: readonly NodeFileKind[] = [
  'kubelet-config',
  'kubelet-unit',
  'credential-provider-config',
  'containerd-config',
  'containerd-unit',
  'runtime-environment',
  'docker-config',
  'registry-hosts',
  'registries-conf',
  'signature-policy',
  'resolv-conf',
  'proxy',
];

/** A configuration file as comparable lines. */
export interface ConfigFile {
  /** Its last two folders and name: the same on every node, whatever stands before. */
  readonly name: string;
  readonly lines: readonly ConfigLine[];
}

interface ConfigLine {
  readonly line: string;
  /** Without values that are secrets by their place; still to be redacted. */
  readonly shown: string;
}

export async function configFiles(reader: SectionReader): Promise<readonly ConfigFile[]> {
  const texts = await reader.texts(...CONFIG_KINDS);
  return texts.map(({ path, text }) => ({ name: shortName(path), lines: linesOf(text) }));
}

function shortName(path: string): string {
  const parts = path.split('/');
  const from = parts.lastIndexOf('certs.d');
  return parts.slice(from >= 0 ? from : -2).join('/');
}

/** A table or key whose values are logins or tokens, whatever they are called (TOML tables of hosts.toml and containerd). */
const SECRET_TABLE = /^\[.*(?:header|auth).*\]$/i;
const TABLE = /^\[.*\]$/;
const MAX_LINES = 20_000;

/** Comments, blank lines and blanks at the ends say nothing. */
function linesOf(text: string): readonly ConfigLine[] {
  let secret = false;
  return text
    .split('\n')
    .slice(0, MAX_LINES)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      if (TABLE.test(line)) secret = SECRET_TABLE.test(line);
      return {
        line,
        shown: secret && !TABLE.test(line) ? `${line.split('=', 1)[0]?.trim() ?? ''} = ${REDACTED}` : line,
      };
    });
}

const SHOWN = 5;

/** The first lines that one file has and none of the others; secrets never, for they are redacted. */
export function ownLines(own: ConfigFile, others: readonly ConfigFile[]): string {
  const elsewhere = new Set(others.flatMap(({ lines }) => lines.map(({ line }) => line)));
  const lines = own.lines.filter(({ line }) => !elsewhere.has(line));
  if (lines.length === 0) return 'the same lines in another order, or fewer of them';
  const more = lines.length > SHOWN ? ` (and ${lines.length - SHOWN} more lines)` : '';
  const shown = lines.slice(0, SHOWN).map((line) => excerpt(line.shown, 160));
  return `${shown.join(' | ')}${more}`;
}

/** Whether two files say the same. */
export function sameLines(files: readonly ConfigFile[]): boolean {
  return new Set(files.map(({ lines }) => lines.map(({ line }) => line).join('\n'))).size === 1;
}
