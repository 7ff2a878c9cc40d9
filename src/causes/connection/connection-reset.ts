import type { Leaf } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { failingHost, type HostRole, hostRole, hostWords, isOutsideCluster } from '../shared/failing-host.ts';
import { nodeWords } from '../shared/names.ts';
import { scopeNote } from '../shared/node-scope.ts';
import { askRegistry, onNode, pullOnNode } from '../shared/on-node.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { metHereToo, settle } from '../shared/registry-says.ts';
import { sentence } from '../shared/sentence.ts';
import { decisive } from '../shared/witness.ts';

interface Params {
  readonly host: string | Placeholder;
  readonly role: HostRole;
  /** It broke while a layer was on its way: the path carries small answers, but not this one. */
  readonly midLayer: boolean;
  /** The layer was asked for, and nothing of it had come. */
  readonly atRequest?: true;
}

/** A peer's RST, or writing into a connection that it closed: nothing else prints these. */
const DIRECT: ReadonlySet<string> = new Set(['reset', 'broken-pipe']);

function breakOf(leaf: Leaf): 'direct' | 'probable' | undefined {
  if (leaf.kind === 'connection') return DIRECT.has(leaf.problem) ? 'direct' : 'probable';
  // A short layer is a cut connection more often than a short file in the registry; the text is the same for both.
  return leaf.kind === 'content' && leaf.problem === 'short-read' ? 'probable' : undefined;
}

function judge(facts: Facts) {
  const witness = decisive(facts);
  if (witness === undefined) return undefined;
  const { error } = witness;
  const broken = breakOf(error.leaf);
  if (broken === undefined) return undefined;
  const shortRead = error.leaf.kind === 'content';
  const sure = broken === 'direct' && isOutsideCluster(facts, error);
  const note = shortRead ? 'a layer file that is too short in the registry reads the same' : scopeNote(facts);
  return {
    verdict: sure ? ('confirmed' as const) : ('likely' as const),
    because: [witness.evidence],
    params: {
      host: failingHost(facts, error),
      role: hostRole(facts, error),
      midLayer: shortRead || error.stage === 'blob',
      ...(error.stage === 'blob' && error.request !== undefined ? { atRequest: true as const } : {}),
    },
    detail: error.leaf.kind === 'connection' ? error.leaf.problem : 'short-read',
    ...(note === undefined ? {} : { note }),
    ...(sure ? {} : { toDecide: askRegistry(facts, failingHost(facts, error)) }),
  };
}

/** A layer that is stored wrong is seen from here as well. */
function unlessDamaged(facts: Facts) {
  const judged = judge(facts);
  return judged?.detail === 'short-read' &&
    facts.registryAnswer?.state === 'present' &&
    facts.registryAnswer.value.outcome === 'blob-damaged'
    ? settle(facts, judged, { confirmedBy: [], ruledOutBy: ['blob-damaged'] })
    : judged;
}

/** An established connection broke before the answer was whole. */
export const cause = defineCause<Params>({
  id: 'connection-reset',
  link: 'connection',
  class: 'network',
  severity: 'medium',
  title: 'The connection to the registry broke',
  meaning:
    'The node reached the registry, then the connection was reset or closed before the answer was complete. Middleboxes ' +
    'with idle or size limits, a proxy, an MTU that is too large for the path, a load balancer or a registry that ' +
    'restarts do this. It often passes on its own; when every attempt breaks at a like point it does not.',
  refines: [],
  shapes: [
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to copy: read tcp 10.0.0.7:41200->192.0.2.10:443: read: connection reset by peer',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": EOF',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": short read: expected 1500654 bytes but got 750327: unexpected EOF',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'copying system image from manifest list: writing blob: storing blob to file "/var/tmp/container_images_storage12/1": happened during read: unexpected EOF',
      from: 'CRI-O 1.36',
      gives: 'first',
    },
    {
      example:
        'Error response from daemon: Get "https://registry.acme.example/v2/": read tcp 10.0.0.7:41200->192.0.2.10:443: read: connection reset by peer',
      from: 'cri-dockerd',
      gives: 'first',
    },
  ],
  confirmedBy: ['the runtime reports a reset or a broken pipe on a connection that was made'],
  ruledOutBy: ['the layer has the same wrong length when read from another network: then it is the stored content'],
  special: ['containerd: 1.x and 2.x reconnect within a pull, so an error that is shown has survived retries.'],
  prevention: [
    'Keep a cache or mirror near the nodes; large layers suffer most.',
    'Set the MTU of overlays and VPNs to what the path carries.',
  ],
  sample: { host: placeholder('registry'), role: 'registry', midLayer: false },
  judge: (facts) => metHereToo(facts, unlessDamaged(facts), ['connection-reset', 'handshake'], ({ host }) => host),
  statement: ({ host, role, midLayer, atRequest }, facts) => {
    const during = atRequest === true ? 'when it asked for a layer' : 'in the middle of a layer';
    return sentence(
      midLayer
        ? `The connection of ${nodeWords(facts)} to ${hostWords(role, host)} broke ${during}`
        : `${hostWords(role, host)}, or a device before it, closed the connection of ${nodeWords(facts)} without an answer`,
    );
  },
  remedies: ({ host, midLayer }, facts) => [
    {
      title: 'Look for what lies between',
      safety: 'green',
      owner: 'operator',
      commands: [
        askRegistry(facts, host),
        onNode(facts, 'systemctl show containerd --property=Environment'),
        onNode(facts, sh`ping -M do -s 1472 -c 3 ${typeof host === 'string' ? host.replace(/:\d+$/, '') : host}`),
      ],
      note: 'A proxy in the environment of the runtime; a path MTU below 1,500.',
    },
    {
      title: 'Repeat the pull on the node and see whether it breaks again',
      safety: 'yellow',
      owner: 'operator',
      commands: [pullOnNode(facts)],
      note: 'crictl uses the mirrors and proxy of the runtime, but not the pull secrets of the pod.',
    },
    {
      title: midLayer
        ? 'Raise the time and size limits of the proxy or load balancer on the way'
        : 'Let the device on the way pass TLS to the registry',
      safety: 'yellow',
      owner: 'operator',
      commands: [],
    },
  ],
  verify: (_, facts) => [{ command: pullOnNode(facts), expect: 'Image is up to date' }, podRuns(facts)],
  escalate: ({ host }) => [
    {
      when: `connections to ${words(host)} break on several nodes for more than a quarter of an hour`,
      to: 'network team, or the team that runs the registry',
      collect: ['source and destination address of a broken connection', 'bytes received before it broke', 'time'],
    },
  ],
});
