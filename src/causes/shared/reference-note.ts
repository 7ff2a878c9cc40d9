import type { Facts } from '../../facts/facts.ts';
import type { NoteKind, ReferenceNote } from '../../image/notes.ts';

/** The first remark of these kinds on the image reference, which parses and was probably not meant so. */
export function referenceNote(facts: Facts, kinds: readonly NoteKind[]): ReferenceNote | undefined {
  if (facts.reference.state !== 'present' || !facts.reference.value.ok) return undefined;
  return facts.reference.value.notes.find((note) => kinds.includes(note.kind));
}
