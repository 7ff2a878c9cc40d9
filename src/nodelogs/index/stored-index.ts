import { createHash } from 'node:crypto';
import type { NodeBundle } from '../../core/node/bundle.ts';
import type { Budget } from '../lines/budget.ts';
import { PATTERNS } from '../patterns/all.ts';
import { buildIndex, INDEX_BUDGET, type NodeIndex } from './build-index.ts';
import { STORED_INDEX } from './index-schema.ts';
import type { Judge } from './judge.ts';

/** Raised when what an index says changes though its patterns do not. */
const FORMAT = 2;
/** Name of the note that keeps the index of a collection. */
const INDEX = 'index.json';

/** The index of a bundle: as it was kept beside the collection if nothing changed since, else read anew and kept. */
export async function indexOf(bundle: NodeBundle, judge: Judge, budget: Budget = INDEX_BUDGET): Promise<NodeIndex> {
  const made = fingerprint(bundle);
  const stored = parse(await bundle.notes.get(INDEX).catch(() => undefined));
  if (stored?.made === made) return stored.index;
  const index = await buildIndex(bundle, judge, budget);
  const whole = index.coverage.unread.every(({ why }) => why !== 'budget');
  // An index that cannot be kept is only made again.
  if (whole) await bundle.notes.put(INDEX, JSON.stringify({ made, index })).catch(() => undefined);
  return index;
}

/** Of the files as they lie there, and of what is looked for. */
function fingerprint({ files, nodes }: NodeBundle): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([FORMAT, nodes, files.map((f) => [f.path, f.size, f.modifiedAt, f.node, f.cut])]));
  for (const { id, match, unless, severity } of PATTERNS) hash.update(`${id} ${severity} ${match} ${unless}\n`);
  return hash.digest('hex');
}

/** What does not parse is made anew. */
function parse(text: string | undefined): { readonly made: string; readonly index: NodeIndex } | undefined {
  if (text === undefined) return undefined;
  try {
    return STORED_INDEX.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
