import { excerpt } from '../core/redact.ts';
import type { Case, Findings, NotImagePullCandidate } from './case.ts';
import { eventCases } from './cases-from-events.ts';
import { logCases } from './cases-from-logs.ts';
import { nodeCases } from './cases-from-nodes.ts';
import { ownerCases } from './cases-from-owners.ts';
import { podCases } from './cases-from-pods.ts';
import { textCases } from './cases-from-texts.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

/** Every failing or unfinished pull in a snapshot, and what is stuck for other reasons. */
export interface CaseSearch extends Findings {
  readonly podsExamined: number;
}

/**
 * Finds the cases. Objects come first; events, logs and loose texts add only
 * what no object explains, so that one failing pull is one case.
 */
export function findCases(index: SnapshotIndex): CaseSearch {
  return index.once('cases', () => search(index));
}

function search(index: SnapshotIndex): CaseSearch {
  const fromPods = podCases(index);
  const fromEvents = eventCases(index);
  const fromOwners = ownerCases(index);
  const known = [...fromPods.cases, ...fromEvents.cases, ...fromOwners.cases];
  const fromLogs = logCases(index, known);
  const fromNodes = nodeCases(index, [...known, ...fromLogs.cases]);
  const fromTexts = textCases(index, [...known, ...fromLogs.cases]);
  const all = [fromPods, fromEvents, fromOwners, fromLogs, fromNodes, fromTexts];
  return {
    cases: all.flatMap((findings) => findings.cases.map(withRedacted)),
    notImagePull: all.flatMap((findings) => findings.notImagePull.map(redacted)),
    podsExamined: index.pods.length + fromEvents.podsExamined,
  };
}

/** Messages of Kubernetes may quote whatever a program or a webhook wrote. */
function redacted(candidate: NotImagePullCandidate): NotImagePullCandidate {
  return { ...candidate, because: excerpt(candidate.because, MAX_BECAUSE) };
}

const MAX_BECAUSE = 400;

function withRedacted(found: Case): Case {
  return found.otherwise === undefined ? found : { ...found, otherwise: redacted(found.otherwise) };
}
