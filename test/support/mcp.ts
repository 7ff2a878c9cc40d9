import { PassThrough } from 'node:stream';
import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import { Host } from '../../src/apps/mcp/host.ts';
import { serveHttp } from '../../src/apps/mcp/http.ts';
import { LineTransport } from '../../src/apps/mcp/line-transport.ts';
import type { Settings } from '../../src/apps/mcp/settings.ts';
import { serveStdio } from '../../src/apps/mcp/stdio.ts';
import { openLoopback } from '../../src/sources/cluster/access.ts';
import { type ReplayOptions, type ReplayServer, startReplayServer } from '../../src/testing/replay-server.ts';

/** The ways in which clients reach the server: transport and revision of the protocol. */
export const WAYS = [
  { transport: 'stdio', revision: 'legacy' },
  { transport: 'stdio', revision: 'modern' },
  { transport: 'http', revision: 'legacy' },
  { transport: 'http', revision: 'modern' },
] as const;

export type Way = (typeof WAYS)[number];

export interface Connected {
  readonly client: Client;
  readonly host: Host;
  /** Only over HTTP. */
  readonly url?: string;
  close(): Promise<void>;
}

export interface Served extends Connected {
  readonly cluster: ReplayServer;
}

export interface ServeOptions extends ReplayOptions {
  readonly settings?: Partial<Settings>;
  readonly namespace?: string;
}

/** A server over a replayed cluster, with a client of the SDK connected to it. */
export async function serveReplayed(way: Way, options: ServeOptions): Promise<Served> {
  const { settings, namespace = 'default', ...replay } = options;
  const cluster = await startReplayServer(replay);
  const now = typeof replay.now === 'string' ? replay.now : undefined;
  const host = new Host({
    openAccess: async () => openLoopback(cluster.url, 'replay', namespace),
    settings: { registries: false, ...settings },
    ...(now === undefined ? {} : { now: () => now }),
  });
  const connected = await connect(way, host);
  return {
    ...connected,
    cluster,
    close: async () => {
      await connected.close();
      await cluster.close();
    },
  };
}

/** A client of the SDK, connected to a host the given way. */
export async function connect(way: Way, host: Host): Promise<Connected> {
  const client = new Client(
    { name: 'test', version: '1' },
    { versionNegotiation: { mode: way.revision === 'modern' ? { pin: '2026-07-28' } : 'legacy' } },
  );
  const end = way.transport === 'stdio' ? await overStdio(host, client) : await overHttp(host, client);
  return {
    client,
    host,
    ...(end.url === undefined ? {} : { url: end.url }),
    close: async () => {
      await client.close();
      await end.close();
      await host.close();
    },
  };
}

interface End {
  readonly url?: string;
  close(): Promise<void>;
}

async function overStdio(host: Host, client: Client): Promise<End> {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const stop = new AbortController();
  const ended = serveStdio(host, { input: toServer, output: toClient }, stop.signal);
  // The line transport works from either end.
  await client.connect(new LineTransport(toClient, toServer) as unknown as Transport);
  return {
    close: async () => {
      stop.abort();
      await ended;
    },
  };
}

async function overHttp(host: Host, client: Client): Promise<End> {
  const server = await serveHttp(host, { address: '127.0.0.1:0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url)));
  return server;
}
