import type { NodeChoice } from './node-choice.ts';

/** A place in a manifest that names an image, with what decides its pull. */
export interface ImageUse {
  /** As written; may be empty. */
  readonly image: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Kind and name of the object around it. */
  readonly owner: string;
  readonly namespace: string;
  /** Container or volume; missing for a bare `image:` field. */
  readonly container?: string;
  readonly pullPolicy?: string;
  /** The pod's own list; missing where there is none. */
  readonly pullSecrets?: readonly string[];
  readonly serviceAccount: string;
  /** Platforms that its pod asks for. */
  readonly nodes?: NodeChoice;
}

export interface ManifestSecret {
  readonly namespace: string;
  readonly name: string;
  readonly type?: string;
  readonly data?: Readonly<Record<string, string | null>>;
  readonly stringData?: Readonly<Record<string, string | null>>;
}

export interface ManifestServiceAccount {
  readonly namespace: string;
  readonly name: string;
  readonly pullSecrets: readonly string[];
}

/** All that manifests say about images. */
export interface ManifestSet {
  readonly uses: readonly ImageUse[];
  readonly secrets: readonly ManifestSecret[];
  readonly serviceAccounts: readonly ManifestServiceAccount[];
  /** `Secret shop/regcred`: surely neither in the manifests nor in the cluster. */
  readonly absent?: readonly string[];
  /** What could not be read, one line each. */
  readonly problems: readonly string[];
}

export const NO_MANIFESTS: ManifestSet = { uses: [], secrets: [], serviceAccounts: [], problems: [] };

export function joinSets(sets: readonly ManifestSet[]): ManifestSet {
  return {
    uses: sets.flatMap(({ uses }) => uses),
    secrets: sets.flatMap(({ secrets }) => secrets),
    serviceAccounts: sets.flatMap(({ serviceAccounts }) => serviceAccounts),
    problems: sets.flatMap(({ problems }) => problems),
  };
}
