import type { Agent } from 'node:http';
import { UsageError } from '../../core/usage-error.ts';
import { nodeHttp } from './http.ts';
import { type ChosenContext, type Environment, type KubeconfigFlags, loadContext, type Suggest } from './kubeconfig.ts';
import { logIn } from './login.ts';

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

/** Finds the cluster by the usual kubeconfig rules. Throws `UsageError` when they lead nowhere. */
export async function openAccess(flags: AccessFlags, options: AccessOptions = {}): Promise<Access> {
  const { env = process.env, suggest = () => '', connections = 6 } = options;
  const chosen = await loadContext(flags, env, suggest);
  const server = serverOf(chosen);
  const login = async (as: ChosenContext, refused: boolean) =>
    withImpersonation(await logIn(as, { env, connections, refused }), flags);
  let current: Promise<Credentials> | undefined;
  let failed = false;
  const begin = (attempt: Promise<Credentials>): Promise<Credentials> => {
    current = attempt;
    // A login that failed is tried again by the next request, for who follows a cluster outlives an identity provider.
    attempt.then(
      () => {
        failed = false;
      },
      () => {
        failed = true;
        if (current === attempt) current = undefined;
      },
    );
    return attempt;
  };
  const afresh = async () => login(await loadContext(flags, env, suggest), true);
  return {
    server,
    context: chosen.context.name,
    namespace: chosen.context.namespace ?? 'default',
    credentials: (again = false) => {
      if (!again && current !== undefined) return current;
      return begin(again || failed ? afresh() : login(chosen, false));
    },
    close: () => {
      current?.then(({ agent }) => agent.destroy()).catch(() => undefined);
    },
  };
}

function serverOf({ cluster: { server }, context, from }: ChosenContext): URL {
  try {
    const url = new URL(server);
    if (url.protocol === 'https:' || url.protocol === 'http:') return url;
  } catch {
    // Told below.
  }
  throw new UsageError(`the server of context ${context.name} in ${from} is no URL: ${server}`);
}

/** A way to an API server on loopback that asks for no login: replayed clusters, `kubectl proxy`. */
export function openLoopback(url: string, context: string, namespace = 'default'): Access {
  const agent = new (nodeHttp().Agent)({ keepAlive: true, maxSockets: 6 });
  return {
    server: new URL(url),
    context,
    namespace,
    credentials: async () => ({ agent, headers: {} }),
    close: () => agent.destroy(),
  };
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
