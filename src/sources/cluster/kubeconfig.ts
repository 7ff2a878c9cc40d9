import { existsSync, readFileSync, statSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { delimiter, join } from 'node:path';
import { UsageError } from '../../core/usage-error.ts';
import { homeFolder } from '../home.ts';
import {
  type KubeCluster,
  type KubeContext,
  type Kubeconfig,
  type KubeUser,
  readKubeconfig,
} from './kubeconfig-file.ts';

export interface KubeconfigFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** How a wrong name is answered: ` (did you mean x?)`, or nothing. */
export type Suggest = (word: string, known: readonly string[]) => string;

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the chosen context leads to. */
export interface ChosenContext {
  readonly context: KubeContext;
  readonly cluster: KubeCluster;
  /** None: anonymous. */
  readonly user?: KubeUser;
  /** Where it was read. */
  readonly from: string;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The context that kubectl would use: of `--kubeconfig`, else of the files of `KUBECONFIG`, else of `~/.kube/config`,
 * else the ServiceAccount of the pod that this runs in (client-go tools/clientcmd loader.go).
 */
export async function loadContext(flags: KubeconfigFlags, env: Environment, suggest: Suggest): Promise<ChosenContext> {
  const files = filesOf(flags, env);
  if (files.length === 0) {
    const token = join(SERVICE_ACCOUNT, 'token');
    if (env.KUBERNETES_SERVICE_HOST === undefined || !existsSync(token)) throw nothingFound(env);
    return ofThisPod(env.KUBERNETES_SERVICE_HOST, env.KUBERNETES_SERVICE_PORT ?? '443', token);
  }
  const config = merged(await Promise.all(files.map(readKubeconfig)));
  return choose(config, flags.context, files.join(', '), suggest);
}

function filesOf({ kubeconfig }: KubeconfigFlags, env: Environment): string[] {
  if (kubeconfig !== undefined) {
    if (!existsSync(kubeconfig)) throw new UsageError(`--kubeconfig ${kubeconfig}: there is no such file`);
    return [kubeconfig];
  }
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  // A list may name files that do not exist (yet): kubectl skips them.
  return (listed.length > 0 ? listed : defaultFiles(env)).filter(holdsSomething);
}

function defaultFiles(env: Environment): string[] {
  const home = homeFolder(env);
  return home === undefined ? [] : [join(home, '.kube', 'config')];
}

/** A pipe tells no size: a shell hands one over for `<(command)`. */
function holdsSomething(path: string): boolean {
  try {
    const found = statSync(path);
    return found.size > 0 || found.isFIFO();
  } catch {
    return false;
  }
}

function nothingFound(env: Environment): UsageError {
  const listed = env.KUBECONFIG === undefined || env.KUBECONFIG === '' ? 'not set' : `${env.KUBECONFIG}: no such file`;
  const [file] = defaultFiles(env);
  const standard = file === undefined ? '~/.kube/config (no home folder)' : `${file} (no such file or empty)`;
  const home = env.KUBECONFIG === undefined || env.KUBECONFIG === '' ? `, ${standard}` : '';
  return new UsageError(
    `no cluster to ask: looked at KUBECONFIG (${listed})${home} and for a ServiceAccount of a pod (none); give --kubeconfig FILE; evidence on disk is for pullwhy --from PATH`,
  );
}

/** The ServiceAccount's token is read from its file again and again, for the kubelet renews it (client-go rest.InClusterConfig). */
function ofThisPod(host: string, port: string, tokenFile: string): ChosenContext {
  const name = 'in-cluster';
  const namespaceFile = join(SERVICE_ACCOUNT, 'namespace');
  const namespace = existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() : '';
  return {
    context: { name, cluster: name, ...(namespace === '' ? {} : { namespace }) },
    cluster: {
      name,
      server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
      caFile: join(SERVICE_ACCOUNT, 'ca.crt'),
      skipTLSVerify: false,
    },
    user: { name, tokenFile },
    from: 'the ServiceAccount of this pod',
  };
}

/** Of several files the first that has a name decides, the current context included (client-go: "the first wins"). */
function merged(parts: readonly Kubeconfig[]): Kubeconfig {
  const current = parts.map((part) => part.currentContext).find((name) => name !== undefined);
  return {
    clusters: firstOfEachName(parts.flatMap((part) => part.clusters)),
    users: firstOfEachName(parts.flatMap((part) => part.users)),
    contexts: firstOfEachName(parts.flatMap((part) => part.contexts)),
    ...(current === undefined ? {} : { currentContext: current }),
  };
}

function firstOfEachName<T extends { readonly name: string }>(all: readonly T[]): T[] {
  const byName = new Map<string, T>();
  for (const each of all) if (!byName.has(each.name)) byName.set(each.name, each);
  return [...byName.values()];
}

function choose(
  { clusters, users, contexts, currentContext }: Kubeconfig,
  asked: string | undefined,
  from: string,
  suggest: Suggest,
): ChosenContext {
  const known = contexts.map(({ name }) => name);
  const name = asked ?? currentContext;
  const names = known.length === 0 ? 'it has none' : `it has ${known.slice(0, 8).join(', ')}`;
  if (name === undefined || name === '') {
    throw new UsageError(`kubeconfig ${from} sets no current context: give --context NAME; ${names}`);
  }
  const context = contexts.find((each) => each.name === name);
  if (context === undefined) throw new UsageError(`no context ${name} in ${from}${suggest(name, known)}; ${names}`);
  const cluster = clusters.find((each) => each.name === context.cluster);
  if (cluster === undefined) {
    throw new UsageError(`context ${name} names cluster ${context.cluster}, which ${from} does not have`);
  }
  const user = users.find((each) => each.name === context.user);
  return { context, cluster, from, ...(user === undefined ? {} : { user }) };
}
