import type { Leaf } from '../../core/pull-error.ts';
import type { Reading, Rule } from '../rule.ts';

type Auth = Extract<Leaf, { kind: 'auth' }>;

/** Words of registries, of token services and of clients on who may pull. Anything told deeper beats `fallback`. */
export const AUTH_LEAVES: readonly Rule[] = [
  { like: 'no basic auth credentials', leaf: auth('no-credentials'), prose: true },
  { like: 'pull access denied', gives: { pull: true, fallback: auth('access-denied') } },
  { like: 'insufficient_scope', leaf: auth('insufficient-scope'), prose: true },
  { like: 'requested access to the resource is denied', leaf: auth('access-denied'), prose: true },
  { like: 'requested access to the resource is not authorized', leaf: auth('access-denied') },
  { like: 'access to the requested resource is not authorized', leaf: auth('access-denied'), prose: true },
  { like: 'access to the resource is denied', leaf: auth('access-denied') },
  { like: 'access forbidden', leaf: auth('access-denied') },
  { like: 'unauthorized to access repository', leaf: repositoryRefused, prose: true },
  { like: 'does not exist or no pull access', leaf: auth('access-denied'), prose: true },
  { like: 'no pull access', leaf: auth('access-denied') },
  { like: 'repository does not exist or may require', gives: { fallback: auth('access-denied') } },
  { like: 'unable to access the repository', leaf: auth('access-denied') },
  { like: 'unauthorized: access token has insufficient scopes', leaf: auth('insufficient-scope') },
  { like: 'access token has insufficient scopes', leaf: auth('insufficient-scope') },
  { like: 'user cannot be authenticated with the token provided', leaf: auth('credentials-refused') },
  { like: 'incorrect username or password', leaf: auth('credentials-refused'), prose: true },
  { like: 'invalid username/password', leaf: loginRefused, prose: true },
  { like: 'invalid username or password', leaf: auth('credentials-refused'), prose: true },
  { like: 'authentication failed', gives: { fallback: auth('credentials-refused') }, generic: true },
  { like: 'bad credentials', leaf: auth('credentials-refused'), generic: true },
  { like: 'invalid credentials', leaf: auth('credentials-refused'), generic: true },
  { like: 'wrong username or password', leaf: auth('credentials-refused') },
  { like: 'personal access token is expired', leaf: auth('token-expired') },
  // ACR, of a service principal that Entra does not know
  { like: 'application not registered with aad', leaf: auth('credentials-refused') },
  { like: 'http basic: access denied', leaf: auth('credentials-refused') },
  { like: 'your account must log in with a personal access token', leaf: auth('credentials-refused') },
  // Docker Hub, of a password where an organization signs its people in elsewhere
  { like: 'please use personal access token to login', leaf: auth('credentials-refused') },
  // Yandex Container Registry
  { like: 'password is invalid', leaf: auth('credentials-refused'), generic: true },
  // IBM Cloud Container Registry
  { like: 'the login credentials are not valid', leaf: auth('credentials-refused'), prose: true },
  // OAuth 2: every service that gives tokens says so
  { like: 'invalid_grant', leaf: auth('credentials-refused'), generic: true },
  { like: 'your authorization token has expired', leaf: auth('token-expired'), prose: true },
  { like: 'authorization token has expired', leaf: auth('token-expired'), prose: true },
  { like: 'your authorization token is invalid', leaf: auth('token-expired') },
  { like: 'authorization token is invalid', leaf: auth('token-expired') },
  { like: 'not authorized: expired token', leaf: auth('token-expired') },
  { like: 'token has expired', leaf: auth('token-expired'), prose: true },
  { like: 'token is expired', leaf: auth('token-expired'), prose: true },
  { like: 'the security token included in the request is', leaf: auth('token-expired'), prose: true },
  { like: 'expiredtoken', leaf: auth('token-expired') },
  { like: 'token expired', leaf: auth('token-expired') },
  { like: 'jwt expired', leaf: auth('token-expired') },
  {
    like: 'unauthenticated requests do not have permission',
    gives: { pull: true },
    leaf: (reading) => named('anonymous-refused', reading),
    prose: true,
  },
  // Oracle Cloud Infrastructure Registry
  { like: 'anonymous users are only allowed', leaf: auth('anonymous-refused'), prose: true },
  // Huawei SWR, of a repository that is not public
  { like: 'you may not login yet', gives: { pull: true }, leaf: auth('anonymous-refused') },
  { like: 'unauthenticated request', gives: { pull: true, fallback: auth('anonymous-refused') } },
  {
    like: 'permission {name:q} denied on resource',
    leaf: (reading) => refusedRight(reading, reading.captures.name ?? ''),
  },
  { like: 'permission denied for {tag:q} from request', leaf: auth('permission') },
  { like: 'permission_denied', gives: { fallback: auth('permission') } },
  { like: 'the token provided does not match expected scopes', leaf: auth('permission') },
  { like: 'installation not allowed to', leaf: installationRefused },
  { like: 'the client does not have permission for manifest', leaf: auth('permission'), prose: true },
  { like: 'caller does not have permission', leaf: auth('permission'), prose: true },
  { like: 'the caller does not have permission', leaf: auth('permission'), prose: true },
  { like: "you don't have the needed permissions to perform this operation", leaf: auth('access-denied'), prose: true },
  { like: 'user: {principal:w} is not authorized to perform', leaf: refusedAction },
  { like: 'accessdeniedexception', gives: { fallback: auth('permission') } },
  { like: 'is not authorized to perform', leaf: refusedAction, prose: true },
  { like: 'not authorized to perform', leaf: refusedAction },
  { like: 'client with ip', leaf: auth('ip-not-allowed'), prose: true },
  { like: 'your client does not have permission to get url', leaf: auth('ip-not-allowed'), prose: true },
  { like: 'public access to this registry is disabled', leaf: auth('ip-not-allowed') },
  { like: 'authentication required', leaf: auth('unauthorized'), prose: true },
  { like: 'unauthorized: authentication required', leaf: auth('unauthorized'), prose: true },
  // docker 1.x, of the protocol before tokens
  { like: 'authentication is required', leaf: auth('unauthorized'), generic: true },
  { like: 'unauthorized', gives: { registryCode: 'UNAUTHORIZED', fallback: auth('unauthorized'), last: 'body' } },
  { like: 'not authorized', gives: { fallback: auth('unauthorized') }, generic: true },
  { like: 'denied', gives: { registryCode: 'DENIED', fallback: auth('access-denied'), last: 'body' } },
  { like: 'access denied', gives: { fallback: auth('access-denied') }, generic: true },
  {
    like: 'authorization failed',
    when: ({ seen }) => seen.fallback === undefined,
    gives: { fallback: auth('unauthorized') },
    generic: true,
  },
  { like: 'unsupported auth scheme', leaf: auth('challenge') },
  // under the code NAME_INVALID: the token service gave a token for another repository
  { like: 'requested repository does not match bearer token resource', leaf: auth('challenge') },
  { like: 'invalid authorization header', leaf: auth('challenge') },
  { like: 'no bearer challenge', leaf: auth('challenge') },
  // the realm is no URL
  {
    like: 'unsupported protocol scheme {scheme:q}',
    when: ({ seen }) => seen.last === 'request' && seen.stage === 'authorize',
    leaf: auth('challenge'),
  },
  { like: 'missing realm', leaf: auth('challenge') },
  { like: 'authorization server did not include a token in the response', leaf: auth('challenge') },
  { like: 'no token in bearer response', leaf: auth('challenge') },
  { like: 'unable to decode token response', leaf: auth('challenge') },
];

