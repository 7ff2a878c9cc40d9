import type { EvidenceId } from '../core/evidence.ts';
import { absent, type Fact, present, unknown } from '../core/fact.ts';
import { excerpt } from '../core/redact.ts';
import { sh } from '../core/shell.ts';
import { type CaseContext, isOnNode } from './case-context.ts';
import type { Facts } from './facts.ts';

export interface DiskFact {
  readonly pressure: boolean | undefined;
  /** Events and log lines about space: FreeDiskSpaceFailed, EvictionThresholdMet, no space left on device. */
  readonly signs: readonly {
    readonly what: 'bytes' | 'inodes' | 'quota' | 'unsaid';
    readonly text: string;
    readonly evidence: EvidenceId;
  }[];
}

type Sign = DiskFact['signs'][number];

/** Node events that tell of missing room (kubelet image_gc_manager.go, eviction_manager.go, 1.36). */
const NODE_REASONS: ReadonlySet<string> = new Set([
  'FreeDiskSpaceFailed',
  'ImageGCFailed',
  'EvictionThresholdMet',
  'NodeHasDiskPressure',
  'NodeHasInsufficientDisk',
]);
const POD_REASONS: ReadonlySet<string> = new Set(['Evicted']);
const ABOUT_SPACE = /disk|storage|inode|space|filesystem|image/i;
const MAX_SIGNS = 20;

/** Room on the node. Absent when the node was seen without pressure and nothing else speaks of space. */
export function diskOf(context: CaseContext, facts: Facts): Fact<DiskFact> {
  const { node } = facts;
  const pressure = node.state === 'present' ? node.value.diskPressure : undefined;
  const signs = distinct([...errorSigns(facts), ...stateSigns(context), ...eventSigns(context), ...logSigns(context)]);
  const because = [...(node.state === 'present' ? node.because : []), ...signs.map((sign) => sign.evidence)];
  if (signs.length > 0 || pressure === true) return present({ pressure, signs }, because);
  if (pressure === false) return absent(because);
  const name = context.subject.node;
  return unknown(
    `room on ${name === undefined ? 'the node' : `node ${name}`}`,
    'not-collected',
    name === undefined ? undefined : sh`kubectl describe node ${name}`,
  );
}

/** The pull's own error may be the only word on space: the node's condition looks at thresholds, not at one full disk. */
function errorSigns({ pullError }: Facts): readonly Sign[] {
  if (pullError.state !== 'present') return [];
  return pullError.value.all.flatMap(({ error, evidence }): Sign[] => {
    if (error.leaf.kind !== 'storage' || !SPACE_PROBLEMS.has(error.leaf.problem)) return [];
    return [{ what: whatIn(error.text), text: error.text, evidence }];
  });
}

/** Storage problems that only room on the disk mends. */
export const SPACE_PROBLEMS: ReadonlySet<string> = new Set(['no-space', 'quota', 'inodes']);

function distinct(signs: readonly Sign[]): readonly Sign[] {
  return [...new Map(signs.map((sign) => [sign.evidence, sign] as const)).values()].slice(0, MAX_SIGNS);
}

/** df of the node, when no byte or inode is left. */
function stateSigns({ index, subject: { node } }: CaseContext): readonly Sign[] {
  const states =
    index.snapshot.nodeStates?.filter((state) => node === undefined || (state.node ?? node) === node) ?? [];
  return states.flatMap(({ full }) => full.map(({ what, text, id }) => ({ what, text, evidence: id })));
}

function eventSigns({ index, subject }: CaseContext): readonly Sign[] {
  const { node } = subject;
  if (node === undefined) return [];
  const onNode = index.eventsAbout('Node', undefined, node).concat(index.eventsAbout('Node', 'default', node));
  const ofNode = onNode.filter(
    ({ object }) => NODE_REASONS.has(object.reason ?? '') && ABOUT_SPACE.test(object.message),
  );
  const evicted = evictions(index).filter(({ object }) => object.host === node);
  return [...ofNode, ...evicted].map(({ id, object }) => ({
    what: whatIn(object.message),
    text: excerpt(object.message),
    evidence: id,
  }));
}

function evictions(index: CaseContext['index']) {
  return index.once('evictions', () =>
    index.events.filter(({ object }) => POD_REASONS.has(object.reason ?? '') && ABOUT_SPACE.test(object.message)),
  );
}

function logSigns({ index, subject }: CaseContext): readonly Sign[] {
  const ofPulls = index.once('pulls without space', () =>
    index.logs.ofKind('pull-failed').filter((r) => SAYS_FULL.test(r.text)),
  );
  return [...index.logs.ofKind('disk'), ...ofPulls]
    .filter((r) => isOnNode(r, subject))
    .slice(-MAX_SIGNS)
    .map((r) => ({ what: whatIn(r.text), text: excerpt(r.text), evidence: r.entry.id }));
}

const SAYS_FULL = /no space left on device|disk quota exceeded/i;

/** ENOSPC has the same words for full bytes and for used-up inodes, so it stays unsaid. */
function whatIn(text: string): Sign['what'] {
  if (/inode/i.test(text)) return 'inodes';
  if (/quota/i.test(text)) return 'quota';
  if (/ephemeral-storage|\bbytes\b|disk space|% of/i.test(text)) return 'bytes';
  return 'unsaid';
}
