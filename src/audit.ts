import { auditFinding, imageFindings, secretFindings } from './audit-rules.ts';
import { named, type PodImage, podImages, secretsByName } from './audit-uses.ts';
import type { AuditFinding, AuditReport } from './core/audit-report.ts';
import type { Secret } from './core/objects.ts';
import type { ProbeOutcomeKind, ProbeResult } from './core/probe.ts';
import { excerpt } from './core/redact.ts';
import type { Snapshot } from './core/snapshot.ts';
import { type ImageReference, parseReference } from './image/reference.ts';
import { registryKind } from './image/registry-kind.ts';
import { askPolitely } from './polite-queue.ts';
import { targetOf } from './probe-image.ts';
import { pullIdentities } from './pull-identities.ts';
import type { Identity } from './sources/registry/identity.ts';
import { type ProbeOptions, probe } from './sources/registry/probe.ts';

export interface AuditOptions extends Pick<ProbeOptions, 'allowPrivate' | 'caFile' | 'signal' | 'resolve' | 'env'> {
  /** RFC 3339; the ends of credentials are reckoned from it. */
  readonly now: string;
  /** Ask the registries whether the images still can be pulled. */
  readonly registry: boolean;
  readonly onProbe?: (image: string, number: number, all: number) => void;
}

/** An image with the logins that its pods would offer; pods that differ in neither share one question. */
interface Question {
  readonly reference: ImageReference;
  readonly identities: readonly Identity[];
  readonly uses: PodImage[];
  /** A listed secret was not seen: the real login may be another. */
  readonly incomplete: boolean;
}

interface Answer {
  readonly question: Question;
  readonly result: ProbeResult;
}

/** Which images run today and could not be pulled again? */
export async function audit(snapshot: Snapshot, options: AuditOptions): Promise<AuditReport> {
  const uses = podImages(snapshot);
  const secrets = secretsByName(snapshot);
  const byImage = group(uses, ({ image }) => image);
  const questions = options.registry ? questionsOf(uses, secrets) : [];
  const answers = await askAll(questions, options);
  const judged = questions.map((question, index) => judge(question, answers[index]?.result));
  const findings = [
    ...[...byImage].flatMap(([image, all]) => imageFindings(image, all)),
    ...[...usesBySecret(uses)].flatMap(([key, all]) => {
      const secret = secrets.get(key);
      return secret === undefined ? [] : secretFindings(key, secret, all, options.now);
    }),
    ...judged.flatMap(({ finding }) => finding ?? []),
  ];
  const unknowns = [
    ...snapshot.gaps.map(({ wanted, why }) => `${wanted}: ${why}`),
    ...judged.flatMap(({ unknown }) => unknown ?? []),
  ];
  return {
    apiVersion: 'pullwhy/v1',
    kind: 'Audit',
    summary: {
      pods: new Set(uses.map(({ pod }) => pod)).size,
      images: byImage.size,
      asked: answers.filter((answer) => answer !== undefined).length,
      errors: findings.filter(({ level }) => level === 'error').length,
      warnings: findings.filter(({ level }) => level === 'warning').length,
      unknown: unknowns.length,
    },
    findings: [...findings].sort(
      (a, b) => rankOf(a) - rankOf(b) || b.podCount - a.podCount || (a.subject < b.subject ? -1 : 1),
    ),
    unknowns,
  };
}

function rankOf({ level }: AuditFinding): number {
  return level === 'error' ? 0 : 1;
}

function questionsOf(uses: readonly PodImage[], secrets: ReadonlyMap<string, Secret>): readonly Question[] {
  const questions = new Map<string, Question>();
  for (const use of uses) {
    const parsed = parseReference(use.image);
    if (!parsed.ok || parsed.reference.domain === '') continue;
    const keys = use.pullSecrets.map((name) => `${use.namespace}/${name}`);
    const known = keys.flatMap((key) => {
      const secret = secrets.get(key);
      return secret === undefined ? [] : [named(key, secret)];
    });
    const { identities } = pullIdentities(known, parsed.reference);
    // Copies of one secret in many namespaces are one login. The key never leaves this function.
    const key = JSON.stringify([use.image, ...identities.map(({ login }) => login ?? null)]);
    const question = questions.get(key);
    if (question === undefined)
      questions.set(key, {
        reference: parsed.reference,
        identities,
        uses: [use],
        incomplete: known.length < keys.length,
      });
    else question.uses.push(use);
  }
  return [...questions.values()];
}

function askAll(questions: readonly Question[], options: AuditOptions): Promise<readonly (Answer | undefined)[]> {
  const { now: _, registry: __, onProbe, ...probing } = options;
  return askPolitely<Question, Answer>(questions, {
    hostOf: ({ reference }) => reference.domain,
    isEnough: ({ result }) => result.outcome.kind === 'rate-limited' || result.rateLimit?.remaining === 0,
    ask: async (question, number) => {
      onProbe?.(question.reference.raw, number, questions.length);
      const { reference, identities } = question;
      // HEAD alone: no registry counts it as a pull.
      const result = await probe(targetOf(reference), { ...probing, identities, content: false, userNamed: false });
      return { question, result };
    },
  });
}

/** Answers after which a new node cannot pull. */
const GONE: ReadonlySet<ProbeOutcomeKind> = new Set([
  'tag-missing',
  'digest-missing',
  'repository-missing',
  'missing',
  'credentials-refused',
  'denied',
  'not-a-registry',
]);
/** Nodes log in to these by their own identity. */
const BY_NODE: ReadonlySet<string> = new Set(['ecr', 'acr', 'gar', 'gcr']);

interface Judged {
  readonly finding?: AuditFinding;
  readonly unknown?: string;
}

function judge({ reference, uses, incomplete }: Question, result: ProbeResult | undefined): Judged {
  const image = reference.raw;
  if (result === undefined)
    return { unknown: `${excerpt(image, 300)}: not asked, its registry has had enough requests` };
  const { outcome } = result;
  if (outcome.kind === 'pullable') return {};
  const cached = uses.some(({ digest }) => digest !== undefined) ? '; the pods run from copies on their nodes' : '';
  const message = `${outcome.said}${cached}`;
  if (GONE.has(outcome.kind)) return { finding: auditFinding('not-pullable', 'error', image, message, uses) };
  if (outcome.kind !== 'login-wanted') return { unknown: `${excerpt(image, 300)}: ${outcome.said}` };
  const open = incomplete || BY_NODE.has(registryKind(reference.domain));
  return open
    ? { unknown: `${excerpt(image, 300)}: the login that the node would use was not at hand here` }
    : { finding: auditFinding('not-pullable', 'error', image, message, uses) };
}

function usesBySecret(uses: readonly PodImage[]): ReadonlyMap<string, readonly PodImage[]> {
  const listed = uses.flatMap((use) => use.pullSecrets.map((name) => ({ key: `${use.namespace}/${name}`, use })));
  return new Map([...group(listed, ({ key }) => key)].map(([key, all]) => [key, all.map(({ use }) => use)] as const));
}

function group<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [item]);
    else known.push(item);
  }
  return groups;
}
