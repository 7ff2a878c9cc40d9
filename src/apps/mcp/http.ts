import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { UsageError } from '../../core/usage-error.ts';
import type { Auth } from './auth/caller.ts';
import type { Host } from './host.ts';
import { isLoopback, parseAddress } from './http/address.ts';
import { buildApp } from './http/app.ts';
import { type Rate, USUAL_RATE } from './http/rate-limit.ts';
import { Sessions } from './http/sessions.ts';

export interface HttpOptions {
  /** `HOST:PORT`, or a port on loopback; port 0 takes any that is free. */
  readonly address: string;
  /** Who may call; must be there for any address but loopback. */
  readonly auth?: Auth | undefined;
  /** How fast each address may ask. */
  readonly rate?: Rate;
}

export interface HttpServer {
  readonly url: string;
  /** Ends all sessions and calls, then stops to listen. */
  close(): Promise<void>;
}

/** Connections at once; each session may hold a few. */
const MAX_CONNECTIONS = 500;
/** Node's five seconds are a pause that agents make: a call that meets the end of its connection fails. */
const IDLE_MS = 75_000;
/** Slow senders must not hold connections for ever. */
const HEADERS_MS = 10_000;
const BODY_MS = 60_000;

/** Serves streamable HTTP at `/mcp` until it is closed. Throws `UsageError` for an address that would be open to all. */
export async function serveHttp(host: Host, { address, auth, rate = USUAL_RATE }: HttpOptions): Promise<HttpServer> {
  const { hostname, port } = parseAddress(address);
  const local = isLoopback(hostname);
  if (!local && auth === undefined)
    throw new UsageError(
      `--http ${address} can be reached from outside: give --token-file FILE, or --oidc-issuer URL and --audience NAME`,
    );
  const sessions = new Sessions(host);
  const app = buildApp(sessions, { local, auth, rate });
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      headersTimeout: HEADERS_MS,
      requestTimeout: BODY_MS,
      keepAliveTimeout: IDLE_MS,
      maxHeaderSize: 32_768,
    },
  }) as Server;
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, hostname, port, address);
  const bound = server.address() as AddressInfo;
  const shown = hostname.includes(':') ? `[${hostname}]` : hostname;
  return {
    url: `http://${shown}:${bound.port}/mcp`,
    close: async () => {
      await sessions.close();
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
    },
  };
}

function listen(server: Server, hostname: string, port: number, address: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      fail(new UsageError(`--http ${address}: cannot listen there (${error.code ?? error.message})`)),
    );
    server.listen(port, hostname, () => done());
  });
}
