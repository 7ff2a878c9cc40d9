import type { PreflightFinding, PreflightImage, PreflightReport } from '../../core/preflight-report.ts';
import type { ProbeOutcomeKind, ProbeResult } from '../../core/probe.ts';
import { excerpt } from '../../core/redact.ts';
import { nearestTags } from '../../image/near-miss.ts';
import { type ImageReference, parseReference } from '../../image/reference.ts';
import { isByNodeIdentity, registryKind } from '../../image/registry-kind.ts';
import type { ImageUse, ManifestSet } from '../../sources/manifests/manifest-set.ts';
import { mayRunOn } from '../../sources/manifests/node-choice.ts';
import { choosePlatform } from '../../sources/registry/platform.ts';
import { type ProbeOptions, probe } from '../../sources/registry/probe.ts';
import { askPolitely } from '../polite-queue.ts';
import { targetOf } from '../probe-target.ts';
import { type NamedSecret, pullIdentities } from '../pull-identities.ts';
import { findingFor, isAbsent, listedSecrets, offlineFindings, placeOf, secretNamed } from './preflight-rules.ts';

export interface PreflightOptions extends Pick<ProbeOptions, 'allowPrivate' | 'caFile' | 'signal' | 'resolve' | 'env'> {
  /** Ask the registries. */
  readonly registry: boolean;
  /** What the images shall run on: `linux/arm64`. */
  readonly platforms: readonly string[];
  /** What the nodes of the cluster are; a pod may be put on any of them that it does not exclude. */
  readonly nodePlatforms?: readonly string[];
  /** Credentials beside those of the manifests, tried after them. */
  readonly secrets?: readonly NamedSecret[];
  readonly onProbe?: (image: string, number: number, all: number) => void;
}

/** One question to a registry: an image with the credentials that its pod would offer. */
interface Question {
  readonly reference: ImageReference;
  readonly uses: ImageUse[];
  readonly secrets: readonly NamedSecret[];
  /** A listed secret is not among the manifests: its login is missing here. */
  readonly incomplete: boolean;
}

/** Would every image of these manifests be pulled? */
export async function preflight(set: ManifestSet, options: PreflightOptions): Promise<PreflightReport> {
  const questions = questionsOf(set, options.secrets ?? []);
  const answers = options.registry ? await askAll(questions, options) : [];
  const asked = answers.flatMap((answer) => judge(answer, options));
  const findings = [
    ...set.uses.flatMap((use) => offlineFindings(use, set)),
    ...asked.flatMap(({ findings }) => findings),
  ];
  const unknowns = [...set.problems, ...asked.flatMap(({ unknown }) => unknown ?? [])];
  const images = imagesOf(set.uses, answers);
  return {
    apiVersion: 'pullwhy/v1',
    kind: 'Preflight',
    summary: {
      images: images.length,
      uses: set.uses.length,
      errors: findings.filter(({ level }) => level === 'error').length,
      warnings: findings.filter(({ level }) => level === 'warning').length,
      unknown: unknowns.length,
    },
    images,
    findings: [...findings].sort(byPlace),
    unknowns,
  };
}

/** The same image with the same credentials is asked once. */
function questionsOf(set: ManifestSet, more: readonly NamedSecret[]): readonly Question[] {
  const questions = new Map<string, Question>();
  for (const use of set.uses) {
    const parsed = parseReference(use.image);
    if (!parsed.ok || parsed.reference.domain === '') continue;
    const listed = listedSecrets(use, set);
    const known = listed.flatMap((name) => secretNamed(set, use.namespace, name) ?? []);
    const key = JSON.stringify([use.image, ...known.map(({ name }) => name), listed.length]);
    const question = questions.get(key);
    if (question !== undefined) question.uses.push(use);
    else
      questions.set(key, {
        reference: parsed.reference,
        uses: [use],
        secrets: [...known, ...more],
        incomplete: listed.some((name) => !isSettled(set, use.namespace, name)),
      });
  }
  return [...questions.values()];
}

/** It was seen, or it is sure not to be there. */
function isSettled(set: ManifestSet, namespace: string, name: string): boolean {
  return secretNamed(set, namespace, name) !== undefined || isAbsent(set, `Secret ${namespace}/${name}`);
}

interface Answer {
  readonly question: Question;
  /** Missing when its registry had refused others for being asked too often. */
  readonly result?: ProbeResult;
}

async function askAll(questions: readonly Question[], options: PreflightOptions): Promise<readonly Answer[]> {
  const { registry: _, platforms, nodePlatforms = [], secrets: __, onProbe, ...probing } = options;
  const [platform] = [...platforms, ...nodePlatforms];
  const answers = await askPolitely<Question, Answer>(questions, {
    hostOf: ({ reference }) => reference.domain,
    isEnough: ({ result }) => result?.outcome.kind === 'rate-limited',
    ask: async (question, number) => {
      onProbe?.(question.reference.raw, number, questions.length);
      const { identities } = pullIdentities(question.secrets, question.reference);
      const result = await probe(targetOf(question.reference), {
        ...probing,
        identities,
        // Manifests are the user's own, but often written by others: private addresses need his word.
        userNamed: false,
        ...(platform === undefined ? {} : { platform }),
      });
      return { question, result };
    },
  });
  return questions.map((question, index) => answers[index] ?? { question });
}

