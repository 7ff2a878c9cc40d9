import { describe, expect, it } from 'vitest';
import { absent, present } from '../../core/fact.ts';
import { decode } from '../../decode/decode.ts';
import type { Facts } from '../../facts/facts.ts';
import type { InClusterRegistry } from '../../facts/in-cluster-registry.ts';
import type { RuntimeLog } from '../../facts/runtime-log.ts';
import { EMPTY_LOG, NO_SIBLINGS, podFacts, textFacts } from '../shared/facts-for-test.ts';
import { cause as inCluster } from './in-cluster-registry-down.ts';
import { cause as mirror } from './mirror-misconfigured.ts';
import { cause as incompatible } from './registry-incompatible.ts';
import { cause as unavailable } from './registry-unavailable.ts';

const IMAGE = 'registry.acme.example/shop/api:1.5.0';

function status(line: string, url = 'https://registry.acme.example/v2/shop/api/manifests/1.5.0'): string {
  return `failed to pull and unpack image "${IMAGE}": failed to resolve image: unexpected status from HEAD request to ${url}: ${line}`;
}

function token(line: string): string {
  return `failed to pull and unpack image "${IMAGE}": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://auth.acme.example/token: ${line}`;
}

const NOT_FOUND = `rpc error: code = NotFound desc = failed to pull and unpack image "${IMAGE}": failed to resolve image: ${IMAGE}: not found`;
const NO_SUCH_HOST = `failed to pull and unpack image "${IMAGE}": failed to resolve image: failed to do request: Head "https://registry.acme.example/v2/shop/api/manifests/1.5.0": dial tcp: lookup registry.acme.example on 10.0.0.2:53: no such host`;

describe('registry-unavailable', () => {
  it.each(['500 Internal Server Error', '502 Bad Gateway', '503 Service Unavailable', '504 Gateway Timeout'])(
    '%s',
    (line) => {
      expect(unavailable.judge(textFacts(status(line)))?.verdict).toBe('likely');
      const outside = podFacts(status(line), IMAGE, { inClusterRegistry: absent(['services/list']) });
      expect(unavailable.judge(outside)?.verdict).toBe('confirmed');
    },
  );

  it('says that a failing token server judged no credentials', () => {
    const judged = unavailable.judge(textFacts(token('500 Internal Server Error')));
    expect(judged?.detail).toBe('token-endpoint');
    expect(judged?.overrules?.[0]?.note).toContain('credentials were not judged');
  });

  it('stays below confirmed while other pulls from the host work', () => {
    const works = [{ namespace: 'a', pod: 'b', image: IMAGE, evidence: 'event/ok', maybeCached: false }];
    const siblings = present({ ...NO_SIBLINGS, sameHostWorks: works }, ['event/ok']);
    const facts = podFacts(status('503 Service Unavailable'), IMAGE, {
      siblings,
      inClusterRegistry: absent(['services/list']),
    });
    expect(unavailable.judge(facts)?.verdict).toBe('likely');
  });

  it('leaves refusals alone', () => {
    expect(unavailable.judge(textFacts(status('403 Forbidden')))).toBeUndefined();
  });
});

describe('registry-incompatible', () => {
  it.each([
    ['HEAD is not known', status('405 Method Not Allowed'), 'likely', 'request-refused'],
    ['a bad request has many reasons', status('400 Bad Request'), 'possible', 'request-refused'],
    ['the token address does not exist', token('404 Not Found'), 'likely', 'token-realm'],
  ])('%s', (_, text, verdict, detail) => {
    expect(incompatible.judge(textFacts(text))).toMatchObject({ verdict, detail });
  });

  it('asks for the manifest of the image itself', () => {
    const judged = incompatible.judge(podFacts(status('405 Method Not Allowed'), IMAGE));
    expect(judged?.toDecide).toContain('https://registry.acme.example/v2/shop/api/manifests/1.5.0');
  });
});

const SERVICE: InClusterRegistry = {
  namespace: 'infra',
  service: 'registry',
  by: 'node-port',
  portMatches: true,
  readyEndpoints: 0,
  notReadyEndpoints: 1,
  backend: { kind: 'Deployment', name: 'registry', desired: 1, ready: 0 },
  backendPodProblem: 'its own image cannot be pulled',
  networkPolicies: [],
  because: ['service/infra/registry'],
};

