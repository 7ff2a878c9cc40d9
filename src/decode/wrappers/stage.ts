import type { Stage } from '../../core/pull-error.ts';
import type { Gives } from '../seen.ts';

/** What the path of a request tells: the stage, and whether it belongs to an image pull at all. */
export function stageOfPath(path: string, outer: Stage | undefined, method: string | undefined): Gives {
  const lower = path.toLowerCase();
  if (lower.includes('/blobs/uploads') || method === 'PUT' || method === 'PATCH') return { elsewhere: 'image-push' };
  if (outer === 'authorize') return { stage: 'authorize', pull: true };
  if (isTokenPath(lower)) return { stage: 'authorize', ...(isRegistryTokenPath(lower, method) ? { pull: true } : {}) };
  // for a digest containerd asks /manifests/ and then /blobs/ before it knows what it is
  if (method === 'HEAD' && outer === 'resolve') return { stage: 'resolve', pull: true };
  if (lower.includes('/blobs/') || lower.includes('/layers/')) return { stage: 'blob', pull: true };
  if (lower.includes('/manifests/')) return { stage: stageOfManifest(lower, outer, method), pull: true };
  if (/\/v[012]\/(?:_ping)?$/.test(lower) || lower.endsWith('/v2')) return { stage: 'resolve', pull: true };
  if (isApiPath(lower)) return { elsewhere: 'other' };
  if (isRegistryPath(lower)) return { pull: true };
  return {};
}

/** The registry API, the index of Docker's first protocol included. */
function isRegistryPath(path: string): boolean {
  return path.includes('/v2/') || /\/v1\/(?:repositories|images)\//.test(path);
}

/** A path that neither a registry, a token server nor a layer store answers; the root may be anything. */
export function isForeignPath(path: string): boolean {
  const lower = path.toLowerCase();
  if (lower === '' || lower === '/' || isTokenPath(lower) || isRegistryPath(lower)) return false;
  return !/\/(?:v[012]|_ping|blobs|layers|manifests)(?:\/|$)/.test(lower);
}

/** A token server may stand anywhere; what it is asked for says that it is one (distribution token specification). */
export function isTokenRequest(url: string): boolean {
  return /[?&]scope=repository(?:%3a|:)/i.test(url);
}

/** A HEAD resolves the name; a GET after that reads the manifest. */
function stageOfManifest(path: string, outer: Stage | undefined, method: string | undefined): Stage {
  if (outer === 'resolve') return 'resolve';
  if (path.includes('/manifests/sha256:')) return 'manifest';
  return method === 'HEAD' ? 'resolve' : 'manifest';
}

function isTokenPath(path: string): boolean {
  return (
    path.endsWith('/token') ||
    path.endsWith('/jwt/auth') ||
    path.endsWith('/service/token') ||
    path.endsWith('/oauth2/exchange')
  );
}

/** Where registries keep their token service. Other services give tokens as well, mostly deeper down and to a POST. */
function isRegistryTokenPath(path: string, method: string | undefined): boolean {
  if (/\/(?:v2\/token|jwt\/auth|service\/token|oauth2\/exchange)$/.test(path)) return true;
  return method !== 'POST' && /^\/(?:oauth2\/)?token$/.test(path);
}

/** Requests to the Kubernetes API and to its webhooks. */
function isApiPath(path: string): boolean {
  return (
    path.startsWith('/api/') || path.startsWith('/apis/') || path.startsWith('/validate') || path.startsWith('/mutate')
  );
}
