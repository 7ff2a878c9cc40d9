import { describe, expect, it } from 'vitest';
import { absent, present, unknown } from '../../core/fact.ts';
import type { Build } from '../../facts/builds.ts';
import type { Facts } from '../../facts/facts.ts';
import type { InClusterRegistry } from '../../facts/in-cluster-registry.ts';
import type { RegistryAnswer } from '../../facts/registry-answer.ts';
import type { Sibling, Siblings } from '../../facts/siblings.ts';
import { podFacts, textFacts } from '../shared/facts-for-test.ts';
import { cause as digestNotFound } from './digest-not-found.ts';
import { cause as imageNotBuilt } from './image-not-built.ts';
import { cause as imageRetired } from './image-retired.ts';
import { cause as repositoryNotFound } from './repository-not-found.ts';
import { cause as tagNotFound } from './tag-not-found.ts';

const IMAGE = 'registry.acme.example/shop/api:1.5.0';
const DIGEST = `sha256:${'3b1c5f6e'.repeat(8)}`;

function head404(image: string): string {
  return `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve image: ${image}: not found`;
}

function hubRefusal(image: string, full: string): string {
  return `Failed to pull image "${image}": failed to pull and unpack image "${full}": failed to resolve image: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
}

function nameUnknown(image: string): string {
  return `Failed to pull image "${image}": initializing source docker://${image}: reading manifest 1.5.0 in registry.acme.example/shop/api: name unknown: repository name not known to registry`;
}

function sibling(image: string, more: Partial<Sibling> = {}): Sibling {
  return {
    namespace: 'shop-prod',
    pod: 'api-old',
    node: 'node-b',
    image,
    evidence: 'pod/old',
    maybeCached: false,
    ...more,
  };
}

function works(found: Partial<Siblings>): Partial<Facts> {
  const none: Siblings = {
    sameImageWorks: [],
    sameImageFails: [],
    sameHostWorks: [],
    sameHostFails: [],
    sameNodeWorks: [],
    sameNodeFails: [],
    oneNodeOnly: false,
  };
  return { siblings: present({ ...none, ...found }, ['pods/list']) };
}

function failedSince(at: string): Partial<Facts> {
  return { history: present({ pulling: false, failures: 3, firstFailureAt: at, eventsSeen: true }, ['event/1']) };
}

describe('tag-not-found', () => {
  it('is likely, never confirmed, on a 404 to HEAD', () => {
    const judged = tagNotFound.judge(textFacts(head404(IMAGE)));
    expect(judged).toMatchObject({
      verdict: 'likely',
      params: { repository: 'registry.acme.example/shop/api', tag: '1.5.0' },
    });
    expect(judged?.toDecide).toBe('crane ls registry.acme.example/shop/api');
  });

  it('leaves references by digest and other errors alone', () => {
    expect(tagNotFound.judge(textFacts(head404(`registry.acme.example/shop/api@${DIGEST}`)))).toBeUndefined();
    expect(tagNotFound.judge(textFacts(hubRefusal('acme-shop/api', 'docker.io/acme-shop/api:latest')))).toBeUndefined();
    expect(tagNotFound.judge(textFacts(nameUnknown(IMAGE)))).toBeUndefined();
  });

  it('overrules a pod that runs the image from its node', () => {
    const facts = podFacts(head404(IMAGE), IMAGE, works({ sameImageWorks: [sibling(IMAGE, { maybeCached: true })] }));
    const judged = tagNotFound.judge(facts);
    expect(judged).toMatchObject({ verdict: 'likely', detail: 'tag-deleted' });
    expect(judged?.overrules).toMatchObject([{ because: ['pod/old'] }]);
  });

  it('is only possible when another node pulled the image after the failure began', () => {
    const fresh = works({ sameImageWorks: [sibling(IMAGE, { at: '2026-11-20T10:30:00Z' })] });
    const facts = podFacts(head404(IMAGE), IMAGE, { ...fresh, ...failedSince('2026-11-20T10:00:00Z') });
    expect(tagNotFound.judge(facts)?.verdict).toBe('possible');
  });

  it('offers the nearest tag that runs in the cluster', () => {
    const others = ['2.0.0', '1.4.9'].map((tag) => sibling(`registry.acme.example/shop/api:${tag}`));
    const facts = podFacts(head404(IMAGE), IMAGE, works({ sameHostWorks: others }));
    const judged = tagNotFound.judge(facts);
    const commands = tagNotFound.remedies(judged?.params, facts).flatMap((remedy) => remedy.commands);
    expect(commands).toContain(
      'kubectl -n shop-prod set image deployment/api api=registry.acme.example/shop/api:1.4.9',
    );
  });

  it('says that latest was asked for because no tag is written', () => {
    const image = 'registry.acme.example/shop/api';
    const facts = podFacts(head404(`${image}:latest`), image);
    expect(tagNotFound.judge(facts)).toMatchObject({
      detail: 'latest-missing',
      params: { tag: 'latest', implicitLatest: true },
    });
  });

  it('knows a tag that a script wrote for a missing value', () => {
    const image = 'registry.acme.example/shop/api:undefined';
    expect(tagNotFound.judge(podFacts(head404(image), image))?.detail).toBe('placeholder-tag');
  });
});

