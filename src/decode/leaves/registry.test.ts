import { describe, expect, it } from 'vitest';
import { decode } from '../decode.ts';
import { decisive } from '../test-summary.ts';

const DIGEST = `sha256:${'0f'.repeat(32)}`;
const PULL = 'failed to pull and unpack image "registry.acme.example/shop/api:1.4": ';

describe('what was not found', () => {
  it.each([
    [
      `Failed to pull image "registry.acme.example/shop/api:1.4": reading manifest ${DIGEST} in registry.acme.example/shop/api: manifest unknown`,
      'manifest/not-found:child-manifest @registry.acme.example',
    ],
    [
      `Failed to pull image "registry.acme.example/shop/api@${DIGEST}": reading manifest ${DIGEST} in registry.acme.example/shop/api: manifest unknown`,
      'manifest/not-found:manifest @registry.acme.example',
    ],
    [
      'failed to pull and unpack image "registry.acme.example/shop/api:1.4": failed to resolve reference "registry.acme.example/shop/api:1.4": no resolve hosts: not found',
      'resolve/mirror:no-host @registry.acme.example',
    ],
    [
      'failed to pull and unpack image "registry.acme.example/shop/api:1.4": failed to copy: httpReadSeeker: failed open: no pull hosts: not found',
      'blob/mirror:no-host @registry.acme.example',
    ],
    [
      'pulling image failed: rpc error: code = Unknown desc = failed to resolve image "registry.acme.example/shop/api:1.4": registry.acme.example/shop/api:1.4 not found',
      'resolve/not-found:reference @registry.acme.example',
    ],
    [`Error response from daemon: unknown: artifact shop/api@${DIGEST} not found`, 'pull/not-found:digest'],
    [
      'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref registry.acme.example/shop/api:1.4@sha256:<redacted> : not found',
      'resolve/not-found:digest @registry.acme.example',
    ],
    [
      'Failed to pull image "registry.acme.example/shop/api:1.4": rpc error: code = Unknown desc = Error: image shop/api:1.4 not found',
      'pull/not-found:repository @registry.acme.example',
    ],
    [
      'Failed to pull image "registry.acme.example/shop/api:1.4": rpc error: code = NotFound',
      'pull/not-found:reference @registry.acme.example',
    ],
    ['Failed to pull image "registry.acme.example/shop/api:1.4": rpc error: code = Unknown', 'pull/absent'],
    [
      'Error pulling image (1.4) from registry.acme.example/shop/api, Server error: Status 404 while fetching image layer (0f0f)',
      'blob/not-found:blob @registry.acme.example',
    ],
    [
      `${PULL}failed to resolve reference "registry.acme.example/shop/api:1.4": registry.acme.example/shop/api:1.4: not found`,
      'resolve/not-found:reference @registry.acme.example',
    ],
    [
      `${PULL}failed to resolve image: registry.acme.example/shop/api:1.4: not found`,
      'resolve/not-found:reference @registry.acme.example',
    ],
    [
      `${PULL}failed to resolve image: registry.acme.example/shop/api@${DIGEST}: not found`,
      'resolve/not-found:digest @registry.acme.example',
    ],
    [
      'failed to resolve reference "docker.io/acme/api:9": docker.io/acme/api:9: not found',
      'resolve/not-found:reference @docker.io',
    ],
    [
      'reading manifest 1.4 in registry.acme.example/shop/api: manifest unknown',
      'manifest/not-found:manifest @registry.acme.example',
    ],
    [
      'reading manifest 1.4 in registry.acme.example/shop/api: manifest unknown: The named manifest is not known to the registry.',
      'manifest/not-found:manifest @registry.acme.example',
    ],
    [
      "reading manifest 1.4 in registry.acme.example/shop/api: name unknown: The repository with name 'shop/api' does not exist in the registry with id '123456789012'",
      'manifest/not-found:repository @registry.acme.example',
    ],
    [
      'reading manifest 1.4 in registry.acme.example/shop/api: name unknown: Image not found',
      'manifest/not-found:repository @registry.acme.example',
    ],
    [
      'Error response from daemon: manifest for acme/api:1.4 not found: manifest unknown: manifest unknown',
      'manifest/not-found:manifest @docker.io',
    ],
    [
      'Error response from daemon: manifest for registry.acme.example/api:1.4 not found',
      'manifest/not-found:manifest @registry.acme.example',
    ],
    ['Error response from daemon: unknown: artifact shop/api:1.4 not found', 'pull/not-found:reference'],
    [
      `${PULL}failed to copy: httpReadSeeker: failed open: content at https://registry.acme.example/v2/shop/api/blobs/${DIGEST} not found: not found`,
      'blob/not-found:blob @registry.acme.example',
    ],
    [
      `${PULL}failed to copy: httpReadSeeker: failed open: content at https://registry.acme.example/v2/shop/api/manifests/${DIGEST} not found: not found`,
      'manifest/not-found:child-manifest @registry.acme.example',
    ],
    // the list was read; one of the manifests in it is gone
    [
      `copying system image from manifest list: determining manifest MIME type for docker://registry.acme.example/shop/api:1.4: reading manifest ${DIGEST} in registry.acme.example/shop/api: manifest unknown`,
      'manifest/not-found:child-manifest @registry.acme.example',
    ],
    [
      `copying image 2/3 from manifest list: reading manifest ${DIGEST} in registry.acme.example/shop/api: manifest unknown`,
      'manifest/not-found:child-manifest @registry.acme.example',
    ],
    [
      `${PULL}failed to copy: httpReadSeeker: failed open: could not fetch content descriptor ${DIGEST} (application/vnd.oci.image.config.v1+json) from remote: not found`,
      'blob/not-found:blob @registry.acme.example',
    ],
    [
      `${PULL}failed to copy: httpReadSeeker: failed open: could not fetch content descriptor ${DIGEST} (application/vnd.oci.image.manifest.v1+json) from remote: not found`,
      'blob/not-found:child-manifest @registry.acme.example',
    ],
    ['parsing image configuration: fetching blob: blob unknown', 'blob/not-found:blob'],
    ['unknown blob', 'blob/not-found:blob'],
    ['repository name not known to registry', 'pull/not-found:repository'],
    ['Tag 1.4 not found in repository quay.acme.example/shop/api', 'pull/not-found:tag'],
    ['Error: image shop/api:1.4 not found', 'pull/not-found:repository'],
    ['Error: image shop/api: not found', 'pull/not-found:repository'],
    [
      'GET https://registry.acme.example/v2/shop/api/manifests/1.4: MANIFEST_UNKNOWN: manifest unknown; unknown tag=1.4',
      'manifest/not-found:manifest @registry.acme.example',
    ],
    [
      'GET https://registry.acme.example/v2/shop/api/manifests/1.4: NAME_UNKNOWN: repository name not known to registry',
      'manifest/not-found:repository @registry.acme.example',
    ],
    [
      'unexpected status from HEAD request to https://registry.acme.example/v2/shop/api/manifests/1.4: 404 Not Found',
      'resolve/not-found:reference @registry.acme.example',
    ],
    [
      'HEAD https://registry.acme.example/v2/shop/api/manifests/1.4: unexpected status code 404 Not Found (HEAD responses have no body, use GET for details): GET https://registry.acme.example/v2/shop/api/manifests/1.4: NAME_UNKNOWN: repository name not known to registry; map[]',
      'resolve/not-found:repository @registry.acme.example',
    ],
    [
      '{"errors":[{"code":"NOT_FOUND","message":"resource not found: repo shop/api, tag 1.4 not found"}]}',
      'pull/not-found:reference',
    ],
    ['unknown: Not Found', 'pull/not-found:reference'],
    [
      'Error pulling image shop/api:1.4 - 404 Client Error: Not Found ("pull access denied for shop/api, repository does not exist")',
      'pull/auth:access-denied @docker.io',
    ],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });
});

