import type { Metadata } from '../../core/objects.ts';
import { flag, type Infer, list, object, string, text, textMap } from './shape.ts';

const OWNER = object({ kind: string, name: string, uid: text, controller: flag });
const MANAGED = object({ manager: text, operation: text, time: text });

export const METADATA = object({
  name: text,
  generateName: text,
  namespace: text,
  uid: text,
  resourceVersion: text,
  creationTimestamp: text,
  deletionTimestamp: text,
  labels: textMap,
  annotations: textMap,
  ownerReferences: list(OWNER),
  managedFields: list(MANAGED),
});

/** An object of which only the metadata matters. */
export const ANY_OBJECT = object({ kind: text, metadata: METADATA });

/** Holds the whole object as it was applied, values of Secrets included: never let in. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Manifests may carry `generateName` only; such an object has no name yet, its prefix stands for it. */
export function metadataOf(raw: Infer<typeof METADATA>): Metadata {
  const { generateName = '', name = generateName, resourceVersion: _, ...told } = raw;
  const { labels = {}, annotations: { [LAST_APPLIED]: __, ...annotations } = {}, ownerReferences = [] } = raw;
  return { ...told, name, labels, annotations, ownerReferences };
}

export const CONDITION = object({
  type: string,
  status: string,
  reason: text,
  message: text,
  lastTransitionTime: text,
});
