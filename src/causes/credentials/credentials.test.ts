import { describe, expect, it } from 'vitest';
import { absent, present, unknown } from '../../core/fact.ts';
import { decodePullSecret } from '../../credentials/docker-config.ts';
import type { Facts } from '../../facts/facts.ts';
import type { OtherSecret } from '../../facts/other-secrets.ts';
import type { ListedSecret } from '../../facts/pull-secrets.ts';
import type { Cause } from '../define.ts';
import { credential, LISTS_NONE, lists, podFacts, textFacts } from '../shared/facts-for-test.ts';
import { showHosts, writeSecret } from '../shared/pull-secret-commands.ts';
import { cause as providerFailed } from './credential-provider-failed.ts';
import { cause as metadataUnreachable } from './instance-metadata-unreachable.ts';
import { cause as noCredentials } from './no-credentials.ts';
import { cause as hostMismatch } from './pull-secret-host-mismatch.ts';
import { cause as malformed } from './pull-secret-malformed.ts';
import { cause as missing } from './pull-secret-missing.ts';
import { cause as notAttached } from './pull-secret-not-attached.ts';
import { cause as wrongType } from './pull-secret-wrong-type.ts';
import { cause as unusedOfAccount } from './service-account-secret-unused.ts';

const IMAGE = 'harbor.acme.example/shop/api:1.5.0';
const PULL = `Failed to pull image "${IMAGE}": failed to pull and unpack image "${IMAGE}": `;
const NO_BASIC = `${PULL}failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`;
const ANONYMOUS_403 = `${PULL}failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://harbor.acme.example/service/token?service=x: 403 Forbidden`;
const OAUTH_401 = `${PULL}failed to resolve image: failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://harbor.acme.example/service/token?service=x: 401 Unauthorized`;
const HEAD_401 = `${PULL}failed to resolve image: unexpected status from HEAD request to https://harbor.acme.example/v2/shop/api/manifests/1.5.0: 401 Unauthorized`;
const NOT_FOUND = `${PULL}failed to resolve image: ${IMAGE}: not found`;
const NO_HOST = `${PULL}failed to resolve image: failed to do request: Head "https://harbor.acme.example/v2/shop/api/manifests/1.5.0": dial tcp: lookup harbor.acme.example on 10.0.0.2:53: no such host`;

