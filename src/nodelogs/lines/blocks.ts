import type { ByteRange } from '../../core/node/bundle.ts';
import type { TextFile } from './text-file.ts';

/** Consecutive whole lines of a file. */
export interface Block {
  /** Valid until the next block is asked for. */
  readonly bytes: Buffer;
  /** Offset of the first byte in the file's text. */
  readonly start: number;
  /** The first bytes go on with a line that was too long for the blocks before. */
  readonly continues: boolean;
}

/** Bytes of one block; a longer line is cut into several. */
export const BLOCK_BYTES = 4 * 1024 * 1024;

const LINE_FEED = 10;

/**
 * Reads a text in blocks that end where a line ends. `joined`: a line that begins with a blank belongs to the one
 * before, and is not parted from it.
 */
export async function* blocksOf(
  text: TextFile,
  {
    joined = false,
    range = {},
    signal,
  }: { joined?: boolean; range?: ByteRange; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Block> {
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  let filled = 0;
  let start = range.start ?? 0;
  let continues = false;
  for await (const chunk of text.chunks(range, signal)) {
    for (let taken = 0; taken < chunk.length; ) {
      const room = Math.min(buffer.length - filled, chunk.length - taken);
      buffer.set(chunk.subarray(taken, taken + room), filled);
      filled += room;
      taken += room;
      if (filled < buffer.length) continue;
      const cut = lastCut(buffer, joined);
      const end = cut === 0 ? filled : cut;
      yield { bytes: buffer.subarray(0, end), start, continues };
      buffer.copyWithin(0, end, filled);
      filled -= end;
      start += end;
      continues = cut === 0;
    }
  }
  if (filled > 0) yield { bytes: buffer.subarray(0, filled), start, continues };
}

/** Where the last whole line ends; 0 when there is none. The byte after it must be known when lines are joined. */
function lastCut(buffer: Buffer, joined: boolean): number {
  for (let at = buffer.lastIndexOf(LINE_FEED); at >= 0; at = at === 0 ? -1 : buffer.lastIndexOf(LINE_FEED, at - 1)) {
    if (!joined) return at + 1;
    if (at + 1 < buffer.length && !isBlank(buffer[at + 1])) return at + 1;
  }
  return 0;
}

/** Tab or space. */
export function isBlank(byte: number | undefined): boolean {
  return byte === 9 || byte === 32;
}
