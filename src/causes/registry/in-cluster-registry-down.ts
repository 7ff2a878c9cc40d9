import type { Check, Judgement, Remedy } from '../../core/cause.ts';
import type { PullError } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import type { InClusterRegistry } from '../../facts/in-cluster-registry.ts';
import type { Witness } from '../../facts/pull-error.ts';
import { isClusterLocalName } from '../../image/registry-kind.ts';
import { defineCause } from '../define.ts';
import { changeImage } from '../shared/change-image.ts';
import { isLoopback } from '../shared/dial.ts';
import { failingHost, isPublicRegistry, withoutPort } from '../shared/failing-host.ts';
import { imageParts } from '../shared/image-parts.ts';
import { pullOnNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { registryProxy } from '../shared/registry-look-up.ts';
import { clusterRegistry, repairs, replacing } from '../shared/registry-repair.ts';
import { sentence } from '../shared/sentence.ts';
import { decisive } from '../shared/witness.ts';

type Why =
  | 'no-endpoints'
  | 'backend-down'
  | 'port-mismatch'
  | 'target-port'
  | 'no-local-pod'
  | 'network-policy'
  | 'restarting'
  | 'unseen';

interface Params {
  readonly host: string | Placeholder;
  readonly namespace: string | Placeholder;
  readonly service: string | Placeholder;
  readonly why: Why;
  /** `Ingress infra/registry` */
  readonly via?: string;
  /** `Deployment/registry` */
  readonly backend?: string;
  /** Why the pods behind the Service do not run. */
  readonly problem?: string;
  readonly restarts: number;
}

/** Ports that NodePort Services get unless the cluster says otherwise (apiserver --service-node-port-range). */
const NODE_PORTS = { first: 30_000, last: 32_767 };

/** A registry that does not stay up by then is not mended by another restart. */
const TOO_MANY_RESTARTS = 3;

function restartsOf({ inClusterRegistry }: Facts): number {
  return inClusterRegistry.state === 'present' ? (inClusterRegistry.value.backendRestarts ?? 0) : 0;
}

/** Failures that a Service without a working backend gives; names are another matter. */
function fitsMissingBackend({ leaf }: PullError): boolean {
  if (leaf.kind === 'dial' || leaf.kind === 'timeout' || leaf.kind === 'connection') return true;
  return leaf.kind === 'http' && [502, 503, 504].includes(leaf.status);
}

function whyOf(seen: InClusterRegistry, { leaf }: PullError): Why | undefined {
  if (seen.readyEndpoints === 0) return 'no-endpoints';
  if (seen.readyEndpoints === undefined && seen.backend?.ready === 0) return 'backend-down';
  if (!seen.portMatches) return 'port-mismatch';
  // Programs may listen on ports that their containers do not declare, so a refusal must speak for it.
  if (seen.targetServed === false && leaf.kind === 'dial' && leaf.problem === 'refused') return 'target-port';
  if (seen.noLocalPod === true) return 'no-local-pod';
  return seen.networkPolicies.length > 0 ? 'network-policy' : undefined;
}

/** A container of the registry ended while the pulls failed: it is ready now, and was not then. */
function endedMeanwhile({ history }: Facts, { lastEnd }: InClusterRegistry): boolean {
  if (history.state !== 'present' || lastEnd?.at === undefined) return false;
  const { firstFailureAt, lastFailureAt } = history.value;
  const ended = Date.parse(lastEnd.at);
  return ended >= Date.parse(firstFailureAt ?? '') - START_MS && ended <= Date.parse(lastFailureAt ?? '') + START_MS;
}

/** A registry takes so long to start at most. */
const START_MS = 5 * 60_000;

function paramsOf(seen: InClusterRegistry, host: string | Placeholder, why: Why): Params {
  const problem = problemOf(seen);
  return {
    host,
    namespace: seen.namespace,
    service: seen.service,
    why,
    restarts: seen.backendRestarts ?? 0,
    ...(seen.via === undefined ? {} : { via: seen.via }),
    ...(seen.backend === undefined ? {} : { backend: `${seen.backend.kind}/${seen.backend.name}` }),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** What keeps the pods down, and what the registry's own log adds. */
function problemOf({ backendPodProblem, storage }: InClusterRegistry): string | undefined {
  if (storage?.full === undefined) return backendPodProblem;
  const full =
    storage.claim === undefined ? 'no space is left where it keeps its images' : `volume ${storage.claim} is full`;
  return backendPodProblem === undefined ? full : `${backendPodProblem}; ${full}`;
}

function judgeSeen(facts: Facts, witness: Witness, seen: InClusterRegistry): Judgement<Params> {
  const host = failingHost(facts, witness.error);
  const why = whyOf(seen, witness.error);
  const because = [witness.evidence, ...seen.because];
  const toDecide = sh`kubectl -n ${seen.namespace} get endpointslices -l ${`kubernetes.io/service-name=${seen.service}`}`;
  if (why === undefined) return judgeReady(facts, witness, seen, toDecide);
  const params = paramsOf(seen, host, why);
  if (why === 'no-endpoints') {
    return { verdict: 'confirmed', because, params, detail: why, note: 'the Service has no ready endpoints' };
  }
  if (why === 'port-mismatch' && seen.rightHost !== undefined) {
    const { host: right, because: shown } = seen.rightHost;
    const note = `${right} leads to the same Service`;
    return { verdict: 'likely', because: [...because, ...shown], params, detail: why, note, toDecide };
  }
  if (why === 'network-policy') {
    const names = seen.networkPolicies.join(', ');
    const blocked = seen.fromNode === 'blocked';
    return {
      // Dropped packets end in a timeout. Some network plugins let nodes through all the same.
      verdict: blocked && isTimeout(witness.error) ? 'likely' : 'possible',
      because,
      params,
      detail: why,
      note: blocked ? `no rule of ${names} lets the node's address in` : `selected by ${names}`,
      toDecide: sh`kubectl -n ${seen.namespace} describe networkpolicies`,
    };
  }
  return { verdict: 'likely', because, params, detail: why, toDecide };
}

/** Nothing of the Service stands in the way now. */
function judgeReady(facts: Facts, witness: Witness, seen: InClusterRegistry, toDecide: string): Judgement<Params> {
  const host = failingHost(facts, witness.error);
  const because = [witness.evidence, ...seen.because];
  const name = `Service ${seen.namespace}/${seen.service}`;
  if (seen.readyEndpoints === undefined) {
    const params = paramsOf(seen, host, 'unseen');
    return { verdict: 'possible', because, params, note: 'the endpoints of the Service were not seen', toDecide };
  }
  if (endedMeanwhile(facts, seen)) {
    const { reason, at = '' } = seen.lastEnd ?? { reason: '' };
    const note = `its container ended at ${at} (${reason}), while the pulls failed; it is ready now`;
    return {
      verdict: 'likely',
      because,
      params: paramsOf(seen, host, 'restarting'),
      detail: 'restarting',
      note,
      toDecide,
    };
  }
  const params = paramsOf(seen, host, 'unseen');
  return { verdict: 'ruled-out', because, params, note: `${name} has ${seen.readyEndpoints} ready endpoints` };
}

function isTimeout({ leaf }: PullError): boolean {
  return leaf.kind === 'timeout' || (leaf.kind === 'dial' && leaf.problem === 'timeout');
}

/** Without the objects of the cluster only the form of the address tells: localhost, a NodePort, a Service name. */
function looksInCluster({ leaf, host }: PullError): boolean {
  const address = leaf.kind === 'dial' ? (leaf.address ?? host) : host;
  if (isPublicRegistry(host)) return false;
  const port = Number(/:(\d+)$/.exec(address ?? '')?.[1]);
  if (isLoopback(address) || (port >= NODE_PORTS.first && port <= NODE_PORTS.last)) return true;
  return host !== undefined && isClusterLocalName(String(withoutPort(host)));
}

function judge(facts: Facts): Judgement<Params> | undefined {
  const witness = decisive(facts);
  if (witness === undefined || !fitsMissingBackend(witness.error)) return undefined;
  const { inClusterRegistry } = facts;
  if (inClusterRegistry.state === 'present') return judgeSeen(facts, witness, inClusterRegistry.value);
  if (inClusterRegistry.state === 'absent' || !looksInCluster(witness.error)) return undefined;
  return {
    verdict: 'possible',
    because: [witness.evidence],
    params: {
      host: failingHost(facts, witness.error),
      namespace: placeholder('namespace of the registry'),
      service: placeholder('service of the registry'),
      why: 'unseen',
      restarts: 0,
    },
    note: 'the address looks like that of a registry inside the cluster',
    toDecide: 'kubectl get services,endpointslices -A',
  };
}

function statement({ host, namespace, service, why, via, backend, problem, restarts }: Params): string {
  const name = `Service ${words(namespace)}/${words(service)}`;
  const behind = via === undefined ? name : `${name} behind ${via}`;
  const reason = problem === undefined ? '' : `: ${problem}`;
  switch (why) {
    case 'no-endpoints':
      return `The registry ${words(host)} is ${behind}, which has no ready pod${backend === undefined ? '' : ` (${backend})`}${reason}`;
    case 'backend-down':
      return `The registry ${words(host)} is ${behind}, and ${backend ?? 'its workload'} has no ready pod${reason}`;
    case 'port-mismatch':
      return `${behind} does not serve the port of ${words(host)}`;
    case 'target-port':
      return `${behind} leads ${words(host)} to a port that no container of its pods declares`;
    case 'no-local-pod':
      return `${behind} hands traffic to pods of the same node only, and this node has none of them`;
    case 'network-policy':
      return `${name} behind ${words(host)} has ready pods, but a NetworkPolicy may keep the nodes out`;
    case 'restarting':
      return `The registry ${words(host)} is ${behind}, whose pod restarts (${restarts} times)${reason}`;
    case 'unseen':
      return `${words(host)} looks like a registry inside the cluster, whose Service has no pod that answers`;
  }
}

/** The registry is a workload of this cluster, and it does not run or cannot be reached. */
export const cause = defineCause<Params>({
  id: 'in-cluster-registry-down',
  link: 'registry',
  class: 'network',
  severity: 'critical',
  title: 'The registry inside the cluster has no working pod',
  meaning:
    'The image comes from a registry that runs in this cluster, behind a Service, NodePort or Ingress. The Service has no ' +
    'endpoints, or nodes cannot reach them, so every pull from it fails, on all nodes. If the registry lost its own image, ' +
    'the cluster cannot heal itself.',
  refines: [
    'connection-refused',
    'connect-timeout',
    'no-route',
    'registry-unavailable',
    'connection-reset',
    'pull-timeout',
  ],
  shapes: [
    {
      example:
        'failed to pull and unpack image "localhost:30500/shop/api:1.5.0": failed to resolve image: failed to do request: Head "https://localhost:30500/v2/shop/api/manifests/1.5.0": dial tcp 127.0.0.1:30500: connect: connection refused',
      from: 'containerd 2.1',
      gives: 'candidate',
    },
    {
      example:
        'rpc error: code = Unknown desc = failed to pull and unpack image "10.0.0.7:31500/shop/api:1.5.0": failed to resolve reference "10.0.0.7:31500/shop/api:1.5.0": failed to do request: Head "https://10.0.0.7:31500/v2/shop/api/manifests/1.5.0": dial tcp 10.0.0.7:31500: i/o timeout',
      from: 'containerd 1.7',
      gives: 'candidate',
    },
  ],
  confirmedBy: ['the host of the image is an address of a Service, and that Service has no ready endpoints'],
  ruledOutBy: [
    'the Service has ready endpoints and no NetworkPolicy selects them',
    'the host is not an address of this cluster',
  ],
  special: [
    'localhost:<node port> works only where kube-proxy opens NodePorts on loopback (iptables mode), not with nftables or every CNI.',
    'Nodes are not pods: a NetworkPolicy must let node addresses in (ipBlock).',
    'OpenShift: image-registry in openshift-image-registry needs storage; without it the operator removes it.',
  ],
  prevention: [
    'Pull the image of the registry from elsewhere, with a fixed tag and IfNotPresent.',
    'Run more than one replica on durable storage, with a PodDisruptionBudget.',
    'Alert on a registry Service without endpoints.',
  ],
  sample: {
    host: 'localhost:30500',
    namespace: placeholder('namespace of the registry'),
    service: placeholder('service of the registry'),
    why: 'no-endpoints',
    restarts: 0,
  },
  judge,
  statement: (params) => sentence(statement(params)),
  remedies: (params, facts) => {
    const seen = clusterRegistry(facts);
    return [
      see(params),
      ...(seen === undefined ? [] : repairs(seen)),
      ...namePort(params, seen, facts),
      ...mend(params, seen),
    ];
  },
  verify: ({ namespace, service }, facts) => [
    {
      command: sh`kubectl -n ${namespace} get endpointslices -l kubernetes.io/service-name=${service}`,
      expect: 'at least one address',
    },
    ...answers(facts),
    { command: pullOnNode(facts), expect: 'Image is up to date' },
    podRuns(facts),
  ],
  escalate: ({ namespace, service }, facts) => [
    {
      ...(restartsOf(facts) >= TOO_MANY_RESTARTS
        ? { when: `the registry does not come back after ${restartsOf(facts)} restarts`, met: true as const }
        : { when: 'the registry does not come back after three restarts, or its data is gone' }),
      to: 'platform team',
      collect: [`pods, events and logs of ${words(namespace)}/${words(service)}`, 'state of its volume'],
    },
  ],
});

function see({ namespace, service, backend }: Params): Remedy {
  return {
    title: 'See the Service, its endpoints and its pods',
    safety: 'green',
    owner: 'operator',
    commands: [
      sh`kubectl -n ${namespace} get service,endpointslices,pods -o wide`,
      sh`kubectl -n ${namespace} describe service ${service}`,
      ...(backend === undefined
        ? []
        : [sh`kubectl -n ${namespace} describe ${backend}`, sh`kubectl -n ${namespace} logs ${backend} --tail=50`]),
    ],
  };
}

/** The image with the host and port by which the registry is reached. */
function namePort({ why }: Params, seen: InClusterRegistry | undefined, facts: Facts): readonly Remedy[] {
  const parts = imageParts(facts);
  const version = parts?.digest ?? parts?.tag;
  if (why !== 'port-mismatch' || seen?.rightHost === undefined || parts === undefined || version === undefined)
    return [];
  const { host, by } = seen.rightHost;
  const note =
    by === 'pulled-image'
      ? `Images are pulled from the same Service as ${host}.`
      : 'That is the only port of the Service.';
  const separator = parts.digest === undefined ? ':' : '@';
  const image = { repository: `${host}/${parts.path}`, version: { separator, value: version } } as const;
  return [changeImage(facts, `Write the image with ${host}`, image, note)];
}

function mend({ namespace, service, backend, why }: Params, seen: InClusterRegistry | undefined): readonly Remedy[] {
  const base = { safety: 'yellow', owner: 'operator' } as const;
  switch (why) {
    case 'network-policy': {
      const from =
        seen?.nodeAddress === undefined ? "the nodes' addresses" : `${seen.nodeAddress}/32 and the other nodes`;
      return [
        {
          ...base,
          title: 'Let the addresses of the nodes in',
          owner: 'security',
          commands: [sh`kubectl -n ${namespace} describe networkpolicy`],
          note: `Under ingress: from: ipBlock: cidr: ${from}. Selectors of pods and namespaces never match a node.`,
        },
      ];
    }
    case 'port-mismatch':
    case 'target-port': {
      const target =
        why === 'target-port' ? 'Correct targetPort of the Service' : 'Correct the port in the image or in the Service';
      return [
        {
          ...base,
          title: target,
          owner: 'developer',
          commands: [sh`kubectl -n ${namespace} get service ${service} -o yaml`],
        },
      ];
    }
    case 'no-local-pod':
      return [
        {
          ...base,
          title: 'Let the Service hand traffic to pods of any node',
          commands: [sh`kubectl -n ${namespace} get service ${service} -o yaml`],
          note: 'externalTrafficPolicy or internalTrafficPolicy: Cluster in its manifest. Or run the registry on every node as a DaemonSet.',
        },
      ];
    default:
      return [
        {
          ...base,
          safety: backend === undefined ? 'yellow' : replacing(seen?.storage),
          title: 'Bring the registry back: mend what keeps its pods from running',
          commands: [
            sh`kubectl -n ${namespace} get events --sort-by=.lastTimestamp`,
            ...(backend === undefined ? [] : [sh`kubectl -n ${namespace} rollout restart ${backend}`]),
          ],
          note: `If its own image cannot be pulled, mend that first: other images wait for it.${keepsInPod(seen)}`,
        },
      ];
  }
}

function keepsInPod(seen: InClusterRegistry | undefined): string {
  return seen?.storage?.kind === 'pod'
    ? ' It keeps its images in its pod: a restart of the rollout loses them, and all must be built again.'
    : ' A full volume is another usual reason.';
}

/** The registry through the API server, which needs no tool and no login of its own. */
function answers(facts: Facts): readonly Check[] {
  const proxy = registryProxy(facts);
  return proxy === undefined
    ? []
    : [{ command: sh`kubectl get --raw ${`${proxy}/v2/_catalog`}`, expect: '{"repositories":[…]}' }];
}
