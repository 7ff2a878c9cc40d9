import type { ProbeResult } from './probe.ts';

/** What `pullwhy image` says of one reference. Plain JSON, no secret values. */
export interface ImageAnswer {
  readonly apiVersion: 'pullwhy/v1';
  readonly kind: 'ImageProbe';
  /** As written. */
  readonly image: string;
  /** Normalized; missing when it does not parse. */
  readonly reference?: string;
  /** Why it does not parse, and what was probably meant. */
  readonly problem?: { readonly message: string; readonly hint: string; readonly suggestion?: string };
  /** What is odd about a reference that parses. */
  readonly notes: readonly { readonly text: string; readonly suggestion?: string }[];
  /** The registry or repository was moved or shut down by its owner. */
  readonly retired?: {
    readonly what: string;
    readonly state: string;
    readonly when: string;
    readonly now: string;
    readonly replacement?: string;
  };
  /** Credentials that the kubelet would offer for it, in its order; missing when none were given. */
  readonly credentials?: {
    readonly offered: readonly string[];
    readonly unused: readonly { readonly from: string; readonly host: string; readonly why: string }[];
  };
  /** Existing tags that may have been meant. */
  readonly nearTags: readonly string[];
  /** Existing repositories that may have been meant. */
  readonly nearRepositories: readonly string[];
  /** What was probably meant, asked for at its own registry without the login of the mistyped one. */
  readonly meant?: { readonly image: string; readonly found: boolean; readonly said: string };
  /** Missing when nothing was asked. */
  readonly probe?: ProbeResult;
}
