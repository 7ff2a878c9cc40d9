import type { NodeFile } from '../../core/node/bundle.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { Meter } from '../lines/budget.ts';
import { problemOf } from '../lines/stopped.ts';
import { openText } from '../lines/text-file.ts';
import type { FilePart, ReadBounds } from './bounds.ts';
import type { ReadRange } from './range.ts';
import { readBytes } from './read-bytes.ts';
import { readLines } from './read-lines.ts';

/** Reads a part of a file, from either end, inside compression as well. Throws a `UsageError` when there is none. */
export async function readPart(file: NodeFile, range: ReadRange, bounds: ReadBounds, meter: Meter): Promise<FilePart> {
  try {
    const text = await openText(file, meter.signal);
    if (text.encoding === 'binary') throw new UsageError(`${file.path} is no text (${file.size} bytes)`);
    return range.unit === 'bytes' || range.unit === 'last-bytes'
      ? await readBytes(text, range, bounds, meter)
      : await readLines(text, range, bounds, meter);
  } catch (error) {
    meter.signal?.throwIfAborted();
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file.path} cannot be read: ${problemOf(error)}`);
  }
}
