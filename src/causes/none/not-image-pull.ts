import type { Judgement } from '../../core/cause.ts';
import { becauseOf } from '../../core/fact.ts';
import type { NotPull } from '../../core/pull-error.ts';
import { sh } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { afterPull, artifactSign, diesUnloaded } from '../shared/after-pull-signs.ts';
import { namesOf, podWords } from '../shared/names.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { decisive } from '../shared/witness.ts';

interface Params {
  readonly what: NotPull | 'pulled' | 'container-exit';
}

/** What it is instead, after "is stuck for another reason: ". */
const WORDS: Record<Params['what'], string> = {
  'network-plugin': 'the network plugin cannot set up the pod',
  probe: 'a probe fails',
  'volume-mount': 'a volume cannot be mounted',
  'crash-loop': 'the container starts and ends again and again',
  'exec-format': 'the program of the container cannot be executed',
  'image-gc': 'image garbage collection',
  eviction: 'the pod was evicted',
  webhook: 'an admission webhook cannot be called',
  'image-push': 'an image cannot be pushed',
  'image-build': 'an image cannot be built',
  scheduling: 'no node takes the pod',
  quota: 'a resource quota allows no more pods',
  'service-account': 'the ServiceAccount does not exist',
  'container-create': 'the container cannot be created',
  'container-config': 'a Secret or ConfigMap of the container is missing',
  sandbox: 'the pod sandbox cannot be made',
  'runtime-log': 'a message of the container runtime that is about no pull',
  other: 'the message is about no image pull',
  pulled: 'the image was pulled',
  'container-exit': 'the container ended',
};

const AFTER_PULL: Record<'crash-loop' | 'create-error' | 'exited', Params['what']> = {
  'crash-loop': 'crash-loop',
  'create-error': 'container-create',
  exited: 'container-exit',
};

function judge(facts: Facts): Judgement<Params> | undefined {
  const witness = decisive(facts);
  if (witness === undefined) return judgeAfterPull(facts);
  const { leaf } = witness.error;
  const what =
    leaf.kind === 'not-pull' ? leaf.what : leaf.kind === 'progress' && leaf.what !== 'pulling' ? 'pulled' : undefined;
  if (what === undefined) return undefined;
  return {
    // A later stage may still point back at the image: a foreign program, an artifact.
    verdict: pointsAtImage(facts) ? 'possible' : 'likely',
    because: [witness.evidence],
    params: { what },
    detail: what,
    note: WORDS[what],
  };
}

function judgeAfterPull(facts: Facts): Judgement<Params> | undefined {
  const after = afterPull(facts);
  if (after === undefined) return undefined;
  const what = AFTER_PULL[after.kind];
  return {
    verdict: pointsAtImage(facts) ? 'possible' : 'likely',
    because: becauseOf(facts.afterPull),
    params: { what },
    detail: what,
    note: 'the image was pulled, and the container fails after that',
  };
}

function pointsAtImage(facts: Facts): boolean {
  return afterPull(facts)?.execFormat === true || diesUnloaded(facts) || artifactSign(facts) !== undefined;
}

/** The pod is stuck, or the text tells of a failure, and no image pull is the reason. */
export const cause = defineCause<Params>({
  id: 'not-image-pull',
  link: 'none',
  class: 'none',
  severity: 'info',
  title: 'This is no image pull failure',
  meaning:
    'Something else keeps the pod from running: scheduling, volumes, the network plugin, the program itself. Such pods ' +
    'show ContainerCreating or CrashLoopBackOff too, and their messages hold words like "image" and "timeout", which is ' +
    'why they are looked at here and set apart.',
  refines: [],
  shapes: [
    {
      example:
        'Back-off restarting failed container api in pod api-7d4b9c6f5-x2x9k_shop-prod(0b6c1c1e-6f0e-4a55-9a55-0d5f3c1f7a10)',
      from: 'kubelet 1.36',
      gives: 'first',
    },
    {
      example: 'MountVolume.SetUp failed for volume "tls" : secret "api-tls" not found',
      from: 'kubelet 1.30',
      gives: 'first',
    },
    {
      example:
        'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0": plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized',
      from: 'containerd 1.7',
      gives: 'first',
    },
  ],
  confirmedBy: [],
  ruledOutBy: ['the kubelet reports a failed pull for a container of the pod'],
  special: [
    'Kubernetes: main containers of a pod whose init container cannot pull show PodInitializing; look at the init containers.',
  ],
  prevention: [],
  sample: { what: 'other' },
  judge,
  statement: ({ what }, facts) =>
    facts.subject.pod === undefined
      ? `No image pull failure: ${WORDS[what]}`
      : `${podWords(facts)} is stuck for another reason than an image pull: ${WORDS[what]}`,
  remedies: (_, facts) => {
    const { namespace, pod } = namesOf(facts);
    return [
      {
        title: 'Read the events of the pod',
        safety: 'green',
        owner: 'developer',
        commands: [sh`kubectl -n ${namespace} describe pod ${pod}`],
      },
    ];
  },
  verify: (_, facts) => [podRuns(facts)],
  escalate: () => [],
});
