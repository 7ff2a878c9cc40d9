import { describe, expect, it } from 'vitest';
import type { Link } from '../core/pull-chain.ts';
import type { PullError } from '../core/pull-error.ts';
import { decode } from '../decode/decode.ts';
import { parseReference } from '../image/reference.ts';
import { provenBy } from './passed-links.ts';
import { container, factsOf, IMAGE, NOT_FOUND, pod, pulled, pulling, status, waiting } from './snapshot.fixture.ts';

const reference = parseReference(IMAGE);
const HOST = 'registry.acme.example';
const REMOTE: readonly Link[] = [
  'credentials',
  'name-resolution',
  'connection',
  'tls',
  'registry',
  'authentication',
  'authorization',
  'quota',
  'manifest',
];

function proven(text: string, mirrorsSeen = false): readonly Link[] {
  const { error } = decode(`Failed to pull image "${IMAGE}": failed to pull and unpack image "${IMAGE}": ${text}`);
  return remoteLinks(error, mirrorsSeen);
}

function remoteLinks(error: PullError, mirrorsSeen: boolean): readonly Link[] {
  const links = new Set(
    provenBy(error, reference.ok ? reference.reference : undefined, mirrorsSeen).map((p) => p.link),
  );
  return REMOTE.filter((link) => links.has(link));
}

const head = (tail: string) =>
  `failed to resolve image: failed to do request: Head "https://${HOST}/v2/shop/api/manifests/1.5.0": ${tail}`;
const REACHED: readonly Link[] = ['name-resolution', 'connection', 'tls', 'registry'];

describe('what other runtimes prove', () => {
  it.each([
    [
      'CRI-O names a missing manifest',
      `reading manifest 1.5.0 in ${HOST}/shop/api: manifest unknown`,
      [...REACHED, 'authorization', 'quota'],
    ],
    ['CRI-O is refused', `reading manifest 1.5.0 in ${HOST}/shop/api: unauthorized: authentication required`, REACHED],
  ] as const)('%s', (_, tail, links) => {
    const { error } = decode(`initializing source docker://${IMAGE}: ${tail}`);
    expect(remoteLinks(error, false)).toEqual(expect.arrayContaining([...links]));
    expect(remoteLinks(error, true)).toEqual([]);
  });

  it('nothing, of a sandbox that the disk of the node stops', () => {
    const { error } = decode(
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create sandbox root directory: mkdir /var/lib/containerd/x: no space left on device',
    );
    expect(provenBy(error, undefined, false)).toEqual([]);
  });
});

describe('what an error proves', () => {
  it.each([
    ['DNS failure: nothing', head(`dial tcp: lookup ${HOST} on 10.0.0.2:53: no such host`), []],
    [
      'refused: the name led somewhere',
      head('dial tcp 192.0.2.4:443: connect: connection refused'),
      ['name-resolution'],
    ],
    [
      'unknown authority: it was reached',
      head('tls: failed to verify certificate: x509: certificate signed by unknown authority'),
      ['name-resolution', 'connection'],
    ],
    ['proxy: nothing', head('proxyconnect tcp: dial tcp 192.0.2.9:3128: connect: connection refused'), []],
    [
      '500: it answers, but not as a registry',
      `failed to resolve image: unexpected status from HEAD request to https://${HOST}/v2/shop/api/manifests/1.5.0: 500 Internal Server Error`,
      ['name-resolution', 'connection', 'tls'],
    ],
    [
      '404: it let us in',
      `failed to resolve image: ${IMAGE}: not found`,
      ['credentials', ...REACHED, 'authentication', 'authorization', 'quota'],
    ],
    [
      'token host down: the registry was reached',
      `failed to resolve image: failed to authorize: failed to fetch anonymous token: Get "https://auth.acme.example/token": dial tcp: lookup auth.acme.example: no such host`,
      REACHED,
    ],
    [
      'layer store refused: the manifest was read',
      `failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://cdn.acme.example/layer": dial tcp 192.0.2.4:443: i/o timeout`,
      REMOTE,
    ],
  ] as const)('%s', (_name, text, links) => {
    expect(proven(text)).toEqual(REMOTE.filter((link) => (links as readonly Link[]).includes(link)));
  });

  it("is nothing when the answer may be a mirror's", () => {
    expect(proven(`failed to resolve image: ${IMAGE}: not found`, true)).toEqual([]);
    expect(
      proven(
        head('dial tcp 192.0.2.4:443: connect: connection refused').replace(
          `https://${HOST}`,
          'https://mirror.acme.example',
        ),
      ),
    ).toEqual([]);
  });
});

describe('passed links of a case', () => {
  it("come from the pod, the kubelet's decision and the name", () => {
    const { passedLinks } = factsOf({ objects: [pod({ statuses: [waiting('ContainerCreating')] }), pulling()] });
    expect(passedLinks.map((p) => p.link)).toEqual(['admission', 'reference', 'pull-policy']);
  });

  it('do not take a name without host for the registry that was meant', () => {
    const failing = pod({
      spec: { containers: [container({ image: 'team/api:1' })] },
      statuses: [waiting('ErrImagePull', NOT_FOUND)],
    });
    expect(factsOf({ objects: [failing] }).passedLinks.map((p) => p.link)).not.toContain('reference');
  });

  it('are all up to the disk when the pull worked', () => {
    const crashed = status({
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1 } },
    });
    const { passedLinks } = factsOf({ objects: [pod({ phase: 'Running', statuses: [crashed] }), pulled()] });
    expect(passedLinks.map((p) => p.link)).toContain('storage');
    expect(passedLinks.every((p) => p.because.length > 0)).toBe(true);
  });
});
