import type { Leaf, PullError, Stage } from '../core/pull-error.ts';
import { excerpt } from '../core/redact.ts';
import { GRAMMAR } from './grammar.ts';
import { isMetadataHost } from './leaves/credential.ts';
import { isNodeFault } from './node-fault.ts';
import type { Seen } from './seen.ts';
import { registryOf } from './url.ts';
import type { Walked } from './walk.ts';

const MAX_TEXT = 2000;

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };

/** Turns what a walk found into the error that leaves this room. */
export function complete(text: string, walked: Walked): PullError {
  const { seen } = walked;
  const leaf = leafOf(walked);
  const stage = stageOf(leaf, seen);
  const host = hostOf(leaf, stage, seen);
  const mirrorOf = mirrorOfRequest(seen, host);
  const error: Mutable<PullError> = { text: excerpt(text, MAX_TEXT), stage, leaf, attempts: NONE };
  if (seen.runtime !== undefined) error.runtime = seen.runtime;
  if (seen.image !== undefined) error.image = seen.image;
  if (host !== undefined) error.host = host;
  if (mirrorOf !== undefined) error.mirrorOf = mirrorOf;
  if (seen.grpcCode !== undefined) error.grpcCode = seen.grpcCode;
  if (seen.registryCode !== undefined) error.registryCode = seen.registryCode;
  if (seen.token !== undefined) error.token = seen.token;
  if (seen.reason !== undefined) error.reason = seen.reason;
  if (stage === 'none') return error;
  if (seen.pull !== true) error.loose = true;
  if (seen.request !== undefined) error.request = seen.request;
  if (seen.status !== undefined) error.status = seen.status;
  if (seen.sandbox === true && seen.pull === true) error.sandbox = true;
  return error;
}

const NONE: readonly PullError[] = [];

/** The leaf that the walk found, corrected by what stands around it. */
function leafOf({ leaf, seen, unknown }: Walked): Leaf {
  const found = leaf ?? seen.fallback;
  if (found === undefined) return nothingFound(seen, unknown);
  if (isVague(found) && seen.fallback?.kind === 'not-found') return seen.fallback;
  if (found.kind === 'not-found' && found.what === 'manifest' && seen.part === true)
    return { kind: 'not-found', what: 'child-manifest' };
  if (found.kind === 'absent' && seen.fallback !== undefined) return seen.fallback;
  if (found.kind === 'not-pull' || found.kind === 'progress') return found;
  if (isInspection(seen)) return ofImageStore(found);
  if (isNodeFault(found, seen)) return found;
  if (seen.elsewhere !== undefined) return { kind: 'not-pull', what: seen.elsewhere };
  if (seen.stage === 'runtime' && seen.image === undefined && OVER_TCP.has(found.kind))
    return { kind: 'not-pull', what: 'other' };
  if (seen.sandbox === true && seen.pull !== true && found.kind !== 'runtime')
    return { kind: 'not-pull', what: 'sandbox' };
  if (found.kind === 'admission' && found.aboutRegistry !== true) return { kind: 'not-pull', what: 'webhook' };
  if (isMetadata(seen) && NETWORK.has(found.kind))
    return { kind: 'metadata', problem: found.kind === 'http' ? 'refused' : 'unreachable' };
  return found;
}

/** The kubelet asks the runtime which images the node has; no registry is asked (kubelet images/image_manager.go, 1.36). */
function isInspection({ stage, fallback }: Seen): boolean {
  return stage === 'runtime' && fallback?.kind === 'runtime' && fallback.problem === 'inspect';
}

/** A wait or broken content in the answer to an inspection is the runtime's own. */
function ofImageStore(leaf: Leaf): Leaf {
  if (leaf.kind === 'timeout') return { kind: 'runtime', problem: 'timeout' };
  return leaf.kind === 'content' ? { kind: 'runtime', problem: 'inspect' } : leaf;
}

/** Under a gRPC layer: the CRI is spoken over a socket of the node, so a connection over the network was another service's. */
const OVER_TCP: ReadonlySet<Leaf['kind']> = new Set(['dial', 'dns', 'tls']);

/** `name unknown: Image not found`: the code says more than the words after it. */
function isVague(leaf: Leaf): boolean {
  return leaf.kind === 'not-found' && leaf.what === 'reference';
}

function nothingFound(seen: Seen, unknown: string): Leaf {
  if (seen.pull === true) {
    const words = unknown.trim();
    if (NAMES_MISSING_IMAGE.test(words)) return missingImage(words);
    if (/[a-z]{3}/i.test(words) && seen.stage !== 'backoff' && !isTornWord(words))
      return { kind: 'unrecognized', text: excerpt(words, 300) };
    return cutOff(seen);
  }
  return { kind: 'not-pull', what: seen.sandbox === true ? 'sandbox' : (seen.elsewhere ?? 'other') };
}

