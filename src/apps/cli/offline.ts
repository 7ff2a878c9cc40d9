import { existsSync } from 'node:fs';
import type { Report } from '../../core/report.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { UsageError } from '../../core/usage-error.ts';
import type { Subject } from '../../facts/facts.ts';
import { indexSnapshot } from '../../facts/snapshot-index.ts';
import { podNames } from '../../facts/subject-of.ts';
import { readBundle } from '../../sources/bundle/read-bundle.ts';
import type { CollectionStore } from '../../sources/node/collection-store.ts';
import { diagnose } from '../../tasks/diagnose/diagnose.ts';
import { type Alert, selectAlerts } from './alert.ts';
import { notInEvidence } from './not-in-evidence.ts';
import { askRegistries, type RegistryFlags } from './registry-flags.ts';
import { readStandardInput } from './stdin.ts';
import { inNamespace, isTarget, parseTargets, selectTargets } from './target.ts';

interface OfflineFlags extends RegistryFlags {
  readonly from?: readonly string[];
  readonly namespace?: string;
  /** Where collections are kept; left out: the usual folder. */
  readonly store?: string;
}

export interface OfflineDiagnosis {
  readonly report: Report;
  /** What the report was made of. */
  readonly snapshot: Snapshot;
  /** Something was asked for that the evidence does not hold; told after the report. */
  readonly trouble?: Error;
}

/** Diagnoses what the command line asks for in evidence on disk. */
export async function diagnoseOffline(
  words: readonly string[],
  flags: OfflineFlags,
  alerts: readonly Alert[] = [],
  add: (snapshot: Snapshot) => Snapshot = (seen) => seen,
): Promise<OfflineDiagnosis> {
  const { from = [], namespace } = flags;
  const targets = parseTargets(words);
  refuseTargetsBehind(from);
  const select = alerts.length > 0 ? selectAlerts(alerts) : selectTargets(targets, namespace);
  const seen = await readBundle(from, {
    stdin: readStandardInput,
    store: () => openStore(flags.store),
    ...(namespace === undefined ? {} : { namespace }),
  });
  const snapshot = await askRegistries(add(seen), flags, select);
  const whole = diagnose(snapshot, { now: new Date().toISOString(), select });
  if (targets.length === 0 && namespace === undefined && alerts.length === 0) return { report: whole, snapshot };
  const report = narrowed(whole, snapshot, select, namespace);
  const trouble = notInEvidence(snapshot, report, targets, namespace);
  return { report, snapshot, ...(trouble === undefined ? {} : { trouble }) };
}

/** Loaded only where evidence was collected, or is too large to be read otherwise. */
async function openStore(folder: string | undefined): Promise<CollectionStore> {
  const { CollectionStore: Store } = await import('../../sources/node/collection-store.ts');
  return folder === undefined ? new Store() : new Store(folder);
}

/** `--from` takes every word behind it. */
function refuseTargetsBehind(paths: readonly string[]): void {
  const stray = paths.slice(1).find((path) => isTarget(path) && !existsSync(path));
  if (stray !== undefined) throw new UsageError(`--from takes every word behind it: write ${stray} before --from`);
}

/** Pods that were not asked for are neither counted nor listed. */
function narrowed(
  report: Report,
  snapshot: Snapshot,
  select: (subject: Subject) => boolean,
  namespace: string | undefined,
): Report {
  const index = indexSnapshot(snapshot);
  const pods = index.pods.map((pod): Subject => ({ kind: 'container', ...podNames(index, pod) }));
  const others = pods.filter((pod) => !select(pod));
  const names = new Set(others.map(({ namespace = '', pod = '' }) => `${namespace}/${pod}`));
  return {
    ...report,
    summary: { ...report.summary, podsExamined: report.summary.podsExamined - others.length },
    notImagePull: report.notImagePull.filter(
      ({ pod }) => inNamespace(pod.namespace, namespace) && !names.has(`${pod.namespace}/${pod.name}`),
    ),
  };
}
