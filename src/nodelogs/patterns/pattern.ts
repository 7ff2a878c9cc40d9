import type { CauseId, Severity } from '../../core/cause.ts';
import type { NodeFileKind } from '../../core/node/file-kind.ts';

/** One look that lines of node logs have. */
export interface LogPattern {
  /** Stable, kebab-case: what `Finding.pattern` says. */
  readonly id: string;
  /** What such lines mean, at most 60 characters. */
  readonly title: string;
  readonly severity: Severity;
  /** One of these stands in every such line; lower case. Looked for before `match`. */
  readonly words: readonly string[];
  /** Linear: no look-around, no back-reference, gaps bounded; ripgrep can run it as well. */
  readonly match: RegExp;
  /** Takes back what `match` found. */
  readonly unless?: RegExp;
  /** Files in which it counts; default: every log, files that nothing is known of, and lists of services. */
  readonly kinds?: readonly NodeFileKind[];
  /** The line speaks of a pull, or of what a pull needs: worth decoding for its cause. */
  readonly judged?: true;
  /** The cause that such lines tell of by themselves, whatever else they say; then decoding adds nothing. */
  readonly implies?: CauseId;
  /** Lines that healthy nodes log as well. They are marked, never dropped; the first that fits tells why. */
  readonly usual?: readonly Usual[];
}

export interface Usual {
  readonly when: RegExp;
  readonly why: string;
}

/** Fits every line of the pattern. */
export const ALWAYS = /^/;
