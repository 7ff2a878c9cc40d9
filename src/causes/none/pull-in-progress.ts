import type { Judgement } from '../../core/cause.ts';
import type { EvidenceId } from '../../core/evidence.ts';
import { becauseOf } from '../../core/fact.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { imageWords, namesOf, nodeWords } from '../shared/names.ts';
import { onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { decisive } from '../shared/witness.ts';

interface Params {
  readonly image: string | Placeholder;
  readonly since?: string;
  /** Other images that the node is pulling; with serialized pulls they come first. */
  readonly queuedBehind: readonly string[];
}

/** Evidence that a pull runs, and of nothing that failed. */
function pulling(facts: Facts): readonly EvidenceId[] | undefined {
  const witness = decisive(facts);
  if (witness !== undefined) {
    const { leaf } = witness.error;
    return leaf.kind === 'progress' && leaf.what === 'pulling' ? [witness.evidence] : undefined;
  }
  // No error is not the same as errors unseen: an expired event may have told one.
  if (facts.history.state !== 'present') return undefined;
  const { pulling: open, failures } = facts.history.value;
  return open && failures === 0 ? facts.history.because : undefined;
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const because = pulling(facts);
  if (because === undefined) return undefined;
  const since = facts.history.state === 'present' ? facts.history.value.pullingSince : undefined;
  const log = facts.runtimeLog.state === 'present' ? facts.runtimeLog.value : undefined;
  const queuedBehind = (log?.openOthers ?? []).filter((image) => image !== facts.subject.image);
  const queued = queuedBehind.length > 0;
  return {
    verdict: 'likely',
    because: [...because, ...(queued ? becauseOf(facts.runtimeLog) : [])],
    params: {
      image: facts.subject.image ?? decisive(facts)?.error.image ?? placeholder('image'),
      queuedBehind,
      ...(since !== undefined ? { since } : {}),
    },
    detail: queued ? 'queued' : 'running',
    note: 'the kubelet began to pull and reports neither success nor failure',
    toDecide: sh`kubectl -n ${namesOf(facts).namespace} get events --field-selector involvedObject.name=${namesOf(facts).pod}`,
  };
}

/** A pull is under way; nothing failed. */
export const cause = defineCause<Params>({
  id: 'pull-in-progress',
  link: 'none',
  class: 'none',
  severity: 'info',
  title: 'The image is being pulled',
  meaning:
    'The kubelet has begun to pull and nothing failed yet: the image is big, the line is slow, or the pull waits for ' +
    'others on the same node. This is no incident. A stalled connection looks the same at first; only the log of the ' +
    'runtime shows whether bytes arrive.',
  refines: ['not-image-pull'],
  shapes: [{ example: 'Pulling image "registry.acme.example/shop/api:1.5.0"', from: 'kubelet 1.36', gives: 'first' }],
  confirmedBy: [],
  ruledOutBy: ['the pull failed or succeeded since'],
  special: [
    'Kubernetes: pulls of a node run one after the other unless maxParallelImagePulls is set; waiting ones show Pulling as well.',
    'containerd: 2.1 reports a stalled pull late or never; 1.7 gives up after 5 minutes without progress.',
    'Docker Engine through cri-dockerd: gives up after 1 minute without progress by default.',
  ],
  prevention: [
    'Keep images small, and let layers be shared.',
    'Pull big images ahead of time with a DaemonSet.',
    'Set serializeImagePulls: false and maxParallelImagePulls on nodes that start many pods at once.',
  ],
  sample: { image: placeholder('image'), queuedBehind: [] },
  judge,
  statement: ({ image, since, queuedBehind }, facts) => {
    const began = since === undefined ? '' : ` since ${since}`;
    const [first] = queuedBehind;
    if (first === undefined) return `${words(image)} is being pulled on ${nodeWords(facts)}${began}; nothing failed`;
    const more = queuedBehind.length > 1 ? ` and ${queuedBehind.length - 1} more` : '';
    return `${words(image)} is being pulled on ${nodeWords(facts)}${began}, beside ${first}${more}; nothing failed`;
  },
  remedies: (_, facts) => [
    {
      title: 'See whether bytes arrive',
      safety: 'green',
      owner: 'operator',
      commands: [onNode(facts, "journalctl -u containerd --since -15min | grep -iE 'pullimage|progress'")],
      note: `Look for ${imageWords(facts)}. No line for more than 5 minutes is a stall.`,
    },
  ],
  verify: (_, facts) => [podRuns(facts)],
  escalate: () => [
    {
      when: 'the pull takes more than 15 minutes, or many pods of the node wait',
      to: 'platform team',
      collect: ['log of the container runtime', 'size of the image', 'other pods of the node that are pulling'],
    },
  ],
});
