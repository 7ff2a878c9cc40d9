import { describe, expect, it } from 'vitest';
import { present } from '../../core/fact.ts';
import { decodePullSecret } from '../../credentials/docker-config.ts';
import type { Facts } from '../../facts/facts.ts';
import { credential, LISTS_NONE, lists, podFacts, textFacts } from '../shared/facts-for-test.ts';
import { cause as forbidden } from './forbidden.ts';

const IMAGE = 'harbor.acme.example/shop/api:1.5.0';
const PULL = `Failed to pull image "${IMAGE}": failed to pull and unpack image "${IMAGE}": failed to resolve image: `;
const HEAD = 'unexpected status from HEAD request to https://harbor.acme.example/v2/shop/api/manifests/1.5.0: ';
const ANONYMOUS_403 = `${PULL}failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://harbor.acme.example/service/token?service=x: 403 Forbidden`;
const OAUTH_403 = ANONYMOUS_403.replace('anonymous', 'oauth');
const HUB_IMAGE = 'acme/orders:3.1.0';
const HUB_DENIED = `Failed to pull image "${HUB_IMAGE}": failed to pull and unpack image "docker.io/${HUB_IMAGE}": failed to resolve image: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
const GAR_DENIED =
  'Error response from daemon: Head "https://europe-west1-docker.pkg.dev/v2/acme-prod/shop/api/manifests/1.5.0": denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/acme-prod/locations/europe-west1/repositories/shop" (or it may not exist)';
const ACR_FIREWALL =
  "initializing source docker://acmecr.azurecr.io/shop/api:1.5.0: pinging container registry acmecr.azurecr.io: denied: client with IP '203.0.113.7' is not allowed access.";

const OFFERED = lists('regcred', { credentials: [credential('regcred')] });
const OVER = lists('regcred', { credentials: [credential('regcred', { expired: true })] });

describe('forbidden', () => {
  it.each<[string, Facts, string | undefined]>([
    ['403 to a HEAD', textFacts(`${PULL}${HEAD}403 Forbidden`), 'likely'],
    [
      '403 to a HEAD, pod offers nothing: the node has an identity',
      podFacts(`${PULL}${HEAD}403 Forbidden`, IMAGE, LISTS_NONE),
      'likely',
    ],
    ['403 to a login that is over', podFacts(`${PULL}${HEAD}403 Forbidden`, IMAGE, OVER), 'possible'],
    ['403 of the token service to a login', textFacts(OAUTH_403), 'likely'],
    ['403 of the token service to nobody', textFacts(ANONYMOUS_403), 'possible'],
    ['a named right is missing', textFacts(GAR_DENIED), 'likely'],
    ['Docker Hub denies a login that matches', podFacts(HUB_DENIED, HUB_IMAGE, OFFERED), 'likely'],
    ['Docker Hub denies, nothing known', textFacts(HUB_DENIED), 'possible'],
    ['Docker Hub denies, and nothing was offered', podFacts(HUB_DENIED, HUB_IMAGE, LISTS_NONE), undefined],
    ['the address is not allowed', textFacts(ACR_FIREWALL), 'confirmed'],
    ['401', textFacts(`${PULL}${HEAD}401 Unauthorized`), undefined],
    ['not found', textFacts(`${PULL}${IMAGE}: not found`), undefined],
  ])('%s', (_, facts, wanted) => {
    expect(forbidden.judge(facts)?.verdict).toBe(wanted);
  });

  it('names the right that is missing and who can give it', () => {
    const facts = textFacts(GAR_DENIED);
    const { params, detail } = forbidden.judge(facts) ?? {};
    expect(detail).toBe('missing-permission');
    expect(forbidden.statement(params, facts)).toContain('artifactregistry.repositories.downloadArtifacts');
  });

  it('gives the ECR remedies to images on ECR only', () => {
    const image = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api:1.5.0';
    const message = `Failed to pull image "${image}": failed to pull and unpack image "${image}": failed to resolve image: unexpected status from HEAD request to https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/v2/shop/api/manifests/1.5.0: 403 Forbidden`;
    const commandsFor = (facts: Facts) =>
      forbidden
        .remedies(forbidden.judge(facts)?.params, facts)
        .flatMap((r) => r.commands)
        .join('\n');
    expect(commandsFor(podFacts(message, image))).toContain(
      'aws ecr get-repository-policy --registry-id 123456789012 --region eu-west-1 --repository-name shop/api',
    );
    expect(commandsFor(textFacts(`${PULL}${HEAD}403 Forbidden`))).not.toContain('aws ');
  });
});

describe('whose right is missing', () => {
  const GAR_IMAGE = 'europe-west1-docker.pkg.dev/acme-prod/shop/api:1.5.0';
  const GAR_403 = `Failed to pull image "${GAR_IMAGE}": failed to pull and unpack image "${GAR_IMAGE}": failed to resolve image: failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://europe-west1-docker.pkg.dev/v2/token?service=x: 403 Forbidden`;

  function commands(facts: Facts): string {
    const { params } = forbidden.judge(facts) ?? {};
    return JSON.stringify(forbidden.remedies(params, facts));
  }

  it("is the key file's, where a pull secret holds one", () => {
    const key = JSON.stringify({
      type: 'service_account',
      private_key: 'canary',
      client_email: 'puller@acme-prod.iam.gserviceaccount.com',
    });
    const auths = { 'europe-west1-docker.pkg.dev': { username: '_json_key', password: key } };
    const decoded = decodePullSecret({
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': JSON.stringify({ auths }) },
    });
    const secret = present({ namespace: 'shop-prod', name: 'gar', decoded }, ['secret/gar']);
    const facts = podFacts(GAR_403, GAR_IMAGE, {
      ...lists('gar', { credentials: [credential('gar')] }),
      pullSecrets: [{ name: 'gar', secret }],
    });
    expect(commands(facts)).toContain('serviceAccount:puller@acme-prod.iam.gserviceaccount.com');
    expect(commands(facts)).not.toContain('node service account');
  });

  it("is the node's, where no secret was used", () => {
    expect(commands(podFacts(GAR_403, GAR_IMAGE, LISTS_NONE))).toContain('node service account');
  });
});
