import { type Placeholder, placeholder, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import type { CredentialOffer } from '../../facts/keyring.ts';
import { defineCause } from '../define.ts';
import { imageWords } from '../shared/names.ts';
import { podRuns } from '../shared/pod-runs.ts';
import { usesNodeIdentity } from '../shared/pull-right.ts';
import { dockerServer, showHosts, writeSecret } from '../shared/pull-secret-commands.ts';
import { citing, offersNothing, podRefusal, type Refusal } from '../shared/refusal.ts';
import { registryHost } from '../shared/registry-of.ts';

type MismatchedEntry = CredentialOffer['mismatches'][number];

interface Params {
  readonly secret: string | Placeholder;
  /** The host key as written in the secret. */
  readonly key: string | Placeholder;
  readonly wanted: string | Placeholder;
  readonly why: string;
}

/** The bare host of a key, for telling a slip from another registry. */
function bareHost(key: string): string {
  const host =
    key
      .toLowerCase()
      .replace(/^[a-z]+:\/\//, '')
      .split('/')[0] ?? '';
  const name = host.replace(/:\d*$/, '');
  return /(?:^|\.)docker\.(?:io|com)$/.test(name) ? 'docker.io' : name;
}

/** The entry is meant for this registry, and written in a way that the keyring does not match. */
function meantForIt(entry: MismatchedEntry, facts: Facts): boolean {
  return bareHost(entry.host) === bareHost(registryHost(facts) ?? '');
}

function judge(facts: Facts) {
  const found = podRefusal(facts);
  if (found === undefined || found.came === 'credential') return undefined;
  if (facts.offer.state === 'unknown') return fromTextAlone(found, facts);
  if (facts.offer.state === 'absent' || !offersNothing(facts)) return undefined;
  const { mismatches } = facts.offer.value;
  const slip = mismatches.find((entry) => meantForIt(entry, facts));
  const entry = slip ?? mismatches[0];
  if (entry === undefined) return undefined;
  const byNode = slip === undefined && usesNodeIdentity(facts);
  const verdict = byNode
    ? ('possible' as const)
    : found.wantsLogin
      ? ('confirmed' as const)
      : slip === undefined
        ? ('possible' as const)
        : ('likely' as const);
  return {
    verdict,
    because: citing(found, facts.offer.because),
    params: {
      secret: entry.secret,
      key: entry.host,
      wanted: entry.wouldMatch ?? dockerServer(facts),
      why: entry.why,
    },
    detail: slip === undefined ? 'other-registry' : 'near-host',
    note: byNode
      ? 'nodes log in to this registry by their own identity, so the secret may be meant for other images'
      : entry.why,
    ...(verdict === 'confirmed'
      ? {}
      : { toDecide: `whether a login for ${words(entry.wouldMatch ?? dockerServer(facts))} can pull the image` }),
  };
}

/** Nothing reached a registry that asks for a login: a secret under another key is one way to get there. */
function fromTextAlone(found: Refusal, facts: Facts) {
  if (found.came !== 'nothing' || !found.wantsLogin || facts.listedSecrets.state !== 'unknown') return undefined;
  const secret = placeholder('secret');
  return {
    verdict: 'possible' as const,
    because: citing(found),
    params: { secret, key: placeholder('host in the secret'), wanted: dockerServer(facts), why: '' },
    note: 'a secret that is listed, but for another host or port, gives the same message',
    toDecide: showHosts(facts, secret),
  };
}

/** The pull secret is for another host, port or path than the image's. */
export const cause = defineCause<Params>({
  id: 'pull-secret-host-mismatch',
  link: 'credentials',
  class: 'auth',
  severity: 'high',
  title: 'The pull secret is for another registry host',
  meaning:
    "The pod's pull secrets are readable, but none of their host keys covers the image: another host, a port that only one of " +
    'the two names, a path that the image is not under, or a spelling that the kubelet does not match. It offers nothing then, ' +
    'and the registry sees an anonymous request.',
  refines: ['no-credentials', 'access-denied-or-missing', 'bad-credentials'],
  shapes: [
    {
      example:
        'failed to pull and unpack image "harbor.acme.example:8443/shop/api:1.5.0": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
      from: 'containerd 2.1',
      gives: 'candidate',
    },
  ],
  confirmedBy: [
    'the decoded secrets, run through the rules of the kubelet, offer nothing for the image, and the registry wants a login',
  ],
  ruledOutBy: ['another secret of the pod matches', 'the text says that a credential was refused'],
  special: [
    'kubelet: ports are compared as written; host:443 is not host.',
    'kubelet: wildcards work per dot-separated label of the host (*.azurecr.io) and never in the path.',
    'Docker Hub: the key is https://index.docker.io/v1/ with the slash at the end, or docker.io; hub.docker.com and registry-1.docker.io match nothing.',
    'kubelet: the path of a key is a plain prefix; host/team covers host/team2 as well.',
    'Harbor, Artifactory: the host of the web page may differ from that of the registry.',
  ],
  prevention: ['Make pull secrets with --docker-server copied from the image reference itself, and check them in CI.'],
  sample: {
    secret: placeholder('secret'),
    key: placeholder('host in the secret'),
    wanted: placeholder('registry'),
    why: '',
  },
  judge,
  statement: ({ secret, key, wanted }, facts) =>
    `Secret ${words(secret)} is for ${words(key)}, which does not match ${imageWords(facts)}: the key would have to be ${words(wanted)}`,
  remedies: ({ secret, why }, facts) => [
    {
      title: `See the registry hosts in ${words(secret)}`,
      safety: 'green',
      owner: 'operator',
      commands: [showHosts(facts, secret)],
      ...(why === '' ? {} : { note: why }),
    },
    {
      title: `Write ${words(secret)} anew for the host of the image`,
      safety: 'yellow',
      owner: 'operator',
      commands: [writeSecret(facts, secret)],
      note: 'This replaces all entries. If other images need the old host, make a second secret and list both.',
    },
  ],
  verify: (_, facts) => [podRuns(facts)],
  escalate: ({ key, wanted }) => [
    {
      when: 'a generated secret has the wrong host',
      to: 'owner of the automation that writes pull secrets',
      collect: [`host in the secret: ${words(key)}`, `host wanted: ${words(wanted)}`],
    },
  ],
});
