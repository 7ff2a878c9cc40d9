import type { NodeFileKind } from '../../core/node/file-kind.ts';
import { excerpt } from '../../core/redact.ts';
import type { SectionReader } from '../sections/section-reader.ts';

/** Files that set up pulls; sections that merely show a state differ on every node. */
const CONFIG_KINDS: readonly NodeFileKind[] = [
  'kubelet-config',
  'kubelet-unit',
  'credential-provider-config',
  'containerd-config',
  'containerd-unit',
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
  readonly lines: readonly string[];
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

/** Comments, blank lines and blanks at the ends say nothing. */
function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

const SHOWN = 5;

/** The first lines that one file has and none of the others; secrets never, for they are redacted. */
export function ownLines(own: ConfigFile, others: readonly ConfigFile[]): string {
  const elsewhere = new Set(others.flatMap(({ lines }) => lines));
  const lines = own.lines.filter((line) => !elsewhere.has(line));
  if (lines.length === 0) return 'the same lines in another order, or fewer of them';
  const more = lines.length > SHOWN ? ` (and ${lines.length - SHOWN} more lines)` : '';
  return `${lines
    .slice(0, SHOWN)
    .map((line) => excerpt(line, 160))
    .join(' | ')}${more}`;
}
