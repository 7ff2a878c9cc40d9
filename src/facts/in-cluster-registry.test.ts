import { describe, expect, it } from 'vitest';
import { valueIn } from '../core/fact.ts';
import type { EndpointSlice, KubeObject, NetworkPolicy } from '../core/objects.ts';
import {
  container,
  coverage,
  factsOf,
  metadata,
  node,
  pod,
  service,
  status,
  waiting,
  workload,
} from './snapshot.fixture.ts';

function registryFor(
  image: string,
  objects: readonly KubeObject[],
  options: Partial<Parameters<typeof factsOf>[0]> = {},
) {
  const failing = pod({
    name: 'web-1',
    spec: { containers: [container({ image })] },
    statuses: [waiting('ErrImagePull')],
  });
  return factsOf({ ...options, objects: [failing, ...objects] }, 'web-1').inClusterRegistry;
}

function slice(ready: readonly string[], notReady: readonly string[], name = 'registry-x'): EndpointSlice {
  return { kind: 'EndpointSlice', metadata: metadata(name), service: 'registry', ready, notReady, ports: [5000] };
}

describe('the Service behind an image host', () => {
  it.each([
    ['10.96.0.20:5000/app:1', 'cluster-ip', true],
    ['10.96.0.20:9999/app:1', 'cluster-ip', false],
    ['localhost:30500/app:1', 'node-port', true],
    ['127.0.0.1:30500/app:1', 'node-port', true],
    ['10.0.0.5:30500/app:1', 'node-port', true],
    ['registry.shop-prod.svc.cluster.local:5000/app:1', 'service-name', true],
    ['registry.shop-prod.svc:5000/app:1', 'service-name', true],
    ['registry.shop-prod:5000/app:1', 'service-name', true],
  ] as const)('%s is found by %s', (image, by, portMatches) => {
    const fact = registryFor(image, [service('registry'), node('node-a')]);
    expect(valueIn(fact)).toMatchObject({ service: 'registry', by, portMatches });
  });

  it('is found by load balancer and external addresses', () => {
    const exposed = service('registry', {
      loadBalancer: ['192.0.2.7', 'lb.acme.example'],
      externalIPs: ['192.0.2.9'],
      ports: [{ port: 443 }],
    });
    expect(valueIn(registryFor('192.0.2.7/app:1', [exposed]))?.by).toBe('load-balancer');
    expect(valueIn(registryFor('lb.acme.example/app:1', [exposed]))?.by).toBe('load-balancer');
    expect(valueIn(registryFor('192.0.2.9/app:1', [exposed]))?.by).toBe('external-ip');
  });

  it('is found by the address that was dialled when the name says nothing', () => {
    const image = 'registry.corp.example:5000/app:1';
    const message = `failed to pull and unpack image "${image}": failed to resolve image: failed to do request: Head "https://registry.corp.example:5000/v2/app/manifests/1": dial tcp 10.96.0.20:5000: connect: connection refused`;
    const failing = pod({
      name: 'web-1',
      spec: { containers: [container({ image })] },
      statuses: [waiting('ErrImagePull', message)],
    });
    expect(valueIn(factsOf({ objects: [failing, service('registry')] }).inClusterRegistry)?.by).toBe('cluster-ip');
  });

  const pulled = (image: string) =>
    pod({
      name: `runs-${image.length}`,
      spec: { containers: [container({ image })] },
      statuses: [status({ image, imageID: `${image}@sha256:1`, ready: true, state: { running: {} } })],
    });

  it.each([
    ['10.96.0.20:9999/app:1', [], '10.96.0.20:5000', 'only-port'],
    ['10.96.0.20/app:1', [], '10.96.0.20:5000', 'only-port'],
    ['registry.shop-prod:80/app:1', [pulled('localhost:30500/other:1')], 'localhost:30500', 'pulled-image'],
    ['localhost:5000/app:1', [pulled('localhost:30500/app:2')], 'localhost:30500', 'pulled-image'],
  ] as const)('%s has a wrong port, and the right one is known', (image, others, host, by) => {
    const seen = valueIn(registryFor(image, [service('registry'), node('node-a'), ...others]));
    expect(seen).toMatchObject({ service: 'registry', portMatches: false, rightHost: { host, by } });
  });

  it.each([
    ['the Service has several ports', '10.96.0.20:9999/app:1', { ports: [{ port: 80 }, { port: 81 }] }, []],
    [
      'images are pulled by several',
      '10.96.0.20:9999/app:1',
      {},
      [pulled('localhost:30500/a:1'), pulled('10.96.0.20:5000/app:10')],
    ],
  ] as const)('%s: the right port is not guessed', (_, image, ports, others) => {
    const seen = valueIn(registryFor(image, [service('registry', ports), node('node-a'), ...others]));
    expect(seen?.portMatches).toBe(false);
    expect(seen?.rightHost).toBeUndefined();
  });

  it('is not that of another repository by another port of the node', () => {
    const objects = [service('registry'), node('node-a'), pulled('localhost:30500/other:1')];
    expect(valueIn(registryFor('localhost:5000/app:1', objects))).toBeUndefined();
  });

  it('is none for a public registry, and unknown while Services were not seen', () => {
    expect(registryFor('ghcr.io/acme/app:1', [service('registry')]).state).toBe('absent');
    expect(registryFor('10.96.0.77:5000/app:1', []).state).toBe('unknown');
    expect(registryFor('registry.acme.example/app:1', [service('registry')]).state).toBe('unknown');
    const everywhere = [{ kind: 'Service', because: 'file/services.json' }];
    expect(registryFor('10.96.0.77:5000/app:1', [], { coverage: everywhere }).state).toBe('absent');
  });
});

