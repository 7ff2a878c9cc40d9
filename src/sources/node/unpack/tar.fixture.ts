/** One entry of a tar archive, made by hand so that tests can say what no tool would write. */
export interface TarItem {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** `0` file, `1` hard link, `2` symbolic link, `3` device, `5` folder, `L` long name, `S` sparse, `x` pax. */
  readonly flag?: string;
  readonly link?: string;
  /** A lie about the size. */
  readonly size?: number;
  readonly magic?: 'ustar' | 'gnu' | 'none';
  readonly prefix?: string;
  readonly mtime?: number;
}

const BLOCK = 512;

/** A whole archive with its two empty blocks at the end. */
export function tarOf(items: readonly TarItem[]): Buffer {
  return Buffer.concat([...items.map(tarItem), Buffer.alloc(2 * BLOCK)]);
}

export function tarItem({
  name,
  content = '',
  flag = '0',
  link = '',
  size,
  magic = 'ustar',
  prefix = '',
  mtime = 1_767_225_600,
}: TarItem): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 100, 'utf8');
  header.write('0000600\0', 100, 'latin1');
  writeSize(header, size ?? body.length);
  header.write(`${mtime.toString(8).padStart(11, '0')}\0`, 136, 'latin1');
  header.write(flag, 156, 'latin1');
  header.write(link, 157, 100, 'utf8');
  if (magic === 'ustar') header.write('ustar\u000000', 257, 'latin1');
  if (magic === 'gnu') header.write('ustar  \0', 257, 'latin1');
  header.write(prefix, 345, 155, 'utf8');
  return Buffer.concat([withChecksum(header), body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)]);
}

/** An extended header with one record. */
export function paxItem(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (length !== rest + String(length).length) length = rest + String(length).length;
  return tarItem({ name: 'PaxHeaders/x', flag: 'x', content: `${length} ${key}=${value}\n` });
}

function writeSize(header: Buffer, size: number): void {
  if (size < 8 ** 11) {
    header.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
    return;
  }
  header[124] = 0x80;
  header.writeBigUInt64BE(BigInt(size), 128);
}

export function withChecksum(header: Buffer): Buffer {
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}
