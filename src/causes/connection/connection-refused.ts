import { placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { addressWords, type DialParams, isLoopback, judgeDial, lookFromNode } from '../shared/dial.ts';
import { hostWords } from '../shared/failing-host.ts';
import { nodeWords } from '../shared/names.ts';
import { freshSuccesses } from '../shared/node-scope.ts';
import { askRegistry, healthyAnswer, onNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { metHereToo } from '../shared/registry-says.ts';
import { sentence } from '../shared/sentence.ts';
import { decisiveLeaf } from '../shared/witness.ts';

function judge(facts: Facts) {
  const judged = judgeDial(facts, ['refused']);
  if (judged === undefined) return undefined;
  const address = decisiveLeaf(facts, 'dial')?.error.leaf.address;
  return isLoopback(address) ? { ...judged, detail: 'loopback' } : judged;
}

/** The name of a registry elsewhere that leads to the node itself. */
function ledHome({ host, address }: DialParams): boolean {
  return isLoopback(address) && !isLoopback(words(host));
}

function statement(params: DialParams, facts: Facts): string {
  const { host, address, role } = params;
  const node = nodeWords(facts);
  if (ledHome(params)) return `The name ${words(host)} leads ${node} to itself (${address}), where nothing listens`;
  if (isLoopback(address))
    return `Nothing listens on ${address} of ${node}, where the registry ${words(host)} should be`;
  const why = freshSuccesses(facts).length > 0 ? ', though another pull got through' : ': nothing listens there';
  return `${hostWords(role, host)}${addressWords(params)} refuses the connection of ${node}${why}`;
}

/** The machine is there and says that nothing listens on the port. */
export const cause = defineCause<DialParams>({
  id: 'connection-refused',
  link: 'connection',
  class: 'network',
  severity: 'high',
  title: 'Nothing listens at the registry address',
  meaning:
    'The address answers at once that the port is closed: the registry process is down, the port is wrong, a firewall ' +
    'rejects, or (on localhost) the NodePort or mirror pod behind it has gone.',
  refines: [],
  excludedByPassing: true,
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": dial tcp 192.0.2.10:443: connect: connection refused',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'rpc error: code = Unknown desc = failed to pull and unpack image "localhost:30500/shop/api:1.5.0": failed to resolve reference "localhost:30500/shop/api:1.5.0": failed to do request: Head "http://localhost:30500/v2/shop/api/manifests/1.5.0": dial tcp 127.0.0.1:30500: connect: connection refused',
      from: 'containerd 1.6',
      gives: 'first',
    },
    {
      example:
        'image pull failed for registry.acme.example/shop/api:1.5.0 because the registry is unavailable: pinging container registry registry.acme.example: Get "https://registry.acme.example/v2/": dial tcp 192.0.2.10:443: connect: connection refused',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
    {
      example:
        'Error response from daemon: Get "https://registry.acme.example/v2/": dial tcp 192.0.2.10:443: connect: connection refused',
      from: 'cri-dockerd',
      gives: 'first',
    },
  ],
  confirmedBy: ['the connect call of the node was refused, and the registry is not inside the cluster'],
  ruledOutBy: ['a later connection of the same node to the same address'],
  special: [
    'CRI-O: since 1.28 the waiting reason of a refused connection is RegistryUnavailable.',
    'imagePullPolicy Always asks the registry even when the image is on the node.',
    'A name that leads to 0.0.0.0 or 127.0.0.1 was blocked by a filtering DNS server, or stands in /etc/hosts.',
  ],
  prevention: ['Watch the registry from outside, and run more than one replica of it.'],
  sample: { host: placeholder('registry'), role: 'registry' },
  judge: (facts) => metHereToo(facts, judge(facts), ['connection-refused'], ({ host }) => host),
  statement: (params, facts) => sentence(statement(params, facts)),
  remedies: (params, facts) => [
    isLoopback(params.address) && !ledHome(params)
      ? {
          title: 'Find what should listen there',
          safety: 'green',
          owner: 'operator',
          commands: ['kubectl get services -A', onNode(facts, 'ss -ltn')],
          note: 'A NodePort Service without ready endpoints refuses; so does a hostPort pod that is not running.',
        }
      : lookFromNode(params, facts),
    {
      title: 'See whether the pull policy makes the pod ask the registry at all',
      safety: 'green',
      owner: 'developer',
      commands: [
        sh`kubectl -n ${facts.subject.namespace ?? placeholder('namespace')} get pod ${facts.subject.pod ?? placeholder('pod')} -o jsonpath='{.spec.containers[*].imagePullPolicy}'`,
      ],
      note: 'Always fails while the registry is down; IfNotPresent with a fixed tag does not.',
    },
    {
      title:
        params.role === 'mirror'
          ? `Start the mirror ${words(params.host)}, or correct the hosts.toml that names it`
          : `Start the registry at ${words(params.host)}, or correct the host and port of the image`,
      safety: 'yellow',
      owner: params.role === 'mirror' ? 'operator' : 'registry',
      commands: [],
      note: 'Pods whose image is on the node keep running with imagePullPolicy IfNotPresent.',
    },
  ],
  verify: ({ host }, facts) => [
    { command: askRegistry(facts, host), expect: healthyAnswer(facts, host) },
    podRuns(facts),
  ],
  escalate: ({ host }) => [
    {
      when: `${words(host)} refuses connections from everywhere`,
      to: 'the team that runs the registry',
      collect: ['address and port dialled', 'first time seen', 'number of pods that wait'],
    },
  ],
});
