import { describe, expect, it } from 'vitest';
import { decode } from './decode.ts';
import { decisive, summarize } from './test-summary.ts';

const NOT_FOUND =
  'Failed to pull image "registry.acme.example/a:1": failed to resolve image: registry.acme.example/a:1: not found';

function events(...rows: string[]): string {
  return ['Events:', '  Type  Reason  Age  From  Message', ...rows.map((row) => `  ${row}`)].join('\n');
}

describe('the decisive error', () => {
  it('is the one that says why', () => {
    const text = events(
      'Normal   Pulling  3m  kubelet  Pulling image "registry.acme.example/a:1"',
      `Warning  Failed   3m  kubelet  ${NOT_FOUND}`,
      'Warning  Failed   3m  kubelet  Error: ErrImagePull',
      'Normal   BackOff  1m  kubelet  Back-off pulling image "registry.acme.example/a:1"',
      'Warning  Failed   1m  kubelet  Error: ImagePullBackOff',
    );
    const { error, errors } = decode(text);
    expect(summarize(error)).toBe('resolve/not-found:reference @registry.acme.example');
    expect(errors.map(({ leaf }) => leaf.kind)).toEqual(['not-found', 'absent', 'absent', 'absent', 'progress']);
  });

  it('beats the bare reason that follows it', () => {
    const text = events(
      'Warning  InspectFailed  3m  kubelet  Failed to apply default image tag "a/B": couldn\'t parse image name "a/B": invalid reference format: repository name (a/B) must be lowercase',
      'Warning  Failed         1m  kubelet  Error: InvalidImageName',
    );
    expect(decisive(text)).toBe('reference/reference:uppercase');
  });

  it('is the newest of equal ones, and attempts of one kind count once', () => {
    const text = events(
      `Warning  Failed  5m  kubelet  ${NOT_FOUND}`,
      'Warning  Failed  4m  kubelet  Failed to pull image "registry.acme.example/a:1": failed to resolve image: EOF',
      `Warning  Failed  1m  kubelet  ${NOT_FOUND}`,
    );
    const { errors } = decode(text);
    expect(errors.map(({ leaf }) => leaf.kind)).toEqual(['not-found', 'connection']);
  });

  it('is over when the same image was pulled afterwards', () => {
    const text = events(
      `Warning  Failed  5m  kubelet  ${NOT_FOUND}`,
      'Warning  Failed  5m  kubelet  Error: ErrImagePull',
      'Normal  Pulled  1m  kubelet  Successfully pulled image "registry.acme.example/a:1" in 1s (1s including waiting). Image size: 1 bytes.',
    );
    expect(decisive(text)).toBe('pull/progress:pulled');
  });

  it('is not over when another pod pulled it', () => {
    const text = `Name:  one\n${events(`Warning  Failed  5m  kubelet  ${NOT_FOUND}`)}\n\nName:  two\n${events('Normal  Pulled  9m  kubelet  Successfully pulled image "registry.acme.example/a:1" in 1s')}`;
    expect(decisive(text)).toBe('resolve/not-found:reference @registry.acme.example');
  });

  it('takes a missing pull secret for a hint only', () => {
    const hint =
      'Warning  FailedToRetrieveImagePullSecret  1m  kubelet  Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.';
    expect(decisive(events(`Warning  Failed  5m  kubelet  ${NOT_FOUND}`, hint))).toBe(
      'resolve/not-found:reference @registry.acme.example',
    );
    expect(decisive(events('Warning  Failed  5m  kubelet  Error: ErrImagePull', hint))).toBe(
      'secret/secret:not-retrieved',
    );
    expect(decisive(events('Normal  Pulled  5m  kubelet  Container image "a" already present on machine', hint))).toBe(
      'policy/progress:present',
    );
  });

  it('blames a failing credential provider for a refusal, and for nothing else', () => {
    const plugin =
      'E1120 22:06:11.880000 859 plugin.go:400] "Failed to provide credentials for image" err="error execing credential provider plugin acme for image registry.acme.example/a: exit status 1: x"';
    const refused =
      'E1120 22:06:12.880000 859 remote_image.go:250] "PullImage from image service failed" err="failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials"';
    const unresolved =
      'E1120 22:06:12.880000 859 remote_image.go:250] "PullImage from image service failed" err="failed to resolve image: failed to do request: Head \\"https://registry.acme.example/v2/\\": dial tcp: lookup registry.acme.example: no such host"';
    expect(decode(`${plugin}\n${refused}`).error.leaf.kind).toBe('credential-provider');
    expect(decode(`${plugin}\n${unresolved}`).error.leaf.kind).toBe('dns');
  });

  it('shows the error that names the image before the same one without it', () => {
    const text =
      'Failed to pull image "registry.acme.example/a:1": unauthorized: authentication required\nError syncing pod, skipping: failed to "StartContainer" for "web" with ErrImagePull: "unauthorized: authentication required"';
    const { error, errors } = decode(text);
    expect(error.image).toBe('registry.acme.example/a:1');
    expect(errors).toHaveLength(1);
  });

  it.each([
    'Pushing image to registry.acme.example/a\nError: unable to push config: failed to authorize: failed to fetch anonymous token: unexpected status: 403 Forbidden',
    '#19 exporting to image\n#19 pushing layers 0.8s done\n#19 ERROR: failed to authorize: failed to fetch oauth token: unexpected status: 403 Forbidden\n------\nerror: failed to solve: failed to fetch oauth token: unexpected status: 403 Forbidden',
    'E1120 22:06:11.585270 1 aws_credentials.go:77] while getting AWS credentials NoCredentialProviders: no valid providers in chain. Deprecated.\nerror checking push permissions -- make sure you entered the correct tag name: checking push permission for "registry.acme.example/a:1": POST https://registry.acme.example/v2/a/blobs/uploads/: unexpected status code 401 Unauthorized',
  ])('takes what goes wrong around a push for the push: %s', (text) => {
    expect(decisive(text)).toBe('none/not-pull:image-push');
  });

  it('takes each registry that was tried for an error of its own', () => {
    const text =
      'Error: 2 errors occurred while pulling:\n * "localhost/shop/api": initializing source docker://localhost/shop/api:1: pinging container registry localhost: Get "https://localhost/v2/": dial tcp [::1]:443: connect: connection refused\n * "registry.acme.example/shop/api": initializing source docker://registry.acme.example/shop/api:1: reading manifest 1 in registry.acme.example/shop/api: manifest unknown';
    expect(decode(text).errors.map(({ host }) => host)).toEqual(['registry.acme.example', 'localhost']);
  });

  it("believes no word of dockerd's old protocol when the new one said why", () => {
    const text =
      'time="2018-01-09T18:09:08Z" level=error msg="Attempting next endpoint for pull after error: Get https://registry.acme.example/v2/shop/api/manifests/1: no basic auth credentials"\ntime="2018-01-09T18:09:09Z" level=error msg="Not continuing with pull after error: Error: image shop/api:1 not found"';
    expect(decode(text).errors.map(({ leaf }) => leaf.kind)).toEqual(['auth', 'not-found']);
  });

  it('puts the error above the steps that lead to it', () => {
    const text =
      'time="2026-11-20T22:06:11Z" level=error msg="PullImage \\"a\\" failed" error="failed to resolve image: a: not found"\ntime="2026-11-20T22:06:12Z" level=info msg="trying next host" error="failed to do request: Head \\"https://mirror.acme.example/v2/a/manifests/1\\": EOF" host=mirror.acme.example';
    expect(decode(text).errors.map(({ leaf }) => leaf.kind)).toEqual(['not-found', 'connection']);
  });
});
