import { UsageError } from '../../core/usage-error.ts';

/** More than any dump of a namespace; an endless pipe must end somewhere. */
const MAX_BYTES = 512 * 1024 * 1024;

/** All of standard input. On a terminal, says what is expected, for a silent wait looks like a hang. */
export async function readStandardInput(): Promise<Uint8Array> {
  if (process.stdin.isTTY) process.stderr.write('paste the text, then press Ctrl-D:\n');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES)
      throw new UsageError('standard input is over 512 MiB: save it to a file and give --from FILE');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
