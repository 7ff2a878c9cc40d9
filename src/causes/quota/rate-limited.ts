import type { Remedy } from '../../core/cause.ts';
import type { Leaf } from '../../core/pull-error.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import { defineCause } from '../define.ts';
import { imageWords, namesOf, podWords } from '../shared/names.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { attachToServiceAccount, showHosts, writeSecret } from '../shared/pull-secret-commands.ts';
import { usableOffer } from '../shared/refusal.ts';
import { registryHost, registryKindOf } from '../shared/registry-of.ts';
import { decisive } from '../shared/witness.ts';

type Who = Extract<Leaf, { kind: 'rate-limit' }>['who'];

interface Params {
  readonly host: string | Placeholder;
  readonly who: Who;
  readonly dockerHub: boolean;
  /** A listed secret that matches the image, though the registry counted the pull as anonymous. */
  readonly unusedSecret?: string;
  /** A secret whose login came along and has used up its own limit. */
  readonly usedSecret?: string;
  /** A listed secret that was meant for this registry, and does not match. */
  readonly mismatch?: { readonly secret: string; readonly why: string };
}

const DETAILS: Record<Who, string | undefined> = {
  'hub-anonymous': 'anonymous',
  'hub-account': 'account',
  hub: undefined,
  'hub-abuse': 'abuse',
  'ecr-public': 'anonymous',
  unsaid: undefined,
};

function whoOf(leaf: Leaf): Who | undefined {
  if (leaf.kind === 'rate-limit') return leaf.who;
  return leaf.kind === 'http' && leaf.status === 429 ? 'unsaid' : undefined;
}

function judge(facts: Facts) {
  const witness = decisive(facts);
  const who = witness === undefined ? undefined : whoOf(witness.error.leaf);
  if (witness === undefined || who === undefined) return undefined;
  const unusedSecret = who === 'hub-anonymous' ? usableOffer(facts)?.[0]?.secret : undefined;
  const usedSecret = who === 'hub' ? usableOffer(facts)?.[0]?.secret : undefined;
  const mismatch = usedSecret === undefined && unusedSecret === undefined ? mismatchOf(facts) : undefined;
  const host = witness.error.host ?? registryHost(facts) ?? placeholder('registry');
  const detail = DETAILS[who];
  return {
    // The registry's own word on its own count: nothing else says 429.
    verdict: 'confirmed' as const,
    because: [
      witness.evidence,
      ...(unusedSecret !== undefined && facts.offer.state === 'present' ? facts.offer.because : []),
    ],
    params: {
      host,
      who,
      dockerHub: registryKindOf(facts) === 'docker-hub',
      ...(unusedSecret === undefined ? {} : { unusedSecret }),
      ...(usedSecret === undefined ? {} : { usedSecret }),
      ...(mismatch === undefined ? {} : { mismatch }),
    },
    ...(detail === undefined ? {} : { detail }),
    note:
      unusedSecret === undefined
        ? 'the registry answered 429 itself'
        : `it counted the pull as unauthenticated: secret ${unusedSecret} matches the image now, but was not used for this pull`,
  };
}

const UNRELATED: ReadonlySet<string> = new Set(['host', 'unparsable', 'path']);

/** A key that looks like the registry's and is none: `https://index.docker.io/v1` without its slash. */
function mismatchOf(facts: Facts): Params['mismatch'] {
  if (facts.offer.state !== 'present' || facts.offer.value.credentials.length > 0) return undefined;
  const near = facts.offer.value.mismatches.find(({ reason }) => reason !== undefined && !UNRELATED.has(reason));
  return near === undefined ? undefined : { secret: near.secret, why: near.why };
}

function statement({ host, who, unusedSecret, mismatch }: Params, facts: Facts): string {
  const where = words(host);
  if (who === 'hub-anonymous') {
    const though =
      unusedSecret !== undefined
        ? `, although secret ${unusedSecret} matches`
        : mismatch !== undefined
          ? `, for secret ${mismatch.secret} does not match`
          : '';
    return `Docker Hub refuses ${imageWords(facts)}: the anonymous pull limit of this IP address is used up${though}`;
  }
  if (who === 'hub-account')
    return `Docker Hub refuses ${imageWords(facts)}: the pull limit of this account is used up`;
  if (who === 'hub')
    return `Docker Hub refuses ${imageWords(facts)}: the pull limit of this account or IP address is used up`;
  if (who === 'ecr-public')
    return `public.ecr.aws refuses ${imageWords(facts)}: the limit for pulls without a login is used up`;
  if (who === 'hub-abuse') return `Docker Hub refuses requests from this address for being too many (abuse limit)`;
  return `${where} refuses to serve ${imageWords(facts)}: too many requests (429)`;
}

function logIn(params: Params, facts: Facts): readonly Remedy[] {
  if (params.who === 'hub-account') return [];
  if (params.usedSecret !== undefined) {
    return [
      {
        title: `Log in with an account that has a higher limit: write ${params.usedSecret} anew`,
        safety: 'yellow',
        owner: 'operator',
        commands: [writeSecret(facts, params.usedSecret)],
        note: `${params.usedSecret} was offered, so its account may be what is used up; paid plans have no limit.`,
      },
    ];
  }
  if (params.mismatch !== undefined) {
    return [
      {
        title: `Mend ${params.mismatch.secret}, so that pulls count for its account`,
        safety: 'yellow',
        owner: 'operator',
        commands: [showHosts(facts, params.mismatch.secret), writeSecret(facts, params.mismatch.secret)],
        note: `${params.mismatch.why}. Writing it anew replaces all entries.`,
      },
    ];
  }
  const secret = params.unusedSecret ?? placeholder('secret');
  if (params.unusedSecret !== undefined) {
    return [
      {
        title: `See why ${params.unusedSecret} was not used: its hosts, and whether it is younger than the failure`,
        safety: 'green',
        owner: 'operator',
        commands: [showHosts(facts, secret)],
      },
    ];
  }
  return [
    {
      title: 'Pull with an account: write a pull secret for the registry',
      safety: 'yellow',
      owner: 'operator',
      commands: [writeSecret(facts, secret)],
    },
    attachToServiceAccount(facts, secret),
  ];
}

