import type { Page } from './pages.ts';
import type { Resource } from './resources.ts';
import type { RawObject } from './store.ts';

/** Which form of the answer `Accept` asks for. */
export type Form = 'object' | 'table' | 'metadata';

export function formOf(accept: string | undefined): Form {
  if (accept?.includes('as=Table') === true) return 'table';
  return accept?.includes('as=PartialObjectMetadata') === true ? 'metadata' : 'object';
}

/** A list in the asked form. Items of a typed list carry no kind of their own, as on the real API. */
export function listBody(
  resource: Resource,
  { items, continue: token, remaining }: Page,
  version: number,
  form: Form,
): object {
  const metadata = {
    resourceVersion: String(version),
    ...(token === undefined ? {} : { continue: token }),
    ...(remaining === undefined ? {} : { remainingItemCount: remaining }),
  };
  if (form === 'table') return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, ...tableOf(items) };
  if (form === 'metadata') {
    return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: items.map(metadataOf) };
  }
  return {
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata,
    items: items.map(({ kind, apiVersion: _, ...rest }) => rest),
  };
}

export function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}

export function objectBody(object: RawObject, form: Form): object {
  if (form === 'metadata') return metadataOf(object);
  if (form === 'table') return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: {}, ...tableOf([object]) };
  return object;
}

function metadataOf({ metadata }: RawObject): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}

/** The least table: names only, the objects as metadata beside them. */
function tableOf(items: readonly RawObject[]): object {
  return {
    columnDefinitions: [{ name: 'Name', type: 'string', format: 'name', description: '', priority: 0 }],
    rows: items.map((item) => ({ cells: [item.metadata?.name], object: metadataOf(item) })),
  };
}