describe('digest-not-found', () => {
  it('is likely for a reference by digest, with or without a tag', () => {
    for (const image of [`registry.acme.example/shop/api@${DIGEST}`, `${IMAGE}@${DIGEST}`]) {
      const facts = podFacts(head404(`registry.acme.example/shop/api@${DIGEST}`), image);
      expect(digestNotFound.judge(facts)).toMatchObject({
        verdict: 'likely',
        params: { digest: DIGEST, child: false },
      });
      expect(tagNotFound.judge(facts)).toBeUndefined();
    }
  });

  it('is likely for a manifest below an index, and only possible for a part of unknown kind', () => {
    const outer = `rpc error: code = NotFound desc = failed to pull and unpack image "${IMAGE}": failed to copy: httpReadSeeker: failed open: `;
    const child = `${outer}content at https://registry.acme.example/v2/shop/api/manifests/${DIGEST} not found: not found`;
    const part = `${outer}could not fetch content descriptor ${DIGEST} (application/vnd.oci.image.config.v1+json) from remote: not found`;
    const layer = `${outer}content at https://registry.acme.example/v2/shop/api/blobs/${DIGEST} not found: not found`;
    expect(digestNotFound.judge(textFacts(child))).toMatchObject({ verdict: 'likely', params: { child: true } });
    expect(digestNotFound.judge(textFacts(part))?.verdict).toBe('possible');
    expect(digestNotFound.judge(textFacts(layer))).toBeUndefined();
  });

  it('leaves tags alone', () => {
    expect(digestNotFound.judge(textFacts(head404(IMAGE)))).toBeUndefined();
  });
});

describe('repository-not-found', () => {
  it('is likely when the registry says so, possible on a bare 404', () => {
    expect(repositoryNotFound.judge(textFacts(nameUnknown(IMAGE)))?.verdict).toBe('likely');
    expect(repositoryNotFound.judge(textFacts(head404(IMAGE)))?.verdict).toBe('possible');
  });

  it('is possible on a refusal that leaves it open, likely for a misspelt well-known image', () => {
    const open = hubRefusal('acme-shop/api:1.5.0', 'docker.io/acme-shop/api:1.5.0');
    const slip = podFacts(hubRefusal('ngnix:1.27', 'docker.io/library/ngnix:1.27'), 'ngnix:1.27');
    expect(repositoryNotFound.judge(podFacts(open, 'acme-shop/api:1.5.0'))?.verdict).toBe('possible');
    expect(repositoryNotFound.judge(slip)).toMatchObject({ verdict: 'likely', params: { meant: 'nginx:1.27' } });
  });

  it('is likely for a refused name under library/, which holds public images only', () => {
    const facts = podFacts(hubRefusal('shopapp:dev', 'docker.io/library/shopapp:dev'), 'shopapp:dev');
    expect(repositoryNotFound.judge(facts)).toMatchObject({ verdict: 'likely', detail: 'no-official-image' });
  });

  it('is not suggested by "not found" from a registry that hides missing repositories', () => {
    expect(repositoryNotFound.judge(textFacts(head404('docker.io/acme-shop/api:1.5.0')))).toBeUndefined();
  });

  it('is ruled out by a pull from the same repository, not by a cached copy', () => {
    const other = 'registry.acme.example/shop/api:1.4.9';
    const pulled = podFacts(head404(IMAGE), IMAGE, works({ sameHostWorks: [sibling(other)] }));
    const cached = podFacts(head404(IMAGE), IMAGE, works({ sameHostWorks: [sibling(other, { maybeCached: true })] }));
    expect(repositoryNotFound.judge(pulled)).toMatchObject({ verdict: 'ruled-out', because: ['pod/old'] });
    expect(repositoryNotFound.judge(cached)?.verdict).toBe('possible');
  });
});

describe('image-retired', () => {
  it.each([
    ['docker.io/bitnami/postgresql:15.4.0', 'likely'],
    ['k8s.gcr.io/acme-controller:v1.99.0', 'possible'],
    ['gcr.io/acme-shop/api:1.5.0', 'possible'],
  ] as const)('%s not found: %s', (image, verdict) => {
    expect(imageRetired.judge(podFacts(head404(image), image))?.verdict).toBe(verdict);
  });

  it('needs an error that a closed registry gives', () => {
    const image = 'docker.io/bitnami/postgresql:15.4.0';
    const tls = `Failed to pull image "${image}": failed to do request: Head "https://registry-1.docker.io/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority`;
    expect(imageRetired.judge(podFacts(tls, image))).toBeUndefined();
    expect(imageRetired.judge(podFacts(head404(IMAGE), IMAGE))).toBeUndefined();
  });

  it('is not blamed before the end of the service, and is ruled out by a fresh pull', () => {
    const image = 'docker.io/bitnami/postgresql:15.4.0';
    const before = podFacts(head404(image), image, { takenAt: '2025-06-01T00:00:00Z' });
    const pulled = podFacts(head404(image), image, works({ sameImageWorks: [sibling(image)] }));
    expect(imageRetired.judge(before)).toBeUndefined();
    expect(imageRetired.judge(pulled)?.verdict).toBe('ruled-out');
  });
});

