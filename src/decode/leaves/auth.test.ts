import { describe, expect, it } from 'vitest';
import { decode } from '../decode.ts';
import { decisive } from '../test-summary.ts';

const RESOLVE = 'failed to resolve reference "registry.acme.example/shop/api:1.4": ';

describe('token endpoint', () => {
  it.each([
    ['anonymous', '401 Unauthorized', 'auth:anonymous-refused'],
    ['anonymous', '403 Forbidden', 'auth:anonymous-refused'],
    ['oauth', '401 Unauthorized', 'auth:credentials-refused'],
    ['oauth', '403 Forbidden', 'auth:credentials-refused'],
    ['anonymous', '400 Bad Request', 'http:400'],
    ['anonymous', '404 Not Found', 'http:404'],
    ['oauth', '503 Service Unavailable', 'http:503'],
    ['anonymous', '429 Too Many Requests', 'rate-limit:unsaid'],
  ])('%s token, %s', (token, status, leaf) => {
    const text = `${RESOLVE}failed to authorize: failed to fetch ${token} token: unexpected status from GET request to https://auth.acme.example/token?scope=repository%3Ashop%2Fapi%3Apull&service=registry: ${status}`;
    expect(decisive(text)).toBe(`authorize/${leaf} @auth.acme.example`);
    expect(decode(text).error).toMatchObject({ token, status: Number(status.slice(0, 3)) });
  });

  it('knows no host for the short wording of containerd 1.6', () => {
    const { error } = decode(
      `${RESOLVE}failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized`,
    );
    expect(error).toMatchObject({
      stage: 'authorize',
      status: 401,
      token: 'oauth',
      leaf: { problem: 'credentials-refused' },
    });
    expect(error.host).toBeUndefined();
  });

  it('strips the query of the request', () => {
    const { request } = decode(
      `${RESOLVE}failed to authorize: failed to fetch anonymous token: Get "https://auth.acme.example/token?scope=x&account=y": EOF`,
    ).error;
    expect(request).toEqual({ method: 'GET', url: 'https://auth.acme.example/token' });
  });
});

