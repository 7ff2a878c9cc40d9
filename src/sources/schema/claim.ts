import { object, optional, readLenient, text } from './shape.ts';

const CLAIM = object({ status: optional(object({ phase: text })) });

/** `Bound`, `Pending` or `Lost` of a PersistentVolumeClaim; undefined for any other kind. */
export function claimPhaseOf(group: string | undefined, kind: string, raw: unknown): string | undefined {
  if (kind !== 'PersistentVolumeClaim' || group !== '') return undefined;
  return readLenient(CLAIM, raw)?.value.status?.phase ?? undefined;
}
