import type { CollectorName, CollectPlan } from '../../core/node/collect-answer.ts';
import type { ChosenNodes } from '../../sources/node/choose-nodes.ts';

/** What each way asks and does, and the rights for it, as RBAC and IAM word them. */
const WAYS: Readonly<Record<CollectorName, Pick<CollectPlan, 'rights' | 'steps' | 'changes'>>> = {
  'kubelet-api': {
    rights: ['get nodes', 'get nodes/proxy (all of the kubelet API: grant it for as long as needed)'],
    steps: [
      'GET nodes/NODE',
      'GET nodes/NODE/proxy/stats/summary, configz, metrics',
      'GET nodes/NODE/proxy/logs/?query=kubelet and of the container runtime; where log queries are off, files of /var/log',
    ],
    changes: false,
  },
  local: {
    rights: [],
    steps: ['reads configuration, logs and state of this machine; no file with keys or logins is kept'],
    changes: false,
  },
  'debug-pod': {
    rights: ['get nodes', 'create, get, list and delete pods in the namespace', 'get pods/log'],
    steps: [
      "makes a pod on NODE with an image that is there already, the node's files mounted read-only",
      'reads what it prints',
      'removes the pod; it ends by itself after 5 minutes',
    ],
    changes: true,
  },
  ssm: {
    rights: [
      'ssm:StartAutomationExecution, ssm:GetAutomationExecution, ssm:StopAutomationExecution, ssm:SendCommand',
      's3:ListBucket and s3:GetObject on the bucket',
    ],
    steps: [
      'runs AWSSupport-CollectEKSInstanceLogs on the instance, which uploads an archive to the bucket',
      'downloads and unpacks the archive',
    ],
    changes: true,
  },
};

export function collectPlan(by: CollectorName, { nodes, leftOut, gaps }: ChosenNodes): CollectPlan {
  return {
    by,
    nodes: nodes.map(({ name, cloud, stuckPods }) => ({
      node: name,
      ...(cloud === undefined ? {} : { instance: cloud.instanceId }),
      ...(stuckPods === undefined ? {} : { stuckPods }),
    })),
    leftOut,
    gaps,
    ...WAYS[by],
    steps: WAYS[by].steps.map((step) => named(step, nodes)),
  };
}

/** One node is called by its name. */
function named(step: string, nodes: ChosenNodes['nodes']): string {
  const [only, ...others] = nodes;
  return only === undefined || others.length > 0 ? step : step.replaceAll('NODE', () => only.name);
}
