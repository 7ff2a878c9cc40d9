import { answerGaps } from '../../core/fact.ts';
import type { NodeBundle, NodeFile } from '../../core/node/bundle.ts';
import { needsMet } from '../../core/node/needs.ts';
import type { CollectionState } from '../../core/node/status.ts';
import type { EvidenceAge, EvidenceClock, NodeNeeds, NodeValidation } from '../../core/node/validation.ts';
import { printable } from '../../core/printable.ts';
import { millisOf, rfc3339 } from '../../nodelogs/lines/log-time.ts';
import { readClock } from '../../nodelogs/sections/clock.ts';
import { headText } from '../../sources/node/read-head.ts';
import { type FileHealth, healthOf } from './file-health.ts';

export interface ValidateOptions {
  /** RFC 3339. */
  readonly now: string;
  readonly state?: CollectionState;
  readonly signal?: AbortSignal;
}

/** What a bundle holds of what diagnoses need, what is broken in it, how old it is, and by which clock. */
export async function nodeValidate(bundle: NodeBundle, options: ValidateOptions): Promise<NodeValidation> {
  const looks = await lookInto(bundle.files, options.signal);
  const damaged = looks.flatMap(({ health }) => health.damage ?? []);
  const byNode = nodesOf(bundle).map((node) => needsOf(node, looks, bundle));
  const age = ageOf(bundle, looks, options.now);
  return printable({
    collection: bundle.id,
    nodes: bundle.nodes,
    coverage: {
      filesTotal: bundle.files.length,
      filesRead: looks.filter(({ health }) => health.bytesRead > 0).length,
      bytesRead: looks.reduce((sum, { health }) => sum + health.bytesRead, 0),
      unread: damaged.flatMap(({ path, why, note }) =>
        why === 'empty' ? [] : [{ path, why, ...(note === undefined ? {} : { note }) }],
      ),
      ...(age.newestLine === undefined ? {} : { to: age.newestLine.at }),
    },
    gaps: answerGaps(bundle.gaps),
    origin: bundle.origin,
    ...(options.state === undefined ? {} : { state: options.state }),
    sufficient: sufficiency(byNode),
    byNode,
    damaged,
    age,
    clock: await clockOf(bundle, age),
  });
}

interface Look {
  readonly file: NodeFile;
  readonly health: FileHealth;
}

/** Files open at a time: bundles have many small ones. */
const AT_ONCE = 16;

async function lookInto(files: readonly NodeFile[], signal: AbortSignal | undefined): Promise<Look[]> {
  const looks: Look[] = [];
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const some = files.slice(at, at + AT_ONCE);
    looks.push(...(await Promise.all(some.map(async (file) => ({ file, health: await healthOf(file, signal) })))));
  }
  return looks;
}

/** Files of no known node are everybody's, where no node is known at all. */
function nodesOf({ nodes, files }: NodeBundle): readonly (string | undefined)[] {
  const named = [...new Set(files.flatMap(({ node }) => node ?? []))];
  if (named.length > 0) return named;
  return nodes.length === 1 ? nodes : [undefined];
}

function needsOf(node: string | undefined, looks: readonly Look[], { gaps, origin }: NodeBundle): NodeNeeds {
  const own = looks.filter(({ file }) => node === undefined || file.node === undefined || file.node === node);
  const seen = own.map(({ file, health: { damage, heard } }) => ({
    file,
    heard,
    ...(damage === undefined ? {} : { damage }),
  }));
  return { ...(node === undefined ? {} : { node }), needs: needsMet(seen, gaps, origin) };
}

function sufficiency(byNode: readonly NodeNeeds[]): NodeValidation['sufficient'] {
  const all = byNode.flatMap(({ needs }) => needs);
  if (all.every(({ state }) => state === 'present')) return 'enough';
  const heard = byNode.some(({ needs }) =>
    needs.some(
      ({ need, state }) =>
        (need === 'kubelet-log' || need === 'runtime-log') && state !== 'missing' && state !== 'empty',
    ),
  );
  return heard ? 'partly' : 'not-enough';
}

function ageOf({ collectedAt }: NodeBundle, looks: readonly Look[], now: string): EvidenceAge {
  const collected = collectedAt === undefined ? undefined : Date.parse(collectedAt);
  let newest: { ms: number; path: string } | undefined;
  for (const { file, health } of looks) {
    const reference = collected ?? modified(file) ?? Date.parse(now);
    const ms = millisOf(health.newest, reference);
    if (ms !== undefined && (newest === undefined || ms > newest.ms)) newest = { ms, path: file.path };
  }
  const from = newest?.ms ?? collected;
  return {
    now,
    ...(collectedAt === undefined ? {} : { collectedAt }),
    ...(newest === undefined ? {} : { newestLine: { at: rfc3339(newest.ms), path: newest.path } }),
    ...(from === undefined ? {} : { ageSeconds: Math.round((Date.parse(now) - from) / 1000) }),
  };
}

function modified({ modifiedAt }: NodeFile): number | undefined {
  return modifiedAt === undefined ? undefined : Date.parse(modifiedAt);
}

/** A collection takes a while: lines may be newer than its beginning by as much. */
const COLLECTING_SECONDS = 300;

async function clockOf({ files }: NodeBundle, { collectedAt, newestLine }: EvidenceAge): Promise<EvidenceClock> {
  const texts = await Promise.all(
    files
      .filter(({ kind }) => kind === 'clock')
      .slice(0, 8)
      .map(async (file) => ({ path: file.path, text: await headText(file), cut: false })),
  );
  const clock = readClock(texts);
  const ahead =
    collectedAt === undefined || newestLine === undefined
      ? undefined
      : Math.round((Date.parse(newestLine.at) - Date.parse(collectedAt)) / 1000);
  const runsAhead = ahead !== undefined && ahead > COLLECTING_SECONDS;
  return {
    ...(clock?.synchronized === undefined ? {} : { synchronized: clock.synchronized }),
    ...(clock?.offsetSeconds === undefined ? {} : { offsetSeconds: clock.offsetSeconds }),
    ...(runsAhead ? { aheadOfCollectorSeconds: ahead } : {}),
    note: clockNote(clock !== undefined, runsAhead),
  };
}

function clockNote(told: boolean, runsAhead: boolean): string {
  const lines = 'times of lines are by the clock of the node, the collection time by that of the collector';
  if (runsAhead)
    return `${lines}; lines are newer than the collection: one of the two clocks, or a time zone, is wrong`;
  return told ? lines : `${lines}; nothing here tells whether the clock of the node is right`;
}
