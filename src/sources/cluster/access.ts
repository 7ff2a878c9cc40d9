import http, { type Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { ClusterError } from '../../core/cluster-error.ts';
import { UsageError } from '../../core/usage-error.ts';
import { type Environment, type KubeconfigFlags, loadKubeconfig, type Suggest } from './kubeconfig.ts';
import { proxyFor } from './proxy.ts';

export interface AccessFlags extends KubeconfigFlags {
  /** Impersonation, as kubectl's `--as` and `--as-group`. */
  readonly as?: string;
  readonly asGroup?: readonly string[];
}

/** Who asks, and over which connections. */
export interface Credentials {
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

/** A way to a cluster: where it is and how to log in. */
export interface Access {
  /** May have a path: clusters behind a gateway do. */
  readonly server: URL;
  /** Context name, as people know the cluster. */
  readonly context: string;
  /** The context's namespace, else `default`. */
  readonly namespace: string;
  /** Logs in; with `again` afresh, for the last credentials were refused: files are read and plugins run once more. */
  credentials(again?: boolean): Promise<Credentials>;
  close(): void;
}

export interface AccessOptions {
  readonly env?: Environment;
  readonly suggest?: Suggest;
  /** Connections held open at once. */
  readonly connections?: number;
}

/** A login helper may open a browser, but must not wait for ever. */
const LOGIN_MS = 60_000;

/** Finds the cluster by the usual kubeconfig rules. Throws `UsageError` when they lead nowhere. */
export async function openAccess(flags: AccessFlags, options: AccessOptions = {}): Promise<Access> {
  const { env = process.env, suggest = () => '', connections = 6 } = options;
  const { config, from } = await loadKubeconfig(flags, env, suggest);
  const context = config.getContextObject(config.currentContext);
  const server = serverOf(config, from);
  let current: Promise<Credentials> | undefined;
  const logIn = async (afresh: KubeConfig) => {
    prepare(afresh, server, env);
    return withImpersonation(await credentialsFrom(afresh, server, connections), flags);
  };
  return {
    server,
    context: config.currentContext,
    namespace: context?.namespace ?? 'default',
    credentials: (again = false) => {
      if (again) current = loadKubeconfig(flags, env, suggest).then((loaded) => logIn(loaded.config));
      current ??= logIn(config);
      return current;
    },
    close: () => {
      current?.then(({ agent }) => agent.destroy()).catch(() => undefined);
    },
  };
}

function serverOf(config: KubeConfig, from: string): URL {
  const server = config.getCurrentCluster()?.server ?? '';
  try {
    const url = new URL(server);
    if (url.protocol === 'https:' || url.protocol === 'http:') return url;
  } catch {
    // Told below.
  }
  throw new UsageError(`the server of context ${config.currentContext} in ${from} is no URL: ${server}`);
}

/** A way to an API server on loopback that asks for no login: replayed clusters, `kubectl proxy`. */
export function openLoopback(url: string, context: string, namespace = 'default'): Access {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 6 });
  return {
    server: new URL(url),
    context,
    namespace,
    credentials: async () => ({ agent, headers: {} }),
    close: () => agent.destroy(),
  };
}

/** Brings what client-node leaves out of kubectl's ways: proxies of the environment, plain http, the exec plugin's input. */
function prepare(config: KubeConfig, server: URL, env: Environment): void {
  const context = config.getContextObject(config.currentContext);
  config.clusters = config.clusters.map((cluster) => {
    if (cluster.name !== context?.cluster) return cluster;
    const proxyUrl = cluster.proxyUrl ?? proxyFor(server, env);
    return {
      ...cluster,
      ...(proxyUrl === undefined ? {} : { proxyUrl }),
      // client-node refuses plain http unless told that TLS is not verified; kubectl does not.
      skipTLSVerify: cluster.skipTLSVerify || server.protocol === 'http:',
    };
  });
  const exec = config.getCurrentUser()?.exec;
  if (exec) exec.env = [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: execInfo(exec.apiVersion) }];
}

/** What an exec plugin is told (client.authentication.k8s.io ExecCredential). */
function execInfo(apiVersion: unknown): string {
  return JSON.stringify({
    apiVersion: typeof apiVersion === 'string' ? apiVersion : 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false },
  });
}

async function credentialsFrom(config: KubeConfig, server: URL, connections: number): Promise<Credentials> {
  const options: RequestOptions = {};
  await withTimeLimit(
    config.applyToHTTPSOptions(options as Parameters<KubeConfig['applyToHTTPSOptions']>[0]),
    config,
    server,
  );
  const agent = options.agent as Agent;
  // client-node's agents open a connection for each request; ours stay open.
  Object.assign(agent, { keepAlive: true, maxSockets: connections, maxFreeSockets: connections });
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (value !== undefined && value !== null) headers[name] = Array.isArray(value) ? value : String(value).trim();
  }
  if (typeof options.auth === 'string') headers.Authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  return { agent, headers };
}

async function withTimeLimit(login: Promise<void>, config: KubeConfig, server: URL): Promise<void> {
  const plugin = config.getCurrentUser()?.exec?.command;
  const how = typeof plugin === 'string' ? `the login plugin ${plugin}` : 'the login of the kubeconfig user';
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${LOGIN_MS / 1000} s`)), LOGIN_MS);
  });
  try {
    await Promise.race([login, late]);
  } catch (error) {
    const said = error instanceof Error ? error.message.trim().split('\n', 1)[0] : String(error);
    throw new ClusterError(`cannot log in to ${server.host} (auth): ${how} failed: ${said || 'it says nothing'}`);
  } finally {
    clearTimeout(timer);
  }
}

function withImpersonation({ agent, headers }: Credentials, { as, asGroup = [] }: AccessFlags): Credentials {
  if (as === undefined && asGroup.length > 0) throw new UsageError('--as-group needs --as USER');
  if (as === undefined) return { agent, headers };
  return {
    agent,
    headers: {
      ...headers,
      'Impersonate-User': as,
      ...(asGroup.length === 0 ? {} : { 'Impersonate-Group': asGroup }),
    },
  };
}
