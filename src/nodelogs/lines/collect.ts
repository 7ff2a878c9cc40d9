import type { TextFile } from './text-file.ts';

/** A part of a text in memory; the caller bounds it. */
export async function collect(text: TextFile, start: number, end: number, signal?: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = [];
  // The memory of a chunk may be used again.
  if (end > start) for await (const chunk of text.chunks({ start, end }, signal)) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}
