import { readFileSync, statSync } from 'node:fs';
import { UsageError } from '../core/usage-error.ts';

/** What a file holds: a docker config, or Secrets as kubectl prints them. */
export interface CredentialFile {
  readonly name: string;
  readonly secret: {
    readonly type?: string;
    readonly data?: Readonly<Record<string, string | null>>;
    readonly stringData?: Readonly<Record<string, string | null>>;
  };
}

/** Far more than any docker config. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Reads a docker config (`~/.docker/config.json`) or the Secrets of a YAML or JSON file. */
export async function readCredentialFile(path: string): Promise<readonly CredentialFile[]> {
  const text = readText(path);
  const documents = text.trimStart().startsWith('{') ? [jsonOf(text, path)] : await yamlOf(text, path);
  const found = documents.flatMap((document) => credentialsIn(document, text, path));
  if (found.length > 0) return found;
  throw new UsageError(
    `${path} is neither a docker config nor a Secret: give ~/.docker/config.json or kubectl get secret -o yaml`,
  );
}

function readText(path: string): string {
  try {
    if (statSync(path).size > MAX_BYTES) throw new UsageError(`${path} is too large for a docker config or a Secret`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be read: give the file of a docker config or a Secret`);
  }
}

/** The parser's own message would quote the content. */
function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is not valid JSON: check it with  jq . ${path}`);
  }
}

async function yamlOf(text: string, path: string): Promise<readonly unknown[]> {
  const { parseYaml } = await import('../core/yaml.ts');
  const read = parseYaml(text);
  if ('problem' in read) throw new UsageError(`${path} is no YAML that can be read: it is ${read.problem}`);
  const { documents } = read;
  if (documents.length === 0 || documents.some(({ errors }) => errors.length > 0))
    throw new UsageError(`${path} is not valid YAML`);
  try {
    return documents.map((document) => document.toJS({ maxAliasCount: 10 }) as unknown);
  } catch {
    throw new UsageError(`${path} is no YAML that can be read: its aliases cannot be followed`);
  }
}

type Json = Readonly<Record<string, unknown>>;

function credentialsIn(value: unknown, text: string, path: string): readonly CredentialFile[] {
  if (!isObject(value)) return [];
  if (Array.isArray(value.items)) return value.items.flatMap((item) => credentialsIn(item, text, path));
  if (value.kind === 'Secret') return [secretOf(value)];
  if (value.kind !== undefined) return [];
  // The kubelet's own reading decides what is wrong with the content; here it only has to look like a docker config.
  const isConfig = ['auths', 'credsStore', 'credHelpers'].some((key) => key in value);
  return isConfig
    ? [{ name: path, secret: { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': text } } }]
    : [];
}

function secretOf({ type, data, stringData, metadata }: Json): CredentialFile {
  const { namespace, name } = (isObject(metadata) ? metadata : {}) as { namespace?: unknown; name?: unknown };
  const full = [namespace, name].filter((part) => typeof part === 'string').join('/');
  return {
    name: `Secret ${full}`.trim(),
    secret: {
      ...(typeof type === 'string' ? { type } : {}),
      ...(isObject(data) ? { data: strings(data) } : {}),
      ...(isObject(stringData) ? { stringData: strings(stringData) } : {}),
    },
  };
}

function strings(object: Json): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, typeof value === 'string' ? value : null]),
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
