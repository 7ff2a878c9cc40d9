import type { Readable, Writable } from 'node:stream';
import { serveStdio as serve } from '@modelcontextprotocol/server/stdio';
import type { Host } from './host.ts';
import { LineTransport } from './line-transport.ts';
import { buildServer } from './server.ts';

/** Serves one client over standard input and output until it closes its end, or `signal` is aborted. */
export async function serveStdio(
  host: Host,
  streams: { readonly input: Readable; readonly output: Writable },
  signal: AbortSignal,
): Promise<void> {
  const transport = new LineTransport(streams.input, streams.output);
  const handle = serve(() => buildServer(host), { transport });
  const stop = () => void handle.close();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  await transport.closed;
  signal.removeEventListener('abort', stop);
  await host.close();
}
