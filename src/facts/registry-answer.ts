import type { Evidence, EvidenceId } from '../core/evidence.ts';
import { type Fact, present, unknown } from '../core/fact.ts';
import type { ProbeAttempt, ProbeOutcomeKind, ProbeProblem, ProbeResult } from '../core/probe.ts';
import { excerpt } from '../core/redact.ts';
import { nearestTags } from '../image/near-miss.ts';
import { nearestRepositories } from '../image/near-repository.ts';
import type { CaseContext } from './case-context.ts';
import type { Facts } from './facts.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

/** A registry's answer from another vantage than the node's: where both disagree, the way of the node is suspect. */
export interface RegistryAnswer {
  readonly outcome: ProbeOutcomeKind;
  /** Why, in the probe's words. */
  readonly problem?: ProbeProblem;
  readonly said: string;
  readonly host: string;
  /** `this machine`: never the node. */
  readonly vantage: string;
  /** Every credential that the kubelet would offer was tried, and no other. */
  readonly asThePod: boolean;
  readonly attempts: readonly ProbeAttempt[];
  /** Existing tags near the one that is missing, best first. */
  readonly nearTags: readonly string[];
  /** Existing repositories near the one that is missing, best first. */
  readonly nearRepositories?: readonly string[];
  /** Platforms that the image is built for, where they were read. */
  readonly platforms: readonly string[];
  /** When it was asked, RFC 3339. */
  readonly at: string;
}

/** Outcomes without a word of the registry. */
const SILENT: ReadonlySet<ProbeResult['outcome']['kind']> = new Set(['not-asked', 'unreachable', 'tls-failed']);
const NEAR_TAGS = 3;
const NEAR_REPOSITORIES = 3;
const MAX_EXCERPT = 400;

/** What the registry said when it was asked for this very pull; unknown when it was not asked, or not reached. */
export function registryAnswerOf({ index }: CaseContext, facts: Facts): Fact<RegistryAnswer> {
  const key = probeKey(facts);
  const asked = key === undefined ? [] : (index.snapshot.registry ?? []).filter((probe) => probe.key === key);
  // Who was answered tells more than who was not.
  const seen = asked.find(({ result }) => !SILENT.has(result.outcome.kind)) ?? asked[0];
  if (seen === undefined)
    return unknown('the answer of the registry', 'not-collected', 'pullwhy --registry asks it from here');
  const { outcome } = seen.result;
  if (outcome.kind === 'not-asked')
    return unknown(outcome.said, 'refused', 'pullwhy --registry --allow-private-registries');
  return present(answerOf(seen.result, seen.asThePod), [seen.id]);
}

/** Pulls with one key get one answer: same image, same credentials in the same order, same platform. */
export function probeKey({ subject, listedSecrets, node }: Facts): string | undefined {
  if (subject.image === undefined) return undefined;
  const secrets = listedSecrets.state === 'present' && subject.kind !== 'sandbox' ? listedSecrets.value : [];
  // Without secrets every namespace is answered alike.
  const owner = secrets.length === 0 ? [] : [subject.namespace ?? '', ...secrets];
  const platform = node.state === 'present' ? platformOf(node.value) : '';
  return JSON.stringify([subject.image, platform, ...owner]);
}

/** `linux/arm64`; empty when the node does not tell. */
export function platformOf({
  architecture,
  operatingSystem,
}: {
  readonly architecture?: string;
  readonly operatingSystem?: string;
}): string {
  return architecture === undefined ? '' : `${operatingSystem ?? 'linux'}/${architecture}`;
}

function answerOf(result: ProbeResult, asThePod: boolean): RegistryAnswer {
  const { outcome, host, vantage, attempts, tag, tags, manifest, startedAt } = result;
  const near = nearRepositoriesOf(result);
  const isMissing = outcome.kind === 'tag-missing' && tag !== undefined;
  return {
    outcome: outcome.kind,
    ...(outcome.problem === undefined ? {} : { problem: outcome.problem }),
    said: near.length === 0 ? outcome.said : `${outcome.said}; near it: ${near.join(', ')}`,
    host,
    vantage,
    asThePod,
    attempts,
    nearRepositories: near,
    nearTags: isMissing ? nearestTags(tag, tags?.names ?? [], NEAR_TAGS) : [],
    platforms: [...new Set((manifest?.platforms ?? []).map(({ platform }) => platform))],
    at: startedAt,
  };
}

function nearRepositoriesOf({ outcome, repository, repositories }: ProbeResult): readonly string[] {
  if (outcome.kind !== 'repository-missing' || repositories === undefined) return [];
  return nearestRepositories(repository.slice(repository.indexOf('/') + 1), repositories.names, NEAR_REPOSITORIES);
}

/** The probe as a piece of evidence: what was asked as whom, and what decided. */
export function probeEvidence(index: SnapshotIndex, id: EvidenceId): Evidence | undefined {
  const seen = index.snapshot.registry?.find((probe) => probe.id === id);
  if (seen === undefined) return undefined;
  const { outcome, repository, tag, digest, vantage, attempts, startedAt } = seen.result;
  const who = attempts.map(({ as, said }) => `${as}: ${said}`).join('; ');
  return {
    id,
    source: 'registry',
    locator: `registry asked for ${repository}${digest === undefined ? `:${tag ?? 'latest'}` : `@${digest}`} from ${vantage}`,
    observedAt: startedAt,
    excerpt: excerpt(`${outcome.said}${who === '' || who.includes(outcome.said) ? '' : ` (${who})`}`, MAX_EXCERPT),
  };
}
