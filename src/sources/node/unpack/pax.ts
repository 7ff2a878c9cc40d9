/** What an extended header says of the entry after it. */
export interface PaxValues {
  readonly path?: string;
  readonly target?: string;
  readonly size?: number;
  readonly mtime?: number;
  readonly sparse: boolean;
}

export const NO_PAX: PaxValues = { sparse: false };

/** Records of `<length> <key>=<value>\n` (POSIX.1-2001 pax); reading ends at the first that is none. */
export function parsePax(bytes: Uint8Array): PaxValues {
  const values = new Map<string, string>();
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < buffer.length; ) {
    const blank = buffer.indexOf(0x20, at);
    if (blank < 0 || blank - at > 8) break;
    const length = Number(buffer.toString('latin1', at, blank));
    if (!Number.isInteger(length) || length <= blank - at || at + length > buffer.length) break;
    const record = buffer.toString('utf8', blank + 1, at + length - 1);
    const equals = record.indexOf('=');
    if (equals > 0) values.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  const path = values.get('path');
  const target = values.get('linkpath');
  const size = countOf(values.get('size'));
  const mtime = Number(values.get('mtime') ?? Number.NaN);
  return {
    sparse: [...values.keys()].some((key) => key.startsWith('GNU.sparse.')),
    ...(path === undefined ? {} : { path }),
    ...(target === undefined ? {} : { target }),
    ...(size === undefined ? {} : { size }),
    ...(Number.isFinite(mtime) ? { mtime } : {}),
  };
}

function countOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  return Number(text);
}