describe('image-not-built', () => {
  const build: Build = {
    kind: 'Job',
    namespace: 'ci',
    name: 'build-api-150',
    destinations: [IMAGE],
    match: 'exact',
    state: 'failed',
    evidence: 'job/1',
  };
  const withBuilds = (...builds: readonly Build[]) =>
    imageNotBuilt.judge(podFacts(head404(IMAGE), IMAGE, { builds: present(builds, ['jobs/list']) }));

  it('is confirmed when the one build of a missing tag failed or cannot start', () => {
    expect(withBuilds(build)).toMatchObject({
      verdict: 'confirmed',
      detail: 'build-failed',
      because: ['event/1', 'job/1'],
    });
    const stuck = { ...build, state: 'pending' as const, problem: 'its own image cannot be pulled' };
    expect(withBuilds(stuck)).toMatchObject({ verdict: 'confirmed', detail: 'build-pending', note: stuck.problem });
  });

  it('is likely while the build runs, or when it pushes elsewhere', () => {
    expect(withBuilds({ ...build, state: 'running' })).toMatchObject({ verdict: 'likely', detail: 'build-running' });
    const elsewhere: Build = {
      ...build,
      match: 'same-name',
      state: 'succeeded',
      destinations: ['old.acme.example/shop/api:1.5.0'],
    };
    expect(withBuilds(elsewhere)).toMatchObject({ verdict: 'likely', detail: 'pushed-elsewhere' });
  });

  it.each([
    ['registry.acme.example/shop/api:1.4.0', 'confirmed'],
    ['registry.acme.example/shop/api:$TAG', 'likely'],
  ])('takes a build that pushed %s for the reason: %s', (destination, verdict) => {
    const pushed: Build = { ...build, match: 'same-repository', state: 'succeeded', destinations: [destination] };
    const answer: RegistryAnswer = {
      outcome: 'tag-missing',
      said: 'manifest unknown',
      host: 'registry.acme.example',
      vantage: 'this machine',
      asThePod: true,
      attempts: [],
      nearTags: [],
      platforms: [],
      at: '2026-11-20T22:00:00Z',
    };
    const facts = podFacts(head404(IMAGE), IMAGE, {
      builds: present([pushed], ['jobs/list']),
      registryAnswer: present(answer, ['registry/1']),
    });
    expect(imageNotBuilt.judge(facts)).toMatchObject({ verdict, detail: 'pushed-elsewhere' });
  });

  it('says nothing when a build of the tag succeeded, or none was seen', () => {
    expect(withBuilds(build, { ...build, name: 'build-api-150-again', state: 'succeeded' })).toBeUndefined();
    expect(imageNotBuilt.judge(podFacts(head404(IMAGE), IMAGE, { builds: absent(['jobs/list']) }))).toBeUndefined();
    expect(imageNotBuilt.judge(podFacts(head404(IMAGE), IMAGE, { builds: unknown('Jobs') }))).toBeUndefined();
  });

  it('is likely when builds fill the registry inside the cluster, and none makes this image', () => {
    const inCluster: Partial<Facts> = {
      builds: absent(['jobs/list']),
      otherBuilds: present([{ ...build, match: 'same-name', state: 'succeeded' }], ['job/1']),
      inClusterRegistry: present({} as InClusterRegistry, ['service/1']),
    };
    const judged = imageNotBuilt.judge(podFacts(head404(IMAGE), IMAGE, inCluster));
    expect(judged).toMatchObject({ verdict: 'likely', detail: 'no-build' });
    const pulled = works({ sameImageWorks: [sibling(IMAGE)] });
    expect(imageNotBuilt.judge(podFacts(head404(IMAGE), IMAGE, { ...inCluster, ...pulled }))).toBeUndefined();
  });

  it('is possible for a single unknown name without a registry, not for an official image', () => {
    const local = podFacts(hubRefusal('shopapp:dev', 'docker.io/library/shopapp:dev'), 'shopapp:dev');
    const official = podFacts(hubRefusal('nginx:dev', 'docker.io/library/nginx:dev'), 'nginx:dev');
    expect(imageNotBuilt.judge(local)).toMatchObject({ verdict: 'possible', detail: 'never-pushed' });
    expect(imageNotBuilt.judge(official)).toBeUndefined();
  });
});
