import { type Fact, present, unknown } from '../core/fact.ts';
import { sh } from '../core/shell.ts';
import type { CaseContext } from './case-context.ts';
import type { NodeClockFact } from './facts.ts';

/** The clock of the node, as its own time service measured it. */
export function nodeClockOf({ index, subject: { node } }: CaseContext): Fact<NodeClockFact> {
  const states = index.snapshot.nodeStates ?? [];
  // Without a name only the files of one single node can be those of this pull.
  const own = states.filter((state) => (node === undefined ? states.length === 1 : (state.node ?? node) === node));
  const clock = own.find((state) => state.clock !== undefined)?.clock;
  if (clock === undefined) {
    const how = node === undefined ? undefined : sh`pullwhy node collect ${node}`;
    return unknown('the clock of the node against true time', 'not-collected', how);
  }
  const { id, text: _, ...measured } = clock;
  return present({ ...measured, evidence: id }, [id]);
}
