import type { Agent } from 'node:http';
import type { AgentOptions } from 'node:https';
import { ClusterError } from '../../core/cluster-error.ts';
import { readFile } from '../read-file.ts';
import type { Credentials } from './access.ts';
import { nodeHttp } from './http.ts';
import type { ChosenContext, Environment } from './kubeconfig.ts';
import type { KubeCluster, KubeUser } from './kubeconfig-file.ts';
import { proxyFor } from './proxy.ts';

export interface LoginOptions {
  readonly env: Environment;
  readonly connections: number;
  /** The API server did not accept the last login. */
  readonly refused: boolean;
}

/**
 * Logs in as a context says. Certificates, tokens and passwords are plain fields, and need no library;
 * plugins and proxies take the usual client's code, which is slow to load.
 */
export async function logIn(chosen: ChosenContext, { env, connections, refused }: LoginOptions): Promise<Credentials> {
  const { cluster, user } = await byProvider(chosen, refused);
  const proxyUrl = cluster.proxyUrl ?? proxyFor(new URL(cluster.server), env);
  if (proxyUrl !== undefined || user?.exec !== undefined || user?.authProvider !== undefined) {
    const { logInByLibrary } = await import('./login-by-library.ts');
    return logInByLibrary({ ...chosen, ...(user === undefined ? {} : { user }) }, proxyUrl, connections);
  }
  try {
    const headers = await headersFor(user);
    for (const [name, value] of Object.entries(headers)) {
      for (const each of [value].flat()) nodeHttp().validateHeaderValue(name, each);
    }
    return { agent: await agentFor(cluster, user, connections), headers };
  } catch (error) {
    // A file that the kubeconfig names, or what is in it.
    throw refusal(cluster, error);
  }
}

/** A user of an identity provider, as one with a token. */
async function byProvider(chosen: ChosenContext, refused: boolean): Promise<Pick<ChosenContext, 'cluster' | 'user'>> {
  const { cluster, user } = chosen;
  if (user?.authProvider?.name !== 'oidc') return chosen;
  const { authProvider, ...others } = user;
  try {
    const { oidcToken } = await import('./login-oidc.ts');
    const token = await oidcToken({ name: user.name, file: user.file, config: authProvider.config }, refused);
    return { cluster, user: { ...others, token } };
  } catch (error) {
    throw refusal(cluster, error);
  }
}

function refusal({ server }: KubeCluster, error: unknown): ClusterError {
  const said = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
  return new ClusterError(`cannot log in to ${new URL(server).host} (auth): ${said}`);
}

async function headersFor(user: KubeUser | undefined): Promise<Readonly<Record<string, string | readonly string[]>>> {
  const { tokenFile, username, password = '', impersonateUser, impersonateGroups = [] } = user ?? {};
  const token = tokenFile === undefined ? user?.token : (await readFile(tokenFile, 'utf8')).trim();
  return {
    ...(username === undefined ? {} : { Authorization: `Basic ${toBase64(`${username}:${password}`)}` }),
    ...(token === undefined ? {} : { Authorization: `Bearer ${token.trim()}` }),
    ...(impersonateUser === undefined ? {} : { 'Impersonate-User': impersonateUser }),
    ...(impersonateGroups.length === 0 ? {} : { 'Impersonate-Group': impersonateGroups }),
  };
}

async function agentFor(
  { server, caFile, caData, skipTLSVerify, tlsServerName }: KubeCluster,
  { certFile, certData, keyFile, keyData }: Omit<KubeUser, 'name'> = {},
  connections: number,
): Promise<Agent> {
  const pool = { keepAlive: true, maxSockets: connections, maxFreeSockets: connections };
  if (server.startsWith('http:')) return new (nodeHttp().Agent)(pool);
  const [ca, cert, key] = await Promise.all([
    bytes(caFile, caData),
    bytes(certFile, certData),
    bytes(keyFile, keyData),
  ]);
  const [{ Agent }, { createSecureContext }] = await Promise.all([import('node:https'), import('node:tls')]);
  const options: AgentOptions = {
    ...pool,
    // Made once, for all connections; here it is told what is wrong with a certificate.
    secureContext: usable(() =>
      createSecureContext({
        ...(ca === undefined ? {} : { ca }),
        ...(cert === undefined ? {} : { cert }),
        ...(key === undefined ? {} : { key }),
      }),
    ),
    ...(skipTLSVerify ? { rejectUnauthorized: false } : {}),
    ...(tlsServerName === undefined ? {} : { servername: tlsServerName }),
  };
  return new Agent(options);
}

function usable<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`a certificate or key of the kubeconfig cannot be used: ${said}`);
  }
}

/** Data goes before a file that holds the same (client-go rest.dataFromSliceOrFile). */
async function bytes(file: string | undefined, base64: string | undefined): Promise<Buffer | undefined> {
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  return file === undefined ? undefined : readFile(file);
}

function toBase64(value: string): string {
  return Buffer.from(value, 'utf8').toString('base64');
}
