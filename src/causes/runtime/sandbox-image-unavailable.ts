import type { Leaf, PullError } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { namesOf, nodeWords } from '../shared/names.ts';
import { decisive } from '../shared/witness.ts';

interface Params {
  readonly image: string | Placeholder;
  /** Why it cannot be pulled, for a sentence. */
  readonly why: string;
}

type Inner = readonly [detail: string, why: string];

/** The inner cause by the family of the innermost error. */
const INNER: Partial<Record<Leaf['kind'], Inner>> = {
  reference: ['reference', 'its name, as the node is configured, does not parse'],
  'not-found': ['not-found', 'it is not in the registry'],
  dns: ['dns', 'the registry name does not resolve'],
  dial: ['connection', 'the registry cannot be reached'],
  connection: ['connection', 'the connection to the registry breaks'],
  timeout: ['timeout', 'the registry does not answer in time'],
  tls: ['tls', 'the TLS connection to the registry fails'],
  proxy: ['proxy', 'the proxy does not let it through'],
  auth: ['auth', 'the registry wants a login, which sandbox images get from the node only'],
  'rate-limit': ['rate-limit', 'the registry refuses on count'],
  platform: ['platform', 'it does not exist for the platform of the node'],
  storage: ['storage', 'the node has no room for it or cannot write it'],
  content: ['content', 'its content does not arrive whole'],
  unpack: ['unpack', 'it cannot be unpacked'],
};

function innerOf({ leaf }: PullError): Inner | undefined {
  if (leaf.kind !== 'http') return INNER[leaf.kind];
  if (leaf.status === 401 || leaf.status === 403) return INNER.auth;
  return leaf.status === 429 ? INNER['rate-limit'] : ['registry', `the registry answers ${leaf.status}`];
}

function judge(facts: Facts) {
  const witness = decisive(facts);
  if (witness?.error.sandbox !== true) return undefined;
  // A sandbox also fails for a runtime that is down or a disk that is full; only a text that names its image is about it,
  // or one that says that an image does not fit the node: a sandbox has no other.
  const { leaf, image } = witness.error;
  if (leaf.kind === 'runtime' || (image === undefined && leaf.kind !== 'platform')) return undefined;
  const inner = innerOf(witness.error);
  // A loose text may be about the image alone; a pod that waits for its sandbox leaves no doubt.
  const verdict = facts.subject.pod === undefined ? ('possible' as const) : ('confirmed' as const);
  return {
    verdict,
    because: [witness.evidence],
    params: {
      image: witness.error.image ?? placeholder('sandbox image'),
      why: inner?.[1] ?? 'its pull fails',
    },
    ...(inner === undefined ? {} : { detail: inner[0] }),
    note: "the failing image is the pod's sandbox (pause) image, not one of its own",
    ...(verdict === 'possible' ? { toDecide: 'whether every new pod of the node waits in ContainerCreating' } : {}),
  };
}

