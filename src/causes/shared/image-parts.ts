import type { EvidenceId } from '../../core/evidence.ts';
import { becauseOf } from '../../core/fact.ts';
import type { Facts } from '../../facts/facts.ts';
import { DOCKER_HUB, isHostElement, parseParts, type ReferenceParts } from '../../image/grammar.ts';
import { perFacts } from './per-facts.ts';
import { decisive } from './witness.ts';

/** The image of a case, taken apart as the runtime does it. */
export interface ImageParts {
  /** As written in the pod, else as the text names it. */
  readonly written: string;
  /** `docker.io`, `registry.acme.example:5000`. */
  readonly host: string;
  /** `library/nginx`, `shop/api`. */
  readonly path: string;
  /** `host/path`. */
  readonly repository: string;
  /** The tag that is asked: `latest` when neither tag nor digest is written. */
  readonly tag?: string;
  readonly digest?: string;
  /** No tag and no digest is written: the kubelet adds `:latest`. */
  readonly implicitLatest: boolean;
  /** No registry host is written: Docker Hub is assumed. */
  readonly implicitHost: boolean;
}

/** Where Docker Hub's registry answers. */
const HUB_API = 'registry-1.docker.io';

/** Undefined when no image is known or it does not parse. */
export const imageParts = perFacts(partsOfCase);

function partsOfCase(facts: Facts): ImageParts | undefined {
  const error = decisive(facts)?.error;
  const written = facts.subject.image ?? error?.image ?? imageOfRequest(error?.request?.url);
  if (written === undefined) return undefined;
  const { reference } = facts;
  if (written !== facts.subject.image || reference.state !== 'present') return partsOf(written);
  return reference.value.ok ? partsFrom(written, reference.value.reference) : undefined;
}

/** The parts of any image string, a sibling's for instance. */
export function partsOf(written: string): ImageParts | undefined {
  const result = parseParts(written);
  return result.ok ? partsFrom(written, result.parts) : undefined;
}

function partsFrom(written: string, { domain, path, tag, digest }: ReferenceParts): ImageParts {
  const implicitLatest = tag === undefined && digest === undefined;
  const asked = implicitLatest ? 'latest' : tag;
  return {
    written,
    host: domain,
    path,
    repository: `${domain}/${path}`,
    // The tag of a reference with a digest is dropped (containerd pkg/reference).
    ...(digest === undefined && asked !== undefined ? { tag: asked } : {}),
    ...(digest !== undefined ? { digest } : {}),
    implicitLatest,
    implicitHost: domain === DOCKER_HUB && !startsWithHost(written),
  };
}

/** The evidence that shows the image string itself. */
export function imageEvidence(facts: Facts): readonly EvidenceId[] {
  return becauseOf(facts.reference);
}

/** `sha256:71ca0e50350f…`: enough of a digest to recognise it in a sentence. */
export function shortDigest(digest: string): string {
  const end = digest.indexOf(':') + 13;
  return digest.length > end ? `${digest.slice(0, end)}…` : digest;
}

/** The image that a manifest was asked for: `https://<host>/v2/<path>/manifests/<reference>`. */
function imageOfRequest(url: string | undefined): string | undefined {
  const start = url === undefined ? -1 : url.indexOf('/v2/');
  const end = url === undefined ? -1 : url.lastIndexOf('/manifests/');
  if (url === undefined || start < 0 || end < start) return undefined;
  const host = url.slice(url.indexOf('://') + 3, start);
  const path = url.slice(start + '/v2/'.length, end);
  const version = url.slice(end + '/manifests/'.length);
  return `${host === HUB_API ? DOCKER_HUB : host}/${path}${version.includes(':') ? '@' : ':'}${version}`;
}

function startsWithHost(written: string): boolean {
  const slash = written.indexOf('/');
  return slash >= 0 && isHostElement(written.slice(0, slash));
}