const HUB_IMAGE = 'acme/orders:3.1.0';
const HUB_DENIED = `Failed to pull image "${HUB_IMAGE}": failed to pull and unpack image "docker.io/${HUB_IMAGE}": failed to resolve image: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
const ECR_IMAGE = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api:1.5.0';
const ECR_NO_BASIC = `Failed to pull image "${ECR_IMAGE}": failed to pull and unpack image "${ECR_IMAGE}": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`;

function verdict(cause: Cause, facts: Facts): string | undefined {
  return cause.judge(facts)?.verdict;
}

function other(name: string, more: Partial<OtherSecret> = {}): OtherSecret {
  return {
    namespace: 'shop-prod',
    name,
    matches: true,
    relation: 'same-namespace',
    evidence: `secret/${name}`,
    ...more,
  };
}

describe('no-credentials', () => {
  it.each<[string, Facts, string | undefined]>([
    ['nothing offered, and the pod is seen to offer nothing', podFacts(NO_BASIC, IMAGE, LISTS_NONE), 'confirmed'],
    ['nothing offered, the pod was not seen', podFacts(NO_BASIC, IMAGE), 'likely'],
    ['text alone', textFacts(NO_BASIC), 'likely'],
    ['anonymous token refused: the repository may be missing', podFacts(ANONYMOUS_403, IMAGE, LISTS_NONE), 'likely'],
    ['401 to a HEAD, pod offers nothing', podFacts(HEAD_401, IMAGE, LISTS_NONE), 'likely'],
    ['401 to a HEAD, text alone: a login was refused', textFacts(HEAD_401), 'possible'],
    ['Docker Hub answers missing and private alike', podFacts(HUB_DENIED, HUB_IMAGE, LISTS_NONE), 'possible'],
    ['a credential was offered', podFacts(OAUTH_401, IMAGE), undefined],
    ['the pull fails at DNS', podFacts(NO_HOST, IMAGE, LISTS_NONE), undefined],
  ])('%s', (_, facts, wanted) => {
    expect(verdict(noCredentials, facts)).toBe(wanted);
  });

  it('is ruled out by a secret that matches, when the text leaves it open', () => {
    const facts = podFacts(HEAD_401, IMAGE, lists('regcred', { credentials: [credential('regcred')] }));
    expect(noCredentials.judge(facts)).toMatchObject({ verdict: 'ruled-out' });
  });

  it('counts an entry without a user as none', () => {
    const empty = credential('regcred', { emptyUser: true, userKind: 'empty' });
    const facts = podFacts(NO_BASIC, IMAGE, lists('regcred', { credentials: [empty] }));
    expect(noCredentials.judge(facts)).toMatchObject({ verdict: 'confirmed', detail: 'empty-entry' });
  });
});

describe('pull-secret-missing', () => {
  const gone = { name: 'regcred', secret: absent(['event/2']) };
  const listsGone: Partial<Facts> = { ...lists('regcred', {}), pullSecrets: [gone] };

  it.each<[string, Facts, string | undefined]>([
    ['listed, not there, registry wants a login', podFacts(NO_BASIC, IMAGE, listsGone), 'confirmed'],
    [
      'event only, the pod was not seen',
      podFacts(NO_BASIC, IMAGE, { unretrievedSecrets: present(['regcred'], ['event/2']) }),
      'likely',
    ],
    ['Docker Hub leaves open whether the repository exists', podFacts(HUB_DENIED, HUB_IMAGE, listsGone), 'likely'],
    ['a credential was refused', podFacts(OAUTH_401, IMAGE, listsGone), 'possible'],
    ['the tag does not exist', podFacts(NOT_FOUND, IMAGE, listsGone), 'ruled-out'],
    ['the host does not resolve', podFacts(NO_HOST, IMAGE, listsGone), 'ruled-out'],
    ['nothing is known of the secret', podFacts(NO_BASIC, IMAGE), undefined],
  ])('%s', (_, facts, wanted) => {
    expect(verdict(missing, facts)).toBe(wanted);
  });

  it('is only possible while another secret matches', () => {
    const facts = podFacts(HEAD_401, IMAGE, {
      listedSecrets: present(['regcred', 'harbor'], ['pod/1']),
      pullSecrets: [gone],
      offer: present({ credentials: [credential('harbor')], mismatches: [] }, ['pod/1']),
    });
    expect(verdict(missing, facts)).toBe('possible');
  });

  it('forgets the event once the secret is seen', () => {
    const there: ListedSecret = {
      name: 'regcred',
      secret: present({ namespace: 'shop-prod', name: 'regcred', decoded: decodePullSecret({}) }, ['secret/regcred']),
    };
    const facts = podFacts(NO_BASIC, IMAGE, {
      ...lists('regcred', {}),
      pullSecrets: [there],
      unretrievedSecrets: present(['regcred'], ['event/2']),
    });
    expect(verdict(missing, facts)).toBeUndefined();
  });

  it.each<[OtherSecret['relation'], string, string, string]>([
    ['other-namespace', 'regcred', 'other-namespace', 'one of that name is in shop-dev'],
    ['near-name', 'regcreds', 'name-typo', 'there is regcreds'],
  ])('names a near miss: %s', (relation, name, detail, words) => {
    const namespace = relation === 'other-namespace' ? 'shop-dev' : 'shop-prod';
    const similarSecrets = present([other(name, { relation, namespace })], ['secret/x']);
    const facts = podFacts(NO_BASIC, IMAGE, { ...listsGone, similarSecrets });
    const judgement = missing.judge(facts);
    expect(judgement?.detail).toBe(detail);
    expect(missing.statement(judgement?.params, facts)).toContain(words);
  });

  it("takes the kubelet's warning alone as a hint", () => {
    const facts = textFacts(
      'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
    );
    expect(missing.judge(facts)).toMatchObject({ verdict: 'likely', params: { missing: ['regcred'] } });
  });
});

describe('pull-secret-wrong-type', () => {
  const config = (host: string) => btoa(JSON.stringify({ auths: { [host]: { auth: btoa('robot:canary') } } }));
  const opaque = (host: string): Partial<Facts> => {
    const decoded = decodePullSecret({ type: 'Opaque', data: { '.dockerconfigjson': config(host) } });
    const secret = { namespace: 'shop-prod', name: 'regcred', type: 'Opaque', decoded };
    return { ...lists('regcred', {}), pullSecrets: [{ name: 'regcred', secret: present(secret, ['secret/regcred']) }] };
  };

  it.each<[string, Facts, string | undefined]>([
    ['right content, wrong type', podFacts(NO_BASIC, IMAGE, opaque('harbor.acme.example')), 'confirmed'],
    ['content for another registry', podFacts(NO_BASIC, IMAGE, opaque('quay.io')), undefined],
    ['the registry leaves open why', podFacts(HUB_DENIED, HUB_IMAGE, opaque('https://index.docker.io/v1/')), 'likely'],
    ['a credential was refused', podFacts(OAUTH_401, IMAGE, opaque('harbor.acme.example')), 'possible'],
    ['the host does not resolve', podFacts(NO_HOST, IMAGE, opaque('harbor.acme.example')), 'ruled-out'],
    ['no secret was seen', podFacts(NO_BASIC, IMAGE), undefined],
  ])('%s', (_, facts, wanted) => {
    expect(verdict(wrongType, facts)).toBe(wanted);
  });

  it('shows no secret value in any sentence or command', () => {
    const facts = podFacts(NO_BASIC, IMAGE, opaque('harbor.acme.example'));
    const params = wrongType.judge(facts)?.params;
    const all = JSON.stringify([wrongType.statement(params, facts), wrongType.remedies(params, facts)]);
    expect(all).not.toContain('canary');
  });
});

describe('pull-secret-malformed', () => {
  const broken = (json: object): Partial<Facts> => {
    const decoded = decodePullSecret({
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': btoa(JSON.stringify(json)) },
    });
    const secret = { namespace: 'shop-prod', name: 'regcred', type: 'kubernetes.io/dockerconfigjson', decoded };
    return { ...lists('regcred', {}), pullSecrets: [{ name: 'regcred', secret: present(secret, ['secret/regcred']) }] };
  };
  const BAD_AUTH = broken({ auths: { 'harbor.acme.example': { auth: 'not base64!' } } });

  it("names the secret behind the kubelet's words", () => {
    const facts = podFacts('Error: illegal base64 data at input byte 3', IMAGE, BAD_AUTH);
    expect(malformed.judge(facts)).toMatchObject({
      verdict: 'confirmed',
      params: { secret: 'regcred', breaksPod: true },
    });
  });

  it("believes the kubelet's words on a pod without seeing the secret", () => {
    expect(verdict(malformed, podFacts('Error: illegal base64 data at input byte 3', IMAGE))).toBe('confirmed');
    expect(verdict(malformed, textFacts('Error: illegal base64 data at input byte 3'))).toBe('likely');
  });

  it('finds a secret without "auths", which fails silently', () => {
    const facts = podFacts(NO_BASIC, IMAGE, broken({ 'harbor.acme.example': { auth: btoa('robot:canary') } }));
    expect(malformed.judge(facts)).toMatchObject({ verdict: 'confirmed', detail: 'no-auths' });
  });

  it.each<[string, Facts]>([
    ['a refusal, and no secret was seen', podFacts(NO_BASIC, IMAGE)],
    ['another failure', podFacts(NO_HOST, IMAGE, broken({}))],
  ])('says nothing: %s', (_, facts) => {
    expect(verdict(malformed, facts)).toBeUndefined();
  });
});

describe('pull-secret-host-mismatch', () => {
  const wrong = (host: string) => lists('regcred', { mismatches: [{ secret: 'regcred', host, why: 'other host' }] });

  it.each<[string, Facts, string | undefined]>([
    ['another port', podFacts(NO_BASIC, IMAGE, wrong('harbor.acme.example:8443')), 'confirmed'],
    ['another host', podFacts(NO_BASIC, IMAGE, wrong('harbor.acme-corp.example')), 'confirmed'],
    [
      'Docker Hub, key without the slash',
      podFacts(HUB_DENIED, HUB_IMAGE, wrong('https://index.docker.io/v1')),
      'likely',
    ],
    ['Docker Hub, key of another registry', podFacts(HUB_DENIED, HUB_IMAGE, wrong('quay.io')), 'possible'],
    ['ECR is reached by the node role', podFacts(ECR_NO_BASIC, ECR_IMAGE, wrong('harbor.acme.example')), 'possible'],
    ['text alone', textFacts(NO_BASIC), 'possible'],
    ['the pod lists none', podFacts(NO_BASIC, IMAGE, LISTS_NONE), undefined],
    ['a credential was refused', podFacts(OAUTH_401, IMAGE, wrong('harbor.acme.example:8443')), undefined],
    ['another failure', podFacts(NO_HOST, IMAGE, wrong('harbor.acme.example:8443')), undefined],
  ])('%s', (_, facts, wanted) => {
    expect(verdict(hostMismatch, facts)).toBe(wanted);
  });

  it('writes the Docker Hub key as the kubelet knows it', () => {
    const facts = podFacts(HUB_DENIED, HUB_IMAGE, wrong('https://index.docker.io/v1'));
    const commands = hostMismatch.remedies(hostMismatch.judge(facts)?.params, facts).flatMap((r) => r.commands);
    expect(commands.join('\n')).toContain('--docker-server=https://index.docker.io/v1/');
  });
});

describe('pull-secret-not-attached', () => {
  const lying: Partial<Facts> = { ...LISTS_NONE, unattachedSecrets: present([other('regcred')], ['secret/regcred']) };

  it.each<[string, Facts, string | undefined]>([
    ['nothing refers to it', podFacts(NO_BASIC, IMAGE, lying), 'confirmed'],
    ['the registry leaves open why', podFacts(HUB_DENIED, HUB_IMAGE, lying), 'likely'],
    [
      'secrets were not seen',
      podFacts(NO_BASIC, IMAGE, { ...LISTS_NONE, unattachedSecrets: unknown('Secrets') }),
      undefined,
    ],
    ['another failure', podFacts(NOT_FOUND, IMAGE, lying), undefined],
    [
      'the ServiceAccount has it: that is the finer cause',
      podFacts(NO_BASIC, IMAGE, {
        ...lying,
        serviceAccount: present({ name: 'default', imagePullSecrets: ['regcred'] }, ['sa/default']),
      }),
      undefined,
    ],
  ])('%s', (_, facts, wanted) => {
    expect(verdict(notAttached, facts)).toBe(wanted);
  });

  it('patches the owner of the pod and quotes what it must', () => {
    const facts = podFacts(NO_BASIC, IMAGE, lying);
    const commands = notAttached.remedies(notAttached.judge(facts)?.params, facts).flatMap((r) => r.commands);
    expect(commands).toContain(
      `kubectl -n shop-prod patch deployment/api -p '{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"regcred"}]}}}}'`,
    );
  });
});

describe('service-account-secret-unused', () => {
  const account = (more = {}) => present({ name: 'default', imagePullSecrets: ['regcred'], ...more }, ['sa/default']);
  const matching = present([other('regcred')], ['secret/regcred']);
  const ownList = lists('quay-pull', { mismatches: [{ secret: 'quay-pull', host: 'quay.io', why: 'other host' }] });

  it.each<[string, Partial<Facts>, string | undefined, string | undefined]>([
    [
      'the pod lists its own',
      { ...ownList, serviceAccount: account(), unattachedSecrets: matching },
      'confirmed',
      'pod-lists-its-own',
    ],
    [
      'the ServiceAccount was changed after the pod was made',
      {
        ...LISTS_NONE,
        serviceAccount: account({ changedAfterPod: '2026-11-20T10:00:00Z' }),
        unattachedSecrets: matching,
      },
      'confirmed',
      'pod-is-older',
    ],
    [
      'when it was changed is not known',
      { ...LISTS_NONE, serviceAccount: account(), unattachedSecrets: matching },
      'likely',
      'pod-is-older',
    ],
    [
      'its secret was not seen',
      { ...ownList, serviceAccount: account(), unattachedSecrets: unknown('Secrets') },
      'likely',
      'pod-lists-its-own',
    ],
    [
      'its secret is for another host',
      { ...ownList, serviceAccount: account(), unattachedSecrets: absent(['secrets/list']) },
      undefined,
      undefined,
    ],
    ['the pod has it', { ...lists('regcred', {}), serviceAccount: account() }, undefined, undefined],
    ['the ServiceAccount was not seen', ownList, undefined, undefined],
  ])('%s', (_, more, wanted, detail) => {
    const judgement = unusedOfAccount.judge(podFacts(NO_BASIC, IMAGE, more));
    expect(judgement?.verdict).toBe(wanted);
    expect(judgement?.detail).toBe(detail);
  });
});

describe('credential-provider-failed', () => {
  const failed = present({ plugin: 'ecr-credential-provider', message: 'exit status 1: AccessDeniedException' }, [
    'log/1',
  ]);

  it.each<[string, Facts, string | undefined]>([
    [
      'the kubelet log tells, and nothing was offered',
      podFacts(ECR_NO_BASIC, ECR_IMAGE, { ...LISTS_NONE, credentialProvider: failed }),
      'confirmed',
    ],
    ['no kubelet log, a registry of the cloud', podFacts(ECR_NO_BASIC, ECR_IMAGE, LISTS_NONE), 'possible'],
    [
      'the kubelet log has no failure',
      podFacts(ECR_NO_BASIC, ECR_IMAGE, { credentialProvider: absent(['log/1']) }),
      undefined,
    ],
    ['no kubelet log, a registry of our own', podFacts(NO_BASIC, IMAGE, LISTS_NONE), undefined],
    [
      'a pull secret matches and comes first',
      podFacts(ECR_NO_BASIC, ECR_IMAGE, {
        ...lists('ecr', { credentials: [credential('ecr')] }),
        credentialProvider: failed,
      }),
      'possible',
    ],
    ['the pull fails at DNS', podFacts(NO_HOST, IMAGE, { credentialProvider: failed }), 'ruled-out'],
  ])('%s', (_, facts, wanted) => {
    expect(verdict(providerFailed, facts)).toBe(wanted);
  });

  it('overrules the text, which reads like a missing secret', () => {
    const facts = podFacts(ECR_NO_BASIC, ECR_IMAGE, { ...LISTS_NONE, credentialProvider: failed });
    expect(providerFailed.judge(facts)).toMatchObject({
      detail: 'identity-without-right',
      overrules: [{ because: ['log/1'] }],
    });
  });
});

it("quotes the plugin's own words, not those around them", () => {
  const message =
    'failed to get credential from external registry credential provider: error execing credential provider plugin acr-credential-provider for image acmecr.azurecr.io/shop/api: exit status 1: E1120 azure_acr_helper.go:92] AADSTS7000222: client secret keys are expired';
  const image = 'acmecr.azurecr.io/shop/api:1.5.0';
  const facts = podFacts(NO_BASIC.replaceAll(IMAGE, image), image, {
    ...LISTS_NONE,
    credentialProvider: present({ plugin: 'acr-credential-provider', message }, ['log/1']),
  });
  const judgement = providerFailed.judge(facts);
  expect(judgement?.detail).toBe('identity-refused');
  expect(providerFailed.statement(judgement?.params, facts)).toMatch(
    /1\.5\.0: AADSTS7000222: client secret keys are expired$/,
  );
  expect(
    providerFailed
      .remedies(judgement?.params, facts)
      .flatMap((r) => r.commands)
      .join('\n'),
  ).toContain('az aks update-credentials');
});

describe('instance-metadata-unreachable', () => {
  const said = (message: string): Partial<Facts> => ({
    ...LISTS_NONE,
    credentialProvider: present({ message }, ['log/1']),
  });

  it.each<[string, Facts, string | undefined]>([
    [
      'the provider could not reach it',
      podFacts(
        ECR_NO_BASIC,
        ECR_IMAGE,
        said('Get "http://169.254.169.254/latest/meta-data/": dial tcp 169.254.169.254:80: i/o timeout'),
      ),
      'confirmed',
    ],
    [
      'the provider failed for another reason',
      podFacts(ECR_NO_BASIC, ECR_IMAGE, said('AccessDeniedException')),
      undefined,
    ],
    ['nothing is known of the provider', podFacts(ECR_NO_BASIC, ECR_IMAGE, LISTS_NONE), undefined],
    ['the pull fails elsewhere', podFacts(NO_HOST, IMAGE, said('http://169.254.169.254: i/o timeout')), undefined],
  ])('%s', (_, facts, wanted) => {
    expect(verdict(metadataUnreachable, facts)).toBe(wanted);
  });

  it('tells an instance without identity apart', () => {
    const facts = podFacts(
      ECR_NO_BASIC,
      ECR_IMAGE,
      said('no EC2 IMDS role found: GET http://169.254.169.254/latest/meta-data/iam: 404'),
    );
    expect(metadataUnreachable.judge(facts)?.detail).toBe('no-identity');
  });
});

describe('a sandbox image', () => {
  const PAUSE = 'harbor.acme.example/k8s/pause:3.10';
  const message = `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "${PAUSE}": failed to pull image "${PAUSE}": failed to pull and unpack image "${PAUSE}": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`;

  it('has nothing to do with pull secrets', () => {
    const facts = podFacts(message, PAUSE, {
      ...LISTS_NONE,
      unattachedSecrets: present([other('regcred')], ['secret/regcred']),
    });
    expect(verdict(notAttached, facts)).toBeUndefined();
    expect(noCredentials.judge(facts)).toMatchObject({ verdict: 'likely', params: { sandbox: true } });
  });
});

describe('a sandbox image whose registry answers HEAD with 401', () => {
  const PAUSE = 'harbor.acme.example/k8s/pause:3.10';
  const pull = `failed to pull image "${PAUSE}": failed to pull and unpack image "${PAUSE}": failed to resolve reference "${PAUSE}": unexpected status from HEAD request to https://harbor.acme.example/v2/k8s/pause/manifests/3.10: 401 Unauthorized`;

  it('was asked for without a login: the kubelet offers none', () => {
    const facts = textFacts(
      `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "${PAUSE}": ${pull}`,
    );
    expect(noCredentials.judge(facts)?.verdict).toBe('likely');
    expect(noCredentials.judge(textFacts(pull))?.verdict).toBe('possible');
  });
});