describe('in-cluster-registry-down', () => {
  const image = 'localhost:30500/shop/api:1.5.0';
  const refused = `failed to pull and unpack image "${image}": failed to resolve image: failed to do request: Head "https://localhost:30500/v2/shop/api/manifests/1.5.0": dial tcp 127.0.0.1:30500: connect: connection refused`;
  const judge = (seen: Partial<InClusterRegistry>) =>
    inCluster.judge(
      podFacts(refused, image, { inClusterRegistry: present({ ...SERVICE, ...seen }, ['service/infra/registry']) }),
    );

  it('is confirmed by a Service without ready endpoints, and says why', () => {
    const facts = podFacts(refused, image, { inClusterRegistry: present(SERVICE, ['service/infra/registry']) });
    const judged = inCluster.judge(facts);
    expect(judged).toMatchObject({
      verdict: 'confirmed',
      detail: 'no-endpoints',
      because: ['event/1', 'service/infra/registry'],
    });
    expect(inCluster.statement(judged?.params, facts)).toBe(
      'The registry localhost:30500 is Service infra/registry, which has no ready pod (Deployment/registry): its own image cannot be pulled',
    );
  });

  it('is ruled out by ready endpoints', () => {
    expect(judge({ readyEndpoints: 2 })).toMatchObject({
      verdict: 'ruled-out',
      note: 'Service infra/registry has 2 ready endpoints',
    });
  });

  it.each([
    ['a port that the Service does not serve', { readyEndpoints: 2, portMatches: false }, 'likely', 'port-mismatch'],
    ['a NetworkPolicy', { readyEndpoints: 2, networkPolicies: ['deny-all'] }, 'possible', 'network-policy'],
    [
      'a NetworkPolicy whose rules may let the node in',
      { readyEndpoints: 2, networkPolicies: ['deny-all'], fromNode: 'unknown' },
      'possible',
      'network-policy',
    ],
    ['unseen endpoints, a workload that is not ready', { readyEndpoints: undefined }, 'likely', 'backend-down'],
  ] as const)('judges %s', (_, seen, verdict, detail) => {
    expect(judge(seen)).toMatchObject({ verdict, detail });
  });

  it('writes the port by which others pull from the Service', () => {
    const rightHost = { host: 'localhost:30501', by: 'pulled-image' as const, because: ['pod/x'] };
    const seen = { ...SERVICE, readyEndpoints: 2, portMatches: false, rightHost };
    const facts = podFacts(refused, image, { inClusterRegistry: present(seen, ['service/infra/registry']) });
    const judged = inCluster.judge(facts);
    expect(judged).toMatchObject({ verdict: 'likely', note: 'localhost:30501 leads to the same Service' });
    expect(judged?.because).toContain('pod/x');
    const remedies = judged?.params === undefined ? [] : inCluster.remedies(judged.params, facts);
    expect(remedies.flatMap(({ change }) => change ?? [])).toEqual([
      { kind: 'image', to: 'localhost:30501/shop/api:1.5.0' },
    ]);
  });

  it('takes a timeout behind rules that let no node in for likely', () => {
    const late = refused.replace('connect: connection refused', 'i/o timeout');
    const closed = { ...SERVICE, readyEndpoints: 2, networkPolicies: ['deny-all'], fromNode: 'blocked' as const };
    const judged = (text: string) =>
      inCluster.judge(podFacts(text, image, { inClusterRegistry: present(closed, ['service/infra/registry']) }));
    expect(judged(late)).toMatchObject({ verdict: 'likely', note: "no rule of deny-all lets the node's address in" });
    expect(judged(refused)?.verdict).toBe('possible');
  });

  it('does not take unseen endpoints for missing ones', () => {
    const { backend: _, backendPodProblem: __, ...bare } = SERVICE;
    const facts = podFacts(refused, image, { inClusterRegistry: present({ ...bare, readyEndpoints: undefined }, []) });
    expect(inCluster.judge(facts)?.verdict).toBe('possible');
  });

  it('is only possible from the address, and gone when the host is outside', () => {
    expect(inCluster.judge(podFacts(refused, image))?.verdict).toBe('possible');
    expect(inCluster.judge(podFacts(refused, image, { inClusterRegistry: absent(['services/list']) }))).toBeUndefined();
  });

  it('has no part in names that do not resolve', () => {
    expect(inCluster.judge(podFacts(NO_SUCH_HOST, IMAGE, { inClusterRegistry: present(SERVICE, []) }))).toBeUndefined();
  });
});

function withLog(text: string, log: Partial<RuntimeLog>): Facts {
  return podFacts(text, IMAGE, { runtimeLog: present({ ...EMPTY_LOG, ...log }, ['log/1']) });
}

describe('mirror-misconfigured', () => {
  it('overrules the DNS error when the runtime could not read hosts.toml', () => {
    const file = '/etc/containerd/certs.d/registry.acme.example/hosts.toml';
    const facts = withLog(NO_SUCH_HOST, { mirrorProblems: [{ text: 'toml: expected', file, evidence: 'log/1' }] });
    const judged = mirror.judge(facts);
    expect(judged).toMatchObject({ verdict: 'confirmed', detail: 'unreadable', because: ['log/1'] });
    expect(judged?.overrules?.[0]?.said).toContain('no such host');
    expect(mirror.statement(judged?.params, facts)).toContain(file);
  });

  it('sees that the runtime asked nobody', () => {
    const text = `failed to pull and unpack image "${IMAGE}": failed to resolve image: no resolve hosts: not found`;
    expect(mirror.judge(podFacts(text, IMAGE))).toMatchObject({ verdict: 'confirmed', detail: 'no-host' });
  });

  it('sees that a "not found" cannot come from a host that does not resolve', () => {
    const hostsTried = [{ host: 'registry.acme.example', error: decode(NO_SUCH_HOST).error, evidence: 'log/1' }];
    const judged = mirror.judge(withLog(NOT_FOUND, { hostsTried }));
    expect(judged).toMatchObject({ verdict: 'likely', detail: 'mirror-answers-wrong', because: ['event/1', 'log/1'] });
    expect(judged?.overrules).toHaveLength(1);
  });

  it('believes a "not found" when the log shows nothing against it', () => {
    expect(mirror.judge(withLog(NOT_FOUND, {}))).toBeUndefined();
    expect(mirror.judge(podFacts(NOT_FOUND, IMAGE))).toBeUndefined();
  });

  it.each([
    ['a name that does not resolve', NO_SUCH_HOST, 'suspected'],
    [
      'a failure of another host',
      status('400 Bad Request', 'https://mirror.acme.example/v2/shop/api/manifests/1.5.0'),
      'mirror-unusable',
    ],
  ])('is only possible from the text of %s', (_, text, detail) => {
    expect(mirror.judge(podFacts(text, IMAGE))).toMatchObject({ verdict: 'possible', detail });
  });

  it('is not suspected where a public registry does not resolve', () => {
    const text = NO_SUCH_HOST.replaceAll('registry.acme.example', 'quay.io');
    expect(mirror.judge(textFacts(text))).toBeUndefined();
  });
});