/** The first letters of words that the grammar knows: the text was cut inside them. */
function isTornWord(words: string): boolean {
  return /^[a-z]+$/i.test(words) && GRAMMAR.continues(words.toLowerCase());
}

/** `registry.acme.example/shop/api:1.5 not found`: no colon parts the name from the words. */
const NAMES_MISSING_IMAGE =
  /^[\w.-]{1,253}(?::\d{1,5})?\/[\w./-]{1,253}(?::[\w.-]{1,128}|@sha256:[0-9a-f]{64})? not found$/;

function missingImage(words: string): Leaf {
  return { kind: 'not-found', what: words.includes('@sha') ? 'digest' : 'reference' };
}

/** A text that ends before its reason; the gRPC code of a pull may still tell that something does not exist. */
function cutOff({ grpcCode, stage, image }: Seen): Leaf {
  if (grpcCode !== 'NotFound' || (stage !== 'pull' && stage !== 'resolve')) return { kind: 'absent' };
  return { kind: 'not-found', what: image?.includes('@sha') === true ? 'digest' : 'reference' };
}

const NETWORK: ReadonlySet<Leaf['kind']> = new Set([
  'dns',
  'dial',
  'connection',
  'timeout',
  'tls',
  'http',
  'proxy',
  'not-found',
]);

function isMetadata(seen: Seen): boolean {
  return seen.request !== undefined && isMetadataHost(seen.request.url);
}

/** Leaves that belong to one stage, whatever layer printed them. */
const OWN_STAGE: Partial<Record<Leaf['kind'], Stage>> = {
  'not-pull': 'none',
  reference: 'reference',
  'short-name': 'reference',
  'not-present': 'policy',
  throttle: 'throttle',
  secret: 'secret',
  'credential-provider': 'credential',
  metadata: 'credential',
  signature: 'signature',
  blocked: 'signature',
  admission: 'admission',
  platform: 'manifest',
};

/** Stages for leaves that stand alone. */
const DEFAULT_STAGE: Partial<Record<Leaf['kind'], Stage>> = {
  'media-type': 'manifest',
  content: 'blob',
  storage: 'unpack',
  unpack: 'unpack',
  runtime: 'runtime',
  mirror: 'resolve',
};

function stageOf(leaf: Leaf, seen: Seen): Stage {
  // The disk failed under the sandbox itself: no pull had begun.
  if (isNodeFault(leaf, seen) && seen.image === undefined) return 'runtime';
  const own = OWN_STAGE[leaf.kind];
  if (own !== undefined) return own;
  const told = seen.stage;
  if (told !== undefined && told !== 'pull' && told !== 'backoff') return told;
  if (leaf.kind === 'absent') return told ?? 'pull';
  if (leaf.kind === 'not-found' && leaf.what === 'blob') return 'blob';
  if (leaf.kind === 'content' && leaf.problem === 'bad-answer') return 'resolve';
  return DEFAULT_STAGE[leaf.kind] ?? 'pull';
}

/** Leaves whose failure no host had a part in. */
const WITHOUT_HOST: ReadonlySet<Leaf['kind']> = new Set([
  'reference',
  'short-name',
  'not-present',
  'throttle',
  'storage',
  'unpack',
  'runtime',
  'secret',
  'credential-provider',
  'not-pull',
  'progress',
  'absent',
  'admission',
]);

function hostOf(leaf: Leaf, stage: Stage, seen: Seen): string | undefined {
  if (WITHOUT_HOST.has(leaf.kind) || stage === 'runtime') return undefined;
  if (leaf.kind === 'dns' && leaf.name !== undefined) return leaf.name;
  if (leaf.kind === 'proxy' && leaf.proxy !== undefined) return leaf.proxy;
  if (leaf.kind === 'metadata') return '169.254.169.254';
  // a certificate is refused for the name that was asked, which may be another than the image names
  if (leaf.kind === 'tls' && leaf.asked !== undefined && seen.request === undefined)
    return seen.host?.replace(/:\d+$/, '') === leaf.asked ? seen.host : leaf.asked;
  // a token service has a host of its own, which the text names only with the request
  if (stage === 'authorize' && seen.request === undefined) return undefined;
  return seen.host === '' ? undefined : seen.host;
}

/** The registry that was meant, when the request went elsewhere. */
function mirrorOfRequest({ mirrorOf, image }: Seen, host: string | undefined): string | undefined {
  if (mirrorOf === undefined) return undefined;
  const hidden = mirrorOf === '' && image !== undefined;
  const meant = hidden ? registryOf(image) : mirrorOf;
  return meant === '' || meant === host ? undefined : meant;
}