/** No pod starts on the node, for its pause image cannot be had. */
export const cause = defineCause<Params>({
  id: 'sandbox-image-unavailable',
  link: 'runtime',
  class: 'config',
  severity: 'critical',
  title: 'The sandbox (pause) image cannot be pulled',
  meaning:
    'Each pod needs a small pause image that holds its sandbox, and the runtime of the node cannot pull it. New pods stay in ' +
    "ContainerCreating whatever their own images are; running pods go on. The image is set in the runtime's configuration, and " +
    "the pod's pull secrets are not used for it: credentials must come from the node.",
  refines: [
    'access-denied-or-missing',
    'bad-credentials',
    'connect-timeout',
    'connection-refused',
    'connection-reset',
    'corrupt-content',
    'disk-full',
    'dns-failure',
    'filesystem-error',
    'forbidden',
    'http-https-mismatch',
    'image-retired',
    'invalid-reference',
    'no-credentials',
    'no-route',
    'platform-mismatch',
    'proxy-failure',
    'pull-timeout',
    'rate-limited',
    'registry-unavailable',
    'repository-not-found',
    'tag-not-found',
    'digest-not-found',
    'tls-unknown-authority',
    'unpack-failed',
  ],
  shapes: [
    {
      example:
        'Failed to create pod sandbox: rpc error: code = NotFound desc = failed to start sandbox "0f3c6d1a": failed to get sandbox image "registry.acme.example/k8s/pause:3.99": failed to pull image "registry.acme.example/k8s/pause:3.99": failed to pull and unpack image "registry.acme.example/k8s/pause:3.99": failed to resolve image: registry.acme.example/k8s/pause:3.99: not found',
      from: 'containerd 2.1',
      gives: 'candidate',
    },
    {
      example:
        'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "registry.acme.example/k8s/pause:3.8": failed to pull image "registry.acme.example/k8s/pause:3.8": failed to pull and unpack image "registry.acme.example/k8s/pause:3.8": failed to resolve reference "registry.acme.example/k8s/pause:3.8": failed to do request: Head "https://registry.acme.example/v2/k8s/pause/manifests/3.8": dial tcp: lookup registry.acme.example on 10.0.0.2:53: no such host',
      from: 'containerd 1.7',
      gives: 'candidate',
    },
    {
      example:
        'Failed to create pod sandbox: rpc error: code = Unknown desc = failed pulling image "registry.k8s.io/pause:3.9": Error response from daemon: Get "https://registry.k8s.io/v2/": dial tcp 192.0.2.9:443: i/o timeout',
      from: 'cri-dockerd',
      gives: 'candidate',
    },
    {
      example:
        'Failed to create pod sandbox: rpc error: code = Unknown desc = error creating pod sandbox with name "k8s_api-0_shop_0": initializing source docker://registry.k8s.io/pause:3.9: pinging container registry registry.k8s.io: Get "https://registry.k8s.io/v2/": dial tcp 192.0.2.9:443: i/o timeout',
      from: 'CRI-O',
      gives: 'candidate',
    },
  ],
  confirmedBy: ['a pod waits for its sandbox, and the error names the sandbox image'],
  ruledOutBy: ['the sandbox was made: an event of a container of the pod is younger'],
  special: [
    'containerd: sandbox_image (1.x) or pinned_images.sandbox (2.x) in /etc/containerd/config.toml; the default was k8s.gcr.io/pause in early 1.6, a frozen registry.',
    'containerd: imported pause images must be pinned, or image garbage collection takes them.',
    'CRI-O: pause_image and pause_image_auth_file in crio.conf.',
    'EKS: the pause image of the node image is local; a pull of it means that it was garbage-collected or the configuration was changed.',
    'kubelet: --pod-infra-container-image is only about garbage collection now, the runtime decides.',
  ],
  prevention: [
    'Bake the pause image into the node image and pin it.',
    'Put the node credentials for a private pause image where the runtime reads them, not in pull secrets.',
  ],
  sample: { image: placeholder('sandbox image'), why: 'its pull fails' },
  judge,
  statement: ({ image, why }, facts) =>
    `No new pod can start on ${nodeWords(facts)}: its sandbox image ${words(image)} cannot be pulled (${why})`,
  remedies: ({ image }, facts) => {
    const { node } = namesOf(facts);
    return [
      {
        title: 'See which sandbox image the runtime is told to use, and pull it by hand; run it on the node',
        safety: 'green',
        owner: 'operator',
        commands: ["crictl info | grep -iE 'sandbox_?image|pinned'", sh`crictl pull ${image}`],
      },
      {
        title: 'Put the image on the node by hand, so that pods start again',
        safety: 'yellow',
        owner: 'operator',
        commands: [
          sh`ctr -n k8s.io images import ${placeholder('pause.tar')}`,
          sh`ctr -n k8s.io images label ${image} io.cri-containerd.pinned=pinned`,
        ],
        note: 'Save it on a machine that can pull: crane pull --format=tarball IMAGE pause.tar. CRI-O: podman load.',
      },
      {
        title: 'Name a sandbox image that exists and can be reached, then restart the runtime',
        safety: 'yellow',
        owner: 'operator',
        commands: ['systemctl restart containerd'],
        note: 'In /etc/containerd/config.toml: sandbox_image of the CRI plugin (1.x), pinned_images.sandbox (2.x). Roll it out to all nodes of the group.',
      },
      {
        title: 'Keep new pods off the node meanwhile',
        safety: 'yellow',
        owner: 'operator',
        commands: [sh`kubectl cordon ${node}`],
      },
    ];
  },
  verify: (_, facts) => {
    const { namespace, pod } = namesOf(facts);
    return [
      { command: sh`kubectl -n ${namespace} get pod ${pod}`, expect: 'STATUS Running (no longer ContainerCreating)' },
    ];
  },
  escalate: ({ image }, facts) => [
    {
      when: 'more than one node is affected',
      to: 'platform team (node image, runtime configuration)',
      collect: [
        `sandbox image: ${words(image)}`,
        `containerd config dump of ${nodeWords(facts)}`,
        'image garbage collection events of the node',
      ],
    },
  ],
});
