import type { Node, ObjectView, Secret, ServiceAccount } from '../../core/objects.ts';
import { defined } from './defined.ts';
import { CONDITION, METADATA, metadataOf } from './metadata.ts';
import { flag, type Infer, list, object, optional, string, text, textList, textMap, whole } from './shape.ts';

export const SERVICE_ACCOUNT = object({
  metadata: METADATA,
  imagePullSecrets: list(object({ name: text })),
});

export function serviceAccountOf(raw: Infer<typeof SERVICE_ACCOUNT>): ServiceAccount {
  return {
    kind: 'ServiceAccount',
    metadata: metadataOf(raw.metadata),
    imagePullSecrets: (raw.imagePullSecrets ?? []).flatMap(({ name }) => (name ? [name] : [])),
  };
}

export const SECRET = object({ metadata: METADATA, type: text, data: textMap, stringData: textMap });

/**
 * A Secret whose values were taken out (must-gather, sanitizers) is seen as metadata only,
 * so that nobody reads "withheld" as "empty".
 */
export function secretOf(raw: Infer<typeof SECRET>): { readonly object: Secret; readonly view: ObjectView } {
  const data = dataOf(raw);
  const withheld = isWithheld(raw.type ?? undefined, data);
  const object: Secret = {
    kind: 'Secret',
    metadata: metadataOf(raw.metadata),
    ...defined({ type: raw.type, data: withheld ? undefined : data }),
  };
  return { object, view: withheld ? 'metadata' : 'full' };
}

/** Manifests may carry plain `stringData`, which the API server merges into `data`. */
function dataOf(raw: Infer<typeof SECRET>): Record<string, string> {
  const plain = Object.entries(raw.stringData ?? {}).map(([key, value]) => [key, toBase64(value)] as const);
  return { ...raw.data, ...Object.fromEntries(plain) };
}

function toBase64(value: string): string {
  return Buffer.from(value, 'utf8').toString('base64');
}

const DOCKER_KEY: Readonly<Record<string, string>> = {
  'kubernetes.io/dockerconfigjson': '.dockerconfigjson',
  'kubernetes.io/dockercfg': '.dockercfg',
};

/**
 * The API server refuses values that are not base64, and docker secrets whose key does not hold a JSON object
 * (apis/core/validation, 1.36): what breaks these rules was edited on its way here.
 */
function isWithheld(type: string | undefined, data: Readonly<Record<string, string>>): boolean {
  if (Object.values(data).some((value) => !isBase64(value))) return true;
  const key = type === undefined || !Object.hasOwn(DOCKER_KEY, type) ? undefined : DOCKER_KEY[type];
  if (key === undefined) return false;
  const value = Object.hasOwn(data, key) ? data[key] : undefined;
  return value === undefined || !holdsJsonObject(value);
}

function isBase64(value: string): boolean {
  return value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
}

function holdsJsonObject(base64: string): boolean {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

export const NODE = object({
  metadata: METADATA,
  spec: optional(object({ providerID: text, unschedulable: flag })),
  status: optional(
    object({
      conditions: list(CONDITION),
      images: list(object({ names: textList, sizeBytes: whole })),
      nodeInfo: optional(
        object({
          architecture: text,
          operatingSystem: text,
          kubeletVersion: text,
          containerRuntimeVersion: text,
          osImage: text,
        }),
      ),
      addresses: list(object({ type: string, address: string })),
    }),
  ),
});

export function nodeOf(raw: Infer<typeof NODE>): Node {
  return {
    kind: 'Node',
    metadata: metadataOf(raw.metadata),
    ...defined({ providerID: raw.spec?.providerID, unschedulable: raw.spec?.unschedulable }),
    conditions: raw.status?.conditions ?? [],
    images: (raw.status?.images ?? []).map((image) => ({ names: [], ...image })),
    info: raw.status?.nodeInfo ?? {},
    addresses: raw.status?.addresses ?? [],
  };
}
