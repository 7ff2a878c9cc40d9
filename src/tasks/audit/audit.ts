import type { AuditFinding, AuditReport } from '../../core/audit-report.ts';
import type { ProbeOutcome, ProbeOutcomeKind } from '../../core/probe.ts';
import { excerpt } from '../../core/redact.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import { isByNodeIdentity, registryKind } from '../../image/registry-kind.ts';
import { type ProbeOptions, probe } from '../../sources/registry/probe.ts';
import { askPolitely } from '../polite-queue.ts';
import { targetOf } from '../probe-target.ts';
import type { AuditMemory } from './audit-memory.ts';
import { nodeLoginFindings } from './audit-node-logins.ts';
import { type Question, questionsOf } from './audit-questions.ts';
import { auditFinding, imageFindings, secretFindings, unlistedSecrets } from './audit-rules.ts';
import { type PodImage, podImages, secretsByName } from './audit-uses.ts';

export interface AuditOptions extends Pick<ProbeOptions, 'allowPrivate' | 'caFile' | 'signal' | 'resolve' | 'env'> {
  /** RFC 3339; the ends of credentials are reckoned from it. */
  readonly now: string;
  /** Ask the registries whether the images still can be pulled. */
  readonly registry: boolean;
  /** Answers of an earlier run that was cut off. */
  readonly memory?: AuditMemory;
  readonly onProbe?: (image: string, number: number, all: number) => void;
}

interface Answer {
  readonly outcome: ProbeOutcome;
  /** The registry's own count says that nothing is left. */
  readonly exhausted: boolean;
  readonly recalled: boolean;
}

/** Which images run today and could not be pulled again? */
export async function audit(snapshot: Snapshot, options: AuditOptions): Promise<AuditReport> {
  const uses = podImages(snapshot);
  const secrets = secretsByName(snapshot);
  const byImage = group(uses, ({ image }) => image);
  const questions = options.registry ? questionsOf(uses, secrets) : [];
  const answers = await askAll(questions, options);
  const judged = questions.map((question, index) => judge(question, answers[index]));
  const findings = [
    ...[...byImage].flatMap(([image, all]) => imageFindings(image, all)),
    ...[...usesBySecret(uses)].flatMap(([key, all]) => {
      const secret = secrets.get(key);
      return secret === undefined ? [] : secretFindings(key, secret, all, options.now);
    }),
    ...unlistedSecrets(snapshot, uses),
    ...nodeLoginFindings(uses, secrets),
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
      asked: answers.filter((answer) => answer?.recalled === false).length,
      recalled: answers.filter((answer) => answer?.recalled === true).length,
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

async function askAll(questions: readonly Question[], options: AuditOptions): Promise<readonly (Answer | undefined)[]> {
  const { memory } = options;
  const recalled = questions.map(({ name }) => memory?.recall(name));
  const open = questions.filter((_, index) => recalled[index] === undefined);
  const answers = new Map<Question, Answer | undefined>();
  const fresh = await askPolitely<Question, Answer>(open, {
    hostOf: ({ reference }) => reference.domain,
    isEnough: ({ outcome, exhausted }) => outcome.kind === 'rate-limited' || exhausted,
    ask: (question, number) => ask(question, options, number, open.length),
  });
  for (const [index, question] of open.entries()) answers.set(question, fresh[index]);
  return questions.map((question, index) => {
    const outcome = recalled[index];
    return outcome === undefined ? answers.get(question) : { outcome, exhausted: false, recalled: true };
  });
}

async function ask(question: Question, options: AuditOptions, number: number, all: number): Promise<Answer> {
  const { now: _, registry: __, onProbe, memory, ...probing } = options;
  const { reference, identities, name } = question;
  onProbe?.(reference.raw, number, all);
  // HEAD alone: no registry counts it as a pull.
  const { outcome, rateLimit } = await probe(targetOf(reference), {
    ...probing,
    identities,
    content: false,
    userNamed: false,
  });
  await memory?.keep(name, outcome);
  return { outcome, exhausted: rateLimit?.remaining === 0, recalled: false };
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

interface Judged {
  readonly finding?: AuditFinding;
  readonly unknown?: string;
}

function judge({ reference, uses, incomplete }: Question, answer: Answer | undefined): Judged {
  const image = reference.raw;
  if (answer === undefined)
    return { unknown: `${excerpt(image, 300)}: not asked, its registry has had enough requests` };
  const { outcome } = answer;
  if (outcome.kind === 'pullable') return {};
  const cached = uses.some(({ digest }) => digest !== undefined) ? '; the pods run from copies on their nodes' : '';
  const message = `${outcome.said}${cached}`;
  if (GONE.has(outcome.kind)) return { finding: auditFinding('not-pullable', 'error', image, message, uses) };
  if (outcome.kind !== 'login-wanted') return { unknown: `${excerpt(image, 300)}: ${outcome.said}` };
  const open = incomplete || isByNodeIdentity(registryKind(reference.domain));
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
