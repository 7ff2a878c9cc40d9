/** The newest bytes of a text that may be longer than anyone wants to keep. */
export interface NewestPart {
  readonly bytes: Uint8Array;
  /** Why it is not whole, in one clause. */
  readonly cut?: string;
  /** The stream did not come to its end. */
  readonly broken?: true;
}

export interface PartLimits {
  /** Kept at most: the end of the text. */
  readonly keep: number;
  /** Read at most; what comes later is lost. */
  readonly read?: number;
  /** The text does not begin at its beginning: its first line is a piece. */
  readonly beginsInside?: boolean;
}

/** Reads to the end and keeps the last bytes, from the first whole line on. A stream that breaks leaves what came. */
export async function newestPart(
  body: AsyncIterable<Uint8Array>,
  { keep, read = Number.POSITIVE_INFINITY, beginsInside = false }: PartLimits,
): Promise<NewestPart> {
  const kept: Uint8Array[] = [];
  let held = 0;
  let seen = 0;
  let lost: string | undefined;
  let broken = false;
  try {
    for await (const chunk of body) {
      kept.push(chunk);
      held += chunk.length;
      seen += chunk.length;
      for (let [oldest] = kept; oldest !== undefined && held - oldest.length >= keep; [oldest] = kept) {
        held -= oldest.length;
        kept.shift();
      }
      if (seen >= read) {
        lost = `only its first ${mebibytes(seen)} were read: newer lines are missing`;
        break;
      }
    }
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'AbortError') throw error;
    broken = true;
    lost = `it broke off after ${mebibytes(seen)}: newer lines are missing`;
  }
  const all = Buffer.concat(kept);
  const dropped = seen > keep;
  const tail = dropped ? all.subarray(Math.max(0, all.length - keep)) : all;
  const bytes = dropped || beginsInside ? fromFirstLine(tail) : tail;
  const cut = [dropped || beginsInside ? `the newest ${mebibytes(tail.length)}` : undefined, lost].filter(Boolean);
  return {
    bytes,
    ...(cut.length === 0 ? {} : { cut: cut.join('; ') }),
    ...(broken ? { broken: true } : {}),
  };
}

function fromFirstLine(bytes: Buffer): Buffer {
  return bytes.subarray(bytes.indexOf(0x0a) + 1);
}

function mebibytes(bytes: number): string {
  return bytes < 2 ** 20 ? `${Math.ceil(bytes / 2 ** 10)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
