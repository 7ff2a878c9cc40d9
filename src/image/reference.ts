import { familiarForm, formatParts, nameOfParts } from './format.ts';
import { DOCKER_HUB, parseParts, type ReferenceParts, type ReferenceProblem } from './grammar.ts';
import { explainRefusal } from './malformed.ts';
import { notesOn, type ReferenceNote } from './notes.ts';

/** A reference that parses, normalized as the kubelet and containerd do. */
export interface ImageReference extends ReferenceParts {
  /** As written in the pod. */
  readonly raw: string;
  /** The short display form: `nginx:1.27` for docker.io/library/nginx:1.27. */
  readonly familiar: string;
}

/** Why a reference does not parse. */
export interface ReferenceError {
  /** As the library's text says; `whitespace` and `empty` where it only says `invalid reference format`. */
  readonly problem: ReferenceProblem;
  /** The library's own text. */
  readonly message: string;
  /** Index of the offending character in the raw string, in UTF-16 units; 0 for an empty string. */
  readonly position: number;
  /** One line for a person: what it is and what to do. */
  readonly hint: string;
  /** A corrected reference, only where one is obvious. */
  readonly suggestion?: string;
}

export type ParsedReference =
  | { readonly ok: true; readonly reference: ImageReference; readonly notes: readonly ReferenceNote[] }
  | { readonly ok: false; readonly error: ReferenceError };

/** Parses any string as an image reference, in linear time; never throws. */
export function parseReference(raw: string): ParsedReference {
  const result = parseParts(raw);
  if (!result.ok) return { ok: false, error: { message: result.message, ...explainRefusal(raw, result) } };
  const reference = { raw, ...result.parts, familiar: familiarForm(result.parts) };
  return withNotes(reference, result.parts);
}

/** The notes cost more than the parsing, and few ask for them. */
function withNotes(reference: ImageReference, parts: ReferenceParts): ParsedReference {
  let notes: readonly ReferenceNote[] | undefined;
  return {
    ok: true,
    reference,
    get notes() {
      notes ??= notesOn(reference.raw, parts);
      return notes;
    },
  };
}

/** `domain/path`: `docker.io/library/nginx`. */
export function repositoryOf(ref: ReferenceParts): string {
  return nameOfParts(ref);
}

/** The full normalized form with the tag and digest that were written. */
export function formatReference(ref: ReferenceParts): string {
  return formatParts(ref);
}

/**
 * What the kubelet hands to the runtime: the raw string, with `:latest` where there is neither tag nor digest
 * (applyDefaultImageTag, kubelet image_manager.go 1.36). Undefined when it does not parse: nothing is handed over.
 */
export function kubeletImage(raw: string): string | undefined {
  const result = parseParts(raw);
  if (!result.ok) return undefined;
  const { tag, digest } = result.parts;
  return tag === undefined && digest === undefined ? `${raw}:latest` : raw;
}

/** The host, with port, that containerd dials when no mirror is set (core/remotes/docker DefaultHost). */
export function registryHost(ref: ReferenceParts): string {
  return ref.domain === DOCKER_HUB ? 'registry-1.docker.io' : ref.domain;
}

/** The name in containerd's messages: `latest` is added, and a digest drives the tag out (ParseDockerRef). */
export function runtimeReference(ref: ReferenceParts): string {
  const { domain, path, tag = 'latest', digest } = ref;
  return formatParts(digest === undefined ? { domain, path, tag } : { domain, path, digest });
}
