import { existsSync, statSync } from 'node:fs';
import { didYouMean } from '../../core/nearest.ts';
import { UsageError } from '../../core/usage-error.ts';
import { isCollectionId } from '../../sources/node/collection-store.ts';
import { parseDuration } from '../cli/duration.ts';
import type { LiveFlags } from '../cli/live.ts';
import { Host } from './host.ts';

/** Flags of `pullwhy mcp`. */
export interface McpFlags extends LiveFlags {
  readonly from?: readonly string[];
  readonly http?: string;
  readonly tokenFile?: string;
  readonly oidcIssuer?: string;
  readonly audience?: string;
  readonly allowDebugPod?: boolean;
  readonly bundles?: string;
  readonly store?: string;
  readonly sopDir?: readonly string[];
}

/** Serves until the client goes away (stdio) or the process is told to stop. */
export async function runMcp(flags: McpFlags): Promise<void> {
  checkFlags(flags);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const host = hostOf(flags);
  if (flags.http === undefined) {
    const { serveStdio } = await import('./stdio.ts');
    await serveStdio(host, { input: process.stdin, output: process.stdout }, stop.signal);
    // Whatever is still under way has nobody left to answer.
    process.exit(0);
  }
  const { serveHttp } = await import('./http.ts');
  const { authFrom } = await import('./auth/auth-from.ts');
  const server = await serveHttp(host, { address: flags.http, auth: await authFrom(flags) });
  process.stderr.write(`pullwhy: serving MCP at ${server.url}\n`);
  await new Promise<void>((done) => stop.signal.addEventListener('abort', () => done(), { once: true }));
  await server.close();
  await host.close();
}

function hostOf(flags: McpFlags): Host {
  const requestTimeoutMs = parseDuration('--request-timeout', flags.requestTimeout);
  return new Host({
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
    openAccess: async () => {
      const { openAccess } = await import('../../sources/cluster/access.ts');
      return openAccess(flags, { suggest: didYouMean });
    },
    settings: {
      registries: flags.registry !== false,
      privateRegistries: flags.allowPrivateRegistries === true,
      debugPod: flags.allowDebugPod === true,
      from: flags.from ?? [],
      sopFolders: flags.sopDir ?? [],
      ...(flags.bundles === undefined ? {} : { bundles: flags.bundles }),
      ...(flags.store === undefined ? {} : { store: flags.store }),
      ...(flags.caFile === undefined ? {} : { caFile: flags.caFile }),
    },
  });
}

function checkFlags({ http, tokenFile, oidcIssuer, audience, bundles, from = [] }: McpFlags): void {
  if (from.includes('-')) throw new UsageError('--from -: standard input is where the client speaks; give a path');
  const gone = from.find((path) => !existsSync(path) && !isCollectionId(path));
  if (gone !== undefined) throw new UsageError(`--from ${gone}: no such file, folder or collection`);
  if (bundles !== undefined && statSync(bundles, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`--bundles ${bundles}: no such folder; give the one where archives of nodes are put`);
  if (http === undefined && (tokenFile ?? oidcIssuer ?? audience) !== undefined)
    throw new UsageError('--token-file, --oidc-issuer and --audience guard --http: give --http ADDRESS too');
  if ((oidcIssuer === undefined) !== (audience === undefined))
    throw new UsageError('--oidc-issuer and --audience belong together: give both');
}
