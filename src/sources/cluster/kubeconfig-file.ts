import { dirname, resolve } from 'node:path';
import { UsageError } from '../../core/usage-error.ts';
import { readFile } from '../read-file.ts';
import { defined } from '../schema/defined.ts';
import {
  flag,
  type Infer,
  list,
  object,
  optional,
  readLenient,
  record,
  string,
  text,
  textList,
} from '../schema/shape.ts';

/** A cluster of a kubeconfig; certificates as base64 or in a file. */
export interface KubeCluster {
  readonly name: string;
  readonly server: string;
  readonly caData?: string;
  readonly caFile?: string;
  readonly skipTLSVerify: boolean;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
}

/** A user of a kubeconfig: one of several ways to log in. */
export interface KubeUser {
  readonly name: string;
  readonly certData?: string;
  readonly certFile?: string;
  readonly keyData?: string;
  readonly keyFile?: string;
  readonly token?: string;
  /** Read whenever a login is needed, and preferred to `token` (client-go tools/clientcmd/api, AuthInfo). */
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly impersonateUser?: string;
  readonly impersonateGroups?: readonly string[];
  readonly exec?: Readonly<Record<string, unknown>>;
  readonly authProvider?: Readonly<Record<string, unknown>>;
  /** The file that it stands in. */
  readonly file?: string;
}

export interface KubeContext {
  readonly name: string;
  readonly cluster: string;
  readonly user?: string;
  readonly namespace?: string;
}

/** What one or several kubeconfig files say; names are unique. */
export interface Kubeconfig {
  readonly clusters: readonly KubeCluster[];
  readonly users: readonly KubeUser[];
  readonly contexts: readonly KubeContext[];
  readonly currentContext?: string;
}

const CLUSTER = object({
  name: string,
  cluster: object({
    server: text,
    'certificate-authority': text,
    'certificate-authority-data': text,
    'insecure-skip-tls-verify': flag,
    'tls-server-name': text,
    'proxy-url': text,
  }),
});

const USER = object({
  name: string,
  user: optional(
    object({
      'client-certificate': text,
      'client-certificate-data': text,
      'client-key': text,
      'client-key-data': text,
      token: text,
      tokenFile: text,
      username: text,
      password: text,
      as: text,
      'as-groups': textList,
      exec: optional(record),
      'auth-provider': optional(record),
    }),
  ),
});

const CONTEXT = object({ name: string, context: object({ cluster: string, user: text, namespace: text }) });

const FILE = object({
  clusters: list(CLUSTER),
  users: list(USER),
  contexts: list(CONTEXT),
  'current-context': text,
});

/** Reads one file. Throws `UsageError` when it cannot be read. */
export async function readKubeconfig(file: string): Promise<Kubeconfig> {
  const raw = await documentIn(file);
  const parsed = readLenient(FILE, raw);
  if (parsed === undefined) throw unreadable(file, 'it is no kubeconfig');
  const { clusters = [], users = [], contexts = [], 'current-context': current } = parsed.value;
  // Paths in a kubeconfig are relative to it.
  const absolute = (path: string | undefined) => (path ? resolve(dirname(file), path) : undefined);
  return {
    clusters: clusters.map((entry) => clusterOf(entry, absolute)),
    users: users.map((entry) => ({ ...userOf(entry, absolute), file })),
    contexts: contexts.map(({ name, context }) => ({ name, cluster: context.cluster, ...filled(context) })),
    ...(current ? { currentContext: current } : {}),
  };
}

async function documentIn(file: string): Promise<unknown> {
  const content = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error));
  });
  // Tools write kubeconfigs as JSON too, which is read without a YAML library.
  return content.trimStart().startsWith('{') ? jsonOf(content, file) : yamlOf(content, file);
}

/** The parsers' own messages and warnings would quote the content: tokens stand there. */
function jsonOf(content: string, file: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw unreadable(file, 'it is not valid JSON');
  }
}

async function yamlOf(content: string, file: string): Promise<unknown> {
  const [{ LineCounter }, { parseYaml }] = await Promise.all([import('yaml'), import('../../core/yaml.ts')]);
  const lineCounter = new LineCounter();
  try {
    const read = parseYaml(content, { merge: true, lineCounter });
    if ('problem' in read) throw unreadable(file, `it is ${read.problem}`);
    const [document] = read.documents;
    const [wrong] = document?.errors ?? [];
    if (wrong === undefined) return document?.toJS();
    throw unreadable(file, `line ${lineCounter.linePos(wrong.pos[0]).line} is not valid YAML`);
  } catch (error) {
    throw error instanceof UsageError ? error : unreadable(file, 'its aliases cannot be followed');
  }
}

function unreadable(file: string, why: string): UsageError {
  return new UsageError(`kubeconfig ${file} cannot be read: ${why}`);
}

type Absolute = (path: string | undefined) => string | undefined;

function clusterOf({ name, cluster }: Infer<typeof CLUSTER>, absolute: Absolute): KubeCluster {
  return {
    name,
    server: (cluster.server ?? '').replace(/\/$/, ''),
    skipTLSVerify: cluster['insecure-skip-tls-verify'] === true,
    ...filled({
      caData: cluster['certificate-authority-data'],
      caFile: absolute(cluster['certificate-authority']),
      tlsServerName: cluster['tls-server-name'],
      proxyUrl: cluster['proxy-url'],
    }),
  };
}

function userOf({ name, user = {} }: Infer<typeof USER>, absolute: Absolute): KubeUser {
  return {
    name,
    ...filled({
      certData: user['client-certificate-data'],
      certFile: absolute(user['client-certificate']),
      keyData: user['client-key-data'],
      keyFile: absolute(user['client-key']),
      token: user.token,
      tokenFile: absolute(user.tokenFile),
      username: user.username,
      password: user.password,
      impersonateUser: user.as,
    }),
    ...defined({
      impersonateGroups: user['as-groups'],
      exec: user.exec,
      authProvider: user['auth-provider'],
    }),
  };
}

/** An empty text in a kubeconfig is as good as none. */
function filled<T extends Readonly<Record<string, string | undefined>>>(fields: T) {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(entries) as { [K in keyof T]?: string };
}