describe('its state', () => {
  const image = 'localhost:30500/app:1';
  const backend = pod({
    name: 'registry-1',
    meta: {
      labels: { app: 'registry' },
      ownerReferences: [{ kind: 'Deployment', name: 'registry', controller: true }],
    },
    spec: { containers: [container({ image: 'acme.example/infra/registry:3' })] },
    statuses: [waiting('ImagePullBackOff')],
  });
  const deployment = workload('Deployment', 'registry', { desired: 1 });

  it('counts an address once, though Endpoints and slices both name it', () => {
    const objects = [service('registry'), slice([], ['10.1.0.4']), slice([], ['10.1.0.4'], 'registry')];
    expect(valueIn(registryFor(image, objects))).toMatchObject({ readyEndpoints: 0, notReadyEndpoints: 1 });
  });

  it('does not take unseen endpoints for none', () => {
    expect(valueIn(registryFor(image, [service('registry')]))).toMatchObject({ readyEndpoints: undefined });
    expect(
      valueIn(registryFor(image, [service('registry')], { coverage: coverage('EndpointSlice') }))?.readyEndpoints,
    ).toBe(0);
  });

  it('names the workload behind it and what is wrong with its pod', () => {
    expect(valueIn(registryFor(image, [service('registry'), backend, deployment]))).toMatchObject({
      backend: { kind: 'Deployment', name: 'registry', desired: 1, ready: 0 },
      backendPodProblem: 'pod registry-1: ImagePullBackOff',
    });
  });

  it('names the policies that restrict traffic into it', () => {
    const policy = (name: string, podSelector: Record<string, string>, policyTypes: string[]): NetworkPolicy => ({
      kind: 'NetworkPolicy',
      metadata: metadata(name),
      podSelector,
      policyTypes,
      ingressRules: 0,
      egressRules: 0,
    });
    const policies = [
      policy('deny-all', {}, ['Ingress']),
      policy('others', { app: 'web' }, ['Ingress']),
      policy('out', {}, ['Egress']),
    ];
    expect(valueIn(registryFor(image, [service('registry'), ...policies]))?.networkPolicies).toEqual(['deny-all']);
  });

  it('names no policy that lets the address of the node in, or that does not count on the same node', () => {
    const policy: NetworkPolicy = {
      kind: 'NetworkPolicy',
      metadata: metadata('registry'),
      podSelector: {},
      policyTypes: ['Ingress'],
      ingressRules: 1,
      egressRules: 0,
      ingress: [{ peers: [{ ipBlock: { cidr: '10.0.0.0/24', except: [] } }], ports: [{ port: '5000' }] }],
    };
    const closed = { ...policy, ingress: [] };
    const seenFrom = (objects: readonly KubeObject[]) => valueIn(registryFor(image, [service('registry'), ...objects]));
    expect(seenFrom([policy, node('node-a')])).toMatchObject({ networkPolicies: [] });
    expect(seenFrom([policy])).toMatchObject({ networkPolicies: ['registry'], fromNode: 'unknown' });
    expect(seenFrom([closed, node('node-a')])).toMatchObject({ networkPolicies: ['registry'], fromNode: 'blocked' });
    const backend = (nodeName: string) => {
      const { selector } = service('registry');
      return pod({ name: 'registry-1', phase: 'Running', spec: { nodeName }, meta: { labels: selector } });
    };
    expect(seenFrom([closed, node('node-a'), backend('node-a')])).toMatchObject({ networkPolicies: [] });
    expect(seenFrom([closed, node('node-a'), backend('node-b')])).toMatchObject({ fromNode: 'blocked' });
  });
});
