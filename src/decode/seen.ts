import type { Leaf, NotPull, Runtime, Stage, TokenKind } from '../core/pull-error.ts';

/** What the layers of a message have told so far. */
export interface Seen {
  runtime: Runtime | undefined;
  stage: Stage | undefined;
  image: string | undefined;
  /** Empty when a request names a host that the text hides. */
  host: string | undefined;
  /** Empty when the text hides which registry was meant. */
  mirrorOf: string | undefined;
  request: { readonly method?: string; readonly url: string; readonly status?: number } | undefined;
  status: number | undefined;
  grpcCode: string | undefined;
  registryCode: string | undefined;
  token: TokenKind | undefined;
  /** A sandbox was being made; whether its image is the matter is not known yet. */
  sandbox: boolean | undefined;
  /** The index of the image was read; what is asked for is one of the manifests that it lists. */
  part: boolean | undefined;
  reason: string | undefined;
  /** A layer that only an image pull has was seen. */
  pull: boolean | undefined;
  /** A layer was seen that speaks of something else: a push, an API request. */
  elsewhere: NotPull | undefined;
  /** The layer just before the text at hand; undefined when words were skipped in between. */
  last: LayerName | undefined;
  /** The leaf if nothing deeper is told. */
  fallback: Leaf | undefined;
}

/** Layers that change how the next words read. */
export type LayerName = 'request' | 'status' | 'body';

/** What one layer adds. Fields overwrite, except those that `apply` keeps. */
export type Gives = { readonly [Field in keyof Seen]?: Exclude<Seen[Field], undefined> };

/** A record with every field present, so that all of them share one shape. */
export function nothingSeen(): Seen {
  return {
    runtime: undefined,
    stage: undefined,
    image: undefined,
    host: undefined,
    mirrorOf: undefined,
    request: undefined,
    status: undefined,
    grpcCode: undefined,
    registryCode: undefined,
    token: undefined,
    sandbox: undefined,
    part: undefined,
    reason: undefined,
    pull: undefined,
    elsewhere: undefined,
    last: undefined,
    fallback: undefined,
  };
}

/** Adds a layer. The image keeps its first name, the gRPC code its first telling one; all else is as the deepest layer says. */
export function apply(seen: Seen, gives: Gives, read?: Gives): void {
  const { runtime, stage, image, grpcCode } = seen;
  Object.assign(seen, gives, read);
  seen.last = read?.last ?? gives.last;
  if (image !== undefined) seen.image = image;
  if (grpcCode !== undefined && grpcCode !== 'Unknown') seen.grpcCode = grpcCode;
  // podman and CRI-O share a library; who called it is said by the outer layer
  if (runtime !== undefined && seen.runtime === 'cri-o') seen.runtime = runtime;
  if (seen.stage === 'pull' && stage !== undefined && stage !== 'backoff') seen.stage = stage;
}