describe('words of registries', () => {
  it.each([
    [
      'initializing source docker://fra.ocir.io/acme/api:1: reading manifest 1 in fra.ocir.io/acme/api: denied: Anonymous users are only allowed read access on public repos',
      'anonymous-refused',
    ],
    [
      'Error response from daemon: Get https://de.icr.io/v2/acme/api/manifests/1: unauthorized: The login credentials are not valid, or your IBM Cloud account is not active.',
      'credentials-refused',
    ],
    [
      'Error response from daemon: name invalid: Requested repository does not match bearer token resource: acme/api',
      'challenge',
    ],
    [
      'image pull failed for registry.acme.example/a:1, this may be because there are no credentials on this request. details: (Authentication is required.)',
      'unauthorized',
    ],
    ['failed to authorize: failed to fetch oauth token: {"error":"invalid_grant"}', 'credentials-refused'],
    [
      'unexpected status code https://ghcr.io/v2/acme/api/blobs/sha256:00: 401 Unauthorized - Server message: unauthorized: unauthenticated: User cannot be authenticated with the token provided.',
      'credentials-refused',
    ],
    [
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      'insufficient-scope',
    ],
    [
      'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
      'no-credentials',
    ],
    [
      'Error response from daemon: Get https://acme.azurecr.io/v2/shop/manifests/1: unauthorized: Application not registered with AAD.',
      'credentials-refused',
    ],
    [
      'pull access denied, repository does not exist or may require authorization: server message: invalid_token: authorization failed',
      'access-denied',
    ],
    [
      "Error response from daemon: pull access denied for shop/api, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      'access-denied',
    ],
    ['reading manifest 1.4 in registry.acme.example/shop/api: unauthorized: authentication required', 'unauthorized'],
    ['reading manifest 1.4 in registry.acme.example/shop/api: authentication required', 'unauthorized'],
    [
      'reading manifest 1.4 in quay.acme.example/shop/api: unauthorized: access to the requested resource is not authorized',
      'access-denied',
    ],
    ['reading manifest 1.4 in docker.io/shop/api: requested access to the resource is denied', 'access-denied'],
    [
      'unable to retrieve auth token: invalid username/password: unauthorized: incorrect username or password',
      'credentials-refused',
    ],
    [
      'unable to retrieve auth token: invalid username/password: unauthorized: Please login to the Acme Registry',
      'credentials-refused',
    ],
    [
      'initializing source docker://swr.acme.example/shop/api:1: unable to retrieve auth token: invalid username/password: denied: You may not login yet',
      'anonymous-refused',
    ],
    [
      'Error response from daemon: Head "https://swr.acme.example/v2/shop/api/manifests/1": denied: You may not login yet',
      'anonymous-refused',
    ],
    [
      'Error response from daemon: Head "https://registry.acme.example/v2/shop/api/manifests/1": unauthorized: Password is invalid - must be OAuth token. Read more: https://acme.example/docs',
      'credentials-refused',
    ],
    [
      'Error response from daemon: Head "https://registry-1.docker.io/v2/shop/api/manifests/1": unauthorized: please use personal access token to login when SSO is enforced',
      'credentials-refused',
    ],
    [
      'Error response from daemon: Get "https://registry-1.docker.io/v2/shop/api/manifests/1": toomanyrequests: too many failed login attempts for username or IP address',
      'credentials-refused',
    ],
    [
      'Error response from daemon: login attempt to https://harbor.acme.example/v2/ failed with status: 401 Unauthorized',
      'credentials-refused',
    ],
    [
      'Error response from daemon: no successful auth challenge for http://10.0.0.9:5000/v2/ - errors: [basic auth attempt to http://10.0.0.9:5000/v2/ realm "acme" failed with status: 401 Unauthorized]',
      'credentials-refused',
    ],
    [
      'Error response from daemon: Get "https://registry.acme.example/v2/shop/api/manifests/1": unauthorized: HTTP Basic: Access denied. The provided password or token is incorrect',
      'credentials-refused',
    ],
    ['Error response from daemon: Head "https://ghcr.io/v2/acme/api/manifests/1": denied: denied', 'access-denied'],
    ['Error response from daemon: Head "https://ghcr.io/v2/acme/api/manifests/1": denied', 'access-denied'],
    ['Error response from daemon: Head "https://ghcr.io/v2/acme/api/manifests/1": unauthorized', 'unauthorized'],
    ['Error response from daemon: error from registry: unauthorized', 'unauthorized'],
    ['denied: Your authorization token has expired. Reauthenticate and try again.', 'token-expired'],
    ['denied: The security token included in the request is expired', 'token-expired'],
    [
      'denied: User: arn:aws:sts::123456789012:assumed-role/node/i-0 is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-1:123456789012:repository/api because no resource-based policy allows the ecr:BatchGetImage action',
      'permission',
    ],
    [
      'denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/acme/locations/europe/repositories/api" (or it may not exist)',
      'permission',
    ],
    [
      'denied: Unauthenticated request. Unauthenticated requests do not have permission "artifactregistry.repositories.downloadArtifacts" on resource "projects/acme/locations/europe/repositories/api" (or it may not exist)',
      'anonymous-refused',
    ],
    [
      "denied: client with IP '203.0.113.7' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.",
      'ip-not-allowed',
    ],
    [
      'unauthorized: unauthorized to access repository: shop/api, action: pull: unauthorized to access repository: shop/api, action: pull',
      'access-denied',
    ],
    ['unauthorized: The client does not have permission for manifest', 'permission'],
    ['denied: access forbidden', 'access-denied'],
    ['denied: Permission denied for "1.4" from request "/v2/acme/api/manifests/1.4".', 'permission'],
    ['denied: permission_denied: The token provided does not match expected scopes.', 'permission'],
    ['denied: installation not allowed to Read organization package', 'permission'],
    [
      'failed to pull and unpack image "public.ecr.aws/acme/api:1": failed to resolve reference "public.ecr.aws/acme/api:1": denied: Your Authorization Token is invalid.',
      'token-expired',
    ],
  ])('%s', (text, problem) => {
    expect(decode(text).error.leaf).toMatchObject({ kind: 'auth', problem });
  });

  it('names the missing permission', () => {
    expect(
      decode('denied: User: arn:aws:iam::1:user/x is not authorized to perform: ecr:BatchGetImage on resource: y').error
        .leaf,
    ).toEqual({
      kind: 'auth',
      problem: 'permission',
      permission: 'ecr:BatchGetImage',
    });
    expect(
      decode('denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/acme"')
        .error.leaf,
    ).toMatchObject({
      permission: 'artifactregistry.repositories.downloadArtifacts',
    });
  });

  const IAM = 'AccessDeniedException: User: arn:aws:sts::1:assumed-role/node/i-0 is not authorized to perform: ';
  it.each([
    [`${IAM}ecr:GetDownloadUrlForLayer on resource: y`, { kind: 'auth', problem: 'permission' }],
    [`${IAM}kms:Decrypt on resource: y`, { kind: 'auth', problem: 'permission' }],
    [`${IAM}secretsmanager:GetSecretValue on resource: y`, { kind: 'not-pull', what: 'other' }],
    [`${IAM}eks:DescribeCluster on resource: y`, { kind: 'not-pull', what: 'other' }],
    [`${IAM}ecr:InitiateLayerUpload on resource: y`, { kind: 'not-pull', what: 'image-push' }],
    [
      'googleapi: Error 403: Permission "container.clusters.get" denied on resource "projects/acme"',
      { kind: 'not-pull', what: 'other' },
    ],
    [
      'denied: Permission "artifactregistry.repositories.uploadArtifacts" denied on resource "projects/acme/locations/europe/repositories/api"',
      { kind: 'not-pull', what: 'image-push' },
    ],
    [
      'Failed to pull image "acme.example/api:1": Permission "acme.objects.read" denied on resource "projects/acme"',
      { kind: 'auth', problem: 'permission' },
    ],
    ['denied: installation not allowed to Create organization package', { kind: 'not-pull', what: 'image-push' }],
    [
      'An error occurred (UnrecognizedClientException) when calling the DescribeCluster operation: The security token included in the request is invalid',
      { kind: 'not-pull', what: 'other' },
    ],
    [
      'operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 400, ExpiredToken: token expired',
      { kind: 'not-pull', what: 'other' },
    ],
    [
      'An error occurred (ExpiredTokenException) when calling the GetAuthorizationToken operation: The security token included in the request is expired',
      { kind: 'auth', problem: 'token-expired' },
    ],
    ["Access denied for user 'shop'@'localhost' (using password: YES)", { kind: 'not-pull', what: 'other' }],
    ['remote: HTTP Basic: Access denied', { kind: 'not-pull', what: 'other' }],
    ['Error from server (TooManyRequests): too many requests', { kind: 'not-pull', what: 'other' }],
    ['error: You must be logged in to the server (Unauthorized)', { kind: 'not-pull', what: 'other' }],
    [
      'User "system:serviceaccount:shop:api" cannot get resource "secrets" in API group "" in the namespace "shop"',
      { kind: 'not-pull', what: 'other' },
    ],
  ])('tells by the right that is missing whether a pull takes it: %s', (text, leaf) => {
    expect(decode(text).error.leaf).toMatchObject(leaf);
  });

  it.each([
    ['GET', 'https://auth.acme.example/token', undefined],
    ['GET', 'https://acme.example/jwt/auth', undefined],
    ['POST', 'https://acme.example/oauth2/exchange', undefined],
    ['POST', 'https://login.acme.example/realms/shop/protocol/openid-connect/token', 'other'],
    ['GET', 'https://login.acme.example/1f/oauth2/v2.0/token', 'other'],
    ['POST', 'https://oauth2.acme.example/token', 'other'],
  ])('tells a token service of a registry by its path: %s %s', (method, url, what) => {
    const name = method === 'GET' ? 'Get' : 'Post';
    const { leaf } = decode(`${name} "${url}": dial tcp 192.0.2.7:443: i/o timeout`).error;
    expect(leaf).toMatchObject(what === undefined ? { kind: 'dial' } : { kind: 'not-pull', what });
  });

  it.each([
    [
      'pulling from host registry.acme.example failed with status code [manifests 1.4]: 401 Unauthorized',
      'resolve/http:401 @registry.acme.example',
    ],
    ['unexpected status code [manifests 1.4]: 403 Forbidden', 'resolve/http:403'],
    [
      'unexpected status from HEAD request to https://registry.acme.example/v2/shop/api/manifests/1.4: 401 Unauthorized',
      'resolve/http:401 @registry.acme.example',
    ],
    ['Requesting bearer token: invalid status code from registry 403 (Forbidden)', 'authorize/http:403'],
    ['Requesting bearer token: received unexpected HTTP status: 403 Forbidden', 'authorize/http:403'],
  ])('leaves a bare status open: %s', (text, summary) => {
    expect(decisive(text)).toBe(summary);
  });
});

describe('logins of other services', () => {
  it.each([
    "ERROR: (gcloud.auth.print-access-token) There was a problem refreshing your current auth tokens: ('invalid_grant: Token has been revoked.')",
    "remote: HTTP Basic: Access denied. The provided password or token is incorrect.\nfatal: Authentication failed for 'https://git.acme.example/shop/api.git/'",
    "backup: cannot list objects: Authentication failed for user 'backup'",
  ])('%s', (text) => {
    expect(decisive(text)).toBe('none/not-pull:other');
  });
});