describe('refusals in the words of a registry', () => {
  it.each([
    ['the answer is `manifest unknown` for the tag of today', 'pull/not-found:manifest'],
    [
      'Error response from daemon: unknown: current image with 3 vulnerabilities cannot be pulled due to configured policy in \'Prevent images with vulnerability severity of "High" or higher from running.\'',
      'signature/blocked',
    ],
    [
      'Failed to pull image "registry.acme.example/shop/api:latest": initializing source docker://registry.acme.example/shop/api:latest: reading manifest latest in registry.acme.example/shop/api: unsupported: This repository does not use the "latest" tag to track the most recent image',
      'manifest/not-found:tag @registry.acme.example',
    ],
    [
      '{"level":"error","path":"/v2/shop/api/blobs/sha256:00","status":500,"handler":"mirror","error":"mirror resolve retries exhausted for key: sha256:00"}',
      'resolve/absent',
    ],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });
});

describe('statuses and bodies', () => {
  it.each([
    [
      'failed to resolve image to digest: unsupported status code 401; body: Not Authorized',
      'resolve/auth:unauthorized',
    ],
    [
      'HEAD https://registry.acme.example/v2/shop/api/manifests/1.4: response did not include Docker-Content-Digest header',
      'resolve/content:bad-answer @registry.acme.example',
    ],
    [
      'image shop/api:1.4 could not be accessed on a registry to record its digest. Each node will access shop/api:1.4 independently',
      'resolve/unrecognized @docker.io',
    ],
    [
      'unexpected status from HEAD request to https://registry.acme.example/v2/a/manifests/1: 500 Internal Server Error',
      'resolve/http:500 @registry.acme.example',
    ],
    [
      'reading manifest 1 in registry.acme.example/a: received unexpected HTTP status: 502 Bad Gateway',
      'manifest/http:502 @registry.acme.example',
    ],
    ['Error response from daemon: received unexpected HTTP status: 503 Service Unavailable', 'pull/http:503'],
    [
      'run: Unexpected HTTP code: 503, URL: https://registry.acme.example/v2/shop/kubelet/manifests/1.4',
      'manifest/http:503 @registry.acme.example',
    ],
    [
      'Error response from daemon: Get "https://registry.acme.example/v2/": received unexpected HTTP status: 504 Gateway Time-out',
      'resolve/http:504 @registry.acme.example',
    ],
    [
      'pinging docker registry returned: error pinging registry registry.acme.example, response code 503',
      'resolve/http:503 @registry.acme.example',
    ],
    [
      'error pinging registry registry.acme.example:5000, response code 404',
      'resolve/http:404 @registry.acme.example:5000',
    ],
    [
      'unexpected status code https://registry.acme.example/v2/a/blobs/sha256:00: 403 Forbidden',
      'blob/http:403 @registry.acme.example',
    ],
    [
      'error parsing HTTP 404 response body: invalid character \'<\' looking for beginning of value: "<html><head><title>404</title></head></html>"',
      'pull/http:404',
    ],
    ['error parsing HTTP 403 response body: unexpected end of JSON input: ""', 'pull/http:403'],
    [
      'unexpected status from HEAD request to https://registry.acme.example/v2/a/manifests/1: 405 Method Not Allowed',
      'resolve/http:405 @registry.acme.example',
    ],
    [
      'unexpected status from HEAD request to http://mirror.acme.example:443/v2/a/manifests/1?ns=docker.io: 400 Bad Request',
      'resolve/http:400 @mirror.acme.example:443',
    ],
  ])('%s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });

  it('reads on in the body of an answer', () => {
    const text =
      'failed to copy: httpReadSeeker: failed open: unexpected status from GET request to https://registry-1.docker.io/v2/library/redis/manifests/sha256:00: 429 Too Many Requests\ntoomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit';
    const { error, errors } = decode(text);
    expect(error).toMatchObject({
      stage: 'manifest',
      leaf: { kind: 'rate-limit', who: 'hub-anonymous' },
      registryCode: 'TOOMANYREQUESTS',
      status: 429,
    });
    expect(errors).toHaveLength(1);
  });

  it.each([
    ['{"errors":[{"code":"DENIED","message":"requested access to the resource is denied"}]}', 'auth', 'DENIED'],
    [
      '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Tag":"1.4"}}]}',
      'not-found',
      'MANIFEST_UNKNOWN',
    ],
    ['{"errors":[{"code":"UNAUTHORIZED","message":"something of its own"}]}', 'auth', 'UNAUTHORIZED'],
  ])('reads the JSON of %s', (body, kind, registryCode) => {
    const { error } = decode(
      `unexpected status code https://registry.acme.example/v2/a/manifests/1: 403 Forbidden - Server message: ${body}`,
    );
    expect(error).toMatchObject({ leaf: { kind }, registryCode, status: 403 });
  });

  it('tells a web page from a registry', () => {
    const { leaf } = decode(
      'reading manifest 1 in registry.acme.example/a: StatusCode: 404, "<html><body>Not here</body></html>"',
    ).error;
    expect(leaf).toEqual({ kind: 'http', status: 404, html: true });
    const storage = decode(
      'parsing image configuration: fetching blob: StatusCode: 403, "<?xml version=\\"1.0\\"?><Error><Code>AccessDenied</Code></Error>"',
    ).error.leaf;
    expect(storage).toEqual({ kind: 'http', status: 403, store: true });
    // docker says what it cannot read before it quotes the body; Azure begins its own with a byte order mark
    const quoted = decode(
      'error pulling image configuration: error parsing HTTP 403 response body: invalid character \'ï\' looking for beginning of value: "\\ufeff<?xml version=\\"1.0\\"?><Error><Code>AuthorizationFailure</Code></Error>"',
    ).error;
    expect(quoted).toMatchObject({ stage: 'blob', leaf: { kind: 'http', status: 403, store: true } });
  });

  it('names the registry that a mirror stood in for', () => {
    const open = decode(
      'Head "https://mirror.acme.example/v2/library/redis/manifests/7?ns=docker.io": dial tcp 10.0.0.1:443: connect: connection refused',
    ).error;
    expect(open).toMatchObject({
      host: 'mirror.acme.example',
      mirrorOf: 'docker.io',
      request: { url: 'https://mirror.acme.example/v2/library/redis/manifests/7' },
    });
    const hidden = decode(
      'failed to pull and unpack image "quay.acme.example/a/b:1": failed to resolve image: failed to do request: Head "https://mirror.acme.example/v2/a/b/manifests/1?ns=%5BREDACTED%5D": EOF',
    ).error;
    expect(hidden.mirrorOf).toBe('quay.acme.example');
  });
});

describe('limits', () => {
  it.each([
    [
      'toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
      'hub-anonymous',
    ],
    [
      "toomanyrequests: You have reached your pull rate limit as 'acmebot': dckr_jti_x. You may increase the limit by upgrading. https://www.docker.com/increase-rate-limit",
      'hub-account',
    ],
    [
      'toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
      'hub',
    ],
    ['toomanyrequests: Too Many Requests (HAP429).', 'hub-abuse'],
    ['toomanyrequests: Data limit exceeded', 'ecr-public'],
    ['toomanyrequests: Rate exceeded', 'ecr-public'],
    ['denied: toomanyrequests: retry-after: 162.7µs, allowed: 44000/minute', 'unsaid'],
    [
      'unexpected status from HEAD request to https://registry.acme.example/v2/a/manifests/1: 429 Too Many Requests',
      'unsaid',
    ],
    ['reading manifest 1 in registry.acme.example/a: too many requests to registry', 'unsaid'],
  ])('%s', (text, who) => {
    expect(decode(text).error.leaf).toEqual({ kind: 'rate-limit', who });
  });
});

describe('policies and closings of registries', () => {
  it.each([
    ["unknown: Project 'project:acme-old' not found or deleted.", 'retired'],
    ['registry registry.acme.example is blocked in /etc/containers/registries.conf', 'blocked'],
    [
      "unknown: current image with 'Running' status of vulnerability scan cannot be pulled due to configured policy in 'Prevent images with vulnerability severity'",
      'blocked',
    ],
    [
      'unknown: Artifact download request rejected: shop/api/1.4/manifest.json was not downloaded due to the download blocking policy configured in Xray for artifactory-virtual.',
      'blocked',
    ],
    [
      'denied: Container Registry is deprecated and shutting down, please use the auto migration tool to migrate to Artifact Registry',
      'retired',
    ],
    ['denied: Project acme-old has been deleted.', 'retired'],
    ['projectpolicyviolation: The image is not signed by cosign.', 'signature'],
    ['projectpolicyviolation: vulnerability severity is too high', 'blocked'],
  ])('%s', (text, kind) => {
    expect(
      decode(`Error response from daemon: Head "https://registry.acme.example/v2/shop/api/manifests/1.4": ${text}`)
        .error.leaf.kind,
    ).toBe(kind);
  });
});

describe('answers that no client can use', () => {
  it.each([
    'Error response from daemon: missing or empty Content-Type header',
    'Error: missing required header Docker-Content-Digest',
    'failed to resolve image: missing or empty Etag header',
    'Error response from daemon: unable to fetch descriptor (sha256:4f) which reports content size of zero: invalid argument',
  ])('%s', (text) => {
    expect(decode(text).error.leaf).toEqual({ kind: 'content', problem: 'bad-answer' });
  });

  it.each([
    [400, 'No required SSL certificate was sent'],
    [400, 'The plain HTTP request was sent to HTTPS port'],
  ])('keeps the title of a page that came with %i', (status, title) => {
    const page = `<html>\\r\\n<head><title>${status} ${title}</title></head>\\r\\n<body></body></html>`;
    const text = `Error response from daemon: error parsing HTTP ${status} response body: invalid character '<' looking for beginning of value: "${page}"`;
    expect(decode(text).error.leaf).toEqual({ kind: 'http', status, html: true, serverMessage: `${status} ${title}` });
  });
});
