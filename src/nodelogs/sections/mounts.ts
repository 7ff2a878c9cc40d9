import type { SectionText } from './section-reader.ts';

/** A file system where it is mounted. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly options: readonly string[];
  readonly readOnly: boolean;
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

const MAX_LINE = 4096;
const MAX_MOUNTS = 5000;

/** `mount`: `/dev/sda1 on / type xfs (rw,noatime)`. The words ` on ` and ` type ` are searched, for names may hold blanks. */
function fromMount(line: string): Fields | undefined {
  const open = line.lastIndexOf(' (');
  const type = line.lastIndexOf(' type ', open);
  const on = line.indexOf(' on ');
  if (open < 0 || type < 0 || on < 0 || on > type || !line.endsWith(')')) return undefined;
  return {
    source: line.slice(0, on),
    target: line.slice(on + 4, type),
    type: line.slice(type + 6, open),
    options: line.slice(open + 2, -1),
  };
}

/** `/proc/mounts` and `/etc/mtab`: six fields, blanks as octal escapes. */
function fromProc(line: string): Fields | undefined {
  const words = line.split(' ');
  const [source = '', target = '', type = '', options = ''] = words;
  if (words.length !== 6 || !target.startsWith('/') || !/^r[wo](?:,|$)/.test(options)) return undefined;
  return { source, target: unescapeOctal(target), type, options };
}

/** `findmnt`: TARGET SOURCE FSTYPE OPTIONS, the target behind the branches of a tree. */
function fromFindmnt(line: string): Fields | undefined {
  const words = line
    .replace(/^[\s│├└─|`-]+(?=\/)/u, '')
    .trim()
    .split(/\s+/);
  const [target = '', source = '', type = '', options = ''] = words;
  if (words.length !== 4 || !target.startsWith('/') || !/^r[wo](?:,|$)/.test(options)) return undefined;
  return { source, target, type, options };
}

interface Fields {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly options: string;
}

export function readMounts({ path, text }: SectionText): readonly Mount[] {
  const mounts: Mount[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    if (mounts.length >= MAX_MOUNTS) break;
    const line = raw.slice(0, MAX_LINE).trimEnd();
    const fields = fromMount(line) ?? fromProc(line) ?? fromFindmnt(line);
    if (fields === undefined) continue;
    const options = fields.options.split(',');
    mounts.push({ ...fields, options, readOnly: options.includes('ro'), path, line: index + 1, text: line });
  }
  return mounts;
}

function unescapeOctal(word: string): string {
  return word.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** The mount that a path lies on: the longest target that is the path or a folder above it; of equals the last, which hides the others. */
export function mountOf<M extends { readonly target: string }>(mounts: readonly M[], path: string): M | undefined {
  let best: M | undefined;
  for (const mount of mounts) {
    const { target } = mount;
    const above = target === '/' || path === target || path.startsWith(`${target}/`);
    if (above && (best === undefined || target.length >= best.target.length)) best = mount;
  }
  return best;
}
