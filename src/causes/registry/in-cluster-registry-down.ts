import type { Judgement } from '../../core/cause.ts';
import type { PullError } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts, InClusterRegistry, Witness } from '../../facts/facts.ts';
import { isClusterLocalName } from '../../image/registry-kind.ts';
import { defineCause } from '../define.ts';
import { isLoopback } from '../shared/dial.ts';
import { failingHost, withoutPort } from '../shared/failing-host.ts';
import { pullOnNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { sentence } from '../shared/sentence.ts';
import { decisive } from '../shared/witness.ts';

interface Params {
  readonly host: string | Placeholder;
  readonly namespace: string | Placeholder;
  readonly service: string | Placeholder;
  readonly why: 'no-endpoints' | 'backend-down' | 'port-mismatch' | 'network-policy' | 'unseen';
  /** `Deployment/registry` */
  readonly backend?: string;
  /** Why the pods behind the Service do not run. */
  readonly problem?: string;
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

function whyOf(seen: InClusterRegistry): Params['why'] | undefined {
  if (seen.readyEndpoints === 0) return 'no-endpoints';
  if (seen.readyEndpoints === undefined && seen.backend?.ready === 0) return 'backend-down';
  if (!seen.portMatches) return 'port-mismatch';
  return seen.networkPolicies.length > 0 ? 'network-policy' : undefined;
}

function paramsOf(seen: InClusterRegistry, host: string | Placeholder, why: Params['why']): Params {
  return {
    host,
    namespace: seen.namespace,
    service: seen.service,
    why,
    ...(seen.backend === undefined ? {} : { backend: `${seen.backend.kind}/${seen.backend.name}` }),
    ...(seen.backendPodProblem === undefined ? {} : { problem: seen.backendPodProblem }),
  };
}

function judgeSeen(facts: Facts, witness: Witness, seen: InClusterRegistry): Judgement<Params> {
  const host = failingHost(facts, witness.error);
  const why = whyOf(seen);
  const because = [witness.evidence, ...seen.because];
  const toDecide = sh`kubectl -n ${seen.namespace} get endpointslices -l ${`kubernetes.io/service-name=${seen.service}`}`;
  if (why === undefined) {
    const unknown = seen.readyEndpoints === undefined;
    return unknown
      ? {
          verdict: 'possible',
          because,
          params: paramsOf(seen, host, 'unseen'),
          note: 'the endpoints of the Service were not seen',
          toDecide,
        }
      : {
          verdict: 'ruled-out',
          because,
          params: paramsOf(seen, host, 'unseen'),
          note: `Service ${seen.namespace}/${seen.service} has ${seen.readyEndpoints} ready endpoints`,
        };
  }
  const params = paramsOf(seen, host, why);
  if (why === 'no-endpoints') {
    return { verdict: 'confirmed', because, params, detail: why, note: 'the Service has no ready endpoints' };
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

function isTimeout({ leaf }: PullError): boolean {
  return leaf.kind === 'timeout' || (leaf.kind === 'dial' && leaf.problem === 'timeout');
}

/** Without the objects of the cluster only the form of the address tells: localhost, a NodePort, a Service name. */
function looksInCluster({ leaf, host }: PullError): boolean {
  const address = leaf.kind === 'dial' ? (leaf.address ?? host) : host;
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
    },
    note: 'the address looks like that of a registry inside the cluster',
    toDecide: 'kubectl get services,endpointslices -A',
  };
}

function statement({ host, namespace, service, why, backend, problem }: Params): string {
  const name = `Service ${words(namespace)}/${words(service)}`;
  const reason = problem === undefined ? '' : `: ${problem}`;
  switch (why) {
    case 'no-endpoints':
      return `The registry ${words(host)} is ${name}, which has no ready pod${backend === undefined ? '' : ` (${backend})`}${reason}`;
    case 'backend-down':
      return `The registry ${words(host)} is ${name}, and ${backend ?? 'its workload'} has no ready pod${reason}`;
    case 'port-mismatch':
      return `${name} does not serve the port of ${words(host)}`;
    case 'network-policy':
      return `${name} behind ${words(host)} has ready pods, but a NetworkPolicy may keep the nodes out`;
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
  },
  judge,
  statement: (params) => sentence(statement(params)),
  remedies: ({ namespace, service, backend, why }) => [
    {
      title: 'See the Service, its endpoints and its pods',
      safety: 'green',
      owner: 'operator',
      commands: [
        sh`kubectl -n ${namespace} get service,endpointslices,pods -o wide`,
        sh`kubectl -n ${namespace} describe service ${service}`,
        ...(backend === undefined ? [] : [sh`kubectl -n ${namespace} describe ${backend}`]),
      ],
    },
    why === 'network-policy'
      ? {
          title: 'Let the addresses of the nodes in',
          safety: 'yellow' as const,
          owner: 'security' as const,
          commands: [sh`kubectl -n ${namespace} describe networkpolicy`],
        }
      : why === 'port-mismatch'
        ? {
            title: 'Correct the port in the image or in the Service',
            safety: 'yellow' as const,
            owner: 'developer' as const,
            commands: [sh`kubectl -n ${namespace} get service ${service} -o yaml`],
          }
        : {
            title: 'Bring the registry back: mend what keeps its pods from running',
            safety: 'yellow' as const,
            owner: 'operator' as const,
            commands: [
              sh`kubectl -n ${namespace} get events --sort-by=.lastTimestamp`,
              ...(backend === undefined ? [] : [sh`kubectl -n ${namespace} rollout restart ${backend}`]),
            ],
            note: 'If its own image cannot be pulled, mend that first: other images wait for it. A full volume is the other usual reason.',
          },
  ],
  verify: ({ namespace, service }, facts) => [
    {
      command: sh`kubectl -n ${namespace} get endpointslices -l kubernetes.io/service-name=${service}`,
      expect: 'at least one address',
    },
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