/** Answers that mean a pull would fail wherever it is tried from. */
const FAILS: ReadonlySet<ProbeOutcomeKind> = new Set([
  'tag-missing',
  'digest-missing',
  'repository-missing',
  'missing',
  'credentials-refused',
  'denied',
  'not-an-image',
  'blob-missing',
  'blob-damaged',
  'not-a-registry',
]);

interface Judged {
  readonly findings: readonly PreflightFinding[];
  readonly unknown?: string;
}

function judge({ question, result }: Answer, { platforms, nodePlatforms = [] }: PreflightOptions): readonly Judged[] {
  const { reference, uses, incomplete } = question;
  const name = excerpt(reference.raw, 300);
  if (result === undefined)
    return [{ findings: [], unknown: `${name}: not asked, its registry has had too many requests` }];
  const { outcome } = result;
  const each = (
    rule: PreflightFinding['rule'],
    level: PreflightFinding['level'],
    message: string,
  ): readonly Judged[] => [{ findings: uses.map((use) => findingFor(use)(rule, level, message)) }];
  const missing = platformsMissing(result, platforms);
  if (missing.length > 0)
    return each('platform', 'error', `not built for ${missing.join(', ')}: ${platformWords(result)}`);
  if (outcome.kind === 'pullable' || outcome.kind === 'platform-missing')
    return [{ findings: uses.flatMap((use) => onNodes(use, result, nodePlatforms)) }];
  if (FAILS.has(outcome.kind)) return each('not-pullable', 'error', `${outcome.said}${nearWords(result)}`);
  if (outcome.kind === 'login-wanted') {
    const open = incomplete || isByNodeIdentity(registryKind(reference.domain));
    const why = open ? '; the login of the node or of a secret in the cluster was not at hand here' : '';
    return each('not-pullable', open ? 'warning' : 'error', `${outcome.said}${why}`);
  }
  return [{ findings: [], unknown: `${name}: ${outcome.said}` }];
}

/** An image for none of the nodes fails; one for some of them fails on the others. */
function onNodes(use: ImageUse, result: ProbeResult, nodePlatforms: readonly string[]): readonly PreflightFinding[] {
  const possible = nodePlatforms.filter((platform) => mayRunOn(use.nodes, platform));
  const missing = platformsMissing(result, possible);
  if (missing.length === 0) return [];
  const all = missing.length === possible.length;
  const where = all ? 'any node that the pod may run on' : `nodes of ${missing.join(', ')}, where the pod may run too`;
  return [findingFor(use)('platform', all ? 'error' : 'warning', `not built for ${where}: ${platformWords(result)}`)];
}

function platformsMissing({ manifest, outcome }: ProbeResult, wanted: readonly string[]): readonly string[] {
  if (manifest === undefined || (outcome.kind !== 'pullable' && outcome.kind !== 'platform-missing')) return [];
  const offered =
    manifest.kind === 'index'
      ? manifest.platforms
      : manifest.platform === undefined
        ? undefined
        : [{ platform: manifest.platform, digest: '' }];
  return offered === undefined ? [] : wanted.filter((platform) => choosePlatform(platform, offered) === undefined);
}

function platformWords({ manifest }: ProbeResult): string {
  const names = manifest?.kind === 'index' ? manifest.platforms.map(({ platform }) => platform) : [manifest?.platform];
  return `it is for ${[...new Set(names)].join(', ')}`;
}

function nearWords({ outcome, tag, tags }: ProbeResult): string {
  if (outcome.kind !== 'tag-missing' || tag === undefined) return '';
  const near = nearestTags(tag, tags?.names ?? [], 3);
  return near.length === 0 ? '' : `; near: ${near.join(', ')}`;
}

function imagesOf(uses: readonly ImageUse[], answers: readonly Answer[]): readonly PreflightImage[] {
  const images = new Map<string, ImageUse[]>();
  for (const use of uses) images.set(use.image, [...(images.get(use.image) ?? []), use]);
  return [...images].map(([image, all]) => {
    const answer = answers.find(({ question }) => question.reference.raw === image)?.result?.outcome.said;
    return { image: excerpt(image, 300), uses: all.map(placeOf), ...(answer === undefined ? {} : { answer }) };
  });
}

function byPlace(a: PreflightFinding, b: PreflightFinding): number {
  return a.use.file.localeCompare(b.use.file) || a.use.line - b.use.line;
}
