/** What `pullwhy secret` says of one pull secret. Plain JSON, no secret values. */
export interface SecretAnswer {
  readonly apiVersion: 'pullwhy/v1';
  readonly kind: 'PullSecret';
  readonly namespace: string;
  readonly name: string;
  readonly type?: string;
  /** The kubelet takes its entries into the keyring. */
  readonly usable: boolean;
  readonly problem?: {
    readonly note: string;
    /** What the kubelet prints when a pod lists this secret. */
    readonly kubeletText?: string;
    /** Every pull of every pod that lists it fails; else it is silently ignored. */
    readonly breaksPod: boolean;
  };
  readonly entries: readonly SecretEntry[];
  readonly images: readonly SecretImage[];
  /** Writes the secret anew; the password is left to the reader. */
  readonly fix?: { readonly commands: readonly string[]; readonly note: string };
}

export interface SecretEntry {
  /** As written, without user info. */
  readonly host: string;
  readonly user?: string;
  /** What kind of credential it is: `aws`, `robot`, `plain`. */
  readonly userKind: string;
  readonly expiresAt?: string;
  /** Undefined when nothing tells. */
  readonly expired?: boolean;
  readonly hints: readonly string[];
}

export interface SecretImage {
  readonly image: string;
  /** Hosts of the entries that the kubelet would try, in its order. */
  readonly offered: readonly string[];
  /** Why the other entries are not used. */
  readonly unused: readonly { readonly host: string; readonly why: string; readonly wouldMatch?: string }[];
  /** It does not parse. */
  readonly problem?: string;
}