function remedies(params: Params, facts: Facts): readonly Remedy[] {
  const probe: Remedy = {
    title: 'See how much is left, and for which address or account; run it on the node',
    safety: 'green',
    owner: 'operator',
    commands: [
      `TOKEN=$(curl -s 'https://auth.docker.io/token?service=registry.docker.io&scope=repository:ratelimitpreview/test:pull' | jq -r .token); curl -sI -H "Authorization: Bearer $TOKEN" https://registry-1.docker.io/v2/ratelimitpreview/test/manifests/latest | grep -i ratelimit`,
    ],
    note: 'HEAD requests do not count. No header at all means an unlimited plan.',
  };
  return [
    ...(params.dockerHub ? [probe] : []),
    ...logIn(params, facts),
    {
      title: 'Pull from a copy instead: a pull-through cache or your own registry',
      safety: 'yellow',
      owner: 'operator',
      commands: [sh`crane copy ${namesOf(facts).image} ${placeholder('own registry/repository:tag')}`],
      note: params.dockerHub
        ? 'Waiting helps as well: the window of Docker Hub is six hours, the kubelet goes on trying every five minutes.'
        : 'Waiting helps as well: the kubelet goes on trying every five minutes.',
    },
  ];
}

/** The registry refuses on count, not on right. */
export const cause = defineCause<Params>({
  id: 'rate-limited',
  link: 'quota',
  class: 'network',
  severity: 'medium',
  title: 'The registry refuses on count: rate limit',
  meaning:
    'The registry answered 429: an address or an account has asked too often. Without a login the count is kept per ' +
    'public IP address, so that all nodes behind one NAT share it; a new node or a rollout with many pods uses it up ' +
    'for the others. The image and the right to it may be fine.',
  refines: [],
  excludedByPassing: true,
  shapes: [
    {
      example:
        'failed to pull and unpack image "docker.io/acme/shop:1.5.0": failed to copy: httpReadSeeker: failed open: unexpected status from GET request to https://registry-1.docker.io/v2/acme/shop/manifests/sha256:3f1d6f6cbb5a2f0d8c1b7a90f7a0f2b1c4d5e6f708192a3b4c5d6e7f80910a1b: 429 Too Many Requests\ntoomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "docker.io/acme/shop:1.5.0": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/acme/shop/blobs/sha256:3f1d6f6cbb5a2f0d8c1b7a90f7a0f2b1c4d5e6f708192a3b4c5d6e7f80910a1b: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "mirror.acme.example/shop/api:1.5.0": failed to resolve reference "mirror.acme.example/shop/api:1.5.0": pulling from host mirror.acme.example failed with status code [manifests 1.5.0]: 429 Too Many Requests',
      from: 'containerd 1.6',
      gives: 'first',
    },
    {
      example:
        'rpc error: code = Unknown desc = reading manifest 1.5.0 in docker.io/acme/shop: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
      from: 'CRI-O',
      gives: 'first',
    },
    {
      example:
        'Error response from daemon: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
      from: 'cri-dockerd',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "public.ecr.aws/acme/shop:1.5.0": failed to copy: httpReadSeeker: failed open: unexpected status code https://public.ecr.aws/v2/acme/shop/manifests/sha256:3f1d6f6cbb5a2f0d8c1b7a90f7a0f2b1c4d5e6f708192a3b4c5d6e7f80910a1b: 429 Too Many Requests - Server message: toomanyrequests: Rate exceeded',
      from: 'containerd 1.7',
      gives: 'first',
    },
  ],
  confirmedBy: ['the registry, a mirror or the token endpoint answered 429 or "toomanyrequests"'],
  ruledOutBy: ['"pull QPS exceeded": that is the kubelet\'s own limit, and no registry was asked'],
  special: [
    'Docker Hub: 100 pulls in 6 hours per IPv4 address or IPv6 /64 without a login, 200 for a personal account, none for paid plans; HEAD is free, so the failure shows at the manifest or at a layer.',
    'Docker Hub: "unauthenticated pull rate limit" in spite of a pull secret proves that the secret was not used.',
    'Docker Hub: a 429 without that text is the abuse limit, which paid accounts meet as well.',
    'public.ecr.aws: without a login one pull a second and a data cap; log in with ecr-public, always in us-east-1.',
    'containerd: a HEAD 429 carries no explanation; the host in the URL tells whether a mirror or the upstream refused.',
  ],
  prevention: [
    'Pull public images through a cache of your own registry (ECR pull-through cache, Artifact Registry remote repository, Harbor proxy project).',
    'Give every namespace that pulls from Docker Hub a pull secret, even for public images.',
    'Pin tags and use IfNotPresent, so that a restart does not pull again.',
  ],
  sample: { host: placeholder('registry'), who: 'unsaid', dockerHub: false },
  judge,
  statement,
  remedies,
  verify: (_, facts) => [podRuns(facts)],
  escalate: ({ host, who }, facts) => [
    {
      when: 'many workloads fail with 429 at once, or the limit is reached every day',
      to: 'platform team (registry plan, pull-through cache)',
      collect: [
        `pods affected, for example ${podWords(facts)}`,
        'egress addresses of the nodes',
        `whose limit: ${words(host)}, ${who}`,
      ],
    },
  ],
});
