import type { Judgement } from '../../core/cause.ts';
import { becauseOf } from '../../core/fact.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import type { Witness } from '../../facts/pull-error.ts';
import { defineCause } from '../define.ts';
import { imageWords, namesOf } from '../shared/names.ts';
import { onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { recreatePods } from '../shared/pull-secret-commands.ts';
import { decisive } from '../shared/witness.ts';

interface Params {
  readonly image: string | Placeholder;
  /** `reason-lost`: only a back-off is left; `cut-off`: the inner error is missing; `unrecognized`: not understood; `undecided`: understood. */
  readonly why: 'reason-lost' | 'cut-off' | 'unrecognized' | 'undecided';
}

/** Reasons of a waiting container that only a failed pull gives. */
const PULL_REASONS: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ImageInspectError',
  'RegistryUnavailable',
]);

/** What is left of the proof, after the statement. */
const NOTES: Record<Params['why'], string> = {
  'reason-lost': 'only the back-off is left; the event with the reason lives one hour',
  'cut-off': 'the text ends before the error that it wraps',
  unrecognized: 'the error at the core of the text is none that is known',
  undecided: 'the text alone does not decide',
};

function whyUnknown(facts: Facts, witness: Witness): Params['why'] {
  const lost = facts.pullError.state === 'present' && facts.pullError.value.reasonLost;
  if (lost || witness.error.stage === 'backoff') return 'reason-lost';
  if (witness.error.leaf.kind === 'absent') return 'cut-off';
  return witness.error.leaf.kind === 'unrecognized' ? 'unrecognized' : 'undecided';
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const witness = decisive(facts);
  if (witness === undefined) return judgeStatusOnly(facts);
  if (witness.error.leaf.kind === 'not-pull' || witness.error.leaf.kind === 'progress') return undefined;
  const why = whyUnknown(facts, witness);
  return judgement(facts, why, [witness.evidence], witness.error.image);
}

/** The status says that a pull failed, and no text of it was seen. */
function judgeStatusOnly(facts: Facts): Judgement<Params> | undefined {
  if (facts.history.state !== 'present') return undefined;
  const { waitingReason, failures } = facts.history.value;
  if (failures === 0 && !PULL_REASONS.has(waitingReason ?? '')) return undefined;
  return judgement(facts, 'reason-lost', becauseOf(facts.history), undefined);
}

function judgement(
  facts: Facts,
  why: Params['why'],
  because: readonly string[],
  image: string | undefined,
): Judgement<Params> {
  return {
    // Never more than possible: any cause that finds something goes before it.
    verdict: 'possible',
    because,
    params: { image: facts.subject.image ?? image ?? placeholder('image'), why },
    detail: why,
    note: NOTES[why],
    toDecide: mayHoldReason(facts) ? readStatus(facts) : nextAttempt(facts),
  };
}

/** The next attempt writes the reason anew; in back-off it is at most 5 minutes away. */
function nextAttempt(facts: Facts): string {
  const { namespace, pod } = namesOf(facts);
  return sh`kubectl -n ${namespace} get events --watch --field-selector involvedObject.name=${pod},reason=Failed`;
}

/** `kubectl describe` and tables print the reason of a waiting container and not its message, which since 1.32 carries the error. */
function mayHoldReason(facts: Facts): boolean {
  if (facts.subject.pod === undefined) return false;
  const { pullError, versions } = facts;
  const seen =
    pullError.state === 'present' &&
    pullError.value.all.some(({ from, error }) => from === 'waiting' && isMessage(error.text));
  return !seen && (versions.state !== 'present' || (versions.value.kubeletMinor ?? 32) >= 32);
}

/** More than the bare name of a reason. */
function isMessage(text: string): boolean {
  return text.trim().includes(' ');
}

function readStatus(facts: Facts): string {
  const { namespace, pod } = namesOf(facts);
  return `${sh`kubectl -n ${namespace} get pod ${pod}`} -o jsonpath='{.status.initContainerStatuses[*].state.waiting.message}{.status.containerStatuses[*].state.waiting.message}'`;
}

/** A pull failed, and what was seen does not tell why. */
export const cause = defineCause<Params>({
  id: 'unknown',
  link: 'none',
  class: 'none',
  severity: 'medium',
  title: 'The pull fails and the evidence does not say why',
  meaning:
    'A pull failed, but the reason is not in what was seen: events live for one hour, a long-standing back-off repeats no ' +
    'reason (before Kubernetes 1.32 not even in the status), or the text is cut off or new. This is no diagnosis; it says ' +
    'where the proof is.',
  refines: [],
  shapes: [
    { example: 'Back-off pulling image "registry.acme.example/shop/api:1.5.0"', from: 'kubelet 1.31', gives: 'first' },
    { example: 'Error: ImagePullBackOff', from: 'kubelet 1.31', gives: 'first' },
  ],
  confirmedBy: [],
  ruledOutBy: ['any other cause that the evidence supports'],
  special: [
    'Kubernetes: since 1.32 the waiting message of a back-off carries the last error; before, only the Failed event does.',
    'Kubernetes: the kubelet log keeps the error longer than events do ("PullImage from image service failed").',
    'containerd: a pull error is logged once per attempt; mirrors that were tried only stand there.',
  ],
  prevention: ['Keep events longer than one hour in a log system; a pull that fails at night is read in the morning.'],
  sample: { image: placeholder('image'), why: 'reason-lost' },
  judge,
  statement: ({ image, why }) => `Why ${words(image)} cannot be pulled is not known: ${NOTES[why]}`,
  remedies: (_, facts) => [
    ...(mayHoldReason(facts)
      ? [
          {
            title: 'Read the message of the waiting container: since 1.32 it holds the last error',
            safety: 'green' as const,
            owner: 'developer' as const,
            commands: [readStatus(facts)],
          },
        ]
      : []),
    {
      title: 'Wait for the next attempt, which writes the reason anew',
      safety: 'green',
      owner: 'developer',
      commands: [nextAttempt(facts)],
      note: 'At most 5 minutes.',
    },
    {
      title: 'Read the log of the kubelet',
      safety: 'green',
      owner: 'operator',
      commands: [
        onNode(facts, "journalctl -u kubelet --since -6h | grep -F 'PullImage from image service failed' | tail -5"),
      ],
      note: `Look for ${imageWords(facts)}.`,
    },
    recreatePods(facts),
  ],
  verify: (_, facts) => [podRuns(facts)],
  escalate: () => [
    {
      when: 'the reason stays unknown after a fresh attempt',
      to: 'platform team',
      collect: [
        'the whole text of the error',
        'log of the kubelet and of the container runtime',
        'kubectl describe of pod and node',
      ],
    },
  ],
});
