import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../core/objects.ts';
import type { Incident } from '../../core/report.ts';
import {
  at,
  container,
  failed,
  metadata,
  NAMESPACE,
  node,
  pod,
  pulled,
  snapshot,
  status,
  waiting,
} from '../../facts/snapshot.fixture.ts';
import { diagnose } from './diagnose.ts';

const HOST = 'harbor.acme.example';
const REFUSED = `failed to do request: Head "https://${HOST}/v2/shop/api/manifests/1.0": dial tcp 10.0.0.9:443: connect: connection refused`;
const UNTRUSTED = (host: string) =>
  `failed to do request: Head "https://${host}/v2/shop/api/manifests/1.0": tls: failed to verify certificate: x509: certificate signed by unknown authority`;
const NO_SPACE = 'failed to extract layer sha256:aa: write /var/lib/containerd/x: no space left on device';

interface Parts {
  readonly on?: string;
  readonly image?: string;
  readonly says?: string;
  readonly secrets?: readonly string[];
  /** When it first failed, or was pulled. */
  readonly when?: string;
}

/** A pod that cannot pull, with its event. */
function fails(name: string, parts: Parts = {}): KubeObject[] {
  const { on = 'node-a', image = `${HOST}/shop/api:1.0`, says = REFUSED, secrets = [], when = '11:00' } = parts;
  const text = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${says}`;
  return [
    pod({
      name,
      spec: { nodeName: on, containers: [container({ image })], imagePullSecrets: secrets },
      statuses: [waiting('ErrImagePull', text)],
    }),
    failed(text, { pod: name, first: when, last: '11:55' }, image),
  ];
}

/** A pod that runs, with the event of its pull. */
function works(name: string, parts: Parts = {}): KubeObject[] {
  const { on = 'node-b', image = `${HOST}/shop/web:2.0`, secrets = [], when = '11:30' } = parts;
  return [
    pod({
      name,
      phase: 'Running',
      spec: { nodeName: on, containers: [container({ image })], imagePullSecrets: secrets },
      statuses: [status({ imageID: 'sha256:1', state: { running: { startedAt: at(when) } } })],
    }),
    pulled({ pod: name, last: when }, image),
  ];
}

function incidentsOf(...objects: readonly KubeObject[][]): readonly Incident[] {
  return diagnose(snapshot({ objects: objects.flat() }), { now: at('12:00') }).incidents;
}

const kinds = (incident: Incident | undefined) => incident?.correlation.map(({ kind }) => kind);
const notes = (incident: Incident | undefined) => incident?.correlation.map(({ note }) => note).join('\n') ?? '';
const met = (incident: Incident | undefined) =>
  (incident?.escalate ?? []).filter((each) => each.met === true).map(({ when }) => when);

describe('where it fails', () => {
  it('on one node alone, while another pulls from the same registry', () => {
    const [incident] = incidentsOf(fails('api-1'), works('web-1'));
    expect(kinds(incident)).toEqual(['node-local']);
    expect(notes(incident)).toBe(
      `only node-a fails; node-b pulled from ${HOST} since (${NAMESPACE}/web-1 on node-b at 2026-03-01T11:30:00Z)`,
    );
    expect(incident?.correlation[0]?.because[0]).toMatch(/^E\d+$/);
    expect(incident?.scope.shared).toEqual({ kind: 'node', name: 'node-a' });
  });

  it('is not said to be the node alone by a pull from before, or by a cached image', () => {
    const cached = works('web-2').slice(0, 1);
    const [incident] = incidentsOf(fails('api-1'), works('web-1', { when: '10:30' }), cached);
    expect(kinds(incident)).toEqual(['last-worked']);
    expect(notes(incident)).toContain('at 2026-03-01T10:30:00Z');
  });

  it('on several nodes, and nowhere it works: the endpoint cannot be used', () => {
    const [incident] = incidentsOf(fails('api-1'), fails('api-2', { on: 'node-b' }));
    expect(kinds(incident)).toEqual(['several-nodes']);
    expect(met(incident)).toEqual([`${HOST} cannot be used from 2 nodes (node-a, node-b)`]);
  });

  it('on several nodes, while others reach it: no outage', () => {
    const [incident] = incidentsOf(fails('api-1'), fails('api-2', { on: 'node-b' }), works('web-1', { on: 'node-c' }));
    expect(kinds(incident)).toEqual(['several-nodes']);
    expect(met(incident)).toEqual([]);
  });

  it('in one zone, when nodes of another are seen to work', () => {
    const zoned = (name: string, zone: string) =>
      node(name, {
        metadata: metadata(name, { namespace: undefined, labels: { 'topology.kubernetes.io/zone': zone } }),
      });
    const nodes = [zoned('node-a', 'eu-1a'), zoned('node-b', 'eu-1a'), zoned('node-c', 'eu-1b')];
    const failing = [fails('api-1'), fails('api-2', { on: 'node-b' })];
    const [incident] = incidentsOf(nodes, ...failing, works('web-1', { on: 'node-c' }));
    expect(notes(incident)).toContain('all in zone eu-1a; outside it node-c pulled');
    expect(incident?.scope.shared).toEqual({ kind: 'zone', name: 'eu-1a' });
    const [unknown] = incidentsOf(nodes.slice(0, 2), ...failing, works('web-1', { on: 'node-c' }));
    expect(kinds(unknown)).toEqual(['several-nodes']);
    expect(unknown?.scope.shared).toEqual({ kind: 'registry', name: HOST });
  });

  it('is not asked for causes that lie in the image', () => {
    const missing = 'harbor.acme.example/shop/api:1.0: not found';
    const [incident] = incidentsOf(fails('api-1', { says: missing }), fails('api-2', { says: missing, on: 'node-b' }));
    expect(incident?.cause.link).toBe('manifest');
    expect(kinds(incident)).toEqual([]);
  });
});

describe('a node on which every pull fails', () => {
  const other = 'quay.acme.example';
  const second = fails('web-1', {
    image: `${other}/shop/web:1.0`,
    says: `failed to do request: Head "https://${other}/v2/shop/web/manifests/1.0": dial tcp: lookup ${other}: i/o timeout`,
  });

  it('is escalated, with what shows it', () => {
    const incidents = incidentsOf(fails('api-1'), second);
    expect(incidents.length).toBe(2);
    for (const incident of incidents) {
      expect(met(incident)).toEqual(['every pull on node-a fails (2 pods from 2 registries), none worked since']);
      expect(incident.escalate[0]?.because?.length).toBeGreaterThan(0);
    }
  });

  it.each([
    ['a pull on it worked since', works('ok-1', { on: 'node-a', image: `${other}/shop/ok:1.0` })],
    [
      'another pull got as far as a missing tag',
      fails('t-1', { image: `${other}/a:1`, says: `${other}/a:1: not found` }),
    ],
  ])('is none when %s', (_, more) => {
    for (const incident of incidentsOf(fails('api-1'), second, more))
      expect(kinds(incident)).not.toContain('node-wide');
  });

  it('is none when one registry alone fails', () => {
    const [incident] = incidentsOf(fails('api-1'), fails('api-2', { image: `${HOST}/shop/other:1.0` }));
    expect(kinds(incident)).not.toContain('node-wide');
  });

  it('is seen from its disk alone', () => {
    const full = { says: NO_SPACE };
    const incidents = incidentsOf(fails('api-1', full), fails('api-2', { ...full, image: `${HOST}/shop/other:1.0` }));
    expect(incidents.flatMap(met).join()).toContain('every pull on node-a fails');
  });
});

describe('TLS errors', () => {
  it('on several nodes are escalated to whom the registry belongs', () => {
    const [own] = incidentsOf(
      fails('api-1', { says: UNTRUSTED(HOST) }),
      fails('api-2', { says: UNTRUSTED(HOST), on: 'node-b' }),
    );
    expect(met(own)).toEqual([`TLS errors with ${HOST} on 2 nodes (node-a, node-b)`]);
    expect(own?.escalate[0]?.to).toBe('the team that runs the registry');
  });

  it('with a managed registry are escalated on one node already', () => {
    const image = 'ghcr.io/acme/api:1.0';
    const [managed] = incidentsOf(fails('api-1', { image, says: UNTRUSTED('ghcr.io') }));
    expect(met(managed).join()).toContain('ghcr.io is a managed registry');
    const [own] = incidentsOf(fails('api-1', { says: UNTRUSTED(HOST) }));
    expect(met(own)).toEqual([]);
  });
});

describe('a condition that cannot be told', () => {
  /** Without events it is not known when it began. */
  const undated = (name: string, parts: Parts = {}) => fails(name, parts).slice(0, 1);
  const nowhere = (objects: KubeObject[]) =>
    objects.map((object) => (object.kind === 'Pod' ? { ...object, spec: { ...object.spec, nodeName: '' } } : object));

  it('an endpoint, where something worked at some time', () => {
    const failing = [undated('api-1'), undated('api-2', { on: 'node-b' })];
    expect(met(incidentsOf(...failing)[0])).toEqual([`${HOST} cannot be used from 2 nodes (node-a, node-b)`]);
    const [incident] = incidentsOf(...failing, works('web-1', { on: 'node-c' }));
    expect(met(incident)).toEqual([]);
    expect(notes(incident)).not.toContain('nowhere');
  });

  it('a node, where something on it worked at some time', () => {
    const full = { says: NO_SPACE };
    const failing = [undated('api-1', full), undated('api-2', { ...full, image: `${HOST}/shop/other:1.0` })];
    expect(
      incidentsOf(...failing)
        .flatMap(met)
        .join(),
    ).toContain('every pull on node-a fails');
    const incidents = incidentsOf(...failing, works('web-1', { on: 'node-a' }));
    expect(incidents.flatMap(met)).toEqual([]);
  });

  it.each([
    ['an endpoint', REFUSED],
    ['a registry over TLS', UNTRUSTED(HOST)],
  ])('%s, where no node is known', (_, says) => {
    const failing = [fails('api-1', { says }), fails('api-2', { says })].map(nowhere);
    expect(incidentsOf(...failing).flatMap(met)).toEqual([]);
  });

  it('an image of which nothing shows that it exists', () => {
    expect(incidentsOf(fails('api-1', { says: 'EOF' })).flatMap(met)).toEqual([]);
  });
});

describe('what still works', () => {
  it('the very image elsewhere: it exists, yet cannot be pulled', () => {
    const [incident] = incidentsOf(fails('api-1', { says: 'EOF' }), works('api-2', { image: `${HOST}/shop/api:1.0` }));
    expect(incident?.verdict).not.toBe('confirmed');
    expect(met(incident)).toEqual(['the image exists, yet cannot be pulled from node-a']);
  });

  it('other images of the registry, and the same secret for another pod', () => {
    const denied = `pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
    const [incident] = incidentsOf(
      fails('api-1', { says: denied, secrets: ['regcred'] }),
      works('web-1', { secrets: ['regcred'] }),
      works('web-2', { when: '11:20' }),
    );
    expect(notes(incident)).toContain(`secret regcred opens ${HOST} for ${NAMESPACE}/web-1 on node-b`);
    expect(kinds(incident)).toContain('secret-works');
  });

  it('other registries on the same node', () => {
    const [incident] = incidentsOf(
      fails('api-1'),
      works('dns-1', { on: 'node-a', image: 'quay.acme.example/infra/dns:1' }),
    );
    expect(notes(incident)).toBe(
      `node-a still pulls from quay.acme.example: ${NAMESPACE}/dns-1 on node-a at 2026-03-01T11:30:00Z`,
    );
  });
});
