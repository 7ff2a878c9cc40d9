import type { SectionText } from './section-reader.ts';

/** One line of `df` or `df -i`. */
export interface DfRow {
  /** Bytes, or numbers of inodes. */
  readonly what: 'bytes' | 'inodes';
  readonly source: string;
  readonly total: number;
  readonly used: number;
  readonly available: number;
  /** As printed, else reckoned; 0 to 100. Undefined where the file system has no fixed number of inodes. */
  readonly usedPercent: number | undefined;
  readonly mount: string;
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

const MAX_LINE = 4096;
const MAX_ROWS = 2000;

/**
 * Reads `df` of util-linux, coreutils and busybox: `-h`, `-H`, `-k`, `-m`, `-P`, `-T`, `-a`, `-i`, long device names that wrap,
 * and tables that lost their header. What the numbers count is told by the header, else by the file.
 */
export function readDf({ path, text }: SectionText, otherwise: DfRow['what']): readonly DfRow[] {
  const rows: DfRow[] = [];
  let header = headerOf('', otherwise);
  let wrapped = '';
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.slice(0, MAX_LINE).trimEnd();
    if (/^Filesystem\s/i.test(line)) {
      header = headerOf(line, otherwise);
      wrapped = '';
      continue;
    }
    const joined = wrapped === '' ? line : `${wrapped} ${line.trim()}`;
    const row = rowOf(joined, header);
    if (row !== undefined && rows.length < MAX_ROWS) rows.push({ ...row, path, line: index + 1, text: joined });
    // A name too long for its column stands alone, and the numbers follow on the next line.
    wrapped = row === undefined && /^\S+$/.test(line) ? line : '';
  }
  return rows;
}

interface Header {
  readonly what: DfRow['what'];
  /** Bytes that a bare number counts. */
  readonly unit: number;
  readonly hasType: boolean;
}

function headerOf(line: string, otherwise: DfRow['what']): Header {
  const inodes = /\bi?nodes\b|\bIFree\b/i.test(line);
  const blocks = /\b(\d+)(K|M|G)?-(?:byte )?blocks\b/i.exec(line);
  const blockUnit = blocks === null ? 1024 : Number(blocks[1]) * (UNITS[(blocks[2] ?? '').toUpperCase()] ?? 1);
  return {
    what: line === '' ? otherwise : inodes ? 'inodes' : 'bytes',
    unit: blockUnit,
    hasType: /^Filesystem\s+Type\b/i.test(line),
  };
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
  T: 1024 ** 4,
  P: 1024 ** 5,
  E: 1024 ** 6,
};

/** The percentage before the mount point is what marks a row; the three numbers stand before it. */
function rowOf(line: string, { what, unit, hasType }: Header): Omit<DfRow, 'path' | 'line' | 'text'> | undefined {
  const words = line.trim().split(/\s+/);
  const at = words.findIndex((word, i) => i >= 4 && PERCENT.test(word) && words[i + 1]?.startsWith('/') === true);
  if (at < 0) return undefined;
  const [total, used, available] = words.slice(at - 3, at).map((word) => amount(word, what === 'inodes' ? 1 : unit));
  if (total === undefined || used === undefined || available === undefined) return undefined;
  const source = words.slice(0, at - 3 - (hasType ? 1 : 0)).join(' ');
  const printed = /^\d/.test(words[at] ?? '') ? Number.parseInt(words[at] ?? '', 10) : undefined;
  const reckoned = total > 0 ? Math.round((100 * used) / total) : undefined;
  return {
    what,
    source,
    total,
    used,
    available,
    usedPercent: what === 'inodes' && total === 0 ? undefined : (printed ?? reckoned),
    mount: words.slice(at + 1).join(' '),
  };
}

const PERCENT = /^(?:\d{1,3}%|-)$/;
const AMOUNT = /^(\d{1,18}(?:[.,]\d{1,6})?)([KMGTPE]?)i?B?$/i;

function amount(word: string, unit: number): number | undefined {
  if (word === '-') return 0;
  const [, digits = '', suffix = ''] = AMOUNT.exec(word) ?? [];
  if (digits === '') return undefined;
  const value = Number(digits.replace(',', '.'));
  return suffix === '' ? value * unit : Math.round(value * (UNITS[suffix.toUpperCase()] ?? 1));
}