describe('a secret of another type', () => {
  const listedAs = (secrets: readonly Record<string, string>[]): Partial<Facts> => {
    const pullSecrets = secrets.map((stringData, i): ListedSecret => {
      const name = `regcred-${i}`;
      const decoded = decodePullSecret({ type: 'Opaque', stringData });
      return { name, secret: present({ namespace: 'shop-prod', name, type: 'Opaque', decoded }, [`secret/${name}`]) };
    });
    return { ...lists('regcred-0', {}), pullSecrets };
  };
  const config = JSON.stringify({ auths: { 'harbor.acme.example': { username: 'ci', password: 'canary-pw' } } });
  const loose = { username: 'ci', password: 'canary-pw' };

  it.each([
    ['a docker config under another key', listedAs([{ 'config.json': config }]), 'confirmed'],
    ['user and password as keys, the only secret', listedAs([loose]), 'confirmed'],
    ['one of several that say nothing of a host', listedAs([loose, loose]), 'likely'],
  ])('%s', (_, more, wanted) => {
    expect(verdict(wrongType, podFacts(NO_BASIC, IMAGE, more))).toBe(wanted);
  });

  it('is replaced with its content under the key that the type wants', () => {
    const facts = podFacts(NO_BASIC, IMAGE, listedAs([{ 'config.json': config }]));
    const commands = JSON.stringify(wrongType.remedies(wrongType.judge(facts)?.params, facts));
    expect(commands).toMatch(/select\(\.key == \\+"config\.json\\+"\) \| \.key \|= \\+"\.dockerconfigjson/);
    expect(commands).not.toContain('canary');
  });
});

describe('an entry without user and password', () => {
  const facts = podFacts(NO_BASIC, IMAGE, lists('desk', { credentials: [credential('desk', { emptyUser: true })] }));

  it('is named, and filled rather than replaced by another secret', () => {
    const judged = noCredentials.judge(facts);
    expect(judged).toMatchObject({ verdict: 'confirmed', detail: 'empty-entry' });
    expect(noCredentials.statement(judged?.params, facts)).toContain('the entry of pull secret desk');
    expect(JSON.stringify(noCredentials.remedies(judged?.params, facts))).not.toContain('<secret>');
  });
});

describe('a listed secret that was not collected', () => {
  const unseen: ListedSecret = { name: 'regcred', secret: unknown('Secret shop-prod/regcred', 'not-collected') };
  const facts = (minor: number, event: Facts['unretrievedSecrets']) =>
    podFacts(NO_BASIC, IMAGE, {
      listedSecrets: present(['regcred'], ['pod/1']),
      pullSecrets: [unseen],
      unretrievedSecrets: event,
      versions: present({ kubeletMinor: minor }, ['node/1']),
    });

  it.each([
    ['may be missing under a kubelet that never says so', facts(27, absent(['event/1'])), 'possible'],
    ['may be missing while events are unknown', facts(30, unknown('events', 'expired')), 'possible'],
    ['is there when a kubelet that would warn does not', facts(30, absent(['event/1'])), undefined],
  ] as const)('%s', (_, known, wanted) => {
    expect(verdict(missing, known)).toBe(wanted);
  });
});

describe('a secret that was made after the last attempt', () => {
  const decoded = decodePullSecret({
    type: 'kubernetes.io/dockerconfigjson',
    stringData: {
      '.dockerconfigjson': JSON.stringify({
        auths: { 'harbor.acme.example': { username: 'ci', password: 'canary-pw' } },
      }),
    },
  });
  const facts = (createdAt: string, message = NO_BASIC) => {
    const secret = present({ namespace: 'shop-prod', name: 'regcred', decoded, createdAt }, ['secret/regcred']);
    return podFacts(message, IMAGE, {
      ...lists('regcred', { credentials: [credential('regcred')] }),
      pullSecrets: [{ name: 'regcred', secret }],
      history: present({ pulling: false, failures: 3, eventsSeen: true, lastFailureAt: '2026-03-01T10:00:00Z' }, [
        'event/1',
      ]),
    });
  };

  it.each([
    ['later', facts('2026-03-01T10:00:20Z'), 'likely'],
    ['earlier', facts('2026-03-01T09:00:00Z'), undefined],
    ['later, but a login was refused', facts('2026-03-01T10:00:20Z', OAUTH_401), undefined],
  ])('%s', (_, known, wanted) => {
    expect(verdict(missing, known)).toBe(wanted);
  });

  it('needs no more than the next attempt', () => {
    const known = facts('2026-03-01T10:00:20Z');
    const { params } = missing.judge(known) ?? {};
    expect(missing.statement(params, known)).toContain('was made at 2026-03-01T10:00:20Z, after the last attempt');
    expect(JSON.stringify(missing.remedies(params, known))).not.toContain('create secret');
  });
});

describe('commands on a secret of the older type', () => {
  const decoded = decodePullSecret({
    type: 'kubernetes.io/dockercfg',
    stringData: { '.dockercfg': JSON.stringify({ 'harbor.acme.example': { username: 'ci', password: 'canary-pw' } }) },
  });
  const secret = present({ namespace: 'shop-prod', name: 'old', type: 'kubernetes.io/dockercfg', decoded }, [
    'secret/old',
  ]);
  const facts = podFacts(NO_BASIC, IMAGE, { pullSecrets: [{ name: 'old', secret }] });

  it('read its own key, and replace it: a type cannot be changed', () => {
    expect(showHosts(facts, 'old')).toContain("{.data.\\.dockercfg}' | base64 -d | jq 'keys'");
    expect(writeSecret(facts, 'old')).toContain('replace --force');
    expect(writeSecret(facts, 'new')).toContain('apply -f -');
  });
});
