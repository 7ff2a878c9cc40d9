/** What the user allowed when the server was started. */
export interface Settings {
  /** Requests to registries. */
  readonly registries: boolean;
  /** Registries at private, loopback and link-local addresses. */
  readonly privateRegistries: boolean;
  /** The one thing that changes the cluster: collecting through a pod of our own. */
  readonly debugPod: boolean;
  /** Evidence on disk that is served instead of a cluster; empty: a cluster is. */
  readonly from: readonly string[];
  /** Folder of bundles that `collect` may bring in; left out: none. */
  readonly bundles?: string;
  /** Folder of collections; left out: the usual one. */
  readonly store?: string;
  /** Folders of the user's own procedures. */
  readonly sopFolders: readonly string[];
  /** PEM file of an authority to trust beside those of the system. */
  readonly caFile?: string;
}

export const DEFAULT_SETTINGS: Settings = {
  registries: true,
  privateRegistries: false,
  debugPod: false,
  from: [],
  sopFolders: [],
};