function auth(problem: Auth['problem']): Auth {
  return { kind: 'auth', problem };
}

/** containers/image says so of every 401 of a token service; the registry's own words may tell that no login came. */
function loginRefused({ rest }: Reading): Leaf {
  const anonymous = /you may not login yet|anonymous users are only allowed|unauthenticated request/i;
  return auth(anonymous.test(rest.slice(0, 400)) ? 'anonymous-refused' : 'credentials-refused');
}

/** Harbor names the action that it refuses. */
function repositoryRefused({ rest }: Reading): Leaf {
  const pushed = /^\S{0,3}\s?\S{1,300} action: push\b/.test(rest.slice(0, 400));
  return pushed ? { kind: 'not-pull', what: 'image-push' } : auth('access-denied');
}

/** GitHub names what the token may not do with packages; a pull reads. */
function installationRefused({ rest }: Reading): Leaf {
  const reads = !/^ (?:create|write|update|delete)\b/i.test(rest);
  return reads ? auth('permission') : { kind: 'not-pull', what: 'image-push' };
}

function permission(problem: Auth['problem'], name: string | undefined): Auth {
  return { kind: 'auth', problem, ...(name === undefined || name === '' ? {} : { permission: name }) };
}

/** Rights that a push takes, and no pull. */
const PUSH_RIGHT = /^ecr(?:-public)?:(?:Put|Initiate|Upload|Complete)|uploadArtifacts$|^storage\.objects\.create$/;

/** Services whose rights an image pull takes: registries, their stores, their keys and their tokens. */
const PULL_RIGHT = /^(?:ecr|ecr-public|s3|kms|sts|artifactregistry|containerregistry|storage)[:.]/;

/** A cloud names the right that is missing; whether a pull takes it is told by its service. */
function refusedRight({ seen }: Reading, right: string): Leaf {
  if (PUSH_RIGHT.test(right)) return { kind: 'not-pull', what: 'image-push' };
  if (right !== '' && seen.pull !== true && !PULL_RIGHT.test(right)) return { kind: 'not-pull', what: 'other' };
  return permission('permission', right);
}

function refusedAction(reading: Reading): Leaf {
  return refusedRight(reading, named('permission', reading).permission ?? '');
}

const IAM_ACTION = /\b([a-z][a-z-]{1,30}:[A-Z][A-Za-z]{2,60})\b/;
const GCP_PERMISSION = /\b((?:artifactregistry|storage|containerregistry)\.[a-zA-Z.]{3,80})/;

/** The missing permission, where the text names it: `ecr:BatchGetImage`, `artifactregistry.repositories.downloadArtifacts`. */
function named(problem: Auth['problem'], { rest }: Reading): Auth {
  const words = rest.slice(0, 600);
  return permission(problem, IAM_ACTION.exec(words)?.[1] ?? GCP_PERMISSION.exec(words)?.[1]);
}
