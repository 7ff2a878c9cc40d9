import type {
  ProbeAttempt,
  ProbeOutcome,
  ProbeOutcomeKind,
  ProbeProblem,
  ProbeTags,
  StageResult,
} from '../../core/probe.ts';

/** What the probe had found when it ended. */
export interface Findings {
  readonly stages: readonly StageResult[];
  readonly attempts: readonly ProbeAttempt[];
  readonly tags?: ProbeTags | undefined;
  /** The registry says that there is no such repository. */
  readonly noRepository: boolean;
  readonly tag?: string | undefined;
  /** The registry's own host, with port. */
  readonly host: string;
}

/** The attempt that got furthest speaks: what lies behind it was never reached by the others. */
const FURTHEST: readonly ProbeAttempt['answer'][] = [
  'found',
  'not-found',
  'rate-limited',
  'denied',
  'refused',
  'failed',
  'not-sent',
];

export function furthest(attempts: readonly ProbeAttempt[]): ProbeAttempt | undefined {
  return [...attempts].sort((a, b) => FURTHEST.indexOf(a.answer) - FURTHEST.indexOf(b.answer))[0];
}

/** What the answers mean together. Nothing is concluded from what was not asked. */
export function outcomeOf(findings: Findings): ProbeOutcome {
  const { stages, attempts } = findings;
  const plain = stages.find((s) => s.stage === 'tls' && s.status === 'failed');
  if (plain !== undefined && !isLocal(plain.host)) return fromWay(stages);
  const withLogin = attempts.filter(({ anonymous }) => !anonymous);
  // The kubelet never goes on to anonymous once a credential matched, so those decide.
  const attempt = furthest(withLogin.length > 0 ? withLogin : attempts);
  if (attempt === undefined) return fromWay(stages);
  if (attempt.answer === 'found') return fromContent(stages, findings.host);
  const stage = stages.findLast((s) => s.as === attempt.as && s.status !== 'ok' && !LISTS.has(s.stage));
  const kind = kindOf(attempt, stage, findings);
  const open = !attempt.anonymous && attempts.some(({ anonymous, answer }) => anonymous && answer === 'found');
  const said = `${saidOf(kind, attempt, findings)}${open ? '; without any login it can be pulled' : ''}`;
  return { kind, said, ...at(stage) };
}

/** What is asked for advice only. */
const LISTS: ReadonlySet<string> = new Set(['tags', 'catalog']);

/** Runtimes speak HTTP to these names without being told (containerd core/remotes/docker MatchLocalhost). */
function isLocal(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(host);
}

/** The registry was never asked for the image, or not in a way that a runtime would. */
function fromWay(stages: readonly StageResult[]): ProbeOutcome {
  const stage = stages.find(({ status, problem }) => status === 'failed' || problem === 'private-address');
  if (stage === undefined) return { kind: 'unknown', said: 'the probe ended before it had an answer' };
  return { kind: kindOfWay(stage), said: stage.said, ...at(stage) };
}

function kindOfWay({ stage, problem }: StageResult): ProbeOutcomeKind {
  if (problem === 'private-address') return 'not-asked';
  if (stage === 'dns' || stage === 'tcp' || stage === 'proxy') return 'unreachable';
  return stage === 'tls' ? 'tls-failed' : kindOfProblem(problem);
}

/** The problem of a request, whichever host it went to. */
function kindOfProblem(problem: ProbeProblem | undefined): ProbeOutcomeKind {
  return (problem === undefined ? undefined : KIND_OF_PROBLEM[problem]) ?? 'unknown';
}

const KIND_OF_PROBLEM: Partial<Record<ProbeProblem, ProbeOutcomeKind>> = {
  'no-such-host': 'unreachable',
  'dns-failed': 'unreachable',
  'connection-refused': 'unreachable',
  'connection-reset': 'unreachable',
  'no-route': 'unreachable',
  timeout: 'unreachable',
  'proxy-failed': 'unreachable',
  untrusted: 'tls-failed',
  expired: 'tls-failed',
  'not-yet-valid': 'tls-failed',
  'wrong-name': 'tls-failed',
  'plain-http': 'tls-failed',
  'client-certificate': 'tls-failed',
  handshake: 'tls-failed',
  'rate-limited': 'rate-limited',
  'not-a-registry': 'not-a-registry',
  'server-error': 'server-error',
};

