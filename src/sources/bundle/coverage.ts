import type { KubeObject } from '../../core/objects.ts';
import type { ListHead, ParsedObject } from '../objects-schema.ts';
import type { FileContext, ReadCoverage } from './reading.ts';

/** Kinds that a mixed list must hold to count as a dump of a namespace, and not as `kubectl get a,b,c`. */
const DUMP_KINDS = 4;

const CLUSTER_SCOPED: ReadonlySet<string> = new Set(['Node', 'Namespace', 'PersistentVolume', 'StorageClass']);

/**
 * What a list proves to be whole; only then does "not in it" mean "absent".
 *
 * - A typed list (`SecretList`) as the API server or a collector wrote it holds every object of its kind
 *   in its namespace, or in all of them when it has objects of several. The namespace of an empty one is in its path.
 * - A mixed `List` of kubectl may be the answer to a request by name. A dump of four or more kinds is none,
 *   and covers a kind in a namespace when it includes at least one such object.
 * - A page of a longer list proves nothing.
 */
export function coverageOfList(
  list: ListHead,
  objects: readonly ParsedObject[],
  file: FileContext,
  locator: string,
): ReadCoverage[] {
  if (list.partial) return [];
  if (list.itemKind !== undefined) return typedCoverage(list.itemKind, objects, file, locator);
  const seen = new Map(objects.map(({ object }) => [`${kindOf(object)} ${object.metadata.namespace ?? ''}`, object]));
  const kinds = new Set(objects.map(({ object }) => kindOf(object)));
  if (kinds.size < DUMP_KINDS) return [];
  return [...seen.values()].flatMap((object) => {
    const { namespace } = object.metadata;
    return namespace === undefined ? [] : [{ kind: kindOf(object), namespace, locator }];
  });
}

function typedCoverage(
  kind: string,
  objects: readonly ParsedObject[],
  { place }: FileContext,
  locator: string,
): ReadCoverage[] {
  if (kind === 'PartialObjectMetadata') return [];
  if (CLUSTER_SCOPED.has(kind)) return [{ kind, locator }];
  const namespaces = new Set(objects.flatMap(({ object }) => object.metadata.namespace ?? []));
  if (namespaces.size > 1) return [{ kind, locator }];
  const [only = place.listKind === kind ? place.namespace : undefined] = namespaces;
  return only === undefined ? [] : [{ kind, namespace: only, locator }];
}

function kindOf(object: KubeObject): string {
  return object.kind === 'Other' ? object.originalKind : object.kind;
}
