import type { Remedy } from '../../core/cause.ts';
import { type Placeholder, placeholder, sh, words } from '../../core/shell.ts';
import type { Facts } from '../../facts/facts.ts';
import type { OfferedCredential } from '../../facts/keyring.ts';
import { defineCause } from '../define.ts';
import { hostRole } from '../shared/failing-host.ts';
import { imageParts } from '../shared/image-parts.ts';
import { imageWords } from '../shared/names.ts';
import { showHosts, writeSecret } from '../shared/pull-secret-commands.ts';
import { pullWorks } from '../shared/pull-works.ts';
import { citing, podRefusal, type Refusal, refusal, usableOffer } from '../shared/refusal.ts';
import { registryHost } from '../shared/registry-of.ts';
import { settle } from '../shared/registry-says.ts';

interface Params {
  readonly host: string | Placeholder;
  /** Secrets that offered a credential, in the order of trial. */
  readonly secrets: readonly string[];
  readonly mirror: boolean;
}

type Level = 'confirmed' | 'likely' | 'possible';

/** What the pod's secrets offer; undefined while unknown, or where they do not count. */
function offered(facts: Facts): readonly OfferedCredential[] | undefined {
  return podRefusal(facts) === undefined ? undefined : usableOffer(facts);
}

/** Credentials without an end of their own: refused, they are wrong or revoked. */
const ENDLESS: ReadonlySet<string> = new Set(['plain', 'json-key']);

/** A credential that may be over instead of wrong: the two are refused in the same words. */
function mayBeOver({ expired, userKind }: OfferedCredential): boolean {
  return expired === true || (expired === undefined && !ENDLESS.has(userKind));
}

/** The credential came with the request: the token endpoint says so, or a Basic login was answered with 401. */
function cameAlong({ came, status, witness }: Refusal): boolean {
  if (came === 'credential') return true;
  // the kubelet offers nothing for a sandbox image; only the runtime's own configuration could
  if (witness.error.sandbox === true) return false;
  // containerd names a missing Basic login as such (1.6.25, 1.7.8), so its "HEAD … 401" is a refused one.
  const { leaf, request } = witness.error;
  return came === 'unsaid' && status === 401 && leaf.kind === 'http' && request?.method === 'HEAD';
}

function levelOf(found: Refusal, facts: Facts): Level | undefined {
  const { leaf } = found.witness.error;
  if (found.came === 'nothing') return undefined;
  if (leaf.kind === 'auth' && (leaf.problem === 'permission' || leaf.problem === 'token-expired')) return undefined;
  if (leaf.kind === 'http' && leaf.status === 403 && found.came === 'unsaid') return undefined;
  const known = offered(facts);
  if (known?.length === 0)
    return found.came === 'credential' ? 'likely' : found.status === 401 ? 'possible' : undefined;
  if (found.status === 403 || found.status === 400) return 'possible';
  if (!cameAlong(found)) return known !== undefined && found.status === 401 ? 'likely' : 'possible';
  const sure = known !== undefined && !known.some(mayBeOver) && hostRole(facts, found.witness.error) !== 'mirror';
  return sure ? 'confirmed' : known?.every((c) => c.expired === true) === true ? 'possible' : 'likely';
}

function judge(facts: Facts) {
  const found = refusal(facts);
  const verdict = found === undefined ? undefined : levelOf(found, facts);
  if (found === undefined || verdict === undefined) return undefined;
  const secrets = [...new Set((offered(facts) ?? []).map(({ secret }) => secret))];
  const mirror = hostRole(facts, found.witness.error) === 'mirror';
  const host = (mirror ? found.witness.error.host : registryHost(facts)) ?? placeholder('registry');
  return {
    verdict,
    because: citing(found, secrets.length > 0 && facts.offer.state === 'present' ? facts.offer.because : []),
    params: { host, secrets, mirror },
    ...(mirror ? { detail: 'at-mirror' } : {}),
    note: noteOf(found, secrets),
    ...(verdict === 'confirmed'
      ? {}
      : {
          toDecide: sh`crane auth login ${host} -u ${placeholder('user')} --password-stdin && crane manifest ${imageParts(facts)?.written ?? placeholder('image')}`,
        }),
  };
}

function noteOf(found: Refusal, secrets: readonly string[]): string {
  const which = secrets.length > 0 ? `the credential of ${secrets.join(', ')}` : 'a credential';
  if (cameAlong(found)) return `${which} was offered and refused`;
  return secrets.length > 0
    ? `${which} is offered, and the registry refuses`
    : 'the registry refuses; a wrong login reads like this too';
}

function statement({ host, secrets, mirror }: Params, facts: Facts): string {
  const where = `${mirror ? 'mirror ' : ''}${words(host)}`;
  if (secrets.length === 0) return `${where} refuses the login that was offered for ${imageWords(facts)}`;
  return `${where} refuses user or password of pull secret${secrets.length === 1 ? '' : 's'} ${secrets.join(', ')} for ${imageWords(facts)}`;
}