/** The manifest was found: is all behind it there as well? */
function fromContent(stages: readonly StageResult[], host: string): ProbeOutcome {
  const stage = stages.find(
    (s) => s.status === 'failed' && (s.stage === 'platform' || s.stage === 'config' || s.stage === 'layers'),
  );
  const reading = stages.findLast((s) => s.stage === 'manifest');
  if (stage === undefined && reading?.status === 'failed') {
    return { kind: kindOfReading(reading), said: reading.said, ...at(reading) };
  }
  const config = stages.find((s) => s.stage === 'config' && s.status === 'unknown');
  if (stage === undefined && config !== undefined)
    return { kind: 'unknown', said: 'its manifest names no configuration, and every image has one', ...at(config) };
  if (stage === undefined) return { kind: 'pullable', said: 'it can be pulled from here' };
  return { kind: kindOfContent(stage, host), said: stage.said, ...at(stage) };
}

/** The tag was there, and what it points at cannot be read. */
function kindOfReading({ problem }: StageResult): ProbeOutcomeKind {
  if (problem === 'rate-limited') return 'rate-limited';
  return problem === 'not-found' ? 'digest-missing' : 'unknown';
}

function kindOfContent({ stage, problem, host }: StageResult, registry: string): ProbeOutcomeKind {
  if (stage === 'platform') return problem === 'no-match' ? 'platform-missing' : 'not-an-image';
  if (problem === 'corrupt') return 'blob-damaged';
  if (host !== registry) return 'blob-host-failed';
  if (problem === 'not-found') return 'blob-missing';
  if (problem === 'rate-limited') return 'rate-limited';
  return problem === 'server-error' ? 'server-error' : 'unknown';
}

function kindOf(attempt: ProbeAttempt, stage: StageResult | undefined, findings: Findings): ProbeOutcomeKind {
  switch (attempt.answer) {
    case 'not-found':
      return kindOfMissing(attempt, findings);
    case 'denied':
      return attempt.anonymous ? 'login-wanted' : 'denied';
    case 'refused':
      return 'credentials-refused';
    case 'rate-limited':
      return 'rate-limited';
    default:
      return kindOfProblem(stage?.problem);
  }
}

/** The list of tags decides; some registries answer MANIFEST_UNKNOWN for both. */
function kindOfMissing({ code }: ProbeAttempt, { tags, tag, noRepository }: Findings): ProbeOutcomeKind {
  if (noRepository || code === 'NAME_UNKNOWN') return 'repository-missing';
  // Tags are there to be listed, so the repository is as well.
  if (tags === undefined) return 'missing';
  if (tag === undefined) return 'digest-missing';
  return tags.names.includes(tag) ? 'unknown' : 'tag-missing';
}

function saidOf(kind: ProbeOutcomeKind, attempt: ProbeAttempt, { tags, tag }: Findings): string {
  if (kind === 'repository-missing') return 'the registry has no such repository';
  if (kind === 'tag-missing') return `the repository is there, the tag ${tag} is not`;
  if (kind === 'digest-missing') return 'the repository is there, the digest is not';
  if (kind === 'missing') return 'the registry does not have it: repository or tag, its answer does not tell which';
  if (kind === 'login-wanted') return `private, or missing: asked without a login, ${attempt.said}`;
  if (kind === 'unknown' && tags !== undefined && attempt.answer === 'not-found')
    return `the list of tags has ${tag}, its manifest is not found: just pushed, or damaged`;
  return attempt.said;
}

function at(stage: StageResult | undefined): Pick<ProbeOutcome, 'stage' | 'problem'> {
  if (stage === undefined) return {};
  return { stage: stage.stage, ...(stage.problem === undefined ? {} : { problem: stage.problem }) };
}
