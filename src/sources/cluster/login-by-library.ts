import type { Agent, RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { ClusterError } from '../../core/cluster-error.ts';
import type { Credentials } from './access.ts';
import type { ChosenContext } from './kubeconfig.ts';

/** A login helper may open a browser, but must not wait for ever. */
const LOGIN_MS = 60_000;

/** Logs in through a plugin or a proxy. */
export async function logInByLibrary(
  chosen: ChosenContext,
  proxyUrl: string | undefined,
  connections: number,
): Promise<Credentials> {
  const { context, cluster, user } = chosen;
  const config = new KubeConfig();
  config.loadFromOptions({
    // client-node refuses plain http unless told that TLS is not verified; kubectl does not.
    clusters: [{ ...cluster, proxyUrl, skipTLSVerify: cluster.skipTLSVerify || cluster.server.startsWith('http:') }],
    // Without a user client-node would leave out the cluster's own certificates too.
    users: [userOf(chosen)],
    contexts: [{ ...context, user: context.user ?? '' }],
    currentContext: context.name,
  });
  const options: RequestOptions = {};
  await withTimeLimit(
    config.applyToHTTPSOptions(options as Parameters<KubeConfig['applyToHTTPSOptions']>[0]),
    user?.exec?.command,
    new URL(cluster.server).host,
  );
  const agent = options.agent as Agent;
  // client-node's agents open a connection for each request; ours stay open.
  Object.assign(agent, { keepAlive: true, maxSockets: connections, maxFreeSockets: connections });
  return { agent, headers: headersOf(options, user?.impersonateGroups) };
}

function headersOf(options: RequestOptions, groups: readonly string[] = []): Credentials['headers'] {
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (value !== undefined && value !== null) headers[name] = Array.isArray(value) ? value : String(value).trim();
  }
  if (typeof options.auth === 'string') headers.Authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  if (groups.length > 0) headers['Impersonate-Group'] = groups;
  return headers;
}

/** Without a user client-node would leave out the cluster's own certificates too. */
function userOf({ context, user }: ChosenContext): KubeConfig['users'][number] {
  const { tokenFile, exec, impersonateGroups: _, file: __, ...plain } = user ?? {};
  return {
    name: context.user ?? '',
    ...plain,
    ...(exec === undefined ? {} : { exec: withInput(exec) }),
    ...(tokenFile === undefined ? {} : { authProvider: { name: 'tokenFile', config: { tokenFile } } }),
  };
}

/** The exec plugin with its input, which client-node leaves out (client.authentication.k8s.io ExecCredential). */
function withInput(exec: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { apiVersion, env } = exec;
  const input = JSON.stringify({
    apiVersion: typeof apiVersion === 'string' ? apiVersion : 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false },
  });
  return { ...exec, env: [...(Array.isArray(env) ? env : []), { name: 'KUBERNETES_EXEC_INFO', value: input }] };
}

async function withTimeLimit(login: Promise<void>, plugin: unknown, host: string): Promise<void> {
  const how = typeof plugin === 'string' ? `the login plugin ${plugin}` : 'the login of the kubeconfig user';
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${LOGIN_MS / 1000} s`)), LOGIN_MS);
  });
  try {
    await Promise.race([login, late]);
  } catch (error) {
    const said = error instanceof Error ? error.message.trim().split('\n', 1)[0] : String(error);
    throw new ClusterError(`cannot log in to ${host} (auth): ${how} failed: ${said || 'it says nothing'}`);
  } finally {
    clearTimeout(timer);
  }
}
