import type { EvidenceId } from '../../core/evidence.ts';
import type { Facts } from '../../facts/facts.ts';

/** Every failing pull of this image or host is on one node, while others work elsewhere. */
export function onOneNode(facts: Facts): boolean {
  return facts.siblings.state === 'present' && facts.siblings.value.oneNodeOnly;
}

/** How far the failure reaches, as a note; undefined when no other pull was seen to compare with. */
export function scopeNote(facts: Facts): string | undefined {
  if (facts.siblings.state !== 'present') return undefined;
  const { oneNodeOnly, sameHostFails } = facts.siblings.value;
  if (oneNodeOnly) return `only ${facts.subject.node ?? 'this node'} fails, other nodes pull from the same host`;
  const nodes = new Set(sameHostFails.map((sibling) => sibling.node).filter((node) => node !== undefined));
  if (facts.subject.node !== undefined) nodes.add(facts.subject.node);
  return nodes.size > 1 ? `pulls from the same host fail on ${nodes.size} nodes` : undefined;
}

/** Evidence of pulls from the same host that are no cache hits: the host does answer somewhere. */
export function freshSuccesses(facts: Facts): readonly EvidenceId[] {
  if (facts.siblings.state !== 'present') return [];
  return facts.siblings.value.sameHostWorks.filter((s) => !s.maybeCached).map((s) => s.evidence);
}

/** The subject of a sentence: `Only node-b` when nothing else fails, else the node's name. */
export function nodeSubject(facts: Facts): string {
  const node = facts.subject.node ?? 'the node';
  return onOneNode(facts) ? `only ${node}` : node;
}
