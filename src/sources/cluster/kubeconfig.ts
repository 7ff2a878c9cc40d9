import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { UsageError } from '../../core/usage-error.ts';

export interface KubeconfigFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** How a wrong name is answered: ` (did you mean x?)`, or nothing. */
export type Suggest = (word: string, known: readonly string[]) => string;

export type Environment = Readonly<Record<string, string | undefined>>;

const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * The configuration that kubectl would use: `--kubeconfig`, else the files of `KUBECONFIG`, else `~/.kube/config`,
 * else the ServiceAccount of the pod that this runs in (client-go tools/clientcmd loader.go).
 * Says as `from` where it was read.
 */
export async function loadKubeconfig(
  flags: KubeconfigFlags,
  env: Environment,
  suggest: Suggest,
): Promise<{ readonly config: KubeConfig; readonly from: string }> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const files = filesOf(flags, env);
  if (files.length === 0) {
    if (env.KUBERNETES_SERVICE_HOST === undefined || !existsSync(SERVICE_ACCOUNT_TOKEN)) throw nothingFound(env);
    const config = new KubeConfig();
    config.loadFromCluster();
    return { config, from: 'the ServiceAccount of this pod' };
  }
  const from = files.join(', ');
  const config = merged(
    files.map((file) => readOne(file, new KubeConfig())),
    new KubeConfig(),
  );
  chooseContext(config, flags.context, from, suggest);
  return { config, from };
}

function filesOf({ kubeconfig }: KubeconfigFlags, env: Environment): string[] {
  if (kubeconfig !== undefined) {
    if (!isFile(kubeconfig)) throw new UsageError(`--kubeconfig ${kubeconfig}: there is no such file`);
    return [kubeconfig];
  }
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  // A list may name files that do not exist (yet): kubectl skips them.
  return (listed.length > 0 ? listed : [defaultFile(env)]).filter(isFile);
}

function defaultFile(env: Environment): string {
  return join(env.HOME ?? homedir(), '.kube', 'config');
}

function isFile(path: string): boolean {
  try {
    return statSync(path).size > 0;
  } catch {
    return false;
  }
}

function nothingFound(env: Environment): UsageError {
  const listed = env.KUBECONFIG === undefined || env.KUBECONFIG === '' ? 'not set' : `${env.KUBECONFIG}: no such file`;
  const home =
    env.KUBECONFIG === undefined || env.KUBECONFIG === '' ? `, ${defaultFile(env)} (no such file or empty)` : '';
  return new UsageError(
    `no cluster to ask: looked at KUBECONFIG (${listed})${home} and for a ServiceAccount of a pod (none); give --kubeconfig FILE, or --from PATH for evidence on disk`,
  );
}

function readOne(file: string, config: KubeConfig): KubeConfig {
  try {
    config.loadFromFile(file);
    return config;
  } catch (error) {
    const said = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new UsageError(`kubeconfig ${file} cannot be read: ${said}`);
  }
}

/** Of several files the first that has a name decides, the current context included (client-go: "the first wins"). */
function merged(parts: readonly KubeConfig[], into: KubeConfig): KubeConfig {
  into.clusters = firstOfEachName(parts.flatMap((part) => part.clusters));
  into.users = firstOfEachName(parts.flatMap((part) => part.users));
  into.contexts = firstOfEachName(parts.flatMap((part) => part.contexts));
  const current = parts.map((part) => part.currentContext).find((name) => Boolean(name));
  if (current !== undefined) into.currentContext = current;
  return into;
}

function firstOfEachName<T extends { readonly name: string }>(all: readonly T[]): T[] {
  const byName = new Map<string, T>();
  for (const each of all) if (!byName.has(each.name)) byName.set(each.name, each);
  return [...byName.values()];
}

function chooseContext(config: KubeConfig, asked: string | undefined, from: string, suggest: Suggest): void {
  const known = config.contexts.map(({ name }) => name);
  const name = asked ?? config.currentContext;
  const list = known.length === 0 ? 'it has none' : `it has ${known.slice(0, 8).join(', ')}`;
  if (name === undefined || name === '') {
    throw new UsageError(`kubeconfig ${from} sets no current context: give --context NAME; ${list}`);
  }
  const context = config.contexts.find((each) => each.name === name);
  if (context === undefined) throw new UsageError(`no context ${name} in ${from}${suggest(name, known)}; ${list}`);
  config.currentContext = name;
  if (!config.clusters.some((cluster) => cluster.name === context.cluster)) {
    throw new UsageError(`context ${name} names cluster ${context.cluster}, which ${from} does not have`);
  }
}
