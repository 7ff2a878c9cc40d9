import { HEAD_BYTES } from './format.ts';

/** A content whose beginning was looked at. */
export interface Peeked {
  readonly head: Uint8Array;
  /** The whole content, from its beginning. */
  readonly rest: AsyncIterable<Uint8Array>;
  close(): Promise<unknown>;
}

/** Takes what is needed to tell what a content is; an error of the source comes again where it came. */
export async function peek(content: AsyncIterable<Uint8Array>): Promise<Peeked> {
  const chunks = content[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let size = 0;
  let failure: unknown;
  try {
    while (size < HEAD_BYTES) {
      const next = await chunks.next();
      if (next.done === true) break;
      first.push(next.value);
      size += next.value.length;
    }
  } catch (error) {
    failure = error;
  }
  const head = Buffer.concat(first);
  async function* rest(): AsyncGenerator<Uint8Array> {
    if (head.length > 0) yield head;
    if (failure !== undefined) throw failure;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  }
  return { head: head.subarray(0, HEAD_BYTES), rest: rest(), close: async () => chunks.return?.() };
}
