import type { ClusterClient } from './client.ts';
import type { ListOptions } from './read-list.ts';
import { isKind, type Kind } from './resources.ts';

/** Names that may be what was meant. Empty where they may not be listed. */
export interface NamesAround {
  /** Of the same kind in the same namespace. */
  readonly names: readonly string[];
  /** Namespaces that have an object of this kind and name. */
  readonly elsewhere: readonly string[];
  readonly namespaces: readonly string[];
  /** Undefined when it may not be asked. */
  readonly namespaceExists: boolean | undefined;
}

const MAX_NAMES = 500;

/** Looks around for a name, or a namespace, that turned out not to exist. Names only; what is forbidden is left out. */
export async function namesAround(
  client: ClusterClient,
  namespace: string,
  target?: { readonly kind: string; readonly name: string },
): Promise<NamesAround> {
  const answer = await client.get('Namespace', undefined, namespace);
  const namespaceExists = answer.ok ? true : answer.problem.kind === 'not-found' ? false : undefined;
  const kind = target !== undefined && isKind(target.kind) ? target.kind : undefined;
  const [names, elsewhere, namespaces] = await Promise.all([
    kind === undefined ? [] : metadataOf(client, kind, namespace, {}),
    kind === undefined || target === undefined
      ? []
      : metadataOf(client, kind, undefined, { fieldSelector: `metadata.name=${target.name}` }),
    namespaceExists === false ? metadataOf(client, 'Namespace', undefined, {}) : [],
  ]);
  return {
    names: names.map(({ name }) => name),
    elsewhere: elsewhere.flatMap(({ namespace: other }) => (other === '' || other === namespace ? [] : [other])),
    namespaces: namespaces.map(({ name }) => name),
    namespaceExists,
  };
}

async function metadataOf(
  client: ClusterClient,
  kind: Kind,
  namespace: string | undefined,
  options: ListOptions,
): Promise<{ readonly name: string; readonly namespace: string }[]> {
  const answer = await client.list(kind, namespace, { ...options, metadataOnly: true, max: MAX_NAMES });
  if (!answer.ok) return [];
  return answer.value.items.flatMap((item) => {
    const metadata = (item as { metadata?: { name?: unknown; namespace?: unknown } } | null)?.metadata;
    if (typeof metadata?.name !== 'string') return [];
    return [{ name: metadata.name, namespace: typeof metadata.namespace === 'string' ? metadata.namespace : '' }];
  });
}