function remedies({ host, secrets }: Params, facts: Facts): readonly Remedy[] {
  const secret = secrets[0] ?? placeholder('secret');
  return [
    {
      title: 'Try the login by hand',
      safety: 'green',
      owner: 'operator',
      commands: [
        showHosts(facts, secret),
        sh`crane auth login ${host} -u ${placeholder('user')} --password-stdin`,
        sh`crane manifest ${imageParts(facts)?.written ?? placeholder('image')}`,
      ],
      note: 'Look for a user or password that the shell changed: a $ outside single quotes, a newline at the end.',
    },
    {
      title: `Write ${words(secret)} anew with a login that works`,
      safety: 'yellow',
      owner: 'operator',
      commands: [writeSecret(facts, secret)],
      note: 'The next attempt uses it; no restart is needed. It replaces the entries for other registries in this secret.',
    },
    {
      title: 'If the image is public, drop the secret from the pod',
      safety: 'yellow',
      owner: 'developer',
      commands: [],
      note: 'As soon as one secret matches, the kubelet never tries without a login: a stale secret breaks public images.',
    },
  ];
}

/** A login was offered, and the registry does not accept it. */
export const cause = defineCause<Params>({
  id: 'bad-credentials',
  link: 'authentication',
  class: 'auth',
  severity: 'high',
  title: 'The registry refuses the login that was offered',
  meaning:
    'A pull secret matched the image, its user and password went to the registry or its token service, and were refused: wrong, ' +
    'changed, revoked, disabled, or damaged when the secret was written. All matching credentials are tried in turn, and the ' +
    'kubelet never falls back to a request without a login, so that a stale secret breaks even public images.',
  refines: [],
  excludedByPassing: true,
  shapes: [
    {
      example:
        'failed to pull and unpack image "harbor.acme.example/shop/api:1.5.0": failed to resolve image: unexpected status from HEAD request to https://harbor.acme.example/v2/shop/api/manifests/1.5.0: 401 Unauthorized',
      from: 'containerd 2.1',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "docker.io/acme/shop:1.5.0": failed to resolve reference "docker.io/acme/shop:1.5.0": failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://auth.docker.io/token?scope=repository%3Aacme%2Fshop%3Apull&service=registry.docker.io: 401 Unauthorized',
      from: 'containerd 1.7',
      gives: 'first',
    },
    {
      example:
        'initializing source docker://harbor.acme.example/shop/api:1.5.0: unable to retrieve auth token: invalid username/password: unauthorized: incorrect username or password',
      from: 'CRI-O',
      gives: 'first',
    },
    {
      example:
        'Error response from daemon: Get "https://registry-1.docker.io/v2/acme/shop/manifests/1.5.0": unauthorized: incorrect username or password',
      from: 'cri-dockerd',
      gives: 'first',
    },
    {
      example:
        'failed to pull and unpack image "registry.acme.example/shop/api:1.5.0": failed to resolve reference "registry.acme.example/shop/api:1.5.0": pulling from host registry.acme.example failed with status code [manifests 1.5.0]: 401 Unauthorized',
      from: 'containerd 1.6',
      gives: 'candidate',
    },
  ],
  confirmedBy: [
    'a secret of the pod matches the image, its credential cannot have ended by itself, and the registry answered 401',
  ],
  ruledOutBy: [
    'nothing was offered ("no basic auth credentials", "anonymous token")',
    'the same credential pulls another tag',
  ],
  special: [
    'containerd: "failed to fetch oauth token" means that a credential was offered and refused.',
    'containerd: credentials go to whichever host challenges, a mirror included; the host in the URL tells.',
    'Harbor: robot names contain $; a shell without single quotes ate the rest.',
    'CRI-O: "unable to retrieve auth token: invalid username/password" is also what a request without a login gets.',
    'Docker Hub: accounts with two-factor login need an access token in place of the password.',
    'kubelet: errors of several credentials are joined as [e1, e2], in keyring order.',
  ],
  prevention: [
    'Use robot accounts or deploy tokens for pulls, not the login of a person.',
    'Test a new pull secret with one pull before it replaces the old.',
  ],
  sample: { host: placeholder('registry'), secrets: [], mirror: false },
  judge: (facts) =>
    settle(facts, judge(facts), { confirmedBy: ['credentials-refused'], ruledOutBy: ['denied'], asThePod: true }),
  statement,
  remedies,
  verify: (_, facts) => pullWorks(facts),
  escalate: ({ host, secrets }) => [
    {
      when: 'the login works by hand and fails from the cluster',
      to: `owner of ${words(host)}`,
      collect: [
        'audit log of the registry for the account',
        `pull secrets: ${secrets.join(', ') || 'those of the pod'}`,
        'time of the failure',
      ],
    },
  ],
});
