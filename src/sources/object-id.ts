import type { KubeObject } from '../core/objects.ts';

/** `pod/shop-prod/api-x`: the same object has the same id whatever source it was seen in. */
export function objectId(object: KubeObject): string {
  const kind = (object.kind === 'Other' ? object.originalKind : object.kind).toLowerCase();
  const { namespace, name } = object.metadata;
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}
