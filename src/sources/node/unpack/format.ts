import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { isTarHeader } from './tar.ts';

/** What bytes are packed as, by the magic numbers of the formats; names may lie. */
export type Packing = 'tar' | 'zip' | 'gzip' | 'xz' | 'bzip2' | 'zstd';

const MAGIC: readonly (readonly [Packing, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['zip', [0x50, 0x4b, 0x05, 0x06]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

/** Enough of a file for its magic number. */
export const MAGIC_BYTES = 8;
/** Enough of a file to tell how it is packed, also inside gzip. */
export const HEAD_BYTES = 64 * 1024;

export function packingOf(head: Uint8Array): Packing | undefined {
  const found = MAGIC.find(([, magic]) => magic.every((byte, at) => head[at] === byte));
  return found?.[0] ?? (isTarHeader(head.subarray(0, 512)) ? 'tar' : undefined);
}

/** Whether a gzip stream holds an archive and not just one file. */
export function holdsTar(gzipHead: Uint8Array): boolean {
  return packingOf(unpackHead(gzipHead, 4096)) === 'tar';
}

/** The first unpacked bytes of a gzip stream; none when it is none. Few packed bytes are taken: each may be a thousand. */
export function unpackHead(gzipHead: Uint8Array, packedBytes = 8 * 1024): Uint8Array {
  try {
    return gunzipSync(gzipHead.subarray(0, packedBytes), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array();
  }
}

export function gunzip(): ReturnType<typeof createGunzip> {
  return createGunzip({ chunkSize: 256 * 1024 });
}
