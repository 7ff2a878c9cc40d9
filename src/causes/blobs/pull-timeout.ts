import type { Judgement } from '../../core/cause.ts';
import { becauseOf } from '../../core/fact.ts';
import type { Leaf } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { secondsBetween } from '../../facts/time.ts';
import { defineCause } from '../define.ts';
import { failingHost, type HostRole, hostRole, hostWords, imageHost } from '../shared/failing-host.ts';
import { imageWords } from '../shared/names.ts';
import { onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { sentence } from '../shared/sentence.ts';
import { decisive } from '../shared/witness.ts';

type Wait = Extract<Leaf, { kind: 'timeout' }>['problem'] | 'silent' | 'locked';

interface Params {
  readonly host: string | Placeholder;
  readonly role: HostRole;
  readonly wait: Wait;
  /** Minutes that the pull has been open without an outcome. */
  readonly minutes?: number;
}

/** containerd's own no-progress limit; past it a pull that says nothing is suspect (image_pull_progress_timeout). */
const SUSPECT_MINUTES = 5;
/** Twice that: hardly any image takes so long without an event, whether or not a log was read. */
const STALLED_MINUTES = 10;

/** A pull that is under way and says nothing: containerd 1.6 and 2.1 never end it by themselves, as measured. */
function judgeSilent(facts: Facts): Judgement<Params> | undefined {
  if (facts.history.state !== 'present' || !facts.history.value.pulling) return undefined;
  const log = facts.runtimeLog.state === 'present' ? facts.runtimeLog.value : undefined;
  const since = facts.history.value.pullingSince ?? log?.openSince;
  const seconds = secondsBetween(since, facts.takenAt);
  if (seconds === undefined || seconds < SUSPECT_MINUTES * 60) return undefined;
  const minutes = Math.floor(seconds / 60);
  const queued = (log?.openOthers.length ?? 0) > 0;
  return {
    verdict: !queued && (minutes >= STALLED_MINUTES || log?.openSince !== undefined) ? 'likely' : 'possible',
    because: [...facts.history.because, ...(log?.openSince === undefined ? [] : becauseOf(facts.runtimeLog))],
    params: { host: imageHost(facts) ?? placeholder('registry'), role: 'registry', wait: 'silent', minutes },
    detail: 'no-outcome',
    note: queued
      ? `another pull is open on the node: ${log?.openOthers[0] ?? ''}; this one may only wait for it`
      : 'a very large image over a slow line looks the same until bytes are counted',
    toDecide: onNode(facts, 'journalctl -u containerd --since -15m --no-pager --grep pull'),
  };
}

function waitOf(leaf: Leaf): Wait | undefined {
  if (leaf.kind === 'timeout') return leaf.problem;
  return leaf.kind === 'content' && leaf.problem === 'locked' ? 'locked' : undefined;
}

function noteOf(wait: Wait): string | undefined {
  if (wait === 'canceled') return 'a pull is also canceled when its pod is deleted';
  return wait === 'locked' ? 'another pull of the same layer is open, or was left behind' : undefined;
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const witness = decisive(facts);
  const wait = witness === undefined ? undefined : waitOf(witness.error.leaf);
  if (witness === undefined || wait === undefined) return judgeSilent(facts);
  const noProgress = facts.runtimeLog.state === 'present' ? facts.runtimeLog.value.noProgress : [];
  const sure = wait === 'no-progress' || noProgress.length > 0;
  const note = sure ? 'the runtime ended the pull because no bytes came' : noteOf(wait);
  return {
    verdict: sure ? 'confirmed' : 'likely',
    because: [witness.evidence, ...noProgress],
    params: { host: failingHost(facts, witness.error), role: hostRole(facts, witness.error), wait },
    detail: sure ? 'no-progress' : wait,
    ...(note === undefined ? {} : { note }),
    ...(sure ? {} : { toDecide: onNode(facts, 'journalctl -u containerd --since -1h --no-pager --grep progress') }),
  };
}

function statement({ host, role, wait, minutes }: Params, facts: Facts): string {
  if (wait === 'silent')
    return `The pull of ${imageWords(facts)} has been open for ${minutes ?? 'many'} minutes without an outcome`;
  if (wait === 'locked')
    return `The pull of ${imageWords(facts)} waits for a layer that another pull on the node holds`;
  if (wait === 'header')
    return `${hostWords(role, host)} took the request for ${imageWords(facts)} and did not answer in time`;
  return `The pull of ${imageWords(facts)} was ended: ${hostWords(role, host)} sent nothing, or too little, in time`;
}

/** Connected, then too slow, or nothing at all. */
export const cause = defineCause<Params>({
  id: 'pull-timeout',
  link: 'blobs',
  class: 'network',
  severity: 'medium',
  title: 'The pull is too slow or makes no progress',
  meaning:
    'The registry (or the store of its layers) took the request and then sent nothing, or so little that the runtime or ' +
    'the client gave up. Reasons are an overloaded registry, a slow or lossy line, a proxy that holds the answer back, or ' +
    'a layer that another stalled pull on the node has locked.',
  refines: ['pull-in-progress'],
  shapes: [
    {
      example:
        'rpc error: code = Canceled desc = failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://registry.acme.example/v2/shop/api/blobs/sha256:71ca0e50350f6b4e5a8a9a3c3b0a5a8f5c1d2e3f405162738495a6b7c8d9e0f1": context canceled',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://registry.acme.example/v2/shop/api/blobs/sha256:71ca0e50350f6b4e5a8a9a3c3b0a5a8f5c1d2e3f405162738495a6b7c8d9e0f1": context deadline exceeded',
      from: 'containerd 1.6',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": net/http: timeout awaiting response headers',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'Failed to pull image "registry.acme.example/shop/api:1.5.0": rpc error: code = DeadlineExceeded desc = context deadline exceeded',
      from: 'CRI-O 1.31',
      gives: 'first',
    },
    {
      example:
        'Error response from daemon: Get "https://registry.acme.example/v2/": net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
      from: 'cri-dockerd',
      gives: 'first',
    },
  ],
  confirmedBy: ['the runtime logs that it cancels the pull because of no progress'],
  ruledOutBy: ['the pod was deleted at that time', 'the connection was never made'],
  special: [
    'containerd 1.7: ends a pull after 5 minutes without progress, as "context canceled". 1.6 and 2.1 may wait for ever, with an old Pulling event as the only sign.',
    'CRI-O: 10 s without progress up to 1.31, an option in 1.32, off since 1.33.',
    'cri-dockerd: --image-pull-progress-deadline, 1 minute.',
    'kubelet: with serialized pulls one stalled pull keeps every later one on the node waiting.',
  ],
  prevention: [
    'Keep images small and base layers shared.',
    'Keep a cache near the nodes; allow parallel pulls (maxParallelImagePulls).',
  ],
  sample: { host: placeholder('registry'), role: 'registry', wait: 'no-progress' },
  judge,
  statement: (params, facts) => sentence(statement(params, facts)),
  remedies: ({ wait }, facts) => [
    {
      title: 'See whether bytes still come, and which pulls are open',
      safety: 'green',
      owner: 'operator',
      commands: [
        onNode(facts, 'journalctl -u containerd --since -15m --no-pager --grep pull'),
        onNode(facts, 'ls -l /var/lib/containerd/io.containerd.content.v1.content/ingest'),
      ],
    },
    wait === 'silent' || wait === 'locked'
      ? {
          title: 'Restart the runtime to drop the stalled pull and its locks',
          safety: 'yellow',
          owner: 'operator',
          commands: [onNode(facts, 'systemctl restart containerd')],
          note: 'Running containers survive; every pull of the node begins anew.',
        }
      : {
          title: 'Relieve the way or the registry, or pull from a nearer cache',
          safety: 'yellow',
          owner: 'operator',
          commands: [],
        },
  ],
  verify: (_, facts) => [podRuns(facts)],
  escalate: ({ host }) => [
    {
      when: `downloads from ${words(host)} stall on several nodes`,
      to: 'the team that runs the registry, network team',
      collect: ['bytes read and time of a pull', 'host that serves the layers', 'nodes and zones concerned'],
    },
  ],
});
